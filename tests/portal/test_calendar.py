"""The days of a case: which are told, and as a file for the calendar of a phone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from portal import selectors
from portal.cases import CaseDate
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_news
from tracking.models import Receipt
from workflows.deadlines.services import NewDeadline, add_deadline, confirm_deadline
from workflows.models import Deadline

DAY = timedelta(days=1)
DUE = NOW.date() + 10 * DAY


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_news(firm.danas_matter, "INTERVIEW_SCHEDULED").receipt


def count_day(firm: Firm, receipt: Receipt, day: date = DUE, kind: str = "interview") -> Deadline:
    new = NewDeadline(kind=kind, title="A day", due=day, receipt_id=receipt.pk)
    return add_deadline(new, matter=firm.danas_matter, run=None, actor=SYSTEM, now=NOW)


def set_day(firm: Firm, receipt: Receipt, day: date = DUE, kind: str = "interview") -> Deadline:
    """Have a person read the day from the letter."""
    counted = count_day(firm, receipt, day, kind)
    return confirm_deadline(counted.pk, due=day, actor=firm.actor("alice"), now=NOW)


def dates(firm: Firm, receipt: Receipt) -> tuple[CaseDate, ...]:
    return selectors.access_case(firm.actor("dana"), receipt.pk, language="en", now=NOW).dates


def test_a_day_that_a_person_has_read_is_told_once(firm: Firm, receipt: Receipt, dana: Client) -> None:
    set_day(firm, receipt)
    set_day(firm, receipt, DUE + DAY)

    assert dates(firm, receipt) == (CaseDate("interview", "Interview", DUE),)
    with time_machine.travel(NOW, tick=False):
        assert "/calendar/interview/" in dana.get("/portal/").content.decode()


def test_a_day_that_is_counted_or_over_or_the_firms_own_is_not(firm: Firm, receipt: Receipt) -> None:
    count_day(firm, receipt)
    set_day(firm, receipt, NOW.date() - 2 * DAY)
    set_day(firm, receipt, kind="i290b_motion")
    set_day(firm, receipt, kind="premium_15")

    assert dates(firm, receipt) == ()


def test_a_day_is_not_told_once_it_was_called_off(firm: Firm, receipt: Receipt) -> None:
    set_day(firm, receipt)

    make_change(receipt, "INTERVIEW_CANCELLED", at=NOW + timedelta(minutes=1))

    assert dates(firm, receipt) == ()


def test_the_file_names_nobody_and_no_case(firm: Firm, receipt: Receipt, dana: Client, eve: Client) -> None:
    set_day(firm, receipt)
    url = f"/portal/cases/{receipt.pk}/calendar/interview/"

    with time_machine.travel(NOW, tick=False):
        answer = dana.get(url)
        others = [eve.get(url), dana.get(url.replace("interview", "rfe"))]

    assert [other.status_code for other in others] == [404, 404]
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["summary"], event.decoded("dtstart")) == ("Entrevista", DUE), "a day, in no time zone"
    assert event.decoded("dtend") == DUE + DAY
    said = answer.content.decode()
    assert not any(word in said for word in ("Dana", receipt.number, receipt.number[-4:], "USCIS", "M-2026"))
