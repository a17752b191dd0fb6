"""How lines of work are put off, and how they stand in bands and groups."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.models import Matter
from tracking.models import Receipt
from workflows.my_work.lines import Band, Choice, Line, arranged, sleeps
from workflows.states import WorkKind

TODAY = date(2026, 3, 2)
DAYS = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))
CASE, OTHER = Matter(pk=UUID(int=1)), Matter(pk=UUID(int=2))
RECEIPTS = [Receipt(pk=UUID(int=10), matter=CASE), Receipt(pk=UUID(int=11), matter=OTHER)]


def line(number: int = 100, **options: object) -> Line:
    return Line(**{"kind": WorkKind.ITEM, "id": UUID(int=number), "text": "x", **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("until", "past", "guard", "expected"),
    [
        (TODAY + timedelta(days=3), None, None, True),
        (TODAY, None, None, False),
        (TODAY - timedelta(days=1), None, None, False),
        (TODAY + timedelta(days=3), None, TODAY + timedelta(days=3), True),
        (TODAY + timedelta(days=3), None, TODAY + timedelta(days=2), False),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=2), TODAY + timedelta(days=2), True),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=2), TODAY + timedelta(days=1), False),
    ],
)
def test_it_is_back_on_its_day_and_before_a_date_that_was_not_told(
    until: date, past: date | None, guard: date | None, expected: bool
) -> None:
    assert sleeps(Choice(until, past), guard=guard, today=TODAY) is expected


@given(until=DAYS, past=st.none() | DAYS, guard=st.none() | DAYS, today=DAYS)
def test_nothing_sleeps_past_a_date_that_its_person_was_not_told_of(
    until: date, past: date | None, guard: date | None, today: date
) -> None:
    if sleeps(Choice(until, past), guard=guard, today=today):
        assert today < until
        assert guard is None or until <= guard or (past is not None and past <= guard)


LINES = st.lists(
    st.builds(
        line,
        number=st.integers(100, 140),
        kind=st.sampled_from(WorkKind),
        receipt=st.none() | st.sampled_from(RECEIPTS),
        matter=st.sampled_from([CASE, OTHER]),
        due=st.none() | DAYS,
        is_pressing=st.booleans(),
        is_answered=st.booleans(),
        change_id=st.none() | st.integers(1, 4).map(lambda number: UUID(int=number)),
        waits_for=st.sampled_from(["", "the client"]),
    ),
    max_size=12,
)


@given(lines=LINES, until=DAYS)
def test_every_line_stands_once_whatever_was_chosen(lines: list[Line], until: date) -> None:
    choices = {each.key: Choice(until) for each in lines[::2]}

    bands = arranged(lines, choices, today=TODAY)

    shown = [each.key for groups in bands.values() for group in groups for each in group.lines]
    assert len(shown) == len(set(shown))
    told = {each.change_id for each in lines if each.kind != WorkKind.CHANGE and each.change_id}
    left_out = {each.key for each in lines} - set(shown)
    assert all(key.startswith("change:") for key in left_out)
    assert not left_out or told
    assert all(group.lines for groups in bands.values() for group in groups)


@given(lines=LINES)
def test_what_is_overdue_comes_first_and_a_receipt_is_one_group(lines: list[Line]) -> None:
    bands = arranged(lines, {}, today=TODAY)

    mine = [group for band in (Band.OVERDUE, Band.NOW, Band.LATER) for group in bands[band]]
    places = [group.receipt.pk for group in mine if group.receipt]
    assert len(places) == len(set(places))
    for group in bands[Band.NOW] + bands[Band.LATER]:
        assert not any(each.due and each.due < TODAY for each in group.lines)


def test_an_event_is_told_once() -> None:
    change = UUID(int=77)
    news = line(1, kind=WorkKind.CHANGE, change_id=change, receipt=RECEIPTS[0], is_pressing=True)
    step = line(2, change_id=change, receipt=RECEIPTS[0], code="RFE_ISSUED")

    beside = arranged([news, step], {}, today=TODAY)
    elsewhere = arranged([news], {}, told={change}, today=TODAY)
    alone = arranged([news], {}, today=TODAY)

    assert [each.kind for group in beside[Band.LATER] for each in group.lines] == [WorkKind.ITEM]
    assert not any(elsewhere.values())
    assert len(alone[Band.NOW]) == 1


def test_what_is_about_no_receipt_stands_with_the_only_one_of_its_matter() -> None:
    lines = [line(1, receipt=RECEIPTS[0], matter=CASE), line(2, matter=CASE), line(3, matter=OTHER)]

    groups = arranged(lines, {}, today=TODAY)[Band.LATER]

    assert sorted(len(group.lines) for group in groups) == [1, 2]
