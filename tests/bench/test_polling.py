"""The benchmark of polling: its budget holds, a seed gives one figure, and it beats asking in turn."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from legist.bench.replay import (
    Delays,
    Known,
    Policy,
    Replay,
    Size,
    World,
    alike,
    allocated,
    in_turn,
    measure_world,
    tiered,
)
from legist.insights.management.commands.bench_polling import Figure, Report
from tracking.polling.allocation import Beliefs

SMALL = Size("active", n=400, quota=200, days=30, history=4)


@pytest.fixture(scope="module")
def world() -> World:
    return World(SMALL, seed=3)


def run(world: World, policy: Policy) -> tuple[Delays, Counter[int]]:
    """The delays, and the calls of each day."""
    replay, calls = Replay(world, Known(SMALL.mix), policy), Counter[int]()
    ask = replay._ask

    def counted(now: float, claimable: int) -> int:
        done = ask(now, claimable)
        calls[int(now)] += done
        return done

    replay._ask = counted  # type: ignore[method-assign]
    return replay.run(), calls


@pytest.mark.parametrize("policy", [allocated, tiered, alike])
def test_no_day_has_more_calls_than_its_quota_and_hardly_fewer(world: World, policy: Policy) -> None:
    _delays, calls = run(world, policy)
    assert max(calls.values()) <= SMALL.quota
    assert min(calls.values()) >= SMALL.quota - 1


@pytest.mark.parametrize("policy", [allocated, tiered, alike])
def test_every_change_that_counts_is_seen_once(world: World, policy: Policy) -> None:
    delays, _calls = run(world, policy)
    ends = SMALL.history + SMALL.days
    happened = sum(SMALL.history <= at < ends for life in world.changes for at, _stage in life)
    assert len(delays.found) == happened
    assert min(delays.found) >= 0


def test_asking_in_turn_takes_half_of_its_interval_in_the_mean(world: World) -> None:
    delays = in_turn(world)
    assert delays.mean == pytest.approx(SMALL.every / 2, rel=0.2)
    assert max(delays.found) <= SMALL.every


def test_asking_alike_is_as_good_as_asking_in_turn(world: World) -> None:
    assert run(world, alike)[0].mean == pytest.approx(in_turn(world).mean, rel=0.1)


def test_it_sees_changes_sooner_than_asking_in_turn_also_when_it_has_to_learn(world: World) -> None:
    turn = in_turn(world).mean
    assert Replay(world, Known(SMALL.mix), allocated).run().mean < 0.7 * turn
    assert Replay(world, Beliefs(), allocated).run().mean < 0.75 * turn


def test_the_same_seed_gives_the_same_figures() -> None:
    size = Size("active", n=60, quota=30, days=3, history=1)
    assert measure_world(size, 1) == measure_world(size, 1)


def test_the_closed_form_is_that_of_the_mixes() -> None:
    assert Size("active", 1, 1, 1).closed_form == pytest.approx(0.531, abs=0.0005)
    assert Size("measured", 1, 1, 1).closed_form == pytest.approx(0.637, abs=0.0005)


def test_it_reports_the_mean_and_its_interval() -> None:
    figure = Figure.of([0.5, 0.6, 0.7, 0.6])
    report = Report(SMALL, 4, {"ratio_to_uniform": figure}, {0.2: Figure.of([0.9])})
    document = json.loads(report.as_json())
    assert document["ratio"] == document["ratio_to_uniform"] == 0.6
    assert document["intervals"]["ratio_to_uniform"] == pytest.approx([0.47, 0.73], abs=0.005)
    assert document["ratio_by_load"] == {"0.2": 0.9}
    assert "0.600  (0.475 to 0.725 in 19 of 20)" in report.as_text()
