"""The shared ledger of calls: never above the pace, never above the day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.resilience import quota
from legist.core.resilience.quota import Limit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
SECOND = timedelta(seconds=1)
LANE = "uscis"


@pytest.fixture(autouse=True)
def _lane() -> None:
    quota.configure(LANE, per_second=10, per_day=10_000)


def test_it_grants_evenly_spaced_slots_from_now() -> None:
    grant = quota.reserve(LANE, 3, now=NOON)

    assert [grant.slot(i) - NOON for i in range(3)] == [n * timedelta(milliseconds=100) for n in range(3)]
    assert (grant.granted, grant.limited_by) == (3, Limit.NONE)


def test_the_next_worker_is_served_after_the_first() -> None:
    quota.reserve(LANE, 20, now=NOON)

    assert quota.reserve(LANE, 1, now=NOON).starts_at == NOON + 2 * SECOND


def test_idle_time_is_not_saved_up() -> None:
    quota.reserve(LANE, 1, now=NOON)
    grant = quota.reserve(LANE, 2, now=NOON + timedelta(hours=1))

    assert grant.slot(1) - grant.slot(0) == timedelta(milliseconds=100)


def test_it_grants_only_what_starts_within_the_callers_horizon() -> None:
    quota.reserve(LANE, 15, now=NOON)

    grant = quota.reserve(LANE, 100, now=NOON, within=2 * SECOND)

    assert (grant.granted, grant.limited_by) == (5, Limit.PACE)
    assert quota.reserve(LANE, 1, now=NOON, within=2 * SECOND).granted == 0


def test_it_grants_the_rest_of_the_day_and_then_nothing() -> None:
    quota.configure(LANE, per_second=10, per_day=25)

    grants = [quota.reserve(LANE, 10, now=NOON) for _ in range(4)]

    assert [grant.granted for grant in grants] == [10, 10, 5, 0]
    assert grants[-1].limited_by == Limit.DAY
    assert quota.usage(LANE, DAY).remaining == 0


def test_a_new_day_begins_at_midnight_utc() -> None:
    quota.configure(LANE, per_second=10, per_day=5)
    quota.reserve(LANE, 5, now=NOON)

    assert quota.reserve(LANE, 5, now=NOON + timedelta(hours=11, minutes=59)).granted == 0
    assert quota.reserve(LANE, 5, now=NOON + timedelta(hours=12)).granted == 5


def test_slots_beyond_midnight_are_left_for_the_new_day() -> None:
    grant = quota.reserve(LANE, 20, now=datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))

    assert grant.granted == 10
    assert quota.usage(LANE, DAY).used == 10


def test_it_gives_no_slot_before_the_service_allows() -> None:
    quota.block_until(LANE, NOON + 60 * SECOND)
    quota.block_until(LANE, NOON + 30 * SECOND)

    assert quota.reserve(LANE, 1, now=NOON).starts_at == NOON + 60 * SECOND
    refused = quota.reserve(LANE, 1, now=NOON, within=5 * SECOND)
    assert (refused.granted, refused.limited_by) == (0, Limit.BLOCKED)
    assert quota.blocked_until(LANE, now=NOON) == NOON + 60 * SECOND


def test_calls_not_made_can_be_given_back() -> None:
    grant = quota.reserve(LANE, 10, now=NOON)

    quota.refund(LANE, 4, day=grant.day)

    assert quota.usage(LANE, DAY).used == 6


def test_it_never_gives_back_more_than_was_reserved() -> None:
    grant = quota.reserve(LANE, 1, now=NOON)

    quota.refund(LANE, 2, day=grant.day)

    assert quota.usage(LANE, DAY).used == 1


def test_a_lower_limit_counts_at_once() -> None:
    quota.reserve(LANE, 10, now=NOON)
    quota.configure(LANE, per_second=1, per_day=5)

    assert quota.reserve(LANE, 1, now=NOON).granted == 0


def test_a_lane_nobody_configured_is_an_error() -> None:
    with pytest.raises(quota.UnknownLaneError, match="other"):
        quota.reserve("other", 1, now=NOON)
    with pytest.raises(quota.UnknownLaneError):
        quota.usage("other", DAY)


Step = tuple[int, int, int | None]
STEPS = st.lists(
    st.tuples(
        # Milliseconds until the next worker asks; clocks of workers differ, so it may be less than nothing.
        st.integers(-300, 1500),
        st.integers(0, 30),
        st.none() | st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=st.tuples(st.integers(1, 13), st.integers(1, 60)), start_s=st.integers(-4, 4), steps=STEPS)
def test_no_interleaving_breaks_a_limit(limits: tuple[int, int], start_s: int, steps: list[Step]) -> None:
    lane, (rate, per_day) = str(uuid4()), limits
    quota.configure(lane, per_second=rate, per_day=per_day)
    now = datetime(2026, 3, 2, tzinfo=UTC) + start_s * SECOND
    slots: list[datetime] = []
    for gap_ms, n, within_s in steps:
        now += timedelta(milliseconds=gap_ms)
        grant = quota.reserve(lane, n, now=now, within=None if within_s is None else within_s * SECOND)
        slots += [grant.slot(i) for i in range(grant.granted)]
        assert all(slot >= now for slot in slots[len(slots) - grant.granted :])

    assert all(later - earlier >= SECOND for earlier, later in zip(slots, slots[rate:], strict=False))
    assert all(earlier < later for earlier, later in pairwise(slots))
    assert all(used <= per_day for used in Counter(slot.date() for slot in slots).values())
