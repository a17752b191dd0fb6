"""The circuit breaker of a lane."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries as Queries

from legist.core.models import LaneState
from legist.core.resilience import breaker
from legist.core.states import BreakerState

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LANE = "uscis"


def fail(times: int, now: datetime = NOON) -> list[bool]:
    return [breaker.failure(LANE, reason="http_503", now=now) for _ in range(times)]


def test_a_lane_that_never_failed_is_in_use() -> None:
    assert breaker.admit(LANE, now=NOON)
    assert not breaker.is_open(LANE, NOON)


def test_it_opens_at_the_last_of_several_failures_in_a_row() -> None:
    assert fail(breaker.THRESHOLD) == [False] * (breaker.THRESHOLD - 1) + [True]
    assert breaker.is_open(LANE, NOON)
    assert not breaker.admit(LANE, now=NOON)


def test_a_success_between_failures_keeps_it_closed() -> None:
    fail(breaker.THRESHOLD - 1)
    breaker.success(LANE)

    assert True not in fail(breaker.THRESHOLD - 1)


def test_a_misconfiguration_opens_it_until_an_operator_resets_it() -> None:
    assert breaker.trip(LANE, reason="unauthorized", now=NOON)
    assert not breaker.admit(LANE, now=NOON + timedelta(days=30))

    assert breaker.reset(LANE)
    assert breaker.admit(LANE, now=NOON)


def test_only_the_first_of_several_trips_tells_operators() -> None:
    assert breaker.trip(LANE, reason="unauthorized", now=NOON)
    assert not breaker.trip(LANE, reason="unauthorized", now=NOON)


def test_it_lets_one_probe_through_when_the_pause_is_over() -> None:
    fail(breaker.THRESHOLD)
    later = NOON + breaker.PAUSE_BASE

    assert not breaker.admit(LANE, now=later - timedelta(seconds=1))
    assert [breaker.admit(LANE, now=later) for _ in range(4)] == [True, False, False, False]
    assert breaker.is_open(LANE, later)


def test_of_two_callers_that_see_the_pause_over_one_is_the_probe() -> None:
    fail(breaker.THRESHOLD)
    later = NOON + breaker.PAUSE_BASE
    seen_by_both = LaneState.objects.get(lane=LANE)

    assert [breaker._become_probe(seen_by_both, later) for _ in range(2)] == [True, False]


def test_the_probes_success_closes_it() -> None:
    fail(breaker.THRESHOLD)
    breaker.admit(LANE, now=NOON + breaker.PAUSE_BASE)

    assert breaker.success(LANE)
    assert breaker.status(LANE).state == BreakerState.CLOSED
    assert breaker.admit(LANE, now=NOON)


def test_the_probes_failure_opens_it_for_twice_as_long() -> None:
    fail(breaker.THRESHOLD)
    later = NOON + breaker.PAUSE_BASE
    breaker.admit(LANE, now=later)

    assert fail(1, later) == [True]
    assert breaker.status(LANE).retry_at == later + 2 * breaker.PAUSE_BASE


def test_the_pause_stops_growing() -> None:
    fail(breaker.THRESHOLD)
    pauses = []
    for hour in range(1, 20):
        probe_at = NOON + timedelta(hours=hour)
        breaker.admit(LANE, now=probe_at)
        fail(1, probe_at)
        pauses.append((breaker.status(LANE).retry_at or NOON) - probe_at)

    assert pauses == sorted(pauses)
    assert pauses[-1] == breaker.PAUSE_CAP


def test_a_probe_that_never_reports_is_replaced() -> None:
    fail(breaker.THRESHOLD)
    later = NOON + breaker.PAUSE_BASE
    breaker.admit(LANE, now=later)

    assert not breaker.admit(LANE, now=later + breaker.PROBE_TIME - timedelta(seconds=1))
    assert breaker.admit(LANE, now=later + breaker.PROBE_TIME)


def test_a_stragglers_success_does_not_close_an_open_lane() -> None:
    breaker.trip(LANE, reason="unauthorized", now=NOON)

    assert not breaker.success(LANE)
    assert breaker.is_open(LANE, NOON)


def test_lanes_are_apart() -> None:
    breaker.trip(LANE, reason="unauthorized", now=NOON)

    assert breaker.admit("other", now=NOON)


def test_it_tells_operators_why_and_since_when() -> None:
    breaker.trip(LANE, reason="forbidden", now=NOON, retry_at=NOON + timedelta(hours=1))

    status = breaker.status(LANE)
    assert (status.reason, status.opened_at) == ("forbidden", NOON)
    assert status.retry_at == NOON + timedelta(hours=1)


def test_it_writes_nothing_while_all_is_well(django_assert_num_queries: Queries) -> None:
    breaker.failure(LANE, reason="timeout", now=NOON)
    breaker.success(LANE)

    with django_assert_num_queries(2) as queries:
        breaker.admit(LANE, now=NOON)
        breaker.success(LANE)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_a_probe_that_is_put_off_frees_its_place_and_counts_as_no_failure() -> None:
    for trips in range(breaker.LONG_AFTER):
        assert not breaker.is_down_for_long(LANE)
        at = NOON + trips * breaker.PAUSE_CAP
        breaker.admit(LANE, now=at)
        breaker.failure(LANE, reason="http_503", now=at, at_once=True)
    assert breaker.is_down_for_long(LANE)
    later = NOON + 20 * breaker.PAUSE_CAP
    assert breaker.admit(LANE, now=later)
    breaker.put_off(LANE, now=later)
    assert not breaker.admit(LANE, now=later)
    assert breaker.status(LANE).retry_at == later + breaker.PAUSE_CAP
    assert breaker.admit(LANE, now=later + breaker.PAUSE_CAP)
