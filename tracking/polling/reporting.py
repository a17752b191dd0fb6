"""Tell the shared breaker and budget how a batch of calls went, and operations when access is refused."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from legist.core.actors import Actor
from legist.core.resilience import breaker, quota
from legist.core.states import BreakerState
from tracking import reviews
from tracking.models import ReviewItem
from tracking.polling import judging, leasing
from tracking.polling.fetching import Fetched
from tracking.sources.errors import Concern, SourceError
from tracking.sources.failures import is_refusal
from tracking.states import ReviewKind, ReviewState

# One probe each while access is refused, so that a corrected credential is noticed by itself.
ACCESS_RETRY: Final = timedelta(minutes=15)
# What we are asked to wait at least, where we are asked to wait at all.
SPIKE_PAUSE_S: Final = 5.0


def report(batch: list[Fetched], *, source: str, now: datetime, actor: Actor) -> None:
    """Report a judged batch in the order in which it came back. Call it outside any transaction."""
    was_good = was_paced = False
    for fetched in batch:
        if fetched.failure is None or fetched.concern == Concern.RECEIPT:
            if _proves_our_access(fetched) and not was_good:
                _report_answer(source, now=now, actor=actor)
                was_good = True
            elif not _proves_our_access(fetched):
                _report_refusal(fetched, source=source, now=now)
            continue
        was_good = False
        if fetched.failure.code == "held_back":
            continue
        if fetched.concern == Concern.PACE:
            # What many threads met together is one limit, not many failures.
            _report_limit(fetched.failure, source=source, now=now, is_first=not was_paced)
            was_paced = True
        else:
            _report_failure(fetched, source=source, now=now, actor=actor)


def is_access_refused(source: str) -> bool:
    """Say whether operations still have to mend our access to the source."""
    asked = ReviewItem.objects.filter(kind=ReviewKind.ACCESS_REFUSED, source=source, receipt=None)
    return asked.filter(state=ReviewState.OPEN).exists()


def _proves_our_access(fetched: Fetched) -> bool:
    return fetched.failure is None or not is_refusal(fetched.failure.code)


def _report_answer(source: str, *, now: datetime, actor: Actor) -> None:
    breaker.success(source)
    reviews.settle(
        [ReviewKind.ACCESS_REFUSED],
        receipt=None,
        source=source,
        reason="The source accepts our access again.",
        now=now,
        actor=actor,
    )


def _report_refusal(fetched: Fetched, *, source: str, now: datetime) -> None:
    """A refusal of one receipt says nothing of the lane; as a probe it has not shown that the lane works."""
    assert fetched.failure is not None  # noqa: S101  a refusal is a failure
    if breaker.status(source).state == BreakerState.HALF_OPEN:
        breaker.failure(source, reason=fetched.failure.public_message[:200], now=now)


def _report_failure(fetched: Fetched, *, source: str, now: datetime, actor: Actor) -> None:
    failure = fetched.failure
    assert failure is not None  # noqa: S101  the caller has seen to it
    reason = failure.public_message[:200]
    is_judged_by_others = failure.concern == Concern.RECEIPT
    if fetched.concern == Concern.ACCESS:
        breaker.trip(source, reason=reason, now=now, retry_at=now + ACCESS_RETRY)
        reviews.open_item(
            ReviewKind.ACCESS_REFUSED,
            receipt=None,
            source=source,
            code=failure.code,
            detail=failure.public_message,
            now=now,
            actor=actor,
        )
    else:
        breaker.failure(source, reason=reason, now=now, at_once=is_judged_by_others)
    if is_judged_by_others:
        judging.clear(judging.current_row(source, now=now), source=source, now=now, actor=actor)


def _report_limit(failure: SourceError, *, source: str, now: datetime, is_first: bool) -> None:
    """Have everybody wait. A limit that says no time, and one that comes again and again, waits longer.

    A day that is called used up is tried with a receipt that reads well, after the pause of the breaker.
    """
    is_certain = failure.code != "quota" or _is_used_up_for_others(source, now=now)
    if is_certain:
        quota.block_until(source, _until(failure, now=now))
    if is_first and not (is_certain and failure.code == "quota"):
        reason = failure.public_message[:200]
        breaker.failure(source, reason=reason, now=now, at_once=not failure.retry_after or not is_certain)


def _is_used_up_for_others(source: str, *, now: datetime) -> bool:
    """Say whether a probe has met the end of the quota, too, or there is no receipt that would show it."""
    if breaker.status(source).state == BreakerState.HALF_OPEN:
        return True
    return not leasing.has_healthy_other(failed=judging.current_row(source, now=now).receipts)


def _until(failure: SourceError, *, now: datetime) -> datetime:
    """A used-up day ends at midnight UTC; else Retry-After where given, and some seconds where not."""
    if failure.code == "quota":
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)
    return now + quota.bounded(failure.retry_after or SPIKE_PAUSE_S)
