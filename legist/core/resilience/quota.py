"""The shared ledger of calls: every worker reserves its calls here before it makes them.

Slots are evenly spaced (a generic cell rate algorithm with the next free instant as its only state), so
no one-second window holds more than the lane's pace; the UTC day a slot lies in is charged for it.
Reserve outside any transaction: the lane's row stays locked until the commit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import F, Q

from legist.core import instants
from legist.core.failpoints import atomic
from legist.core.models import QuotaDay, QuotaLane

MICROSECOND = timedelta(microseconds=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Nobody queues for a slot for longer, and nobody has to wait for longer than a day of the quota.
LONGEST_QUEUE = timedelta(minutes=1)
LONGEST_BLOCK = timedelta(days=1)


class UnknownLaneError(LookupError):
    """The lane was never configured."""


class Limit(StrEnum):
    """What kept a reservation from being granted in full."""

    NONE = "none"
    DAY = "day"
    PACE = "pace"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Grant:
    """Reserved slots: call number i (from 0) may start at `slot(i)`, not before."""

    lane: str
    granted: int
    starts_at: datetime
    spacing_s: float
    limited_by: Limit

    @property
    def day(self) -> date:
        """The UTC day that was charged: pass it to `refund`."""
        return self.starts_at.astimezone(UTC).date()

    def slot(self, index: int) -> datetime:
        """Return the instant from which call number `index` may start."""
        return self.starts_at + index * timedelta(seconds=self.spacing_s)


@dataclass(frozen=True, slots=True)
class Usage:
    """One day of one lane: calls reserved, and the limit they count against."""

    lane: str
    day: date
    used: int
    limit: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


def configure(lane: str, *, per_second: float, per_day: int) -> None:
    """Set a lane's pace and daily limit; cheap when nothing changes, so call it before each batch."""
    wanted = {"per_second": per_second, "per_day": per_day}
    if QuotaLane.objects.filter(key=lane, **wanted).exists():
        return
    unused = {"next_free_at": LONG_AGO, "blocked_until": LONG_AGO}
    QuotaLane.objects.bulk_create([QuotaLane(key=lane, **wanted, **unused)], ignore_conflicts=True)
    QuotaLane.objects.filter(key=lane).update(**wanted)


def spacing(per_second: float) -> timedelta:
    """Return the distance of slots, rounded up to the microsecond so that the pace is never exceeded."""
    return math.ceil(1_000_000 / per_second) * MICROSECOND


def reserve(lane: str, n: int, *, now: datetime, within: timedelta | None = None) -> Grant:
    """Reserve up to `n` evenly spaced calls; fewer, or none, when a limit says so.

    With `within`, only slots that start before `now + within` are taken, so that a caller holding leases
    does not queue behind others for longer than its leases last. Raises UnknownLaneError.
    """
    with atomic():
        row = QuotaLane.objects.select_for_update().filter(key=lane).first()
        if row is None:
            message = f"Configure the lane {lane} before reserving calls on it."
            raise UnknownLaneError(message)
        return _reserve_locked(row, n, now=now, until=now + within if within is not None else None)


def _reserve_locked(row: QuotaLane, n: int, *, now: datetime, until: datetime | None) -> Grant:
    step = spacing(row.per_second)
    starts_at = max(now, row.next_free_at, row.blocked_until).astimezone(UTC)
    midnight = datetime.combine(starts_at.date() + timedelta(days=1), time(), tzinfo=UTC)
    at_pace = min(n, _slots_before(midnight, starts_at, step))
    if until is not None:
        at_pace = min(at_pace, _slots_before(until, starts_at, step))
    granted = charge(row, at_pace, day=starts_at.date())
    if granted:
        row.next_free_at = starts_at + granted * step
        row.save(update_fields=["next_free_at"])
    limited_by = _limited_by(row, wanted=n, at_pace=at_pace, granted=granted, now=now)
    return Grant(row.key, granted, starts_at, step.total_seconds(), limited_by)


def _slots_before(end: datetime, start: datetime, step: timedelta) -> int:
    return max(0, -((start - end) // step))


def charge(row: QuotaLane, n: int, *, day: date) -> int:
    """Charge a day with up to `n` calls, under the lane's lock; return how many it had left for them."""
    if n <= 0:
        return 0
    today, _ = QuotaDay.objects.get_or_create(lane=row, day=day)
    granted = max(0, min(n, row.per_day - today.used))
    unchanged = QuotaDay.objects.filter(id=today.id, used__lte=row.per_day - granted)
    return granted if granted and unchanged.update(used=F("used") + granted) else 0


def _limited_by(row: QuotaLane, *, wanted: int, at_pace: int, granted: int, now: datetime) -> Limit:
    if granted == wanted:
        return Limit.NONE
    if granted < at_pace:
        return Limit.DAY
    return Limit.BLOCKED if row.blocked_until > now else Limit.PACE


def refund(lane: str, n: int, *, day: date) -> None:
    """Give back calls that were reserved on that day and not made; their slots have passed."""
    QuotaDay.objects.filter(lane_id=lane, day=day, used__gte=n).update(used=F("used") - n)


def usage(lane: str, day: date) -> Usage:
    """Return how much of the day's quota is reserved; raises UnknownLaneError."""
    row = QuotaLane.objects.filter(key=lane).first()
    if row is None:
        raise UnknownLaneError(lane)
    used = QuotaDay.objects.filter(lane=row, day=day).values_list("used", flat=True).first()
    return Usage(lane, day, used or 0, row.per_day)


def block_until(lane: str, until: datetime) -> None:
    """Grant no slot before that instant (Retry-After); an earlier instant never shortens a wait.

    It lies no further ahead than LONGEST_BLOCK: see `bounded`.
    """
    QuotaLane.objects.filter(key=lane, blocked_until__lt=until).update(blocked_until=until)


def lift(lane: str, *, now: datetime) -> bool:
    """Grant slots again, by an operator's hand; return False if there was no wait."""
    return bool(QuotaLane.objects.filter(key=lane, blocked_until__gt=now).update(blocked_until=now))


def bounded(seconds: float) -> timedelta:
    """Return how long to wait when asked to wait so long: never longer than LONGEST_BLOCK."""
    return timedelta(seconds=min(max(seconds, 0), LONGEST_BLOCK.total_seconds()))


def blocked_until(lane: str, *, now: datetime) -> datetime | None:
    """Return until when the service asked us to wait, or None when it does not."""
    return (
        QuotaLane.objects.filter(key=lane, blocked_until__gt=now)
        .values_list("blocked_until", flat=True)
        .first()
    )


def _beyond_any_queue(now: datetime) -> Q:
    """Return the condition of lanes whose next slot lies further ahead than anybody queues, at their pace."""
    beyond = Q(pk__in=[])
    for key, per_second in QuotaLane.objects.values_list("key", "per_second"):
        at_most = LONGEST_QUEUE + 2 * spacing(per_second)
        beyond |= Q(key=key) & instants.ahead("next_free_at", now=now, at_most=at_most)
    return beyond


instants.register(QuotaLane, "next_free_at", at_most=_beyond_any_queue)
instants.register(QuotaLane, "blocked_until", at_most=LONGEST_BLOCK)
