"""Slots for calls that must not come too close together, by a clock that all processes share.

Whoever wants to call takes a slot first, for one call, when everything but the sending is done. A slot is
open for a moment only: who comes too late gives it back and takes another. The clock is not the caller's: it
is that of the database server or, where the database is a file, the machine's own since it was started, which
nobody can set. So callers whose clocks disagree keep one pace.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import connection

from legist.core import instants
from legist.core.failpoints import atomic
from legist.core.models import QuotaLane
from legist.core.resilience import quota
from legist.core.resilience.quota import Limit

# A call that would leave later than this gives its slot back.
LATE_S: Final = 0.020
# What a second may be shortened by on the way: lateness, the network, and both machines being busy.
JITTER_S: Final = 0.200
# A process that is killed keeps what it has in hand: in spare no more than this part of a day's calls.
SPARE_OF_DAY: Final = 1000
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Slot:
    """When one call may leave, in seconds of `time.monotonic()` here, and the day it is charged to."""

    opens: float
    closes: float
    day: date


@dataclass(frozen=True, slots=True)
class Taken:
    """The slots that were to be had, in order, and what kept the rest."""

    slots: list[Slot]
    limited_by: Limit


def distance_s(per_second: float) -> float:
    """The seconds between two slots, so that no second on the other side holds more than `per_second` calls.

    Of n + 1 calls the last arrives more than a second after the first, even if the first was held up on its
    way by as much as JITTER_S.
    """
    return (1 + JITTER_S) / math.floor(per_second) if per_second >= 1 else 1 / per_second + JITTER_S


def foresee(lane: str, n: int, *, now: datetime, within: timedelta) -> tuple[int, Limit]:
    """Return how many of `n` calls can be made if nobody else makes any, and what keeps the rest.

    Takes nothing, so it promises nothing.
    """
    row = QuotaLane.objects.get(key=lane)
    if row.blocked_until > now + within:
        return 0, Limit.BLOCKED
    today = max(now, row.blocked_until).astimezone(UTC).date()
    left = quota.usage(lane, today).remaining
    return (n, Limit.NONE) if left >= n else (left, Limit.DAY)


def take(
    lane: str, n: int, *, now: datetime, within: timedelta, is_charged: bool = True, spare: int = 0
) -> Taken:
    """Take up to `n` slots that open within that time, and at most `spare` more that open together with them.

    The UTC day of each is charged, unless `is_charged` is False. Call it outside any transaction.
    """
    with atomic():
        row = QuotaLane.objects.select_for_update().get(key=lane)
        clock, shared, read_at = _clock(now)
        step = distance_s(row.per_second)
        free = _first_free(row, clock=clock, shared=shared)
        start = max(free, shared + max(0.0, (row.blocked_until - now).total_seconds()))
        day, ends = _day_of(now, start - shared)
        latest = min(ends, within.total_seconds()) + shared
        spare = min(spare, int(LATE_S / 2 / step), row.per_day // SPARE_OF_DAY)
        fitting = max(0, min(n + spare, math.ceil((latest - start) / step)))
        granted = quota.charge(row, fitting, day=day) if is_charged else fitting
        if granted:
            row.pace_clock, row.pace_free_s = clock, start + granted * step
            row.save(update_fields=["pace_clock", "pace_free_s"])
    # It opens as if the shared clock was read late, and closes as if it was read early.
    early, late = (moment + start - shared for moment in read_at)
    slots = [Slot(late + index * step, early + index * step + LATE_S, day) for index in range(granted)]
    return Taken(slots, _limited_by(n, fitting=fitting, granted=granted, is_blocked=row.blocked_until > now))


def give_back(lane: str, slots: list[Slot]) -> None:
    """Give back the charge of slots that no call left in; their time has passed."""
    for day in {slot.day for slot in slots}:
        quota.refund(lane, sum(slot.day == day for slot in slots), day=day)


def _first_free(row: QuotaLane, *, clock: str, shared: float) -> float:
    """The first free slot. One of another clock, or beyond any queue, says only that somebody has called."""
    if row.pace_clock != clock:
        return shared + (1.0 if row.pace_clock else 0.0)
    is_sane = row.pace_free_s <= shared + quota.LONGEST_QUEUE.total_seconds() + 2 * distance_s(row.per_second)
    return max(shared, row.pace_free_s) if is_sane else shared + 1.0


def _day_of(now: datetime, ahead_s: float) -> tuple[date, float]:
    """The UTC day of an instant so far ahead, and in how many seconds from now it ends."""
    day = (now + timedelta(seconds=ahead_s)).astimezone(UTC).date()
    midnight = datetime.combine(day + timedelta(days=1), time_of_day(), tzinfo=UTC)
    return day, (midnight - now).total_seconds()


def _limited_by(wanted: int, *, fitting: int, granted: int, is_blocked: bool) -> Limit:
    if granted >= wanted:
        return Limit.NONE
    if granted < fitting:
        return Limit.DAY
    return Limit.BLOCKED if is_blocked else Limit.PACE


def _clock(now: datetime) -> tuple[str, float, tuple[float, float]]:
    """The shared clock's name and reading, between two readings of our own."""
    if connection.vendor != "postgresql":
        moment = time.monotonic()
        return _boot(), moment, (moment, moment)
    before = time.monotonic()
    server = instants.judge(now)
    return "server", server.timestamp(), (before, time.monotonic())


@lru_cache(maxsize=1)
def _boot() -> str:
    """The name of the machine's clock since it was started, which all its processes share."""
    return f"boot:{_BOOT.read_text().strip()}" if _BOOT.exists() else "boot"
