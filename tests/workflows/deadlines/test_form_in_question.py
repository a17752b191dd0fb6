"""Another form than the one known: a person is asked, and until then the shorter period of both counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from legist.core.errors import InvalidInput
from legist.core.outbox import drain
from legist.practice.form_numbers import FORMS, contradicts, family, read_form
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, RFE, make_receipt, read
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from workflows.deadlines import services
from workflows.deadlines.recalculation import Service
from workflows.models import Deadline

DAY = timedelta(days=1)
OF_MARCH_1 = "On March 1, 2026, we mailed a request for additional evidence."
# 30 days for an I-539, 84 for an I-485, of March 1.
SHORT, LONG = date(2026, 3, 31), date(2026, 5, 26)


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(matter=firm.danas_matter)


def say(receipt: Receipt, form: str, title: str = RECEIVED, text: str = "", *, day: float) -> None:
    at = NOW + day * DAY
    read(receipt, title, text, at=at, form_type=form)
    drain(now=at)


def answer(firm: Firm, choice: str) -> ReviewItem:
    item = ReviewItem.objects.get(kind="other_form", state="open")
    return reviews.resolve_review(
        item.pk, actor=firm.actor("alice"), resolution="Read it.", answer=choice, now=NOW + 9 * DAY
    )


@pytest.mark.parametrize(("known", "odd"), [("I-539", "I-485"), ("I-485", "I-539"), ("I-485", "539")])
@pytest.mark.parametrize("is_late", [True, False])
def test_until_a_person_answers_the_shorter_period_of_both_counts(
    *, known: str, odd: str, is_late: bool, receipt: Receipt
) -> None:
    say(receipt, known, day=0)
    if not is_late:
        say(receipt, odd, day=1)
    say(receipt, known, RFE, OF_MARCH_1, day=2)
    if is_late:
        say(receipt, odd, RFE, OF_MARCH_1, day=3)

    assert receipt.form_type == known
    assert ReviewItem.objects.get(kind="other_form").state == "open"
    assert Deadline.objects.get().due_date == SHORT


def test_it_is_asked_once_however_often_it_is_said(receipt: Receipt) -> None:
    for day, form in enumerate(["I-485", "I-765", "I-485", "I-765", "I-130"]):
        say(receipt, form, day=day)

    item = ReviewItem.objects.get()
    assert (item.kind, item.code, item.occurrences) == ("other_form", "I-765 I-130", 3)
    assert receipt.form_type == "I-485"


def test_a_person_keeps_the_form_that_was_known_and_is_not_asked_again(firm: Firm, receipt: Receipt) -> None:
    say(receipt, "I-485", day=0)
    say(receipt, "I-539", RFE, OF_MARCH_1, day=1)
    answer(firm, "keep")
    say(receipt, "I-539", RECEIVED, day=10)

    assert ReviewItem.objects.filter(kind="other_form").count() == 1
    assert receipt.form_type == "I-485"
    deadline = Deadline.objects.get()
    assert deadline.due_date == SHORT
    again = services.recount_deadline(
        deadline.pk, service=Service(), actor=firm.actor("alice"), now=NOW + 10 * DAY
    )
    assert again.due_date is not None
    assert again.due_date > SHORT


def test_a_person_takes_the_other_form(firm: Firm, receipt: Receipt) -> None:
    say(receipt, "I-485", day=0)
    say(receipt, "I-539", day=1)
    answer(firm, "take")
    say(receipt, "I-539", day=10)

    assert receipt.form_type == "I-539"
    assert not ReviewItem.objects.filter(state="open").exists()


def test_a_person_says_which_form_it_is(firm: Firm, receipt: Receipt) -> None:
    say(receipt, "I-485", day=0)
    say(receipt, "I-539", day=1)

    for nothing in ("", "start"):
        with pytest.raises(InvalidInput):
            answer(firm, nothing)


@pytest.mark.parametrize("later", ["I-485J", "I-485A", "", "???", "I-485 / I-765", "Form I-485"])
def test_what_names_no_other_rules_is_no_question(later: str, receipt: Receipt) -> None:
    say(receipt, "I-485", day=0)
    say(receipt, later, day=1)

    assert not ReviewItem.objects.exists()
    assert family(read_form(receipt.form_type)) == "I-485"


def test_forms_contradict_when_they_have_rules_of_their_own() -> None:
    for known in FORMS:
        for new in FORMS:
            assert contradicts(new, known) == (family(new) != family(known)), (new, known)
        assert not contradicts("", known)
        assert not contradicts(known, "???")


def test_staff_choose_between_the_two(receipt: Receipt, paul: Client) -> None:
    say(receipt, "I-485", day=0)
    say(receipt, "I-539", day=1)

    page = paul.get(f"/reviews/{ReviewItem.objects.get().pk}/").content.decode()
    assert "It is the form that USCIS names now" in page
    assert "I-539" in page
