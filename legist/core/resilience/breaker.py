"""The circuit breaker of a lane, shared by every worker.

A misconfiguration opens it at once. Transient failures in a row open it for a pause that doubles with
each trip. When the pause is over, one probe may go through: its success closes the lane, its failure
opens it again for longer. Whoever knows without a call that the service is still down puts the probe off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from legist.core import instants
from legist.core.models import LaneState
from legist.core.resilience import backoff
from legist.core.states import BreakerState

THRESHOLD = 5
PAUSE_BASE = timedelta(seconds=15)
PAUSE_CAP = timedelta(minutes=15)
PROBE_TIME = timedelta(seconds=60)
LONGEST_REASON = 200
# From so many trips on the pause is PAUSE_CAP and grows no more.
LONG_AFTER = 7


@dataclass(frozen=True, slots=True)
class Status:
    """What operators see of a lane; `retry_at` None while open means: until somebody resets it."""

    lane: str
    state: BreakerState
    reason: str
    failures: int
    opened_at: datetime | None
    retry_at: datetime | None


def status(lane: str) -> Status:
    """Return the state of the lane; one that never failed is closed."""
    row = LaneState.objects.filter(lane=lane).first()
    if row is None:
        return Status(lane, BreakerState.CLOSED, "", 0, None, None)
    return Status(lane, BreakerState(row.state), row.reason, row.failures, row.opened_at, row.retry_at)


def is_open(lane: str, now: datetime) -> bool:
    """Return whether calls are held back now; looks only, so ask `admit` before calling."""
    row = LaneState.objects.filter(lane=lane).first()
    return row is not None and not _may_pass(row, now)


def is_to_be_tried(lane: str, now: datetime) -> bool:
    """Return whether calls are held back and a probe may go now, so that somebody has to send one."""
    row = LaneState.objects.filter(lane=lane).exclude(state=BreakerState.CLOSED).first()
    return row is not None and _may_pass(row, now)


def _may_pass(row: LaneState, now: datetime) -> bool:
    if row.state == BreakerState.CLOSED:
        return True
    due = row.retry_at if row.state == BreakerState.OPEN else row.probe_until
    return due is not None and due <= now


def admit(lane: str, *, now: datetime) -> bool:
    """Return whether a call may be made now; while the lane is being tried, one caller alone is let through.

    Whoever is let through reports with `success` or `failure`; a probe that never reports is replaced
    after PROBE_TIME.
    """
    row = LaneState.objects.filter(lane=lane).first()
    if row is None or row.state == BreakerState.CLOSED:
        return True
    return _may_pass(row, now) and _become_probe(row, now)


def _become_probe(row: LaneState, now: datetime) -> bool:
    """Take the one place there is; False when somebody took it since the row was read."""
    unchanged = LaneState.objects.filter(
        lane=row.lane, state=row.state, retry_at=row.retry_at, probe_until=row.probe_until
    )
    return bool(unchanged.update(state=BreakerState.HALF_OPEN, probe_until=now + PROBE_TIME))


def is_down_for_long(lane: str) -> bool:
    """Return whether a lane has failed so often in a row that its pause grows no more."""
    return LaneState.objects.filter(lane=lane, trips__gte=LONG_AFTER).exists()


def put_off(lane: str, *, now: datetime) -> None:
    """Give the place of the probe back unused: the next may go after PAUSE_CAP."""
    trying = LaneState.objects.filter(lane=lane, state=BreakerState.HALF_OPEN)
    trying.update(state=BreakerState.OPEN, retry_at=now + PAUSE_CAP, probe_until=None)


def trip(lane: str, *, reason: str, now: datetime, retry_at: datetime | None = None) -> bool:
    """Open the lane at once, until `retry_at` or until an operator resets it; return False if it was open.

    `retry_at` lies no further ahead than PAUSE_CAP.
    """
    _ensure(lane)
    not_open = LaneState.objects.filter(lane=lane).exclude(state=BreakerState.OPEN)
    return bool(_open(not_open, reason=reason, now=now, retry_at=retry_at))


def failure(lane: str, *, reason: str, now: datetime, at_once: bool = False) -> bool:
    """Count a transient failure; return True when it opened the lane. `at_once`: the first one does."""
    _ensure(lane)
    LaneState.objects.filter(lane=lane).update(failures=F("failures") + 1)
    row = LaneState.objects.get(lane=lane)
    is_enough = at_once or row.failures >= THRESHOLD
    if row.state == BreakerState.OPEN or (row.state == BreakerState.CLOSED and not is_enough):
        return False
    retry_at = now + backoff.ceiling(row.trips + 1, base=PAUSE_BASE, cap=PAUSE_CAP)
    same = LaneState.objects.filter(lane=lane, state=row.state, trips=row.trips)
    return bool(_open(same, reason=reason, now=now, retry_at=retry_at))


def _open(rows: QuerySet[LaneState], *, reason: str, now: datetime, retry_at: datetime | None) -> int:
    return rows.update(
        state=BreakerState.OPEN,
        reason=reason[:LONGEST_REASON],
        opened_at=now,
        retry_at=retry_at,
        probe_until=None,
        trips=F("trips") + 1,
    )


def success(lane: str) -> bool:
    """Note a good call; return True when it closed the lane. Writes nothing while all is well.

    A straggler's success does not close a lane that was opened meanwhile: only the probe's does.
    """
    row = LaneState.objects.filter(lane=lane).first()
    if row is None or row.state == BreakerState.OPEN or not (row.failures or row.trips):
        return False
    same = LaneState.objects.filter(lane=lane, state=row.state)
    return bool(_close(same)) and row.state == BreakerState.HALF_OPEN


def reset(lane: str) -> bool:
    """Close the lane by an operator's hand; return False if it was closed already."""
    open_rows = LaneState.objects.filter(lane=lane).exclude(state=BreakerState.CLOSED)
    return bool(_close(open_rows))


def _close(rows: QuerySet[LaneState]) -> int:
    return rows.update(
        state=BreakerState.CLOSED,
        reason="",
        failures=0,
        trips=0,
        opened_at=None,
        retry_at=None,
        probe_until=None,
    )


def _ensure(lane: str) -> None:
    if not LaneState.objects.filter(lane=lane).exists():
        LaneState.objects.bulk_create([LaneState(lane=lane)], ignore_conflicts=True)


instants.register(LaneState, "retry_at", at_most=PAUSE_CAP)
instants.register(LaneState, "probe_until", at_most=PROBE_TIME)
