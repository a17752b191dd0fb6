"""How often a status is believed to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.polling.allocation import PRIOR, Beliefs, Cell, age_of

HERE = Cell("I-485", "IN_REVIEW", 0)
OTHER_FORM = HERE._replace(form="I-130")
OLDER = HERE._replace(age=2)
ELSEWHERE = HERE._replace(stage="RECEIVED")
cells = st.sampled_from([HERE, OTHER_FORM, OLDER, ELSEWHERE])
seen = st.lists(st.tuples(cells, st.floats(0, 10_000), st.integers(0, 100)), max_size=20)


def after(notes: list[tuple[Cell, float, int]]) -> Beliefs:
    beliefs = Beliefs()
    for cell, days, changes in notes:
        beliefs.note(cell, days=days, changes=changes)
    return beliefs


def test_it_begins_with_the_prior() -> None:
    assert Beliefs().rate(HERE) == PRIOR


def test_it_comes_to_what_the_firm_sees() -> None:
    assert after([(HERE, 100_000, 7000)]).rate(HERE) == pytest.approx(0.07, rel=0.01)


def test_a_cell_nobody_has_watched_borrows_from_its_form_then_its_stage() -> None:
    beliefs = after([(HERE, 10_000, 700)])
    assert beliefs.rate(OLDER) == pytest.approx(0.07, rel=0.01)
    assert beliefs.rate(OTHER_FORM) == pytest.approx(0.07, rel=0.02)
    assert beliefs.rate(ELSEWHERE) == PRIOR


def test_a_form_that_differs_is_told_apart_in_time() -> None:
    beliefs = after([(HERE, 10_000, 700), (OTHER_FORM, 10_000, 10)])
    assert 10 * beliefs.rate(OTHER_FORM) < beliefs.rate(HERE)


@given(notes=seen, cell=cells)
def test_it_is_always_above_nothing_and_asking_changes_nothing(
    notes: list[tuple[Cell, float, int]], cell: Cell
) -> None:
    beliefs = after(notes)
    assert beliefs.rate(cell) == beliefs.rate(cell) > 0


@given(notes=seen, cell=cells)
def test_a_change_raises_and_a_quiet_day_lowers_what_is_believed(
    notes: list[tuple[Cell, float, int]], cell: Cell
) -> None:
    before = after(notes).rate(cell)
    assert after([*notes, (cell, 0, 1)]).rate(cell) > before > after([*notes, (cell, 10, 0)]).rate(cell)


@given(notes=seen, cell=cells)
def test_it_does_not_matter_in_what_order_it_was_seen(
    notes: list[tuple[Cell, float, int]], cell: Cell
) -> None:
    assert after(notes).rate(cell) == pytest.approx(after(notes[::-1]).rate(cell))


@pytest.mark.parametrize(
    ("days", "age"), [(-1, 0), (0, 0), (29.9, 0), (30, 1), (179, 1), (180, 2), (5000, 2)]
)
def test_it_knows_three_ages(days: float, age: int) -> None:
    assert age_of(days) == age
