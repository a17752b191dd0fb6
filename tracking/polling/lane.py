"""What a batch of calls says of everybody: whom its failures concern, what breaker and budget are told of it.

A failure is judged beside the latest answers that any worker got; operations are told when access is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from legist.core.actors import Actor
from legist.core.clock import SKEW
from legist.core.reasons import Reason
from legist.core.resilience import breaker, quota
from legist.core.states import BreakerState
from legist.core.uow import unit_of_work
from tracking import reviews
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling import leasing
from tracking.polling.cadence import NextPoll
from tracking.polling.fetching import Fetched
from tracking.sources import POLLED
from tracking.sources.errors import Concern, SourceError
from tracking.sources.failures import is_refusal
from tracking.sources.judging import LIMITED, Asked, finds_fault, weigh_all
from tracking.states import PUT_OFF, NextCheck, QueryOutcome, ReviewClosing, ReviewKind, ReviewState

_LOOKED_AT: Final = 50
_UNFINISHED: Final = (QueryOutcome.STARTED, QueryOutcome.LOST)
_WEIGHED: Final = frozenset({Concern.RECEIPT, Concern.PACE})
_BLAMED: Final = (
    ReviewKind.NOT_ANSWERED,
    ReviewKind.NOT_RECOGNISED,
    ReviewKind.REFUSED,
    ReviewKind.UNREADABLE,
)
# Why calls are held back when several receipts at once are not what they were.
FORGETFUL: Final = "forgetful"
# One probe each while access is refused, so that a corrected credential is noticed by itself.
ACCESS_RETRY: Final = timedelta(minutes=15)
# What we are asked to wait at least, where we are asked to wait at all.
SPIKE_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """The failures in a row until now, oldest first, and since when; nothing good came between them."""

    asked: list[Asked]
    since: datetime | None = None

    @property
    def receipts(self) -> list[UUID]:
        """Whose answers they were, in order, the latest last."""
        return list(dict.fromkeys(reversed([asked.receipt for asked in self.asked])))[::-1]


def current_row(lane: str, *, now: datetime) -> Row:
    """Return the failures since the last good answer, at most fifty, as the record has them."""
    finished = _finished(lane).filter(started_at__lte=now + SKEW).order_by("-started_at")
    columns = ("receipt_id", "outcome", "error_code", "started_at", "receipt__last_good_at")
    latest = finished.values_list(*columns)[:_LOOKED_AT]
    failed = list(takewhile(lambda row: row[1] != QueryOutcome.OK, latest))[::-1]
    if not failed:
        return Row([])
    since = failed[0][3]
    before = _codes_before({row[0] for row in failed}, since)
    asked = [
        Asked(receipt, code, good_at is not None, finds_fault(said), said in LIMITED)
        for receipt, _outcome, code, _at, good_at in failed
        for said in [before.get(receipt, "")]
    ]
    return Row(asked, since)


def judge_batch(batch: Sequence[Fetched], *, lane: str, now: datetime) -> list[Fetched]:
    """Say of each failure whom it concerns. Costs nothing unless one speaks of its receipt or of a limit."""
    is_needed = any(each.failure and each.failure.concern in _WEIGHED for each in batch)
    recent = current_row(lane, now=now).asked if is_needed else []
    answers = [(Asked.about(each.claim, each.failure), each.failure) for each in batch]
    concerns = weigh_all(answers, recent=recent)
    return [replace(each, concern=concern) for each, concern in zip(batch, concerns, strict=True)]


def clear(row: Row, *, now: datetime, actor: Actor) -> int:
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
                source=POLLED,
                reason=Reason(ReviewClosing.NOT_ABOUT_THIS),
                now=now,
                actor=actor,
                since=row.since,
            )
        free = Receipt.objects.filter(pk__in=ids, next_poll_at__isnull=False, lease_token=None)
        return free.update(**NextPoll(now, NextCheck.EVERYBODY_WAITS).columns)


def _finished(lane: str) -> QuerySet[StatusQuery]:
    return StatusQuery.objects.filter(source=lane).exclude(outcome__in=_UNFINISHED)


def _codes_before(receipts: Iterable[UUID], since: datetime) -> dict[UUID, str]:
    """Return the error code of each receipt's last answer, on whichever lane, before the row began."""
    asked = StatusQuery.objects.filter(receipt=OuterRef("pk"), started_at__lt=since)
    earlier = asked.exclude(outcome__in=_UNFINISHED).order_by("-started_at")
    rows: Any = Receipt.objects.filter(pk__in=list(receipts)).annotate(
        before=Subquery(earlier.values("error_code")[:1])
    )
    return {pk: code or "" for pk, code in rows.values_list("pk", "before")}


