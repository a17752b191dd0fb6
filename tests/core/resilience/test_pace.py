"""Slots by a clock that all processes share: no second too full, nothing charged that was not used."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.models import QuotaLane
from legist.core.resilience import pace, quota
from legist.core.resilience.quota import Limit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
LANE = "uscis"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _lane() -> None:
    quota.configure(LANE, per_second=10, per_day=1000)


def take(n: int, *, now: datetime = NOON, within: timedelta = MINUTE, **more: object) -> pace.Taken:
    return pace.take(LANE, n, now=now, within=within, **more)  # type: ignore[arg-type]


def used() -> int:
    return quota.usage(LANE, DAY).used


@given(st.floats(0.2, 500), st.floats(0, pace.JITTER_S - 0.001))
def test_no_second_holds_too_many_however_calls_are_held_up_on_their_way(
    per_second: float, late: float
) -> None:
    allowed = max(1, int(per_second))
    assert allowed * pace.distance_s(per_second) - late > 1


def test_slots_open_one_after_the_other_and_for_a_moment() -> None:
    slots = take(5).slots
    opens = [slot.opens for slot in slots]
    assert [round(b - a, 6) for a, b in pairwise(opens)] == [0.12] * 4
    assert all(0 < slot.closes - slot.opens < pace.LATE_S + 0.001 for slot in slots)
    assert abs(opens[0] - time.monotonic()) < 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(-3600, 3600)), min_size=2, max_size=6))
def test_callers_whose_clocks_disagree_keep_one_pace(callers: list[tuple[int, int]]) -> None:
    QuotaLane.objects.filter(key=LANE).update(pace_clock="", pace_free_s=0)
    slots = [
        slot for count, wrong in callers for slot in take(count, now=NOON + timedelta(seconds=wrong)).slots
    ]
    # A call leaves before its slot closes. When one opens here hangs on how long the clock's answer took.
    assert all(later.opens - sooner.closes > 0.099 for sooner, later in pairwise(slots))


def test_what_nobody_left_in_is_given_back() -> None:
    taken = take(4)
    assert used() == 4
    pace.give_back(LANE, taken.slots[1:])
    assert used() == 1


def test_a_request_that_counts_for_nothing_takes_a_slot_all_the_same() -> None:
    first, second = take(1, is_charged=False).slots[0], take(1).slots[0]
    assert (used(), second.opens > first.opens) == (1, True)


def test_it_grants_what_is_left_of_the_day() -> None:
    quota.configure(LANE, per_second=10, per_day=3)
    assert pace.foresee(LANE, 5, now=NOON, within=MINUTE) == (3, Limit.DAY)
    taken = take(5)
    assert (len(taken.slots), taken.limited_by, len(take(1).slots)) == (3, Limit.DAY, 0)


def test_it_waits_for_a_block_that_ends_within_the_horizon() -> None:
    quota.block_until(LANE, NOON + timedelta(seconds=30))
    assert take(1).slots[0].opens - time.monotonic() > 25
    quota.block_until(LANE, NOON + timedelta(minutes=5))
    taken = take(1)
    assert (taken.slots, taken.limited_by) == ([], Limit.BLOCKED)
    assert pace.foresee(LANE, 1, now=NOON, within=MINUTE) == (0, Limit.BLOCKED)


def test_slots_beyond_midnight_are_charged_to_the_new_day() -> None:
    late = datetime(2026, 3, 2, 23, 59, 59, 950_000, tzinfo=UTC)
    assert [slot.day.day for slot in take(1, now=late).slots + take(1, now=late).slots] == [2, 3]


@pytest.mark.parametrize(("clock", "free"), [("boot:another", 10.0), ("", 0.0)])
def test_a_clock_that_was_started_anew_keeps_nobody_waiting(clock: str, free: float) -> None:
    QuotaLane.objects.filter(key=LANE).update(pace_clock=clock, pace_free_s=free)
    assert take(1).slots[0].opens - time.monotonic() <= 1.01


def test_a_slot_beyond_any_queue_is_not_believed() -> None:
    take(1)
    QuotaLane.objects.filter(key=LANE).update(pace_free_s=1e12)
    assert take(1).slots[0].opens - time.monotonic() <= 1.01


def test_spare_slots_are_for_fast_lanes_only() -> None:
    assert len(take(1, spare=64).slots) == 1
    quota.configure(LANE, per_second=1000, per_day=1000)
    assert 1 < len(take(1, spare=64).slots) <= 11


def test_spare_slots_are_a_small_part_of_a_day_for_who_is_killed_keeps_them() -> None:
    quota.configure(LANE, per_second=1000, per_day=100)
    assert len(take(1, spare=64).slots) == 1
