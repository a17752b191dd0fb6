"""How the firm reaches a client: corrected by its staff, never guessed; what stood there before is kept.

Whoever changes where a client is written to ends what was bound to the old address: sign-in, open invitations
and letters that wait. The old address gets nothing: it may never have been the client's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.accounts import PLACEHOLDER_DOMAIN, email_index, find_staff, given_up_by
from legist.practice.models import Client, ContactChange, Invitation, User
from legist.practice.permissions import acting_person
from legist.practice.same_name import is_same_name
from legist.practice.services import correct_client_name
from legist.practice.sign_in import services as sign_in
from legist.practice.states import ClientKind, WayKind, WayUse

LONGEST_EMAIL: Final = 254
LONGEST_NOTE: Final = 500
MOST_NAMES: Final = 10
MOST_WAYS: Final = 12
LONGEST_WAY: Final = 200
# What may be corrected, beside the name: the column it stands in.
_COLUMNS: Final = {
    "email": "email",
    "phone": "phone",
    "language": "language",
    "note": "reach_note",
    "kind": "kind",
    "a_number": "a_number",
    "names": "other_names",
    "ways": "further_ways",
}
REACHED_BY: Final = frozenset({"email", "phone", "language", "note", "ways"})
_A_NUMBER: Final = re.compile(r"[aA]?[-\s#]*((?:[0-9][-\s]*){7,9})")


@dataclass(frozen=True, slots=True)
class Way:
    """A further way to reach a client, beside the address and the telephone that are used first."""

    kind: str
    value: str = field(repr=False)
    use: str = WayUse.OTHER


@dataclass(frozen=True, slots=True)
class Contact:
    """What the firm knows of a client and of how to reach them; an empty text where it knows nothing."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    language: str
    note: str = field(default="", repr=False)
    is_protected: bool = False
    kind: str = ClientKind.PERSON
    a_number: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    ways: tuple[Way, ...] = ()

    @property
    def version(self) -> str:
        """A keyed digest: whoever saves a form says with it what they had read."""
        return keyed_hash(json.dumps(asdict(self), sort_keys=True).encode(), purpose="client contact")


def contact_of(client: Client) -> Contact:
    """Return how a client is reached today."""
    return Contact(
        name=client.name,
        email=client.email or "",
        phone=client.phone or "",
        language=client.language,
        note=client.reach_note or "",
        is_protected=client.protected_at is not None,
        kind=client.kind,
        a_number=client.a_number or "",
        names=tuple(client.other_names or ()),
        ways=tuple(Way(**way) for way in client.further_ways or ()),
    )


def preferring(contact: Contact, way: Way) -> Contact:
    """Return the contact with a further way used first, and what was first in its place. Pure."""
    at = contact.ways.index(way)
    if way.kind == WayKind.POST:
        return replace(contact, ways=(way, *contact.ways[:at], *contact.ways[at + 1 :]))
    held = contact.email if way.kind == WayKind.EMAIL else contact.phone
    instead = (replace(way, value=held),) if held else ()
    contact = replace(contact, ways=(*contact.ways[:at], *instead, *contact.ways[at + 1 :]))
    if way.kind == WayKind.EMAIL:
        return replace(contact, email=way.value)
    return replace(contact, phone=way.value)


def columns_of(given: Contact) -> dict[str, Any]:
    """Return what stands in the columns of a client's row, beside the name."""
    values = asdict(given) | {"names": list(given.names), "ways": [asdict(way) for way in given.ways]}
    known = {column: values[name] or None for name, column in _COLUMNS.items()}
    return known | {"email_index": email_index(given.email) if given.email else None}


def opens_portal(client: Client) -> bool:
    """Say whether what is laid into the portal can be read by its client: now, or once they are invited.

    A code goes to their address; without one only a passkey opens the portal.
    """
    if not client.has_portal:
        return False
    if client.email:
        return True
    user = client.user
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return user is not None and user.is_active and passkeys.exists()


