"""How the firm reaches a client: corrected by its staff, never guessed; what stood there before is kept.

Whoever changes where a client is written to ends what was bound to the old address: sign-in, open invitations
and letters that wait. The old address gets nothing: it may never have been the client's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

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

LONGEST_EMAIL: Final = 254
LONGEST_NOTE: Final = 500
CORRECTED: Final = ("name", "email", "phone", "language", "note")


@dataclass(frozen=True, slots=True)
class Contact:
    """What the firm knows of how to reach a client; an empty text where it knows nothing."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    language: str
    note: str = field(default="", repr=False)
    is_protected: bool = False

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
    )


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
    differing = [name for name in CORRECTED if old[name] != new[name]]
    if "name" in differing:
        correct_client_name(row, given.name, actor=actor, now=now)
    fields = [name for name in differing if name != "name"]
    if fields:
        index = row.email_index if "email" in fields else None
        if "email" in fields:
            expect_free(row, given.email)
        row.email, row.email_index = given.email or None, email_index(given.email) if given.email else None
        row.phone, row.language, row.reach_note = given.phone or None, given.language, given.note or None
        row.save(update_fields=["email", "email_index", "phone", "language", "reach_note"])
        if "language" in fields and row.user_id:
            User.objects.filter(pk=row.user_id).update(language=given.language)
        by, kept = acting_person(actor), {name: old[name] for name in fields}
        ContactChange.keep(row, kept, index=index, by=by, now=now)
        data = {"fields": ", ".join(fields)}
        acting(actor=actor, now=now).record(actions.CLIENT_CONTACT_CORRECTED, row, **data)
        if "email" in fields and before.email:
            _unbind(row, before.email, now=now)
    return frozenset(differing)


def _unbind(client: Client, address: str, *, now: datetime) -> None:
    """End what an address had opened: whoever reads mail there is not let in any more, with any device."""
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
    note = names.clean_name(given.note)
    name_fault = names.name_fault(given.name)
    faults = {
        "name": str(name_fault.label) if name_fault else "",
        "email": _email_fault(email),
        "phone": names.phone_fault(phone),
        "language": "" if given.language in dict(settings.LANGUAGES) else _("Choose one of the languages."),
        "note": _("Write at most 500 characters.") if len(note) > LONGEST_NOTE else "",
    }
    errors = {name: [fault] for name, fault in faults.items() if fault}
    if errors:
        raise InvalidInput(_("This cannot be saved as it is."), errors)
    return Contact(names.clean_name(given.name), email, phone, given.language, note)


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
