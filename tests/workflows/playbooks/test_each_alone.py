"""Work for many people, row by row: one bad row keeps nobody else's waiting, and somebody is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import OperationalError

from legist.core.resilience.error_capture import each_alone
from legist.core.seals import SealBrokenError
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_deadline, make_draft, make_news
from tests.support.forgery import alter, write
from tests.support.mailserver import MailServer
from workflows import pipeline
from workflows.deadlines import reminders
from workflows.models import NoticeWatch, Notification, PlaybookRun, ReminderRule
from workflows.notices import overdue, watch
from workflows.states import WatchState

DUE = date(2026, 3, 20)


def halve(number: int) -> int:
    return 12 // number


def test_it_does_the_others_and_raises_the_first_failure_at_the_end() -> None:
    done: list[int] = []

    with pytest.raises(ZeroDivisionError):
        each_alone([0, 3, 4], lambda number: done.append(halve(number)))
    assert done == [4, 3]


def test_a_failure_that_somebody_was_told_of_uses_up_nothing() -> None:
    told: list[tuple[int, str]] = []

    def tell(number: int, attempt: object) -> None:
        told.append((number, attempt.error_class))  # type: ignore[attr-defined]

    assert each_alone([0, 3, 4, 6], halve, failed=tell, limit=2) == [4, 3]
    assert told == [(0, "builtins.ZeroDivisionError")]


def test_it_ends_at_once_when_the_database_is_away() -> None:
    seen: list[int] = []

    def act(number: int) -> None:
        seen.append(number)
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        each_alone([1, 2], act, failed=lambda _number, _attempt: None)
    assert seen == [1]


def test_a_reminder_that_cannot_be_shown_is_told_plainly(firm: Firm) -> None:
    """The firm's rule of its kind was written past the application and cannot be read."""
    broken, good = make_deadline(firm, DUE, offsets=[30]), make_deadline(firm, DUE, offsets=[30])
    rule = ReminderRule.objects.create(kind="noid", offsets=[30], updated_by=firm.mary, updated_at=NOW)
    write("UPDATE workflows_reminderrule SET offsets = 'null' WHERE kind = %s", rule.kind)
    alter(broken, kind="noid")

    assert reminders.run_due(now=NOW, actor=SYSTEM) == 1
    notices = Notification.objects.filter(user=firm.paul, kind="reminder")
    assert set(notices.values_list("subject_id", flat=True)) == {broken.pk, good.pk}
    assert notices.get(subject_id=broken.pk).key.endswith(":failed")
    reminders.run_due(now=NOW, actor=SYSTEM)
    assert notices.count() == 2


def test_a_paper_that_cannot_be_raised_is_told_plainly(firm: Firm) -> None:
    first, second = make_news(firm.danas_matter, "RFE_ISSUED"), make_news(firm.danas_matter, "RFE_ISSUED")
    for change in (first, second):
        watch.begin(change.pk, now=NOW, actor=SYSTEM)
    broken, good = NoticeWatch.objects.order_by("due_at", "id")
    assert broken.due_at is not None
    alter(broken, code="NO_SUCH_CODE", due_at=broken.due_at - timedelta(days=1))
    later = NOW + timedelta(days=60)

    assert overdue.run_due(now=later, actor=SYSTEM) == 1
    good.refresh_from_db()
    assert good.state == WatchState.RAISED
    assert Notification.objects.filter(user=firm.paul, subject_id=broken.pk, kind="paper").count() == 1
    overdue.run_due(now=later, actor=SYSTEM)
    assert Notification.objects.filter(user=firm.paul, subject_id=broken.pk).count() == 1


def test_a_pass_hands_messages_over_although_a_run_cannot_go_on(firm: Firm, mailserver: MailServer) -> None:
    change = make_news(None, "APPROVED")
    pipeline.run_pass(now=NOW, actor=SYSTEM)
    assert PlaybookRun.objects.filter(state="parked").exists()
    write("UPDATE tracking_receipt SET matter_id = %s", firm.danas_matter.pk)
    alter(change, title_en="Another title")
    approve(firm, make_draft(firm))

    with pytest.raises(SealBrokenError):
        pipeline.run_pass(now=NOW, actor=SYSTEM)
    assert len(mailserver.accepted) == 1