def correct_contact(
    client: Client, given: Contact, *, seen: str, actor: Actor, now: datetime
) -> frozenset[str]:
    """Correct how a client is reached; return the names of the fields that changed.

    What stood there is kept, encrypted, with who changed it and when. `seen` is the version that was read:
    WrongState is raised when somebody else corrected it meanwhile. InvalidInput names each field that cannot
    be used; an address that is another client's, or of somebody who works here, is refused.
    """
    with corrected(client, seen=seen, actor=actor) as row:
        return write_contact(row, checked_contact(given), actor=actor, now=now)


@contextmanager
def corrected(client: Client, *, seen: str, actor: Actor) -> Iterator[Client]:
    """Lock a client as their reader saw them, in one unit of work; `client` is fresh when it is done."""
    try:
        with unit_of_work(actor=actor):
            row = Client.objects.select_for_update().get(pk=client.pk)
            if seen != contact_of(row).version:
                message = _("Somebody corrected this meanwhile. Reload the page and look at it again.")
                raise WrongState(message)
            yield row
    except IntegrityError:
        raise InvalidInput.at("email", taken()) from None
    client.refresh_from_db()


def write_contact(row: Client, given: Contact, *, actor: Actor, now: datetime) -> frozenset[str]:
    """Write how a locked client is reached, with all that follows; return the names of what changed."""
    before = contact_of(row)
    old, new = asdict(before), asdict(given)
    differing = [name for name in ("name", *_COLUMNS) if old[name] != new[name]]
    if "name" in differing:
        correct_client_name(row, given.name, actor=actor, now=now)
    fields = [name for name in differing if name != "name"]
    if fields:
        index = row.email_index if "email" in fields else None
        if "email" in fields:
            expect_free(row, given.email)
        if before.is_protected and given.ways:
            raise InvalidInput.at("ways", _("A protected client is reached at the safe contact only."))
        columns = columns_of(given)
        for column, value in columns.items():
            setattr(row, column, value)
        row.save(update_fields=list(columns))
        if "language" in fields and row.user_id:
            User.objects.filter(pk=row.user_id).update(language=given.language)
        by, kept = acting_person(actor), {name: old[name] for name in fields}
        ContactChange.keep(row, kept, index=index, by=by, now=now)
        data = {"fields": ", ".join(fields)}
        acting(actor=actor, now=now).record(actions.CLIENT_CONTACT_CORRECTED, row, **data)
        if "email" in fields and before.email:
            unbind(row, before.email, now=now)
    return frozenset(differing)


def unbind(client: Client, address: str, *, now: datetime) -> None:
    """End what an address had opened: whoever reads mail there is not let in any more, with any device.

    In the caller's unit of work.
    """
    Invitation.objects.filter(client=client, accepted_at=None, revoked_at=None).update(revoked_at=now)
    sign_in.drop_letters(address, now=now)
    if client.user_id is None:
        return
    Authenticator.objects.filter(user_id=client.user_id).delete()
    user = User.objects.select_for_update().get(pk=client.user_id)
    # Sessions carry a hash of it, so all of them end.
    user.set_unusable_password()
    user.save(update_fields=["password"])


