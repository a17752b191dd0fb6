"""Correcting how a client is reached, with all that follows for their messages and those who write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.audit import name_on_record
from legist.core.errors import Forbidden, NotFound
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.clients import conflicts, contacts, merging, offers, protection, relations
from legist.practice.clients.contacts import Contact
from legist.practice.clients.protection import SafeContact
from legist.practice.models import Client, Matter
from legist.practice.permissions import (
    Capability,
    access_matter,
    acting_person,
    can,
    visible_clients,
    visible_matters,
)
from legist.practice.roles import Role
from legist.practice.selectors import Event, correctable_matters, describe
from legist.practice.states import MatterState
from tracking.selectors import visible_receipts
from tracking.selectors.receipts import forms_of, proposing_forms
from workflows.matters.services import access_client
from workflows.messages import drafts
from workflows.notifications import services as notifications
from workflows.recipients import assigned, firm_managers, managers, operations
from workflows.states import NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from legist.practice.clients.merging import Merging
    from legist.practice.clients.relations import Relative
    from legist.practice.models import ContactChange, ContactOffer

OFFERED = "offered"
# What is told of a conflict where no manager may look into it.
ALIKE, UNTOLD = "alike", "untold"


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction changed (names of fields), and how many messages were addressed anew."""

    fields: frozenset[str]
    messages: int


@dataclass(frozen=True, slots=True)
class ContactPage:
    """How a client is reached, and what stood there before, newest first."""

    client: Client
    contact: Contact
    changes: list[ContactChange]
    proposing: list[str]
    offers: list[ContactOffer]
    can_end_protection: bool


def contact_page(actor: Actor, matter_id: UUID | str) -> ContactPage:
    """Return the contact data of a matter's client to those who may correct it; NotFound to strangers."""
    client, matter = access_client(actor, matter_id), access_matter(actor, matter_id)
    return _contact_page(actor, client, can_end_protection=can(actor, Capability.MANAGE_MATTER, matter))


def _contact_page(actor: Actor, client: Client, *, can_end_protection: bool) -> ContactPage:
    return ContactPage(
        client=client,
        contact=contacts.contact_of(client),
        changes=list(client.contact_changes.select_related("by")[:50]),
        proposing=proposing_forms(actor, client),
        offers=offers.open_offers([client]),
        can_end_protection=can_end_protection,
    )


def correct_contact(
    matter_id: UUID | str, given: Contact, *, seen: str, actor: Actor, now: datetime, told: str = ""
) -> Corrected:
    """Correct how a matter's client is reached; see `practice.contacts.correct_contact` for what is refused.

    Messages that have not left are addressed anew and wait for approval again, in every matter of the client;
    the people of each open one are told, whoever made the correction apart. Another name raises ConflictFound
    until `told` says that the actor knows who is alike.
    """
    return correct(access_client(actor, matter_id), given, seen=seen, told=told, actor=actor, now=now)


def correct(
    client: Client, given: Contact, *, seen: str, actor: Actor, now: datetime, told: str = ""
) -> Corrected:
    """Correct how a client is reached whom the caller has authorised (`editable_client`)."""
    conflicts.check_renaming(client, contacts.checked_contact(given), seen=told, actor=actor, now=now)
    with unit_of_work(actor=actor):
        fields = contacts.correct_contact(client, given, seen=seen, actor=actor, now=now)
        messages = drafts.readdress(client, actor=actor, now=now)
        if fields & contacts.REACHED_BY:
            _tell(client, actor=actor, now=now)
    return Corrected(fields, messages)


def protect(
    matter_id: UUID | str, safe: SafeContact, *, reason: str, seen: str, actor: Actor, now: datetime
) -> Corrected:
    """Mark a matter's client as protected; see `practice.protection.protect` for what is refused.

    Every message that has not left is called back, in every matter of the client, whether its address
    changes or not: whoever approves it has to see that the client is protected.
    """
    client = access_client(actor, matter_id)
    with unit_of_work(actor=actor):
        fields = protection.protect(client, safe, reason=reason, seen=seen, actor=actor, now=now)
        messages = drafts.readdress(client, every=True, actor=actor, now=now)
        _tell(client, actor=actor, now=now)
    return Corrected(fields, messages)


def end_protection(matter_id: UUID | str, *, reason: str, seen: str, actor: Actor, now: datetime) -> None:
    """End the protection of a matter's client; for those who manage the matter."""
    client = access_client(actor, matter_id)
    if not can(actor, Capability.MANAGE_MATTER, access_matter(actor, matter_id)):
        raise Forbidden(_("Only an attorney of the matter or a manager ends a protection. Ask one of them."))
    with unit_of_work(actor=actor):
        protection.end_protection(client, reason=reason, seen=seen, actor=actor, now=now)
        _tell(client, actor=actor, now=now)


