"""A run that waits out the short pauses the source asks for, so that what is due now is asked about now."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from legist.core.actors import Actor
from legist.core.resilience import breaker, quota
from tracking.polling import leasing
from tracking.polling.run import PollResult, poll_due
from tracking.sources.base import Source


class Stop(Protocol):
    """Whether the process is to end, and a way to wait that ends with it."""

    @property
    def is_set(self) -> bool: ...
    def wait(self, seconds: float) -> None: ...


def poll_patiently(
    *,
    source: Source,
    limit: int | None,
    actor: Actor,
    stop: Stop,
    patience: timedelta,
    clock: Callable[[], datetime],
) -> PollResult:
    """Ask about what is due; where the source asks for a pause that fits into `patience`, go on after it.

    The result adds up all that was done.
    """
    until = time.monotonic() + patience.total_seconds()
    result = PollResult()
    while True:
        left = None if limit is None else limit - result.answered
        again = poll_due(source=source, now=clock(), limit=left, actor=actor, is_stopped=lambda: stop.is_set)
        result = result.followed_by(again)
        is_done = limit is not None and result.answered >= limit
        pause = pause_of(source.key, now=clock())
        fits = pause is not None and time.monotonic() + pause.total_seconds() < until
        if pause is None or not fits or is_done or not again.claimed or again.is_refused or stop.is_set:
            return result
        stop.wait(pause.total_seconds())


def pause_of(lane: str, *, now: datetime) -> timedelta | None:
    """Return how long to wait until what the source put off can be asked about; None for nothing.

    No time at all for what is due by now: its pause may have ended while the others were asked about.
    """
    blocked = quota.blocked_until(lane, now=now)
    asked_again = leasing.next_deferred(now=now)
    instants = [max(asked_again, blocked or asked_again)] if asked_again else []
    if leasing.is_any_due(now):
        instants.append(blocked or now)
    if not instants:
        return None
    held = breaker.status(lane).retry_at
    return max(min(instants), held or now, now) - now
