"""What USCIS has reported since a deadline began: perhaps it is met, perhaps it has no point any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from tracking.models import StatusChange
from workflows.legal.outcomes import MOOT, OUTCOMES, REPLACED_BY
from workflows.models import Deadline
from workflows.models.deadlines import DeadlineState


@dataclass(frozen=True, slots=True)
class LaterNews:
    """The latest such report.

    `is_replacement` when it sets another appointment of the same kind, `is_moot` when it leaves the deadline
    without a point but does not say that it was met.
    """

    code: str
    day: date
    is_replacement: bool = False
    is_moot: bool = False


def later_news(deadlines: Iterable[Deadline]) -> dict[UUID, LaterNews]:
    """Return what was reported since, by the id of the deadline; one query.

    Only of open deadlines; `run__change` should have been fetched with them.
    """
    found = [row for row in deadlines if row.state == DeadlineState.OPEN and row.receipt_id]
    codes = {code for row in found for code in OUTCOMES.get(row.kind, ())}
    if not codes:
        return {}
    changes = StatusChange.objects.filter(receipt__in={row.receipt_id for row in found}, to_code__in=codes)
    by_receipt: dict[UUID, list[StatusChange]] = {}
    known = changes.only(
        "receipt_id", "sequence", "to_code", "event_date", "detected_at", "needs_review", "reread_of_id"
    )
    for change in known.filter(needs_review=False).order_by("-sequence"):
        by_receipt.setdefault(change.receipt_id, []).append(change)
    news = {row.pk: _latest(row, by_receipt.get(row.receipt_id, ())) for row in found if row.receipt_id}
    return {pk: each for pk, each in news.items() if each}


def _latest(deadline: Deadline, changes: Sequence[StatusChange]) -> LaterNews | None:
    codes = OUTCOMES.get(deadline.kind, frozenset())
    for change in changes:
        if change.to_code in codes and _is_after(deadline, change):
            day = change.event_date or timezone.localtime(change.detected_at).date()
            is_replacement = change.to_code == REPLACED_BY.get(deadline.kind)
            return LaterNews(change.to_code, day, is_replacement, change.to_code in MOOT)
    return None


def _is_after(deadline: Deadline, change: StatusChange) -> bool:
    if deadline.run is not None:
        own = deadline.run.change
        # The same status read from the words anew is no news.
        is_repeated = change.reread_of_id is not None and change.to_code == own.to_code
        return change.sequence > own.sequence and not is_repeated
    return change.detected_at > deadline.created_at
