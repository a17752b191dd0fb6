"""Fetch and authorise in one step; what hangs below a matter follows the matter."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.permissions import Capability, access, can, require, visible_to
from tracking.models import ImportBatch, Override, Receipt, ReviewItem, StatusChange, StatusQuery

TRIAGE = Capability.TRIAGE_UNASSIGNED


def visible_receipts(actor: Actor, *, of_few: bool = False) -> QuerySet[Receipt]:
    """Return the receipts the actor may see: of their matters, and the unassigned tray by role.

    `of_few` as for `visible_matters`.
    """
    return visible_to(
        actor,
        Receipt.objects.all(),
        via="matter",
        capability=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
        of_few=of_few,
    )


def refusal_of_tracked(actor: Actor, receipt: Receipt) -> str:
    """Say why a number that is tracked already cannot be tracked once more.

    A number is tracked once in the whole firm, so the refusal itself cannot be hidden: to accept it would
    need a second receipt for the same number, which would ask USCIS twice and split its history. What can
    be hidden is everything else. Whoever may not see the receipt gets one sentence for a wall, another
    person's matter and any other cause alike, without a hint that a search would find something; what it
    leaves to guess is that the firm knows the number, not whose it is, since when, or why it is closed.
    """
    if visible_receipts(actor).filter(pk=receipt.pk).exists():
        return _("This receipt number is tracked already. Search for it to open it.")
    return hidden_number()


def hidden_number() -> str:
    """The one sentence for a number that the actor may not know about."""
    return _("This number cannot be tracked from here. Ask operations.")


def visible_changes(actor: Actor) -> QuerySet[StatusChange]:
    """Return the changes of the receipts the actor may see."""
    changes: QuerySet[StatusChange] = StatusChange.objects.all()
    return visible_to(
        actor, changes, via="receipt__matter", capability=Capability.VIEW_RECEIPT, unassigned=TRIAGE
    )


def visible_reviews(actor: Actor) -> QuerySet[ReviewItem]:
    """Return the questions about receipts the actor may see, and about sources for staff."""
    return visible_to(
        actor,
        ReviewItem.objects.all(),
        via="receipt__matter",
        capability=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
    )


def visible_imports(actor: Actor) -> QuerySet[ImportBatch]:
    """Return the person's own uploads; those who run the poller see all."""
    batches = ImportBatch.objects.defer("content", "preview")
    if can(actor, Capability.OPERATE_POLLER):
        return batches
    if actor.user is None or not can(actor, Capability.IMPORT_RECEIPTS):
        return batches.none()
    return batches.filter(uploaded_by=actor.user.pk)


def access_receipt(
    actor: Actor,
    receipt_id: UUID | str,
    *,
    capability: Capability = Capability.VIEW_RECEIPT,
    lock: bool = False,
) -> Receipt:
    """Fetch and authorise one receipt with its matter; NotFound to strangers, Forbidden to readers."""
    return access(
        actor,
        Receipt.objects.select_related("matter"),
        receipt_id,
        via="matter",
        capability=capability,
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
        lock=lock,
    )


def access_change(
    actor: Actor, change_id: UUID | str, *, capability: Capability = Capability.VIEW_RECEIPT
) -> StatusChange:
    """Fetch and authorise one status change with its receipt."""
    changes: QuerySet[StatusChange] = StatusChange.objects.select_related("receipt__matter")
    return access(
        actor,
        changes,
        change_id,
        via="receipt__matter",
        capability=capability,
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
    )


def access_override(actor: Actor, override_id: UUID | str) -> Override:
    """Fetch one override for somebody who may correct statuses."""
    return access(
        actor,
        Override.objects.select_related("receipt"),
        override_id,
        via="receipt__matter",
        capability=Capability.OVERRIDE_STATUS,
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
    )


def access_query(actor: Actor, query_id: UUID | str, *, capability: Capability) -> StatusQuery:
    """Fetch and authorise one call with its raw answer."""
    return access(
        actor,
        StatusQuery.objects.select_related("receipt", "payload"),
        query_id,
        via="receipt__matter",
        capability=capability,
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
    )


def access_review(
    actor: Actor, review_id: UUID | str, *, work: bool = False, lock: bool = False
) -> ReviewItem:
    """Fetch and authorise one review item; with `work` for somebody who may settle it.

    Paralegals and attorneys settle by their work on the matter, operations by their right to correct
    statuses; a question about a source as a whole belongs to whoever runs the poller.
    """
    capability = working_capability(actor) if work else Capability.VIEW_RECEIPT
    item = access(
        actor,
        ReviewItem.objects.select_related("receipt__matter"),
        review_id,
        via="receipt__matter",
        capability=capability,
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
        lock=lock,
    )
    if work and item.receipt_id is None:
        require(actor, Capability.OPERATE_POLLER)
    return item


def working_capability(actor: Actor) -> Capability:
    """Return the capability by which this actor works on receipts."""
    return Capability.WORK_RECEIPT if can(actor, Capability.WORK_RECEIPT) else Capability.OVERRIDE_STATUS


def access_import(actor: Actor, batch_id: UUID | str, *, lock: bool = False) -> ImportBatch:
    """Fetch one upload of the actor's own, or any for those who run the poller."""
    found = visible_imports(actor).filter(Q(pk=batch_id))
    batch = (found.select_for_update() if lock else found).first()
    if batch is None:
        raise NotFound
    return batch
