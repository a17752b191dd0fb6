"""The review queue: who sees, who settles, and what settles itself."""

from __future__ import annotations

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, POLLER, RECEIVED, later, make_change, make_receipt, read
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from tracking.selectors import ReviewFilters, count_reviews, list_reviews
from tracking.states import ReviewKind

pytestmark = pytest.mark.django_db


def ask(receipt: Receipt | None, kind: ReviewKind = ReviewKind.NOT_RECOGNISED) -> ReviewItem:
    return reviews.open_item(
        kind, receipt=receipt, source="uscis", code="x", detail="Not known.", now=NOW, actor=POLLER
    )


@pytest.fixture
def item(firm: Firm) -> ReviewItem:
    return ask(make_receipt(matter=firm.danas_matter))


def test_the_same_question_is_asked_once(item: ReviewItem) -> None:
    again = ask(item.receipt)
    assert (again.pk, again.occurrences) == (item.pk, 2)


def test_it_names_the_newest_of_the_readings_that_are_in_question(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, "Oath Ceremony Notice Was Mailed", "Gremlins took your oath ceremony notice.")
    assert ReviewItem.objects.get(kind="check_reading").code == "OATH_CEREMONY"

    off = make_change(receipt, "", "We have called off your oath for Form N-400.", at=later())

    item = ReviewItem.objects.get(kind="check_reading")
    assert (item.code, item.change, item.occurrences) == ("OATH_CANCELLED", off, 2)


@pytest.mark.parametrize("who", ["alice", "paul", "olga"])
def test_those_who_work_on_the_receipt_settle_it(who: str, firm: Firm, item: ReviewItem) -> None:
    reviews.resolve_review(item.pk, actor=firm.actor(who), resolution="Typed wrong; corrected.", now=later())
    item.refresh_from_db()
    assert (item.state, item.resolved_by) == ("resolved", firm.actor(who).key)
    assert ask(item.receipt).pk != item.pk


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_others_do_not(*, who: str, error: type[Exception], firm: Firm, item: ReviewItem) -> None:
    with pytest.raises(error):
        reviews.resolve_review(item.pk, actor=firm.actor(who), resolution="Done.", now=NOW)


def test_a_question_about_the_source_belongs_to_operations(firm: Firm) -> None:
    item = ask(None, ReviewKind.ACCESS_REFUSED)
    assert list(list_reviews(firm.actor("paul"), ReviewFilters())) == [item]
    with pytest.raises(Forbidden):
        reviews.resolve_review(item.pk, actor=firm.actor("paul"), resolution="Done.", now=NOW)
    reviews.resolve_review(item.pk, actor=firm.actor("olga"), resolution="New secret.", now=NOW)


def test_settling_needs_words_and_happens_once(firm: Firm, item: ReviewItem) -> None:
    olga = firm.actor("olga")
    with pytest.raises(InvalidInput):
        reviews.resolve_review(item.pk, actor=olga, resolution=" ", now=NOW)
    reviews.resolve_review(item.pk, actor=olga, resolution="Done.", now=NOW)
    with pytest.raises(WrongState):
        reviews.resolve_review(item.pk, actor=olga, resolution="Done.", now=NOW)
    with pytest.raises(WrongState):
        reviews.assign_review(item.pk, actor=olga, assignee_id=firm.paul.pk, now=NOW)


def test_it_is_given_only_to_somebody_who_can_open_it(firm: Firm, item: ReviewItem) -> None:
    olga = firm.actor("olga")
    reviews.assign_review(item.pk, actor=olga, assignee_id=firm.paul.pk, now=NOW)
    assert list(list_reviews(firm.actor("paul"), ReviewFilters(is_mine=True))) == [item]
    with pytest.raises(InvalidInput):
        reviews.assign_review(item.pk, actor=olga, assignee_id=firm.charlie.pk, now=NOW)
    reviews.assign_review(item.pk, actor=olga, assignee_id=None, now=NOW)
    assert not list_reviews(firm.actor("paul"), ReviewFilters(is_mine=True)).exists()


def test_the_count_is_what_the_list_shows(firm: Firm, item: ReviewItem) -> None:
    ask(make_receipt("EAC9999103400"))
    seen = {who: count_reviews(firm.actor(who)) for who in ("paul", "olga", "charlie", "dana")}
    assert seen == {"paul": 2, "olga": 2, "charlie": 1, "dana": 0}


def test_settling_that_the_source_went_back_means_believing_it(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, APPROVED, modified_at=later(10))
    read(receipt, RECEIVED, at=later(1), modified_at=later(5))
    item = ReviewItem.objects.get()
    reviews.resolve_review(item.pk, actor=firm.actor("olga"), resolution="It is so.", now=later(2))
    change = make_change(receipt, RECEIVED, at=later(3), modified_at=later(5))
    assert (change.from_code, change.to_code) == ("APPROVED", "RECEIVED")


def test_two_workers_that_ask_at_once_ask_once(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    first = ask(receipt)
    twin = ReviewItem(
        receipt=receipt, source="uscis", kind=first.kind, code="x", opened_at=NOW, latest_at=NOW
    )
    assert not reviews._insert(twin)
    assert ReviewItem.objects.count() == 1
