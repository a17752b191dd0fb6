"""How the notice came: counting the date anew from the page, and dates that cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_deadline, make_news, make_receipt, run
from tests.workflows.web.asking import Browser, address, statuses, text
from workflows.models import Deadline

COUNT = "deadline_recount"


def counted(firm: Firm, known: str = "stated", issued: date = date(2026, 2, 27)) -> Deadline:
    receipt = make_receipt(firm.danas_matter)
    return make_deadline(firm, date(2026, 5, 26), receipt_id=receipt.pk, issued_on=issued, issued_known=known)


def test_it_is_for_those_who_work_on_the_matter(firm: Firm, browser_of: Browser) -> None:
    url, people = address(COUNT, counted(firm).pk), ("mary", "charlie", "olga", "dana", "paul")

    assert statuses(browser_of, url, people) == [403, 404, 404, 404, 200]
    assert statuses(browser_of, url, people, "post", served="personal") == [403, 404, 404, 404, 302]


def test_looking_changes_nothing(firm: Firm, browser_of: Browser) -> None:
    deadline = counted(firm)
    page = browser_of("paul").get(address(COUNT, deadline.pk), {"served": "personal"})

    assert "May 22" in text(page)
    assert Deadline.objects.get().due_date == deadline.due_date


@pytest.mark.parametrize(
    ("known", "offered"), [("stated", date(2026, 2, 27)), ("after", None), ("seen", None)]
)
def test_a_day_that_nobody_read_from_the_notice_is_not_offered_as_its_date(
    firm: Firm, browser_of: Browser, known: str, offered: date | None
) -> None:
    deadline = counted(firm, known)

    form = browser_of("paul").get(address("deadline", deadline.pk)).context["due_form"]

    assert form["dated"].value() == offered


def test_a_counted_day_is_not_offered_as_the_printed_one(firm: Firm, browser_of: Browser) -> None:
    deadline, alice = counted(firm, "stated"), browser_of("alice")
    shown = alice.get(address("deadline", deadline.pk)).context["due_form"]
    assert shown["due"].value() is None

    alice.post(address("deadline_confirm", deadline.pk), {"due": "2026-03-30"})
    again = alice.get(address("deadline", deadline.pk)).context["due_form"]
    assert again["due"].value() == date(2026, 3, 30)


def test_a_period_without_a_date_gets_none_by_saying_how_it_was_served(
    firm: Firm, browser_of: Browser
) -> None:
    run(make_news(firm.danas_matter, "NOID_ISSUED", event_date=None))
    deadline, browser = Deadline.objects.get(), browser_of("alice")
    form = browser.get(address("deadline", deadline.pk)).context["due_form"]
    browser.post(address(COUNT, deadline.pk), {"served": "personal", "dated": form["dated"].value() or ""})

    deadline.refresh_from_db()
    assert (deadline.due_date, deadline.issued_known) == (None, "seen")


@pytest.mark.parametrize("day", ["2027-03-01", "9999-12-31", "0001-01-01"])
def test_a_notice_of_tomorrow_or_of_long_ago_is_refused(firm: Firm, browser_of: Browser, day: str) -> None:
    deadline = counted(firm)
    answer = browser_of("paul").post(address(COUNT, deadline.pk), {"served": "mail", "dated": day})

    assert answer.status_code == 422
    assert Deadline.objects.get().candidates == deadline.candidates


@pytest.mark.parametrize("act", ["deadline_confirm", "deadline_move"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2126-05-01"])
def test_a_last_day_that_cannot_be_is_refused(firm: Firm, browser_of: Browser, act: str, day: str) -> None:
    deadline = make_deadline(firm)
    answer = browser_of("paul").post(address(act, deadline.pk), {"due": day, "reason": "It says so."})

    assert answer.status_code == 422
    assert Deadline.objects.get().due_date == deadline.due_date
    assert deadline.created_at == NOW
