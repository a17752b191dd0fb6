"""Checklists: opened with dates, worked through by people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from legist.core.errors import Forbidden, NotFound, WrongState
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_news, run
from workflows.checklists import services as checklists
from workflows.checklists.services import NewChecklist
from workflows.models import ChecklistItem, Deadline

ITEMS: list[dict[str, Any]] = [
    {"key": "call", "role": "paralegal", "text": "Call the client", "days": 3},
    {"key": "sign", "role": "attorney", "text": "Sign"},
]


@pytest.fixture
def item(firm: Firm) -> ChecklistItem:
    new = NewChecklist("test", "A test", ITEMS)
    opened = checklists.open_checklist(new, matter=firm.danas_matter, run=None, actor=SYSTEM, now=NOW)
    return opened.items.get(key="call")


def test_it_counts_days_from_today(item: ChecklistItem) -> None:
    assert item.due_date == date(2026, 3, 5)


def test_it_counts_back_from_the_deadline_of_its_run(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    due = Deadline.objects.get().due_date
    assert due is not None
    assert (due - (ChecklistItem.objects.get(key="file").due_date or due)).days == 7


def test_it_says_who_did_it_and_when(firm: Firm, item: ChecklistItem) -> None:
    done = checklists.complete_item(item.pk, actor=firm.actor("paul"), now=NOW)

    assert (done.done_by, done.done_at) == (firm.paul, NOW)


def test_it_is_done_once(firm: Firm, item: ChecklistItem) -> None:
    checklists.complete_item(item.pk, actor=firm.actor("paul"), now=NOW)

    with pytest.raises(WrongState):
        checklists.complete_item(item.pk, actor=firm.actor("alice"), now=NOW)


def test_it_can_be_reopened(firm: Firm, item: ChecklistItem) -> None:
    checklists.complete_item(item.pk, actor=firm.actor("paul"), now=NOW)
    again = checklists.reopen_item(item.pk, actor=firm.actor("alice"), now=NOW)

    assert (again.done_at, again.done_by, again.reopened_at) == (None, None, NOW)
    with pytest.raises(WrongState):
        checklists.reopen_item(item.pk, actor=firm.actor("alice"), now=NOW)


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_it_is_done_by_who_works_on_the_matter(
    firm: Firm, item: ChecklistItem, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        checklists.complete_item(item.pk, actor=firm.actor(who), now=NOW)


def test_the_machine_checks_nothing_off(item: ChecklistItem) -> None:
    with pytest.raises(Forbidden):
        checklists.complete_item(item.pk, actor=SYSTEM, now=NOW)


def test_the_database_refuses_an_item_done_by_nobody(item: ChecklistItem) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItem.objects.filter(pk=item.pk).update(done_at=NOW)
