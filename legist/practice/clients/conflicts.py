"""Whether somebody is, or may be, among the firm's clients already: asked before anything is opened.

Every client is compared, walls or not, so that no conflict stays hidden: by the names they have and had, with
typing errors in them, by address and by telephone. A client who is called otherwise is compared as somebody
new is. Whoever asked learns *that* somebody is alike, and who, where they may see them; a manager learns with
whom. Each check is on the record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.crypto import CryptoError, keyed_hash
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.accounts import email_index, given_up_by
from legist.practice.clients.contacts import Contact, Way, contact_of
from legist.practice.models import Client, ConflictCheck, ContactChange, Matter
from legist.practice.permissions import Capability, acting_person, require, visible_clients, visible_matters
from legist.practice.same_name import Readings, is_same_name, may_be_same, name_readings
from legist.practice.states import WayKind

CONFLICT_TOPIC = "practice.conflict_found"
SHOWN = 200
Found = dict[UUID, list[str]]


class ConflictFound(InvalidInput):
    """Somebody is alike and the person has not been told yet; nothing was opened.

    `known` are those whom they may see and so may choose.
    `seen` says, with the next try, that they were told. `party` counts, from 0, which of the parties of a new
    matter it is about; None for its client.
    """

    party: int | None = None

    def __init__(self, message: str, *, known: list[Client], is_other: bool, seen: str) -> None:
        super().__init__(message)
        self.known, self.is_other, self.seen = known, is_other, seen


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check as a manager reads it: whom it was about, who was alike in what, and the matter it led to."""

    check: ConflictCheck
    found: list[tuple[Client, list[str]]]
    matter: Matter | None


def check_conflicts(
    asked: Contact, *, besides: UUID | None = None, seen: str, actor: Actor, now: datetime
) -> ConflictCheck:
    """Compare somebody with every client but `besides`; the check is kept, whatever comes of it.

    Raises ConflictFound where anybody is alike, unless `seen` says that the actor was told of just these.
    Managers are told when one of them is closed to whoever asks.
    """
    found = _alike(asked, besides=besides)
    known = list(visible_clients(actor).filter(pk__in=found).order_by("pk"))
    version = _version(asked, found, actor=actor)
    about: dict[str, Any] = {
        "asked": {
            "name": ", ".join(filter(None, (asked.name, *asked.names))),
            "email": asked.email,
            "phone": asked.phone,
        },
        "found": {str(pk): why for pk, why in found.items()},
    }
    with unit_of_work(actor=actor, now=now) as unit:
        check = ConflictCheck.objects.create(**about, by=acting_person(actor), client_id=besides, at=now)
        unit.record(actions.CONFLICTS_CHECKED, check, found=len(found))
        if found and seen != version and len(known) < len(found):
            outbox.publish(CONFLICT_TOPIC, data={"check": str(check.pk)}, now=now)
    if found and seen != version:
        message = _("Somebody in the firm's records is alike. Look at it, and then go on.")
        raise ConflictFound(message, known=known, is_other=len(known) < len(found), seen=version)
    return check


def check_renaming(client: Client, given: Contact, *, seen: str, actor: Actor, now: datetime) -> None:
    """Compare a client who gets another name or A-number with every other client, as somebody new is.

    Another spelling of a name they have is nothing new. Raises as `check_conflicts` does; outside of any unit
    of work, so that the check stays on the record when everything stays as it is.
    """
    held = contact_of(client)
    had = (held.name, *held.names)
    fresh = [name for name in (given.name, *given.names) if not any(is_same_name(name, each) for each in had)]
    number = given.a_number if given.a_number != held.a_number else ""
    if fresh or number:
        name, *names = fresh or [""]
        asked = Contact(name, "", "", held.language, names=tuple(names), a_number=number)
        check_conflicts(asked, besides=client.pk, seen=seen, actor=actor, now=now)


