"""Clients to whom a letter at the wrong address may do harm: nothing goes anywhere but to their safe contact.

Forms of people who hide from somebody (8 U.S.C. 1367: self-petitions under VAWA, T and U status) or who
asked for asylum (8 CFR 208.6) propose it; a person decides. The safe contact takes the place of the ordinary
one, so that no part of the product has a second address to choose from; the history keeps what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Final

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting
from legist.practice import audit_actions as actions
from legist.practice.accounts import email_index
from legist.practice.clients.contacts import checked_contact, contact_of, corrected, write_contact
from legist.practice.form_numbers import numbers_named
from legist.practice.models import Client, ContactChange
from legist.practice.permissions import acting_person
from legist.practice.states import WayKind

# Supplements (I-914A, I-918B) belong to the same cases.
_PROPOSING: Final = frozenset({"I-360", "I-589", "I-914", "I-918"})


@dataclass(frozen=True, slots=True)
class SafeContact:
    """Where a protected client may be reached; at least one of them is given."""

    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


def proposing_forms(forms: Iterable[str]) -> frozenset[str]:
    """Return those of some forms whose people may need protection, as they are printed (`I-589`)."""
    return _PROPOSING & frozenset(chain.from_iterable(map(numbers_named, forms)))


def undecided_forms(client: Client, forms: Iterable[str]) -> list[str]:
    """Return the forms that propose protection of a client about which nobody has decided."""
    if client.protected_at is not None:
        return []
    return sorted(proposing_forms(forms) - set(client.unprotected_forms.split(",")))


def protect(
    client: Client, safe: SafeContact, *, seen: str, actor: Actor, now: datetime, reason: str = ""
) -> frozenset[str]:
    """Mark a client as protected; the safe contact replaces what stood there. Return the fields that changed.

    The address that is replaced is never used again: see `practice.contacts`. Raises InvalidInput for a
    contact that cannot be used or is empty, WrongState when somebody was faster.
    """
    if not any(map(str.strip, (safe.email, safe.phone, safe.note))):
        message = _("Say how the client is reached safely: an address, a telephone number, or words.")
        raise InvalidInput.at("email", message)
    with corrected(client, seen=seen, actor=actor) as row:
        if row.protected_at is not None:
            raise WrongState(_("This client is protected already."))
        held = contact_of(row)
        given = replace(held, email=safe.email, phone=safe.phone, note=safe.note, ways=())
        for way in held.ways:
            if way.kind == WayKind.EMAIL:
                # Given up as the one above it: lists that name it mean this client, and nobody new.
                index = email_index(way.value)
                ContactChange.keep(
                    row, {"ways": [asdict(way)]}, index=index, by=acting_person(actor), now=now
                )
        changed = write_contact(row, checked_contact(given), actor=actor, now=now)
        row.protected_at = now
        row.save(update_fields=["protected_at"])
        _keep(row, "no", reason=reason, actor=actor, now=now)
        acting(actor=actor, now=now).record(actions.CLIENT_PROTECTED, row)
    return changed


def end_protection(client: Client, *, reason: str, seen: str, actor: Actor, now: datetime) -> None:
    """Treat a client as any other again; the safe contact stays the one that is used."""
    reason = required_reason(reason)
    with corrected(client, seen=seen, actor=actor) as row:
        if row.protected_at is None:
            raise WrongState(_("This client is not protected."))
        row.protected_at = None
        row.save(update_fields=["protected_at"])
        _keep(row, "yes", reason=reason, actor=actor, now=now)
        acting(actor=actor, now=now).record(actions.CLIENT_PROTECTION_ENDED, row)


def decline_protection(
    client: Client, forms: Iterable[str], *, seen: str, actor: Actor, now: datetime
) -> None:
    """Note that a client needs no protection because of these forms; they do not propose it again."""
    with corrected(client, seen=seen, actor=actor) as row:
        decided = undecided_forms(row, forms)
        if not decided:
            raise Overtaken(_("There is nothing to decide any more. Reload the page."))
        known = set(filter(None, row.unprotected_forms.split(",")))
        row.unprotected_forms = ",".join(sorted(known | set(decided)))
        row.save(update_fields=["unprotected_forms"])
        data = {"forms": ", ".join(decided)}
        acting(actor=actor, now=now).record(actions.CLIENT_PROTECTION_DECLINED, row, **data)


def _keep(row: Client, before: str, *, reason: str, actor: Actor, now: datetime) -> None:
    ContactChange.keep(row, {"protected": before}, by=acting_person(actor), now=now, reason=reason.strip())
