"""The gateway's limits, and what the journal says about them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.support.simulator import RunningSimulator, running_simulator
from tests.tracking.simulator.test_scenarios import outcome
from tracking.simulator.api import busiest_second
from tracking.simulator.limits import DailyQuota, SpikeArrest, TokenDesk, is_closed
from tracking.sources.errors import SourceError

RECEIPT = "IOE9100000001"


def test_it_lets_ten_calls_a_second_through(simulator: RunningSimulator) -> None:
    simulator.limits(tps=10)
    with simulator.source() as source:
        outcomes = Counter(outcome(source, RECEIPT) for _ in range(25))
    assert outcomes == {"ok": 10, "rate_limited": 15}


def test_it_counts_a_second_from_any_moment() -> None:
    spikes = SpikeArrest()
    assert [spikes.accept(now, tps=2) for now in (0.0, 0.9, 0.95, 1.0, 1.5, 1.95)] == [
        *(True, True, False),
        *(True, False, True),
    ]


def test_it_starts_the_quota_anew_at_midnight_utc() -> None:
    quota = DailyQuota()
    late = datetime(2026, 3, 1, 23, 59, tzinfo=UTC).timestamp()
    assert [quota.accept(late, daily_quota=2) for _ in range(3)] == [True, True, False]
    assert quota.accept(late + 60, daily_quota=2)


@pytest.mark.parametrize("with_header", [True, False])
def test_it_may_say_when_to_come_back(simulator: RunningSimulator, *, with_header: bool) -> None:
    simulator.limits(daily_quota=0, retry_after=with_header)
    with simulator.source() as source, pytest.raises(SourceError) as caught:
        source.fetch(RECEIPT, request_id="r1")
    assert caught.value.code == "quota"
    assert (caught.value.retry_after is not None) is with_header


def test_it_counts_failed_calls_against_the_quota(simulator: RunningSimulator) -> None:
    simulator.limits(daily_quota=2)
    simulator.fault("http_500", times=2)
    with simulator.source() as source:
        assert [outcome(source, RECEIPT) for _ in range(3)] == ["http_500", "http_500", "quota"]


def test_it_issues_the_same_tokens_for_a_seed() -> None:
    desks = [TokenDesk(1), TokenDesk(1), TokenDesk(2)]
    first, again, other = [desk.issue(0.0, lifetime_s=10) for desk in desks]
    assert first == again != other
    assert desks[0].is_good(first, now=9.9)
    assert not desks[0].is_good(first, now=10.0)


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 11, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 3, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 15, 0, tzinfo=UTC), True),
    ],
)
def test_it_knows_the_sandbox_hours(moment: datetime, *, closed: bool) -> None:
    assert is_closed(moment.timestamp()) is closed


def test_it_finds_the_busiest_second_wherever_it_starts() -> None:
    assert busiest_second([0.0, 0.6, 0.7, 1.1, 1.5, 5.0]) == 4
    assert busiest_second([]) == 0


def test_it_closes_connections_when_it_ends() -> None:
    with running_simulator() as simulator, simulator.source() as source:
        source.fetch(RECEIPT, request_id="r1")
        simulator.process.terminate()
        assert simulator.process.wait(timeout=5) == 0
        assert outcome(source, RECEIPT) == "connection"
