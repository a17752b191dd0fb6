"""Queues of work: reviews, uploads, and the numbers in the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.practice.counts import count_for
from tracking.access import access_import, visible_imports, visible_reviews
from tracking.models import (
    Finding,
    ImportBatch,
    ImportRow,
    Receipt,
    ReviewItem,
    StatusChange,
    StatusQuery,
)
from tracking.polling.leasing import held, in_force
from tracking.selectors.changes import inbox_counts
from tracking.selectors.waiting import list_waiting_rows
from tracking.states import FindingKind, ImportState, ReviewState


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """Narrows the review queue. `state` is open or resolved."""

    kind: str = ""
    state: str = ReviewState.OPEN
    is_mine: bool = False
    receipt_id: UUID | None = None


def list_reviews(actor: Actor, filters: ReviewFilters) -> QuerySet[ReviewItem]:
    """Return the questions the actor may see, oldest first, with receipt, matter and assignee."""
    exact = {"kind": filters.kind, "state": filters.state, "receipt": filters.receipt_id}
    items = visible_reviews(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.is_mine and actor.user is not None:
        items = items.filter(assigned_to=actor.user.pk)
    return items.select_related("receipt__matter", "assigned_to", "change").order_by("opened_at", "id")


def list_imports(actor: Actor) -> QuerySet[ImportBatch]:
    """Return the actor's uploads, newest first."""
    return visible_imports(actor).select_related("uploaded_by").order_by("-id")


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come; `time_left` is None before it can be told."""

    done: int
    total: int
    time_left: timedelta | None
    is_running: bool

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0 if self.is_running else 100


@dataclass(frozen=True, slots=True)
class ImportDetail:
    """One upload: its counts, its progress and what became of its rows, in file order."""

    batch: ImportBatch
    progress: ImportProgress
    rows: QuerySet[ImportRow]
    waits_for_actor: bool = False

    @property
    def is_unseen(self) -> bool:
        """True until somebody has looked into the file, or it turned out to be unusable."""
        return self.batch.preview is None or self.batch.state == ImportState.REFUSED


def import_detail(actor: Actor, batch_id: UUID | str, *, now: datetime, outcome: str = "") -> ImportDetail:
    """Return one upload; `outcome` narrows its rows."""
    batch = access_import(actor, batch_id)
    rows = batch.rows.select_related("receipt").order_by("sheet", "line")
    return ImportDetail(
        batch,
        import_progress(batch, now=now),
        rows.filter(outcome=outcome) if outcome else rows,
        waits_for_actor=bool(batch.waiting) and list_waiting_rows(actor).filter(row__batch=batch).exists(),
    )


def import_progress(batch: ImportBatch, *, now: datetime) -> ImportProgress:
    """Estimate the time left from the rows done so far; no query."""
    is_running = batch.state in {ImportState.CHECKING, ImportState.QUEUED, ImportState.RUNNING}
    left = time_left(batch.started_at, done=batch.position, total=batch.total, now=now)
    return ImportProgress(batch.position, batch.total, left if is_running else None, is_running)


def time_left(started_at: datetime | None, *, done: int, total: int, now: datetime) -> timedelta | None:
    """Estimate the time left of a run from what it has done so far; None before it can be told."""
    if started_at is None or not done:
        return None
    return max((now - started_at) / done * (total - done), timedelta(0))


def count_inbox(actor: Actor, *, now: datetime) -> int:
    """Count the changes of the person's own matters that ask for something."""
    return inbox_counts(actor, now=now).asking


def count_reviews(actor: Actor) -> int:
    """Count the open questions the actor may see."""
    return count_for(actor, _open_reviews)


def _open_reviews(actor: Actor) -> QuerySet[ReviewItem]:
    return visible_reviews(actor).filter(state=ReviewState.OPEN)


def kept_by_tracking(*, now: datetime) -> dict[str, int]:
    """Count what there is of everything, whoever may see it: for operators."""
    return {
        "receipts": Receipt.objects.count(),
        "queries": StatusQuery.objects.count(),
        "changes": StatusChange.objects.count(),
        "review_items": ReviewItem.objects.count(),
        "turned_down": len(in_force(now)),
        "receipts_held": Receipt.objects.filter(held(now), next_poll_at__lte=now).count(),
        "silent_updates": Finding.objects.filter(kind=FindingKind.SILENT_UPDATE).count(),
        "disagreements": Finding.objects.filter(kind=FindingKind.DISAGREEMENT).count(),
    }
