"""Whom the failures of a batch concern, beside the latest answers that any worker got."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from legist.core.actors import Actor
from legist.core.clock import SKEW
from legist.core.uow import unit_of_work
from tracking import reviews
from tracking.models import Receipt, StatusQuery
from tracking.polling.fetching import Fetched, as_asked
from tracking.sources.errors import Concern
from tracking.sources.judging import LIMITED, Asked, finds_fault, weigh_all
from tracking.states import QueryOutcome, ReviewKind

_LOOKED_AT: Final = 50
_UNFINISHED: Final = (QueryOutcome.STARTED, QueryOutcome.LOST)
_WEIGHED: Final = frozenset({Concern.RECEIPT, Concern.PACE})
_BLAMED: Final = (
    ReviewKind.NOT_ANSWERED,
    ReviewKind.NOT_RECOGNISED,
    ReviewKind.REFUSED,
    ReviewKind.UNREADABLE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """The failures in a row until now, oldest first, and since when; nothing good came between them."""

    asked: list[Asked]
    since: datetime | None = None

    @property
    def receipts(self) -> list[UUID]:
        """Whose answers they were, in order, the latest last."""
        return list(dict.fromkeys(reversed([asked.receipt for asked in self.asked])))[::-1]


def current_row(source: str, *, now: datetime) -> Row:
    """Return the failures since the last good answer, at most fifty, as the record has them."""
    finished = _finished(source).filter(started_at__lte=now + SKEW).order_by("-started_at")
    columns = ("receipt_id", "outcome", "error_code", "started_at", "receipt__last_good_at")
    latest = finished.values_list(*columns)[:_LOOKED_AT]
    failed = list(takewhile(lambda row: row[1] != QueryOutcome.OK, latest))[::-1]
    if not failed:
        return Row([])
    since = failed[0][3]
    before = _codes_before(source, {row[0] for row in failed}, since)
    asked = [
        Asked(receipt, code, good_at is not None, finds_fault(said), said in LIMITED)
        for receipt, _outcome, code, _at, good_at in failed
        for said in [before.get(receipt, "")]
    ]
    return Row(asked, since)


def judge_batch(batch: Sequence[Fetched], *, source: str, now: datetime) -> list[Fetched]:
    """Say of each failure whom it concerns. Costs nothing unless one speaks of its receipt or of a limit."""
    is_needed = any(each.failure and each.failure.concern in _WEIGHED for each in batch)
    recent = current_row(source, now=now).asked if is_needed else []
    concerns = weigh_all([(as_asked(each), each.failure) for each in batch], recent=recent)
    return [replace(each, concern=concern) for each, concern in zip(batch, concerns, strict=True)]


def clear(row: Row, *, source: str, now: datetime, actor: Actor) -> int:
    """Take back what was held against receipts since nothing good came: it was not about them.

    They are due again and wait with the others; questions that were open before stay open.
    """
    ids = {asked.receipt for asked in row.asked if finds_fault(asked.code) and not asked.was_refused}
    with unit_of_work(actor=actor):
        blamed = Receipt.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        for receipt in blamed:
            reviews.settle(
                _BLAMED,
                receipt=receipt,
                source=source,
                reason="Others met the same in a row: it was not about this receipt.",
                now=now,
                actor=actor,
                since=row.since,
            )
        waiting = {"next_poll_at": now, "next_poll_reason": "waiting: the source refuses or fails everybody"}
        free = Receipt.objects.filter(pk__in=ids, next_poll_at__isnull=False, lease_token=None)
        return free.update(**waiting)


def _finished(source: str) -> QuerySet[StatusQuery]:
    return StatusQuery.objects.filter(source=source).exclude(outcome__in=_UNFINISHED)


def _codes_before(source: str, receipts: Iterable[UUID], since: datetime) -> dict[UUID, str]:
    """Return the error code of each receipt's last answer before the row began."""
    earlier = _finished(source).filter(receipt=OuterRef("pk"), started_at__lt=since).order_by("-started_at")
    rows: Any = Receipt.objects.filter(pk__in=list(receipts)).annotate(
        before=Subquery(earlier.values("error_code")[:1])
    )
    return {pk: code or "" for pk, code in rows.values_list("pk", "before")}
