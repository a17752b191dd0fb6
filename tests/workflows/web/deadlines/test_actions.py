"""Confirming, meeting, moving and waiving a deadline."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.practice import Firm
from tests.factories.workflows import make_deadline
from tests.workflows.web.asking import Browser, address, said, statuses, text
from workflows.models import Deadline
from workflows.states import DeadlineState, DeadlineStatus

ACTS = ("deadline_confirm", "deadline_meet", "deadline_move", "deadline_waive")
DATA = {"due": "2026-04-28", "reason": "It says so."}


@pytest.mark.parametrize("act", ACTS)
def test_it_is_for_those_who_work_on_the_matter(firm: Firm, browser_of: Browser, act: str) -> None:
    url = address(act, make_deadline(firm).pk)

    found = statuses(browser_of, url, ("mary", "charlie", "olga", "dana", "alice"), "post", **DATA)

    assert found == [403, 404, 404, 404, 302]


@pytest.mark.parametrize("act", ACTS[1:])
def test_it_changes_nothing_by_looking(firm: Firm, browser_of: Browser, act: str) -> None:
    assert browser_of("paul").get(address(act, make_deadline(firm).pk)).status_code == 405


@pytest.mark.parametrize("act", ACTS)
def test_it_refuses_a_closed_deadline(firm: Firm, browser_of: Browser, act: str) -> None:
    deadline, browser = make_deadline(firm), browser_of("alice")
    browser.post(address("deadline_meet", deadline.pk))

    assert browser.post(address(act, deadline.pk), DATA).status_code == 409


@pytest.mark.parametrize("act", ["deadline_confirm", "deadline_move", "deadline_waive"])
def test_it_wants_the_date_and_the_reason(firm: Firm, browser_of: Browser, act: str) -> None:
    url = address(act, make_deadline(firm).pk)

    assert browser_of("alice").post(url, {"due": "tomorrow", "reason": " "}).status_code == 422


def test_it_brings_the_form_for_the_dialog_of_the_board(firm: Firm, browser_of: Browser) -> None:
    url = address("deadline_confirm", make_deadline(firm, date(2026, 5, 1)).pk)

    form = text(browser_of("paul").get(url))

    assert "The rule counted May 1, 2026." in form
    assert 'data-counted="2026-05-01"' in form
    assert statuses(browser_of, url, ("mary", "charlie")) == [403, 404]


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        (date(2026, 5, 1), "Confirmed: 3 days earlier than counted."),
        (date(2026, 4, 27), "Confirmed: 1 day later than counted."),
        (date(2026, 4, 28), "Confirmed: the printed date is the computed one."),
        (None, "Confirmed. Reminders follow the printed date."),
    ],
)
def test_it_confirms_the_printed_date_and_tells_the_difference(
    firm: Firm, browser_of: Browser, counted: date | None, told: str
) -> None:
    deadline = make_deadline(firm, counted)

    response = browser_of("paul").post(address("deadline_confirm", deadline.pk), DATA)

    deadline.refresh_from_db()
    assert said(response) == [told]
    assert (deadline.status, deadline.due_date) == (DeadlineStatus.CONFIRMED, date(2026, 4, 28))


def test_it_moves_to_a_new_one(firm: Firm, browser_of: Browser) -> None:
    old = make_deadline(firm)

    browser_of("paul").post(address("deadline_move", old.pk), DATA)

    new = Deadline.objects.get(previous=old)
    assert new.due_date == date(2026, 4, 28)
    assert Deadline.objects.get(pk=old.pk).state == DeadlineState.MOVED


def test_it_is_waived_by_an_attorney_only(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm)
    url = address("deadline_waive", deadline.pk)

    assert statuses(browser_of, url, ("paul", "alice"), "post", reason="Withdrawn.") == [403, 302]
    assert Deadline.objects.get(pk=deadline.pk).state == DeadlineState.WAIVED
