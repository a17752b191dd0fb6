"""The approval queue: what waits, what was sent back, and deliveries that a person must settle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, When

from legist.core.actors import Actor
from legist.core.web.pagination import ordered
from legist.practice.counts import count_for
from legist.practice.permissions import (
    Capability,
    acting_person,
    can,
    require,
    visible_to,
    works_on_what_it_sees,
)
from workflows.messages.approval_rules import is_for
from workflows.messages.selectors import WaitingDraft, drafts_in, visible_drafts, waiting_rows
from workflows.models import Delivery, Draft
from workflows.states import DeliveryState, DraftState

LIMIT = 200
URGENT_DAYS = 14
# What is urgent, then what waits longest.
USUAL = ("urgency", "submitted_at")
VIEWS: dict[str, DraftState] = {
    "": DraftState.IN_REVIEW,
    "returned": DraftState.RETURNED,
    "drafts": DraftState.DRAFTED,
    "approved": DraftState.APPROVED,
    "sent": DraftState.SENT,
}
DELIVERIES = "deliveries"


@dataclass(frozen=True, slots=True)
class ApprovalQueue:
    """One view of the queue, and how much is in the others."""

    view: str
    rows: list[WaitingDraft]
    deliveries: list[Delivery]
    counts: dict[str, int]
    can_approve: bool
    can_edit: bool
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a draft stands in the queue, from 1; None for one that does not wait."""

    position: int | None
    total: int
    previous: UUID | None
    next: UUID | None


def approval_queue(actor: Actor, *, view: str, rows: list[WaitingDraft]) -> ApprovalQueue:
    """Return one view of the queue with its rows, beside what is in the others."""
    require(actor, Capability.VIEW_MATTER)
    unsettled = undecided_deliveries(actor)
    return ApprovalQueue(
        view=view,
        rows=rows,
        deliveries=list(unsettled[:LIMIT]) if view == DELIVERIES else [],
        counts=_counts(actor) | {DELIVERIES: unsettled.count()},
        can_approve=can(actor, Capability.APPROVE_DRAFT),
        can_edit=works_on_what_it_sees(actor),
        is_cut=len(rows) == LIMIT,
    )


def neighbours(actor: Actor, draft_id: UUID, *, today: date) -> Neighbours:
    """Return the drafts before and after this one among those that wait."""
    waiting = [row.id for row in read_rows(find_drafts(actor, today=today), USUAL)]
    if draft_id not in waiting:
        return Neighbours(None, len(waiting), None, waiting[0] if waiting else None)
    at = waiting.index(draft_id)
    following = waiting[at + 1 :] or waiting[:at]
    return Neighbours(at + 1, len(waiting), waiting[at - 1] if at else None, next(iter(following), None))


def find_drafts(actor: Actor, *, view: str = "", purpose: str = "", today: date) -> QuerySet[Draft]:
    """Return the drafts of a view; `urgency` is 0 where their work is due within two weeks, or overdue."""
    near = When(next_due__lte=today + timedelta(days=URGENT_DAYS), then=0)
    found = drafts_in(actor, VIEWS[view]).annotate(urgency=Case(near, default=1, output_field=IntegerField()))
    return found.filter(purpose=purpose) if purpose else found


def read_rows(drafts: QuerySet[Draft], order: tuple[str, ...]) -> list[WaitingDraft]:
    """Return the first rows in an order.

    In the usual one, what a newer status has overtaken comes last: somebody has to look whether it should
    still go out at all.
    """
    rows = waiting_rows(list(ordered(drafts, order)[:LIMIT]))
    return sorted(rows, key=lambda row: row.is_overtaken) if order == USUAL else rows


def _counts(actor: Actor) -> dict[str, int]:
    drafts = visible_drafts(actor).order_by()
    by_state = dict(drafts.values_list("state").annotate(Count("pk")))
    return {view: by_state.get(state, 0) for view, state in VIEWS.items()}


def count_waiting_drafts(actor: Actor) -> int:
    """Return how many drafts this person can approve now; for others, how many wait on their matters."""
    return count_for(actor, _waiting)


def _waiting(actor: Actor) -> QuerySet[Draft]:
    capability = Capability.APPROVE_DRAFT if can(actor, Capability.APPROVE_DRAFT) else Capability.VIEW_MATTER
    waiting = Draft.objects.filter(state=DraftState.IN_REVIEW)
    person = acting_person(actor)
    if person and capability == Capability.APPROVE_DRAFT:
        waiting = waiting.filter(is_for(person))
    return visible_to(actor, waiting, via="matter", capability=capability)


def undecided_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return the deliveries a person must decide about, oldest first."""
    states = (DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.HELD)
    found = Delivery.objects.filter(state__in=states).select_related("draft__matter", "draft__client")
    return visible_to(actor, found, via="draft__matter").order_by("created_at")
