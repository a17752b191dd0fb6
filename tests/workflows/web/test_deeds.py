"""A row of the inbox says what was done for its change, or why nothing was."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_news, make_receipt, run
from tests.workflows.web.asking import Browser, text
from tracking.models import StatusChange
from tracking.selectors import deeds_for
from workflows.checklists.services import complete_item
from workflows.models import ChecklistItem, Deadline, Draft

pytestmark = pytest.mark.django_db


def words(firm: Firm, change: StatusChange, who: str = "paul") -> list[str]:
    return [deed.words for deed in deeds_for(firm.actor(who), [change]).get(change.pk, [])]


def test_work_dates_and_messages_stand_in_the_row_with_where_they_are(
    firm: Firm, browser_of: Browser
) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    complete_item(ChecklistItem.objects.first().pk, actor=firm.actor("paul"), now=NOW)  # type: ignore[union-attr]

    tasks, date, message = words(firm, change)

    assert re.fullmatch(r"Tasks: 1 of \d+ done", tasks)
    assert date.startswith("Answer to a request for evidence: ")
    assert message == "Message: waiting for approval"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        page = text(browser_of("paul").get("/?scope=all"))
    assert f"{tasks} · {date} · {message}" in page


def test_where_nothing_was_done_it_says_why(firm: Firm) -> None:
    without = make_change(make_receipt(None), "RFE_ISSUED")
    quiet = make_news(firm.danas_matter, "IN_REVIEW")
    asked = make_change(make_receipt(firm.danas_matter), "RFE_ISSUED", needs_review=True)

    said = [words(firm, change, "paul") for change in (without, quiet, asked)]

    assert said == [
        ["Nothing done: the receipt has no matter yet"],
        ["Nothing done: no playbook asks for anything"],
        ["Nothing done: a person has to confirm the reading first"],
    ]
    assert words(firm, quiet, "olga") == [], "who may not look into matters is told nothing"


def test_a_row_folds_out_to_its_earlier_changes_and_what_was_done_for_each(
    firm: Firm, browser_of: Browser
) -> None:
    first = make_news(firm.danas_matter, "RFE_ISSUED")
    run(first)
    latest = make_change(first.receipt, "RESPONSE_RECEIVED", at=first.detected_at + timedelta(days=1))

    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        found = text(browser_of("paul").get(f"/changes/{latest.pk}/earlier/"))

    assert "Request for evidence" in found
    assert f'href="/deadlines/{Deadline.objects.get().pk}/"' in found
    assert f'href="/approvals/{Draft.objects.get().pk}/"' in found
    assert browser_of("charlie").get(f"/changes/{latest.pk}/earlier/").status_code == 404
