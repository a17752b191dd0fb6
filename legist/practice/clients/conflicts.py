"""Whether somebody is, or may be, among the firm's clients already: asked before anything is opened.

Every client is compared, walls or not, so that no conflict stays hidden: by the names they have and had, with
typing errors in them, by address and by telephone. A client who is called otherwise is compared as somebody
new is. Whoever asked learns *that* somebody is alike, and who, where they may see them; a manager learns with
whom. Each check is on the record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.crypto import UNREADABLE, CryptoError, keyed_hash, showing
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.accounts import email_index, given_up_by
from legist.practice.clients.contacts import Contact
from legist.practice.models import Client, ConflictCheck, ContactChange, Matter
from legist.practice.permissions import Capability, acting_person, require, visible_clients, visible_matters
from legist.practice.same_name import Readings, is_same_name, may_be_same, name_readings

CONFLICT_TOPIC = "practice.conflict_found"
SHOWN = 200
Found = dict[UUID, list[str]]


class ConflictFound(InvalidInput):
    """Somebody is alike and the person has not been told yet; nothing was opened.

    `known` are those whom they may see and so may choose.
    `seen` says, with the next try, that they were told.
    """

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
        "asked": {"name": asked.name, "email": asked.email, "phone": asked.phone},
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


def check_renaming(client: Client, name: str, *, seen: str, actor: Actor, now: datetime) -> None:
    """Compare a client who is to be called otherwise with every other client, as somebody new is.

    Another spelling of the same name is nothing new. Raises as `check_conflicts` does; outside of any unit of
    work, so that the check stays on the record when the name stays as it is.
    """
    if not is_same_name(client.name, name):
        asked = Contact(name=name, email="", phone="", language=client.language)
        check_conflicts(asked, besides=client.pk, seen=seen, actor=actor, now=now)


def list_checks(actor: Actor) -> list[CheckLine]:
    """Return the latest checks that found anybody, for managers.

    One that concerns a client who is closed to the reader is left out whole: the question gives them away.
    """
    require(actor, Capability.SEE_CONFLICTS)
    # Most find nobody, and only their encrypted answer says so: they must not use up the places.
    checks = ConflictCheck.objects.select_related("by", "client").iterator(chunk_size=SHOWN)
    latest = islice((check for check in checks if check.found), SHOWN)
    lines = [(check, {UUID(pk): why for pk, why in check.found.items()}) for check in latest]
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
    concerned = {*check.found, *filter(None, [str(check.client_id or "")])}
    return visible_clients(actor).filter(pk__in=concerned).count() == len(concerned)


def get_check(check_id: UUID | str) -> ConflictCheck:
    """Return a check for those who are told of it."""
    return ConflictCheck.objects.get(pk=check_id)


def _version(asked: Contact, found: Collection[UUID], *, actor: Actor) -> str:
    parts = [asked.name, asked.email, asked.phone, actor.key, *sorted(map(str, found))]
    return keyed_hash(json.dumps(parts).encode(), purpose="conflict check")


def _alike(asked: Contact, *, besides: UUID | None) -> Found:
    """Return who is alike and in what: `name`, `former_name`, `email`, `phone`.

    Every name is opened, once in a process.
    """
    found: Found = {}
    names, digits = name_readings(asked.name), _digits_of(asked.phone)
    index = email_index(asked.email) if asked.email else ""
    former = {client.pk for client in given_up_by(asked.email)} if asked.email else set()
    rows = Client.objects.order_by().values_list("pk", "name", "phone", "email_index")
    for pk, name, phone, its_index in rows:
        if pk == besides:
            continue
        alike = {
            "name": may_be_same(names, _opened_name(pk, name)),
            "email": (bool(index) and its_index == index) or pk in former,
            "phone": bool(digits and phone) and _opened_phone(pk, phone) == digits,
        }
        if any(alike.values()):
            found[pk] = [what for what, is_so in alike.items() if is_so]
    for pk, client_id, before in ContactChange.objects.order_by().values_list("pk", "client", "before"):
        if client_id != besides and may_be_same(names, _opened_former_name(pk, before)):
            found[client_id] = list(dict.fromkeys([*found.get(client_id, []), "former_name"]))
    return found


@lru_cache(maxsize=100_000)
def _opened_name(pk: UUID, sealed: str) -> Readings:
    """Return a name as it is compared; kept in memory only, under its ciphertext."""
    with showing():
        name = Client(pk=pk, name=sealed).name
    return name_readings(name) if name != UNREADABLE else frozenset()


@lru_cache(maxsize=100_000)
def _opened_former_name(pk: UUID, sealed: str) -> Readings:
    try:
        return name_readings(ContactChange(pk=pk, before=sealed).before.get("name", ""))
    except CryptoError:
        # Like a name that cannot be opened: nobody is found by it, and nobody is turned away.
        return frozenset()


@lru_cache(maxsize=100_000)
def _opened_phone(pk: UUID, sealed: str) -> str:
    with showing():
        phone = Client(pk=pk, phone=sealed).phone
    return _digits_of(phone or "") if phone != UNREADABLE else ""


def _digits_of(phone: str) -> str:
    """The last ten digits: the same telephone with and without the code of its country."""
    return re.sub(r"\D", "", phone)[-10:]
