"""How a day's calls are shared out, and how they are spent as the day goes by."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracking.polling.allocation import (
    Allocation,
    Bounds,
    Budget,
    Demand,
    allocate,
    instant_of,
    moment_of,
    pull_of,
)

NEARLY = 1e-9
bounds = st.tuples(st.floats(0.01, 10), st.floats(1, 1000)).map(lambda pair: Bounds(pair[0], math.prod(pair)))
demands = st.builds(Demand, st.integers(0, 5000), st.floats(1e-3, 100), bounds)
calls = st.integers(0, 100_000)
moments = st.floats(20_000, 20_400)
budgets = st.builds(Budget, st.integers(0, 100_000), st.floats(0, 0.9), st.floats(0, 0.99))


def spent(shared: Allocation, groups: list[Demand]) -> float:
    return sum(group.count * shared.rate(group.pull, group.bounds) for group in groups)


@given(groups=st.lists(demands, max_size=8), calls=calls)
def test_it_spends_every_call_and_none_more_unless_all_are_at_their_most(
    groups: list[Demand], calls: int
) -> None:
    most = sum(group.count * group.bounds.most for group in groups)
    assert spent(allocate(groups, calls=calls), groups) == pytest.approx(min(calls, most), rel=1e-6)


@given(groups=st.lists(demands, min_size=1, max_size=8), calls=calls)
def test_it_keeps_the_floors_or_shrinks_them_in_proportion(groups: list[Demand], calls: int) -> None:
    shared = allocate(groups, calls=calls)
    floors = sum(group.count * group.bounds.least for group in groups)
    for group in groups:
        rate = shared.rate(group.pull, group.bounds)
        if floors > calls:
            assert rate == pytest.approx(group.bounds.least * calls / floors)
        else:
            assert group.bounds.least <= rate <= group.bounds.most


@given(groups=st.lists(demands, max_size=8), calls=st.integers(1, 100_000))
def test_it_starves_nobody(groups: list[Demand], calls: int) -> None:
    shared = allocate(groups, calls=calls)
    assert all(shared.rate(group.pull, group.bounds) > 0 for group in groups)


@given(
    groups=st.lists(demands, min_size=1, max_size=8),
    calls=calls,
    weights=st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)),
    rates=st.tuples(st.floats(1e-6, 10), st.floats(1e-6, 10)),
    bounds=bounds,
)
def test_it_asks_more_often_about_what_weighs_more_or_changes_more(
    groups: list[Demand],
    calls: int,
    weights: tuple[float, float],
    rates: tuple[float, float],
    bounds: Bounds,
) -> None:
    shared = allocate(groups, calls=calls)
    less = shared.rate(pull_of(weight=min(weights), rate=min(rates)), bounds)
    more = shared.rate(pull_of(weight=max(weights), rate=max(rates)), bounds)
    assert less <= more


@given(groups=st.lists(demands, min_size=1, max_size=8), calls=calls, more=st.integers(0, 10_000))
def test_more_calls_ask_nobody_less_often(groups: list[Demand], calls: int, more: int) -> None:
    few, many = allocate(groups, calls=calls), allocate(groups, calls=calls + more)
    for group in groups:
        before = few.rate(group.pull, group.bounds)
        assert many.rate(group.pull, group.bounds) >= before * (1 - NEARLY)


@given(groups=st.lists(demands, min_size=1, max_size=6), calls=calls, cut=st.floats(0, 1))
def test_it_does_not_matter_how_receipts_are_grouped(groups: list[Demand], calls: int, cut: float) -> None:
    first = round(groups[0].count * cut)
    parts = [replace(groups[0], count=first), replace(groups[0], count=groups[0].count - first), *groups[1:]]
    whole, cut_up = allocate(groups, calls=calls), allocate(parts, calls=calls)
    for group in groups:
        assert cut_up.rate(group.pull, group.bounds) == pytest.approx(whole.rate(group.pull, group.bounds))


def test_it_is_proportional_to_the_root_of_weight_and_changes() -> None:
    wide = Bounds(0.001, 1000)
    groups = [Demand(100, pull_of(weight=weight, rate=0.01), wide) for weight in (1, 4, 9)]
    shared = allocate(groups, calls=600)
    assert [shared.rate(group.pull, wide) for group in groups] == pytest.approx([1, 2, 3])


@pytest.mark.parametrize(("least", "most"), [(0, 1), (-1, 1), (2, 1), (1, math.inf), (math.nan, 1)])
def test_it_refuses_bounds_that_would_stop_or_flood(least: float, most: float) -> None:
    with pytest.raises(ValueError, match="calls a day cannot be kept"):
        Bounds(least, most)


@pytest.mark.parametrize(("weight", "rate"), [(0, 1), (1, 0), (-1, -1), (math.inf, 1), (1, math.nan)])
def test_it_refuses_a_weight_or_rate_that_says_nothing(weight: float, rate: float) -> None:
    with pytest.raises(ValueError, match="say not how often"):
        pull_of(weight=weight, rate=rate)


@given(budget=budgets, moment=moments, minutes=st.integers(0, 1439))
def test_it_opens_the_day_from_nothing_to_all(budget: Budget, moment: float, minutes: int) -> None:
    day = math.floor(moment)
    assert budget.opened(day) == 0
    assert budget.opened(day + 1 - 1e-9) == pytest.approx(1, abs=1e-5)
    assert budget.opened(day + minutes / 1440) <= budget.opened(day + (minutes + 0.5) / 1440)


@given(moment=moments)
def test_it_holds_the_reserve_until_late_in_the_day(moment: float) -> None:
    passed = moment - math.floor(moment)
    opened = Budget(1000).opened(moment)
    assert opened <= passed + NEARLY
    assert opened == pytest.approx(0.9 * passed) or passed > 2 / 3


@given(budget=budgets, moment=moments, days=st.floats(0, 40))
def test_it_plans_by_what_the_budget_opens(budget: Budget, moment: float, days: float) -> None:
    then = budget.after(moment, days)
    worth = math.floor(then) + budget.opened(then) - math.floor(moment) - budget.opened(moment)
    assert then >= moment - 1e-6
    assert worth == pytest.approx(days, abs=1e-5)


@given(
    budget=budgets,
    moment=moments,
    spent=st.integers(0, 200_000),
    due=st.integers(0, 1000),
    urgent=st.integers(0, 200_000),
)
def test_it_never_steers_over_the_quota(
    budget: Budget, moment: float, spent: int, due: int, urgent: int
) -> None:
    assume(urgent <= spent)
    steering = budget.steer(moment, spent=spent, due=due, urgent=urgent)
    assert steering.claimable == 0 or spent + steering.claimable <= budget.calls
    assert steering.forward == max(0, steering.claimable - due)


@given(budget=budgets, urgent=st.lists(st.integers(0, 40), min_size=48, max_size=48))
def test_a_day_of_steering_spends_all_and_leaves_people_their_reserve_until_late(
    budget: Budget, urgent: list[int]
) -> None:
    spent = asked = 0
    for half_hour, wanted in enumerate(urgent):
        spent += budget.steer(20_000 + half_hour / 48, spent=spent, due=0, urgent=asked).claimable
        left = budget.calls - spent
        if half_hour / 48 <= budget.released_from:
            assert left >= math.floor(budget.reserve * budget.calls) - asked
        spent, asked = spent + min(wanted, left), asked + min(wanted, left)
    spent += budget.steer(20_001 - 1e-9, spent=spent, due=0, urgent=asked).claimable
    assert budget.calls * (1 - 1e-4) - 1 <= spent <= budget.calls


@given(at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_an_instant(at: datetime) -> None:
    assert abs(instant_of(moment_of(at)) - at) < timedelta(milliseconds=1)
    midnight = moment_of(at.replace(hour=0, minute=0, second=0, microsecond=0))
    assert midnight == math.floor(midnight) == math.floor(moment_of(at))
