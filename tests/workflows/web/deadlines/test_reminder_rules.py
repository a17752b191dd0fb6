"""The firm's reminders, reminders of one deadline, and "I have it"."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_deadline, make_news, run
from tests.workflows.web.asking import Browser, address, said, text
from workflows.deadlines import reminders
from workflows.law.kinds import PERIODS
from workflows.law.periods import RULES
from workflows.models import Deadline

PAGE = "/deadlines/reminders/"


def counted(firm: Firm, code: str = "RFE_ISSUED", **facts: str) -> Deadline:
    run(make_news(firm.danas_matter, code, facts=facts))
    return Deadline.objects.latest("created_at")


def test_it_shows_every_kind_with_its_source(browser_of: Browser) -> None:
    page = text(browser_of("alice").get(PAGE))

    assert all(f"rule-{kind}" in page for kind in PERIODS)
    assert "8 CFR 205.2(d)" in page
    assert "30, 14, 7, 3, 1" in page
    assert all(escape(rule.citation) in page for rule in RULES)


def test_only_those_who_decide_see_how(browser_of: Browser) -> None:
    assert "/definitions/reminders/rfe/" in text(browser_of("mary").get(PAGE))
    assert "/definitions/reminders/rfe/" not in text(browser_of("paul").get(PAGE))


def test_one_deadline_gets_its_own_and_follows_again(firm: Firm, browser_of: Browser) -> None:
    deadline = counted(firm)
    url, browser = address("deadline_reminders", deadline.pk), browser_of("paul")
    browser.post(url, {"offsets": "20 5"})
    deadline.refresh_from_db()
    own = (deadline.reminder_offsets, deadline.own_reminders)
    browser.post(url, {"follow": "1"})
    deadline.refresh_from_db()

    assert own == ([20, 5], True)
    assert (deadline.reminder_offsets, deadline.own_reminders) == ([30, 14, 7, 3, 1], False)


def test_a_person_takes_a_reminder_on_from_the_board(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm, NOW.date() + timedelta(days=5))
    browser = browser_of("paul")
    before = text(browser.get("/deadlines/"))
    reminders.run_due(now=NOW, actor=SYSTEM)
    board = text(browser.get("/deadlines/"))
    response = browser.post(address("deadline_acknowledge", deadline.pk))

    assert "I have it" not in before
    assert "I have it" in board
    assert said(response) == ["Noted: you have it. The next reminder comes as planned."]
    assert "Paul has it" in text(browser.get(address("deadline", deadline.pk)))


def test_it_shows_every_possible_date_and_how_far_apart_they_are(firm: Firm, browser_of: Browser) -> None:
    deadline = counted(firm, deadline="2026-05-01")
    browser = browser_of("alice")
    matter = address("matter", deadline.matter_id)

    for url in (
        "/deadlines/",
        address("deadline", deadline.pk),
        matter,
        address("deadline_confirm", deadline.pk),
    ):
        page = text(browser.get(url))
        assert "stated in the status text" in page
        assert "21 days apart; the earlier one drives." in page
    assert "21 days apart" in text(browser.get(f"/receipts/{deadline.receipt_id}/"))


def test_it_says_what_uscis_has_since_reported_with_one_click_to_settle_it(
    firm: Firm, browser_of: Browser
) -> None:
    deadline = counted(firm)
    assert deadline.receipt is not None
    make_change(deadline.receipt, "RESPONSE_RECEIVED", at=NOW, event_date=date(2026, 3, 1))
    browser = browser_of("paul")

    for url in ("/deadlines/", address("deadline", deadline.pk), address("matter", deadline.matter_id)):
        assert "USCIS has since reported “Response received” on Mar 1, 2026." in text(browser.get(url))
    assert "It is met" not in text(browser_of("mary").get("/deadlines/?whose=all"))


def test_a_new_appointment_replaces_the_earlier_one_from_the_board(firm: Firm, browser_of: Browser) -> None:
    old = counted(firm, "INTERVIEW_SCHEDULED")
    assert old.receipt is not None
    run(
        make_change(
            old.receipt, "INTERVIEW_SCHEDULED", at=NOW + timedelta(hours=1), event_date=date(2026, 3, 1)
        ),
        now=NOW + timedelta(hours=1),
    )
    browser = browser_of("paul")
    assert "The new date replaces it" in text(browser.get("/deadlines/"))

    browser.post(address("deadline_replaced", old.pk))

    old.refresh_from_db()
    assert (old.state, Deadline.objects.filter(previous=old).count()) == ("moved", 1)


def test_it_counts_anew_before_it_confirms(firm: Firm, browser_of: Browser) -> None:
    deadline, browser = counted(firm), browser_of("paul")
    url = address("deadline_recount", deadline.pk)
    mailed = text(browser.get(url, {"served": "mail"}))
    shown = text(browser.get(url, {"served": "electronic"}))
    data = {"due": "2026-05-20", "served": "electronic", "dated": "2026-02-27"}
    response = browser.post(address("deadline_confirm", deadline.pk), data)

    assert "Counted like this: May 22, 2026." in shown
    assert "4 days later than before." in mailed
    assert "The same day as before." in shown
    assert "No days are added for electronic service." in shown
    assert said(response) == ["Confirmed: 2 days earlier than counted."]


def test_it_keeps_a_recount_without_confirming(firm: Firm, browser_of: Browser) -> None:
    deadline = counted(firm)
    data = {"served": "mail", "from_abroad": "on"}
    browser_of("paul").post(address("deadline_recount", deadline.pk), data)

    deadline.refresh_from_db()
    assert (deadline.due_date, deadline.status, deadline.from_abroad) == (
        date(2026, 6, 5),
        "provisional",
        True,
    )


def test_closing_a_matter_lists_what_is_open_first(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm)
    browser, url = browser_of("alice"), address("matter_close", firm.danas_matter.pk)
    page = text(browser.get(address("matter", firm.danas_matter.pk)))

    assert "Still open in this matter" in page
    assert "Answer to the request for evidence" in page
    assert browser.post(url).status_code == 422
    assert browser.post(url, {"reason": "Left for another firm."}).status_code == 302


def test_it_pins_what_the_rules_ask_of_the_database(
    browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of("mary")

    with django_assert_max_num_queries(12):
        browser.get(PAGE)