def checked_contact(given: Contact) -> Contact:
    """Return the contact as it is kept; raise InvalidInput naming each field that has a fault."""
    email, phone = names.clean_name(given.email).lower(), names.clean_name(given.phone)
    note, number = names.clean_name(given.note), names.clean_name(given.a_number)
    others = dict.fromkeys(filter(None, map(names.clean_name, given.names)))
    ways = [replace(way, value=_clean_way(way)) for way in given.ways]
    name_fault = names.name_fault(given.name)
    faults = {
        "name": str(name_fault.label) if name_fault else "",
        "email": _email_fault(email),
        "phone": names.phone_fault(phone),
        "language": "" if given.language in dict(settings.LANGUAGES) else _("Choose one of the languages."),
        "note": _("Write at most 500 characters.") if len(note) > LONGEST_NOTE else "",
        "kind": "" if given.kind in ClientKind else _("Say whether it is a person or a company."),
        "a_number": _a_number_fault(number),
        "names": next((str(fault.label) for each in others if (fault := names.name_fault(each))), ""),
        "ways": next(filter(None, map(way_fault, ways)), ""),
    }
    if len(others) > MOST_NAMES:
        faults["names"] = _("At most %(n)d other names are kept.") % {"n": MOST_NAMES}
    if len(ways) > MOST_WAYS:
        faults["ways"] = _("At most %(n)d further ways are kept.") % {"n": MOST_WAYS}
    errors = {name: [fault] for name, fault in faults.items() if fault}
    if errors:
        raise InvalidInput(_("This cannot be saved as it is."), errors)
    return Contact(
        name=names.clean_name(given.name),
        email=email,
        phone=phone,
        language=given.language,
        note=note,
        is_protected=given.is_protected,
        kind=str(given.kind),
        a_number=digits_of_a_number(number),
        names=tuple(others),
        ways=tuple(dict.fromkeys(way for way in ways if way.value)),
    )


def digits_of_a_number(text: str) -> str:
    """Return the nine digits of an A-number as it was typed, older ones with zeros before; else nothing."""
    found = _A_NUMBER.fullmatch(text.strip())
    return re.sub(r"[^0-9]", "", found[1]).zfill(9) if found else ""


def _a_number_fault(number: str) -> str:
    if not number or digits_of_a_number(number):
        return ""
    return _("An A-number has seven to nine digits: A012 345 678.")


def _clean_way(way: Way) -> str:
    value = names.clean_name(way.value)
    return value.lower() if way.kind == WayKind.EMAIL else value


def way_fault(way: Way) -> str:
    """Say why a further way cannot be kept as it was typed; nothing where it can."""
    if way.kind not in WayKind or way.use not in WayUse:
        return _("Choose one of the kinds in the list.")
    if way.kind == WayKind.EMAIL:
        return _email_fault(way.value)
    if way.kind == WayKind.PHONE:
        return names.phone_fault(way.value)
    return _("Write at most 200 characters.") if len(way.value) > LONGEST_WAY else ""


def _email_fault(email: str) -> str:
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return _("This is not an e-mail address. Write one, such as dana@mail.example, or leave it empty.")
    if len(email) > LONGEST_EMAIL or email.endswith(f"@{PLACEHOLDER_DOMAIN}"):
        return _("Nobody reads mail at this address. Write the client's own, or leave it empty.")
    return ""


def expect_free(client: Client, email: str) -> None:
    """Raise InvalidInput where an address is not the client's to have: another's, staff's, or given up."""
    if not email:
        return
    if find_staff(email) is not None:
        raise InvalidInput.at(
            "email", _("Somebody who works here signs in with this address. Ask the client for theirs.")
        )
    if Client.objects.filter(email_index=email_index(email)).exclude(pk=client.pk).exists():
        raise InvalidInput.at("email", taken())
    protected = given_up_by(email)
    if client in protected:
        message = _(
            "This address was given up when the client was protected, so nothing may go there. "
            "Choose another one, or leave it empty."
        )
        raise InvalidInput.at("email", message)
    if any(is_same_name(client.name, each.name) for each in protected):
        # The same person on record twice: said so that nobody learns who is protected.
        raise InvalidInput.at("email", taken())


def is_closed_to_new(email: str) -> bool:
    """Say whether nobody new is opened at an address: staff's, or given up by a client who is protected."""
    return bool(email) and (find_staff(email) is not None or bool(given_up_by(email)))


def taken() -> str:
    return _(
        "This address is on record for another client. Two people cannot share one: ask for an address of "
        "their own, or leave it empty."
    )


def replaced_addresses(indexes: Collection[str]) -> QuerySet[ContactChange]:
    """Return the corrections by which these addresses were replaced, with their clients, the latest first."""
    return ContactChange.objects.filter(email_index__in=indexes).select_related("client")
