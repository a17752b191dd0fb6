"""What is added up stays exact, and says between what it lies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.insights.tallies import BOUNDS, DAY, HOUR, Bin, Figure, Shape, Tally, figure, total

lengths = st.lists(st.floats(0, 400 * DAY), min_size=1, max_size=40)


def lasting(*seconds: float) -> Tally:
    tally = Tally()
    for each in seconds:
        tally.amount(each, each)
    return tally


def part_of(part: int, whole: int) -> Tally:
    tally = Tally()
    tally.share(part, whole)
    return tally


@pytest.mark.parametrize("shape", list(Shape))
def test_nothing_added_is_no_figure(shape: Shape) -> None:
    assert figure(shape, Tally()) == Figure(None, 0, None, None)


def test_a_share_lies_within_wilsons_interval() -> None:
    said = figure(Shape.SHARE, part_of(9, 10))
    assert said.value == pytest.approx(0.9)
    # Wilson (1927) for 9 of 10 at 95 %.
    assert said.low == pytest.approx(0.5958, abs=1e-4)
    assert said.high == pytest.approx(0.9821, abs=1e-4)


@given(st.integers(1, 5000), st.data())
def test_a_share_is_always_between_its_ends(whole: int, data: st.DataObject) -> None:
    said = figure(Shape.SHARE, part_of(data.draw(st.integers(0, whole)), whole))
    assert said.value is not None
    assert said.low is not None
    assert said.high is not None
    assert 0 <= said.low <= said.value <= said.high <= 1


@given(lengths)
def test_the_sum_of_the_days_is_the_sum_of_all(seconds: list[float]) -> None:
    apart = total(lasting(each) for each in seconds)
    assert apart.n == len(seconds)
    assert apart.bins == lasting(*seconds).bins
    assert figure(Shape.MEAN, apart).value == pytest.approx(sum(seconds) / len(seconds))


@given(lengths, st.integers(1, 100))
def test_a_percentile_lies_in_its_bin(seconds: list[float], percent: int) -> None:
    found = lasting(*seconds).percentile(percent)
    assert found is not None
    rank = -(-percent * len(seconds) // 100)
    true = sorted(seconds)[rank - 1]
    assert found.low <= true
    assert found.high is None or true <= found.high


def test_the_last_bin_has_no_upper_bound() -> None:
    assert lasting(BOUNDS[-1] + 1).percentile(50) == Bin(BOUNDS[-1], None)


def test_a_length_that_is_not_known_lies_between_what_was_seen() -> None:
    tally = Tally()
    tally.amount(0, 4 * HOUR)
    tally.amount(HOUR, 2 * HOUR)
    assert figure(Shape.MEAN, tally, unit_seconds=HOUR) == Figure(1.75, 2, 0.5, 3.0)


def test_a_mean_of_known_lengths_has_its_interval() -> None:
    said = figure(Shape.MEAN, lasting(10, 20, 30))
    assert said.value == pytest.approx(20)
    assert said.low == pytest.approx(20 - 1.959964 * 10 / 3**0.5)


def test_a_rate_is_what_was_counted_by_what_it_could_come_from() -> None:
    tally = Tally()
    tally.count(3, "I-765")
    tally.exposed(90)
    said = figure(Shape.RATE, tally, per=30)
    assert said.value == pytest.approx(1.0)
    # Byar's interval of a count of three: 0.60 to 8.77.
    assert said.low == pytest.approx(0.60 / 3, abs=0.01)
    assert said.high == pytest.approx(8.77 / 3, abs=0.01)
    assert tally.by == {"I-765": 3}


def test_none_among_many_is_known_to_be_none() -> None:
    tally = Tally()
    tally.count(0, of=12)
    assert figure(Shape.COUNT, tally) == Figure(0, 12, 0, 0)
