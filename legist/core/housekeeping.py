"""What the kernel does by itself: it forgets what has expired, and tells people of what was given up.

Evidence is never touched: calls, raw answers, changes, messages and the record stay. A task that is done
is deleted by its own run, one that was given up waits for a person, and events have a retention of their
own (`legist/core/outbox.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from django.contrib.sessions.models import Session

from legist.core import given_up
from legist.core.clock import utc_now
from legist.core.tasks import Ran, periodic, task

BATCH: Final = 5000


class Forget(Protocol):
    """Deletes up to `limit` rows whose time is over; returns how many."""

    def __call__(self, *, now: datetime, limit: int = ...) -> int: ...


F = TypeVar("F", bound=Forget)
_forgets: list[Forget] = []


def also_forget(forget: F) -> F:
    """Have the daily look forget something more; each app registers its own."""
    _forgets.append(forget)
    return forget


@also_forget
def clear_sessions(*, now: datetime, limit: int = BATCH) -> int:
    """Delete up to `limit` sessions that ended before `now`, the oldest first; return how many."""
    expired = Session.objects.filter(expire_date__lt=now).order_by("expire_date")
    keys = list(expired.values_list("session_key", flat=True)[:limit])
    # Asked again: a session that was prolonged meanwhile stays.
    deleted, _per_model = Session.objects.filter(session_key__in=keys, expire_date__lt=now).delete()
    return deleted


@task("core.housekeeping", timeout_s=120)
def housekeeping() -> Ran:
    """Forget what has expired, batch by batch."""
    now, done = utc_now(), 0
    for forget in _forgets:
        latest = BATCH
        while latest >= BATCH:
            done += (latest := forget(now=now))
    return Ran(did=done)


periodic(housekeeping, every=timedelta(days=1))


@task("core.announce_given_up", timeout_s=60)
def announce_given_up() -> Ran:
    """Tell people of what was given up: the guarantee behind telling them at once."""
    return Ran(did=given_up.announce(now=utc_now()))


periodic(announce_given_up, every=timedelta(minutes=1))
