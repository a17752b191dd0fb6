"""What lists say of a client and the firm does not: offered to a person, never written by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import NotFound, Overtaken
from legist.core.uow import acting, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.accounts import email_index, find_staff
from legist.practice.clients.contacts import Contact, checked_contact, contact_of, corrected, write_contact
from legist.practice.models import Client, ContactChange, ContactOffer
from legist.practice.permissions import acting_person
from legist.practice.same_name import is_same_name
from legist.practice.states import OfferState

OFFERED: Final = ("name", "email", "language")


def differences(held: Contact, said: Mapping[str, str]) -> dict[str, str]:
    """Return what a list says otherwise than the firm, by field; an empty field says nothing. Pure.

    A spelling without the accents, in capitals or turned round is the same name; one that brings accents is
    worth a look. To a protected client's safe contact a list has nothing to add.
    """
    found = {name: said[name].strip() for name in OFFERED if said.get(name, "").strip()}
    if "name" in found and not _adds_to(held.name, found["name"]):
        del found["name"]
    if held.is_protected or found.get("email", "").lower() == held.email.lower():
        found.pop("email", None)
    if found.get("language") == held.language:
        del found["language"]
    return found


def offers_from(source: UUID | str) -> QuerySet[ContactOffer]:
    """Return what an import has offered and nobody has decided about."""
    return ContactOffer.objects.filter(source=source, state=OfferState.OPEN)


def get_offer(client: Client, offer_id: UUID | str) -> ContactOffer:
    """Return an offer about this client, decided or not. Raises NotFound."""
    found = ContactOffer.objects.select_related("client").filter(pk=offer_id, client=client).first()
    if found is None:
        raise NotFound
    return found


def digests_decided(clients: Collection[UUID]) -> set[str]:
    """Return the digests of what lists said of these clients and somebody has decided about."""
    found = ContactOffer.objects.filter(client__in=clients).exclude(state=OfferState.OPEN)
    return set(found.values_list("digest", flat=True))


def is_offerable(client: Client, field: str, value: str) -> bool:
    """Say whether taking it over could be right: not an address that was corrected, or somebody else's."""
    if field != "email":
        return True
    index = email_index(value)
    is_former = ContactChange.objects.filter(client=client, email_index=index).exists()
    is_held = Client.objects.filter(email_index=index).exists() or find_staff(value) is not None
    return not is_former and not is_held


def offer(
    client: Client, said: Mapping[str, str], *, source: UUID, actor: Actor, now: datetime
) -> list[ContactOffer]:
    """Offer what a list says otherwise; return what is new of it. Nothing is asked for a second time."""
    digests = {field: digest_of(client, field, value) for field, value in said.items()}
    known = ContactOffer.objects.filter(client=client, digest__in=digests.values())
    asked = set(known.values_list("digest", flat=True))
    fresh = [
        _offer(client, field, value, digest=digests[field], source=source, now=now)
        for field, value in said.items()
        if digests[field] not in asked and is_offerable(client, field, value)
    ]
    if fresh:
        ContactOffer.objects.bulk_create(fresh, ignore_conflicts=True)
        data = {"fields": ", ".join(each.field for each in fresh), "import": str(source)}
        acting(actor=actor, now=now).record(actions.CONTACT_OFFERED, client, **data)
    return fresh


def open_offers(clients: Iterable[Client]) -> list[ContactOffer]:
    """Return what waits for a decision, without what stands there by now or does not fit any more."""
    found = ContactOffer.objects.filter(client__in=list(clients), state=OfferState.OPEN)
    waiting = found.select_related("client").order_by("made_at", "pk")
    return [each for each in waiting if differences(contact_of(each.client), {each.field: each.value})]


def take(offer_: ContactOffer, *, seen: str, actor: Actor, now: datetime) -> frozenset[str]:
    """Correct the client as a list says; return what changed. Raises as `contacts.correct_contact` does."""
    with corrected(offer_.client, seen=seen, actor=actor) as row:
        mine, held = _lock(offer_), contact_of(row)
        if not differences(held, {mine.field: mine.value}):
            raise Overtaken(_("This does not fit any more. Reload the page and look at it again."))
        given = replace(held, **{mine.field: mine.value})
        changed = write_contact(row, checked_contact(given), actor=actor, now=now)
        _decide(mine, OfferState.TAKEN, actor=actor, now=now)
    return changed


def dismiss(offer_: ContactOffer, *, actor: Actor, now: datetime) -> None:
    """Leave the client as they are; no list asks for the same again."""
    with unit_of_work(actor=actor, now=now) as unit:
        mine = _lock(offer_)
        _decide(mine, OfferState.DISMISSED, actor=actor, now=now)
        data = {"fields": mine.field}
        unit.record(actions.CONTACT_OFFER_DISMISSED, offer_.client, **data)


def digest_of(client: Client, field: str, value: str) -> str:
    """Return what tells an offer from every other, and nothing of what it says."""
    said = f"{client.pk}\n{field}\n{value.casefold() if field == 'email' else value}"
    return keyed_hash(said.encode(), purpose="contact offer")


def _offer(
    client: Client, field: str, value: str, *, digest: str, source: UUID, now: datetime
) -> ContactOffer:
    sealed: dict[str, Any] = {"value": value}
    return ContactOffer(client=client, field=field, digest=digest, source=source, made_at=now, **sealed)


def _lock(offer_: ContactOffer) -> ContactOffer:
    mine = ContactOffer.objects.select_for_update().get(pk=offer_.pk)
    if mine.state != OfferState.OPEN:
        raise Overtaken(_("Somebody has decided about this already. Reload the page."))
    return mine


def _decide(mine: ContactOffer, state: OfferState, *, actor: Actor, now: datetime) -> None:
    mine.state, mine.decided_at, mine.decided_by = state, now, acting_person(actor)
    mine.save(update_fields=["state", "decided_at", "decided_by"])


def _adds_to(held: str, said: str) -> bool:
    return not is_same_name(held, said) or _accents(said) > _accents(held)


def _accents(name: str) -> int:
    return sum(map(unicodedata.combining, unicodedata.normalize("NFD", name))) + sum(
        ord(char) > 127 and not unicodedata.decomposition(char) for char in name
    )
