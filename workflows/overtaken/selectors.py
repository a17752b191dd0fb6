"""What is open about receipts and has been overtaken, for whoever may work on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from legist.core.actors import Actor
from legist.practice.permissions import Capability, visible_to
from legist.practice.states import MatterState
from tracking.selectors import visible_receipts
from workflows.access import stands_in
from workflows.deadlines.later_news import later_news, reported_since
from workflows.messages.selectors import overtaken
from workflows.models import ChecklistItem, Deadline, Draft
from workflows.overtaken.bundle import Bundle, OpenWork, Piece, decide
from workflows.states import DeadlineState, DraftState

M = TypeVar("M", bound=Model)
UNFINISHED = (DraftState.DRAFTED, DraftState.IN_REVIEW, DraftState.RETURNED)
OPEN = MatterState.OPEN
# Messages that nobody has approved; of one that is put together of several, each part by itself.
UNAPPROVED = stands_in(*UNFINISHED)


def overtaken_of(
    messages: Iterable[Draft], steps: Iterable[ChecklistItem], dates: Iterable[Deadline]
) -> list[Piece]:
    """Return what of these rows has been overtaken; their changes and runs should come with them.

    Of a playbook's dates all that are open have to be among them, or its steps may look as if they had lost
    their aim.
    """
    messages, steps, dates = list(messages), list(steps), list(dates)
    changes = {row.checklist.run.change for row in steps if row.checklist.run}
    since = reported_since([*changes, *(row.change for row in messages if row.change)])
    work = OpenWork(
        messages=messages,
        steps=steps,
        dates=dates,
        over=frozenset(overtaken(messages, since=since)),
        since=since,
        news=later_news(dates),
    )
    return decide(work)


def bundles(actor: Actor, receipts: Collection[UUID]) -> list[Bundle]:
    """Return a proposal for each of the receipts where something was overtaken; a fixed number of queries.

    Only what the actor may see and work on, in open matters.
    """
    if not receipts:
        return []
    messages = Draft.objects.filter(
        UNAPPROVED, change__receipt__in=receipts, matter__state=OPEN
    ).select_related("change", "matter")
    steps = ChecklistItem.objects.filter(
        checklist__run__receipt__in=receipts, done_at=None, checklist__matter__state=OPEN
    ).select_related("checklist__run__change", "checklist__matter", "owner")
    dates = Deadline.objects.filter(
        receipt__in=receipts, state=DeadlineState.OPEN, matter__state=OPEN
    ).select_related("run__change", "matter")
    found = overtaken_of(
        _worked_on(actor, messages.order_by("created_at", "id"), via="matter"),
        _worked_on(actor, steps.order_by("checklist", "position"), via="checklist__matter"),
        # All of them: a step is open for a date that this actor may not decide about.
        dates.defer("steps"),
    )
    own = set(_worked_on(actor, dates, via="matter").values_list("pk", flat=True)) if found else set()
    by_receipt: dict[UUID, list[Piece]] = {}
    for piece in found:
        if not isinstance(piece.row, Deadline) or piece.id in own:
            by_receipt.setdefault(receipt_of(piece), []).append(piece)
    rows = visible_receipts(actor).filter(pk__in=by_receipt).select_related("matter__client").order_by("-id")
    return [Bundle(row, tuple(by_receipt[row.pk])) for row in rows]


def _worked_on(actor: Actor, rows: QuerySet[M], *, via: str) -> QuerySet[M]:
    return visible_to(actor, rows, via=via, capability=Capability.WORK_MATTER)


def receipt_of(piece: Piece) -> UUID:
    """Return whose newest status has overtaken it."""
    row = piece.row
    if isinstance(row, Deadline):
        assert row.receipt_id is not None  # noqa: S101  selected by its receipt
        return row.receipt_id
    change = row.change if isinstance(row, Draft) else row.checklist.run and row.checklist.run.change
    assert change is not None  # noqa: S101  selected by its change
    return change.receipt_id
