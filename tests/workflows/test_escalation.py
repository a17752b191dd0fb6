"""What has waited for a person for too long is told again, and then to the managers, once on each rung."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import approve, make_delivery, make_draft, make_news, run
from tests.workflows.web.asking import address, text
from workflows import escalation
from workflows.models import ChecklistItem, Delivery, Draft, IncomingMessage, Notification
from workflows.states import DeliveryState, NotificationKind

DAY = timedelta(days=1)


def told() -> list[tuple[str, str]]:
    """Who has an unread alert of this sort, and of what."""
    waits = Notification.objects.filter(kind=NotificationKind.WAITS, read_at=None)
    return sorted((each.user.name, each.data["what"]) for each in waits.select_related("user"))


def days_later(days: int) -> list[tuple[str, str]]:
    """Look twice, as the worker does: nobody is told twice."""
    for minutes in (0, 10):
        escalation.run_due(now=NOW + days * DAY + timedelta(minutes=minutes))
    return told()


def test_a_message_that_waits_is_told_to_who_may_approve_it_and_then_to_the_managers(firm: Firm) -> None:
    make_draft(firm)

    assert days_later(0) == []
    assert days_later(1) == [("Alice", "approval")]
    assert days_later(2) == [("Alice", "approval"), ("Mary", "approval")]
    assert days_later(9) == [("Alice", "approval"), ("Mary", "approval")]


def test_a_weekend_does_not_count(firm: Firm) -> None:
    friday = NOW + 4 * DAY
    make_draft(firm, now=friday)

    assert days_later(6) == []
    assert days_later(7) == [("Alice", "approval")]


def test_what_was_taken_up_is_told_of_no_longer(firm: Firm) -> None:
    draft = make_draft(firm)
    days_later(2)

    approve(firm, draft, now=NOW + 2 * DAY)

    assert days_later(2) == []


def test_where_nobody_may_take_it_up_the_managers_are_told_at_once(firm: Firm) -> None:
    make_draft(firm)
    firm.alice.is_active = False
    firm.alice.save()

    assert days_later(1) == [("Mary", "approval")]


def test_a_delivery_nobody_is_sure_of(firm: Firm) -> None:
    Delivery.objects.filter(pk=make_delivery(firm).pk).update(state=DeliveryState.UNCERTAIN)

    assert days_later(1) == [("Alice", "delivery"), ("Paul", "delivery")]


def test_a_client_who_got_no_answer(firm: Firm) -> None:
    matter = firm.danas_matter
    IncomingMessage.objects.create(matter=matter, client=matter.client, text="When?", received_at=NOW)

    assert days_later(1) == [("Alice", "reply"), ("Paul", "reply")]


def test_a_task_that_is_overdue_but_not_what_the_client_is_to_do(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    ChecklistItem.objects.exclude(role="attorney").exclude(role="client").delete()
    ChecklistItem.objects.update(due_date=NOW.date(), owner=None)
    Draft.objects.update(state="drafted")

    assert set(days_later(1)) == {("Alice", "task")}
    assert (
        Notification.objects.filter(kind="waits").count()
        == ChecklistItem.objects.exclude(role="client").count()
    )


def test_a_firm_may_leave_it_out(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_ESCALATE_DAYS = []
    make_draft(firm)

    assert days_later(30) == []


@pytest.mark.parametrize("what", ["approval", "delivery", "reply", "task"])
def test_it_says_what_waits_and_leads_there(firm: Firm, browser_of: Callable[[str], Any], what: str) -> None:
    draft = make_draft(firm)
    days_later(1)
    Notification.objects.filter(kind="waits").update(data={"what": what, "since": "2026-03-02"})

    page = browser_of("alice").get(address("notices"))

    assert "Nobody has taken this up since March 2" in text(page)
    assert f"/approvals/{draft.pk}/" in page.content.decode()