def decline_protection(matter_id: UUID | str, *, seen: str, actor: Actor, now: datetime) -> None:
    """Note that a matter's client needs no protection because of the forms of their cases."""
    client = access_client(actor, matter_id)
    protection.decline_protection(client, forms_of(actor, client), seen=seen, actor=actor, now=now)


def take_offer(
    matter_id: UUID | str, offer_id: UUID | str, *, seen: str, actor: Actor, now: datetime
) -> Corrected:
    """Correct a matter's client as a list says, with all that a correction by hand brings with it.

    Another name raises ConflictFound where somebody is alike: a correction by hand goes on from there.
    """
    offer = _access_offer(matter_id, offer_id, actor=actor)
    if offer.field == "name":
        given = replace(contacts.contact_of(offer.client), name=offer.value)
        conflicts.check_renaming(offer.client, given, seen="", actor=actor, now=now)
    with unit_of_work(actor=actor):
        fields = offers.take(offer, seen=seen, actor=actor, now=now)
        messages = drafts.readdress(offer.client, actor=actor, now=now)
        if fields - {"name"}:
            _tell(offer.client, actor=actor, now=now)
    return Corrected(fields, messages)


def dismiss_offer(matter_id: UUID | str, offer_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Leave a matter's client as they are, whatever the list says."""
    offers.dismiss(_access_offer(matter_id, offer_id, actor=actor), actor=actor, now=now)


def _access_offer(matter_id: UUID | str, offer_id: UUID | str, *, actor: Actor) -> ContactOffer:
    return offers.get_offer(access_client(actor, matter_id), offer_id)


def tell_of_offers(import_id: str, *, now: datetime) -> None:
    """Tell the people of each client's open matters, once for an import, what its list says otherwise."""
    waiting = offers.offers_from(import_id)
    for client in Client.objects.filter(pk__in=waiting.values("client")).order_by("pk"):
        for matter in Matter.objects.filter(client=client, state=MatterState.OPEN).order_by("pk"):
            key = f"contact_offer:{import_id}:{matter.pk}"
            data = {"what": OFFERED}
            message = notifications.Message(
                key, NotificationKind.CONTACT, NotificationLevel.ACTION, client, matter, data
            )
            notifications.notify(assigned(matter) or managers(matter), message, now=now)


def _tell(client: Client, *, actor: Actor, now: datetime) -> None:
    """Tell the people of the client's open matters: one of them may know better."""
    key, who = f"contact:{client.pk}:{now:%Y%m%d%H%M%S%f}", acting_person(actor)
    for matter in Matter.objects.filter(client=client, state=MatterState.OPEN).order_by("pk"):
        people = [each for each in assigned(matter) or managers(matter) if each != who]
        message = notifications.Message(key, NotificationKind.CONTACT, NotificationLevel.INFO, client, matter)
        notifications.notify(people, message, now=now)


def tell_of_conflict(check_id: UUID | str, *, now: datetime) -> int:
    """Tell the managers who may see everybody concerned that somebody is alike; return how many are told.

    Where no manager may, the attorneys of the matters of whoever is alike are told of their own client, and
    of nobody else; where there is none either, it goes on the record, and operations are told without a name.
    """
    check, key = conflicts.get_check(check_id), f"conflict:{check_id}"
    told = [each for each in firm_managers() if conflicts.is_open_check(check_id, Actor.for_user(each))]
    if told:
        return notifications.notify(told, _conflict(key, check, None), now=now)
    by = check.by.name if check.by else ""
    alike = conflicts.found_in(check)
    matters = Matter.objects.filter(client__in=alike, state=MatterState.OPEN).order_by("pk")
    people = [
        (matter, [each for each in assigned(matter, Role.ATTORNEY) if each != check.by])
        for matter in matters.select_related("attorney")
    ]
    count = sum(
        notifications.notify(them, _conflict(key, check, matter, what=ALIKE, by=by), now=now)
        for matter, them in people
        if them
    )
    return count or _tell_operations(key, check, now=now)


def tell_of_known_number(matter_id: UUID | str, *, key: str, now: datetime) -> int:
    """Tell the managers of a matter that somebody who may not see it entered a number of it.

    Its attorney where no manager may see it; nobody else but operations, without a name, where neither may.
    """
    matter = Matter.objects.get(pk=matter_id)
    told = managers(matter) or assigned(matter, Role.ATTORNEY)
    if told:
        return notifications.notify(told, _conflict(key, matter, matter), now=now)
    return _tell_operations(key, matter, now=now)


def _conflict(key: str, subject: Model, matter: Matter | None, **data: str) -> notifications.Message:
    kind, level = NotificationKind.CONFLICT, NotificationLevel.ACTION
    return notifications.Message(key, kind, level, subject, matter, data)


def _tell_operations(key: str, subject: Model, *, now: datetime) -> int:
    """Say on the record that no manager and no attorney could be told, and tell operations just that."""
    with unit_of_work(actor=Actor.system("conflicts"), now=now) as unit:
        unit.record(actions.CONFLICT_UNTOLD, subject)
        return notifications.notify(operations(), _conflict(key, subject, None, what=UNTOLD), now=now)


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A client as their readers see them: matters that are open to the reader, and what was done."""

    client: Client
    matters: list[Matter]
    events: list[Event]
    relatives: list[Relative]
    can_correct: bool


def list_clients(actor: Actor, *, kind: str = "", language: str = "") -> QuerySet[Client]:
    """Return the clients whom the actor may see, each with `open_matters`; an empty value does not narrow."""
    mine = visible_matters(actor).filter(client=OuterRef("pk"), state=MatterState.OPEN).order_by()
    counted = mine.values("client").annotate(n=Count("pk")).values("n")
    found = visible_clients(actor).annotate(open_matters=Coalesce(Subquery(counted), 0))
    narrowed = {name: value for name, value in (("kind", kind), ("language", language)) if value}
    return found.filter(**narrowed)


def client_file(actor: Actor, client_id: UUID | str) -> ClientFile:
    """Return a client to those who may see them; NotFound to strangers and behind a wall."""
    client = _access(actor, client_id)
    concerned = Q(client=client) | Q(pk__in=client.roles.values("matter"))
    matters = visible_matters(actor).filter(concerned).select_related("attorney", "paralegal")
    records = [str(client.pk), *map(str, client.merged.values_list("pk", flat=True))]
    entries = AuditEntry.objects.filter(subject_type=name_on_record(Client), subject_id__in=records)
    return ClientFile(
        client=client,
        matters=list(matters.order_by("-state", "-id")),
        events=describe(entries.order_by("-sequence")[:50], reader=actor),
        relatives=relations.relatives_of(actor, client),
        can_correct=_may_correct(actor, client),
    )


def editable_client(actor: Actor, client_id: UUID | str) -> ContactPage:
    """Return the contact data of a client to those who may correct it: who work on a matter or manage one.

    A client without any matter is corrected by whoever may open one.
    """
    client = _access(actor, client_id)
    if not _may_correct(actor, client):
        raise Forbidden(_("You may read this, but not change it. Ask the attorney of the matter."))
    return _contact_page(actor, client, can_end_protection=False)


@dataclass(frozen=True, slots=True)
class MergePage:
    """What merging two clients would do: what is known of each, and how much of the one moves."""

    plan: Merging
    kept: Contact
    gone: Contact
    matters: list[Matter]
    receipts: int
    messages: int
    others: int
    walls: int


def merge_page(actor: Actor, kept_id: UUID | str, gone_id: UUID | str) -> MergePage:
    """Return what merging would do, to those who may; see `practice.clients.merging.foresee`."""
    plan = merging.foresee(actor, kept_id, gone_id)
    moved = ("practice.matter", "workflows.draft")
    return MergePage(
        plan=plan,
        kept=contacts.contact_of(plan.kept),
        gone=contacts.contact_of(plan.gone),
        matters=list(plan.gone.matters.order_by("pk")),
        receipts=visible_receipts(actor).filter(matter__client=plan.gone).count(),
        messages=plan.rows["workflows.draft"],
        others=sum(count for table, count in plan.rows.items() if table not in moved),
        walls=plan.gone.walls.count() + plan.kept.walls.count(),
    )


def merge(kept_id: UUID | str, gone_id: UUID | str, *, seen: str, actor: Actor, now: datetime) -> Corrected:
    """Make one client of two; see `practice.clients.merging`. Messages that wait are addressed anew."""
    with unit_of_work(actor=actor):
        plan = merging.merge(kept_id, gone_id, seen=seen, actor=actor, now=now)
        messages = drafts.readdress(plan.kept, actor=actor, now=now)
        _tell(plan.kept, actor=actor, now=now)
    return Corrected(frozenset({"client"}), messages)


def relate(client_id: UUID | str, *, other: str, kind: str, actor: Actor, now: datetime) -> Client:
    """Note what another client is to one whom the actor may correct; return the other."""
    client = editable_client(actor, client_id).client
    return relations.relate(client, other, kind, actor=actor, now=now)


def unrelate(client_id: UUID | str, relation_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Take back what was noted of a client whom the actor may correct."""
    relations.unrelate(editable_client(actor, client_id).client, relation_id, actor=actor, now=now)


def _access(actor: Actor, client_id: UUID | str) -> Client:
    known = Client.objects.filter(pk=client_id).values_list("merged_into", flat=True).first()
    client = visible_clients(actor).filter(pk=known or client_id).first()
    if client is None:
        raise NotFound
    return client


def _may_correct(actor: Actor, client: Client) -> bool:
    if correctable_matters(actor).filter(client=client).exists():
        return True
    return can(actor, Capability.OPEN_MATTER) and not Matter.objects.filter(client=client).exists()