def report(batch: list[Fetched], *, lane: str, now: datetime, actor: Actor) -> None:
    """Report a judged batch in the order in which it came back. Call it outside any transaction."""
    was_good = was_paced = False
    for fetched in batch:
        if fetched.failure is None or fetched.concern == Concern.RECEIPT:
            if _proves_our_access(fetched) and not was_good:
                _report_answer(lane, now=now, actor=actor)
                was_good = True
            elif not _proves_our_access(fetched):
                _report_refusal(fetched, lane=lane, now=now)
            continue
        was_good = False
        if fetched.failure.code == "held_back":
            continue
        if fetched.concern == Concern.PACE:
            # What many threads met together is one limit, not many failures.
            _report_limit(fetched.failure, lane=lane, now=now, is_first=not was_paced)
            was_paced = True
        else:
            _report_failure(fetched, lane=lane, now=now, actor=actor)


def last_call_at(lane: str, *, now: datetime) -> datetime | None:
    """Return when a call left on the lane last, whatever came of it."""
    calls = StatusQuery.objects.filter(source=lane, started_at__lte=now + SKEW).order_by("-started_at")
    return calls.values_list("started_at", flat=True).first()


def is_access_refused(lane: str) -> bool:
    """Say whether operations still have to mend our access to the source."""
    asked = ReviewItem.objects.filter(kind=ReviewKind.ACCESS_REFUSED, source=lane, receipt=None)
    return asked.filter(state=ReviewState.OPEN).exists()


def _proves_our_access(fetched: Fetched) -> bool:
    return fetched.failure is None or not is_refusal(fetched.failure.code)


def _report_answer(lane: str, *, now: datetime, actor: Actor) -> None:
    if breaker.success(lane):
        let_in(lane, now=now)
    reviews.settle(
        [ReviewKind.ACCESS_REFUSED],
        receipt=None,
        source=lane,
        reason=Reason(ReviewClosing.ACCEPTED_AGAIN),
        now=now,
        actor=actor,
    )


def let_in(lane: str, *, now: datetime, whoever: bool = False) -> int:
    """The source answers again: who waits only because it did not is due now. Returns how many there were.

    Not who failed before already, while others were answered; where a person lets them in, `whoever` waits.
    """
    waiting = Receipt.objects.filter(next_poll_reason__in=PUT_OFF, next_poll_at__gt=now, lease_token=None)
    if not whoever:
        good = _finished(lane).filter(outcome=QueryOutcome.OK, started_at__lte=now + SKEW)
        good_at = list(good.order_by("-started_at").values_list("started_at", flat=True)[:2])
        failed = list(waiting.values_list("pk", flat=True))
        before = _codes_before(failed, good_at[-1]) if len(good_at) > 1 else {}
        waiting = waiting.filter(pk__in=[pk for pk in failed if not before.get(pk)])
    return waiting.update(**NextPoll(now, NextCheck.EVERYBODY_WAITS).columns)


def _report_refusal(fetched: Fetched, *, lane: str, now: datetime) -> None:
    """A refusal of one receipt says nothing of the lane; as a probe it has not shown that the lane works."""
    assert fetched.failure is not None  # noqa: S101  a refusal is a failure
    if breaker.status(lane).state == BreakerState.HALF_OPEN:
        breaker.failure(lane, reason=fetched.failure.code, now=now)


def _report_failure(fetched: Fetched, *, lane: str, now: datetime, actor: Actor) -> None:
    failure = fetched.failure
    assert failure is not None  # noqa: S101  the caller has seen to it
    is_judged_by_others = failure.concern == Concern.RECEIPT
    if fetched.concern == Concern.ACCESS:
        breaker.trip(lane, reason=failure.code, now=now, retry_at=now + ACCESS_RETRY)
        reviews.open_item(
            ReviewKind.ACCESS_REFUSED,
            receipt=None,
            source=lane,
            code=failure.code,
            detail=failure.words,
            now=now,
            actor=actor,
        )
    else:
        # Not the words about one receipt: they would blame numbers that were good before.
        reason = FORGETFUL if is_judged_by_others else failure.code
        breaker.failure(lane, reason=reason, now=now, at_once=is_judged_by_others)
    if is_judged_by_others:
        clear(current_row(lane, now=now), now=now, actor=actor)


def _report_limit(failure: SourceError, *, lane: str, now: datetime, is_first: bool) -> None:
    """Have everybody wait. A limit that says no time, and one that comes again and again, waits longer.

    A day that is called used up is tried with a receipt that reads well, after the pause of the breaker.
    """
    is_certain = failure.code != "quota" or _is_used_up_for_others(lane, now=now)
    if is_certain:
        quota.block_until(lane, _until(failure, now=now))
    if is_first and not (is_certain and failure.code == "quota"):
        breaker.failure(lane, reason=failure.code, now=now, at_once=not failure.retry_after or not is_certain)


def _is_used_up_for_others(lane: str, *, now: datetime) -> bool:
    """Say whether a probe has met the end of the quota, too, or there is no receipt that would show it."""
    if breaker.status(lane).state == BreakerState.HALF_OPEN:
        return True
    return not leasing.has_healthy_other(failed=current_row(lane, now=now).receipts, now=now)


def _until(failure: SourceError, *, now: datetime) -> datetime:
    """A used-up day ends at midnight UTC; else Retry-After where given, and some seconds where not."""
    if failure.code == "quota":
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)
    return now + quota.bounded(failure.retry_after or SPIKE_PAUSE_S)
