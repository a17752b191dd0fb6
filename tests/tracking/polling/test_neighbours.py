"""Receipts filed together: a change of one brings the checks of the others forward, by what that is worth."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import RECEIVED, REVIEW, make_receipt, read
from tests.support.forgery import alter
from tracking.models import PollingPlan, Receipt
from tracking.polling import lifting, planning
from tracking.polling.allocation import Beliefs, Cell
from tracking.polling.learning import NEAR
from tracking.receipts import ReceiptNumber

DAY = timedelta(days=1)
HERE = Cell("I-485", "IN_REVIEW", 0)
NEAR_HERE = HERE._replace(is_near=True)


@pytest.mark.parametrize(
    ("one", "other", "are_together"),
    [
        ("IOE0912340001", "IOE0912349999", True),
        ("IOE0912340001", "IOE0912350001", False),
        ("MSC2190612345", "MSC2190654321", True),
        ("MSC2190612345", "MSC2190712345", False),
        ("MSC2190612345", "EAC2190612345", False),
    ],
)
def test_office_and_day_or_block_tell_who_was_filed_together(
    one: str, other: str, are_together: bool
) -> None:
    assert (ReceiptNumber(one).filing == ReceiptNumber(other).filing) == are_together


class TestFactor:
    """What being near a change is worth, learned."""

    def test_it_is_one_until_something_is_seen(self) -> None:
        assert Beliefs().factor == 1.0

    def test_it_grows_with_changes_that_nobody_expected(self) -> None:
        beliefs = Beliefs()
        beliefs.note(HERE, days=100_000, changes=1000)
        beliefs.note(NEAR_HERE, days=1000, changes=100)
        assert beliefs.factor > 5
        assert beliefs.rate(NEAR_HERE) == pytest.approx(beliefs.rate(HERE) * beliefs.factor)

    def test_it_stays_about_one_where_nothing_goes_together(self) -> None:
        beliefs = Beliefs()
        beliefs.note(HERE, days=100_000, changes=1000)
        beliefs.note(NEAR_HERE, days=10_000, changes=100)
        assert beliefs.factor == pytest.approx(1.0, abs=0.02)

    @given(
        st.lists(st.tuples(st.booleans(), st.floats(0, 10_000), st.integers(0, 100)), max_size=20),
    )
    def test_what_is_kept_is_enough_to_begin_again_from(self, notes: list[tuple[bool, float, int]]) -> None:
        beliefs = Beliefs()
        for is_near, days, changes in notes:
            beliefs.note(HERE._replace(is_near=is_near), days=days, changes=changes)
        again = Beliefs(beliefs.seen)
        assert again.factor == pytest.approx(beliefs.factor, rel=1e-6)
        assert again.rate(NEAR_HERE) == pytest.approx(beliefs.rate(NEAR_HERE), rel=1e-6)
        assert beliefs.factor >= 1
        assert sum(each.changes for each in beliefs.seen) == pytest.approx(sum(note[2] for note in notes))


def make_planned(number: str, **fields: Any) -> Receipt:
    known: dict[str, Any] = {
        "form_type": "I-485",
        "last_checked_at": NOW,
        "last_good_at": NOW,
        "due": NOW + 5 * DAY,
    }
    return make_receipt(number, **(known | fields))


def planned_at(receipt: Receipt) -> datetime:
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    return receipt.next_poll_at


@pytest.mark.django_db
class TestStir:
    """One of three was filed elsewhere."""

    @pytest.fixture(autouse=True)
    def _shared(self) -> None:
        self.changed = make_planned("IOE0912340001")
        self.beside = make_planned("IOE0912340777")
        self.elsewhere = make_planned("IOE0955550777")
        planning.share_out(on=True, actor=SYSTEM, now=NOW)
        for receipt in (self.beside, self.elsewhere):
            alter(receipt, next_poll_at=NOW + 5 * DAY, next_poll_reason="shared")

    def test_it_brings_the_checks_of_those_filed_together_forward(self) -> None:
        PollingPlan.objects.update(price=20.0, seen=[["I-485", "", -1, 100.0, 50.0]])
        assert lifting.stir(self.changed, at=NOW, now=NOW) == 1
        assert planned_at(self.beside) < NOW + DAY
        assert self.beside.neighbour_changed_at == NOW
        assert planned_at(self.elsewhere) == NOW + 5 * DAY
        assert self.elsewhere.neighbour_changed_at is None

    def test_it_never_puts_a_check_off(self) -> None:
        alter(self.beside, next_poll_at=NOW + timedelta(minutes=1))
        lifting.stir(self.changed, at=NOW, now=NOW)
        assert planned_at(self.beside) == NOW + timedelta(minutes=1)

    def test_news_of_long_ago_undoes_no_later_one(self) -> None:
        lifting.stir(self.changed, at=NOW, now=NOW)
        lifting.stir(self.changed, at=NOW - DAY, now=NOW)
        self.beside.refresh_from_db()
        assert self.beside.neighbour_changed_at == NOW

    def test_the_plan_counts_those_that_are_near_until_the_window_is_over(self) -> None:
        lifting.stir(self.changed, at=NOW, now=NOW)
        assert sum(count for group, count in planning._groups(NOW).items() if group.is_near) == 1
        assert not any(group.is_near for group in planning._groups(NOW + NEAR + DAY))


@pytest.mark.django_db
def test_a_change_after_that_of_a_neighbour_counts_as_near() -> None:
    one, other = make_receipt("IOE0912340001"), make_receipt("IOE0912340777")
    for receipt in (one, other):
        read(receipt, RECEIVED, at=NOW - 3 * DAY)
    planning.plan(now=NOW - 2 * DAY)
    read(one, REVIEW, at=NOW - DAY)
    read(other, REVIEW, at=NOW)
    planning.plan(now=NOW + timedelta(minutes=1))
    near = [row for row in PollingPlan.objects.get().seen if row[2] < 0]
    assert sum(row[-1] for row in near) == 1


@pytest.mark.django_db
def test_receipts_of_before_are_indexed_and_whoever_was_cut_off_goes_on() -> None:
    one, other = make_receipt("IOE0912340001"), make_receipt("IOE0912340777")
    kept = one.filing_index
    assert kept
    alter(one, filing_index="")
    alter(other, filing_index="")
    import_module("tracking.migrations.0020_filed_together").index_filings(apps, None)
    assert set(Receipt.objects.values_list("filing_index", flat=True)) == {kept}