def list_checks(actor: Actor) -> list[CheckLine]:
    """Return the latest checks that found anybody, for managers.

    One that concerns a client who is closed to the reader is left out whole: the question gives them away.
    """
    require(actor, Capability.SEE_CONFLICTS)
    # Most find nobody, and only their encrypted answer says so: they must not use up the places.
    checks = ConflictCheck.objects.select_related("by", "client").iterator(chunk_size=SHOWN)
    latest = list(islice((check for check in checks if check.found), SHOWN))
    merged = _merged(pk for check in latest for pk in check.found)
    lines = [(check, {merged.get(pk, UUID(pk)): why for pk, why in check.found.items()}) for check in latest]
    wanted = {pk for check, found in lines for pk in (*found, *filter(None, [check.client_id]))}
    open_to = visible_clients(actor).in_bulk(list(wanted))
    matters = visible_matters(actor).in_bulk([check.matter_id for check, _found in lines if check.matter_id])
    gone = wanted - set(Client.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return [
        CheckLine(
            check,
            [(open_to[pk], why) for pk, why in found.items() if pk in open_to],
            matters.get(check.matter_id) if check.matter_id else None,
        )
        for check, found in lines
        if {*found, *filter(None, [check.client_id])} - gone <= open_to.keys()
    ]


def is_open_check(check_id: UUID | str, actor: Actor) -> bool:
    """Say whether a manager may see all whom a check concerns."""
    check = ConflictCheck.objects.get(pk=check_id)
    concerned = {*map(str, found_in(check)), *filter(None, [str(check.client_id or "")])}
    return visible_clients(actor).filter(pk__in=concerned).count() == len(concerned)


def found_in(check: ConflictCheck) -> list[UUID]:
    """Return who was alike, as they stand today."""
    merged = _merged(check.found)
    return [merged.get(pk, UUID(pk)) for pk in check.found]


def _merged(ids: Iterable[str]) -> dict[str, UUID]:
    """Return of some ids of clients those that were merged, each with who they turned out to be."""
    rows = Client.objects.filter(pk__in=list(ids), merged_into__isnull=False)
    return {str(pk): into for pk, into in rows.values_list("pk", "merged_into") if into}


def get_check(check_id: UUID | str) -> ConflictCheck:
    """Return a check for those who are told of it."""
    return ConflictCheck.objects.get(pk=check_id)


def _version(asked: Contact, found: Collection[UUID], *, actor: Actor) -> str:
    parts = [asked.name, asked.email, asked.phone, actor.key, *sorted(map(str, found))]
    more = [*asked.names, asked.a_number] if asked.names or asked.a_number else []
    return keyed_hash(json.dumps(parts + more).encode(), purpose="conflict check")


@dataclass(frozen=True, slots=True)
class _Known:
    """What somebody is compared by: every name, address and telephone, each as it is compared."""

    names: tuple[Readings, ...]
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    a_number: str = ""


def _known_of(who: Contact) -> _Known:
    numbers = [who.phone, *(way.value for way in who.ways if way.kind == WayKind.PHONE)]
    return _Known(
        names=tuple(filter(None, map(name_readings, (who.name, *who.names)))),
        emails=frozenset(way.value.lower() for way in who.ways if way.kind == WayKind.EMAIL),
        phones=frozenset(filter(None, map(_digits_of, numbers))),
        a_number=who.a_number,
    )


def _alike(asked: Contact, *, besides: UUID | None) -> Found:
    """Return who is alike and in what: `name`, `former_name`, `email`, `phone`, `a_number`.

    Everybody is opened, once in a process.
    """
    found: Found = {}
    wanted = _known_of(asked)
    emails = wanted.emails | ({asked.email.lower()} if asked.email else set())
    indexes = {email_index(email) for email in emails}
    former = {client.pk for email in emails for client in given_up_by(email)}
    rows = Client.objects.filter(merged_into=None).order_by().values_list("pk", "email_index", *_OPENED)
    for pk, its_index, *sealed in rows:
        if pk == besides:
            continue
        known = _opened(pk, *sealed)
        alike = {
            "name": _is_called(known.names, wanted.names),
            "email": its_index in indexes or pk in former or not emails.isdisjoint(known.emails),
            "phone": not wanted.phones.isdisjoint(known.phones),
            "a_number": bool(wanted.a_number) and known.a_number == wanted.a_number,
        }
        if any(alike.values()):
            found[pk] = [what for what, is_so in alike.items() if is_so]
    for pk, client_id, before in ContactChange.objects.order_by().values_list("pk", "client", "before"):
        if client_id != besides and _is_called(_opened_former_names(pk, before), wanted.names):
            found[client_id] = list(dict.fromkeys([*found.get(client_id, []), "former_name"]))
    return found


def _is_called(known: Iterable[Readings], wanted: Iterable[Readings]) -> bool:
    return any(may_be_same(one, other) for other in wanted for one in known)


_OPENED: Final = ("name", "phone", "other_names", "further_ways", "a_number")


@lru_cache(maxsize=100_000)
def _opened(pk: UUID, *sealed: str | None) -> _Known:
    """Return a client as they are compared; kept in memory only, under their ciphertexts."""
    client = Client(pk=pk, **dict(zip(_OPENED, sealed, strict=True)))
    name, phone, names, ways, a_number = (_readable(client, column) for column in _OPENED)
    who = Contact(name or "", "", phone or "", "", names=tuple(names or ()), a_number=a_number or "")
    return _known_of(replace(who, ways=tuple(Way(**way) for way in ways or ())))


@lru_cache(maxsize=100_000)
def _opened_former_names(pk: UUID, sealed: str) -> tuple[Readings, ...]:
    before = _readable(ContactChange(pk=pk, before=sealed), "before") or {}
    return tuple(filter(None, map(name_readings, [before.get("name", ""), *before.get("names", ())])))


def _readable(row: Client | ContactChange, column: str) -> Any:
    """Return what stands in a column; None where it cannot be opened, as nobody is found by that."""
    try:
        return getattr(row, column)
    except CryptoError:
        return None


def _digits_of(phone: str) -> str:
    """The last ten digits: the same telephone with and without the code of its country."""
    return re.sub(r"\D", "", phone)[-10:]
