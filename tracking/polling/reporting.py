"""Tell the shared breaker and budget how a batch of calls went, and operations when access is refused."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from legist.core.actors import Actor
from legist.core.resilience import breaker, quota
from tracking import reviews
from tracking.models import ReviewItem, ReviewKind, ReviewState
from tracking.polling.fetching import DEFERRING, Fetched
from tracking.sources.errors import ErrorKind, SourceError

# One probe each while access is refused, so that a corrected credential is noticed by itself.
ACCESS_RETRY: Final = timedelta(minutes=15)
SPIKE_PAUSE_S: Final = 5.0


def report(batch: list[Fetched], *, source: str, now: datetime, actor: Actor) -> None:
    """Report a batch in the order in which it came back. Call it outside any transaction."""
    was_good = False
    for fetched in batch:
        failure = fetched.failure
        if failure is None or failure.kind == ErrorKind.PERMANENT:
            if not was_good:
                _report_answer(source, now=now, actor=actor)
            was_good = True
            continue
        was_good = False
        _report_failure(failure, source=source, now=now, actor=actor)


def is_access_refused(source: str) -> bool:
    """Say whether operations still have to mend our access to the source."""
    asked = ReviewItem.objects.filter(kind=ReviewKind.ACCESS_REFUSED, source=source, receipt=None)
    return asked.filter(state=ReviewState.OPEN).exists()


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


def _report_failure(failure: SourceError, *, source: str, now: datetime, actor: Actor) -> None:
    if failure.kind == ErrorKind.MISCONFIGURED:
        breaker.trip(source, reason=failure.public_message[:200], now=now, retry_at=now + ACCESS_RETRY)
        reviews.open_item(
            ReviewKind.ACCESS_REFUSED,
            receipt=None,
            source=source,
            code=failure.code,
            detail=failure.public_message,
            now=now,
            actor=actor,
        )
    elif failure.code in DEFERRING:
        quota.block_until(source, _until(failure, now=now))
    else:
        breaker.failure(source, reason=failure.public_message[:200], now=now)


def _until(failure: SourceError, *, now: datetime) -> datetime:
    """Retry-After where given; else a used-up day ends at midnight UTC and a spike in seconds."""
    if failure.retry_after is not None:
        return now + quota.bounded(failure.retry_after)
    if failure.code == "quota":
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)
    return now + timedelta(seconds=SPIKE_PAUSE_S)
