"""Who is reminded of what, when, and how often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from legist.core.errors import NotFound
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_deadline
from tests.support.refusal import refusing, stored
from workflows.deadlines import reminders, services
from workflows.models import Notification
from workflows.notifications import services as notifications

DUE = date(2026, 5, 1)
MORNING = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def told(kind: str = "reminder") -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__name", flat=True))


def remind(days_before: int) -> int:
    return reminders.run_due(now=MORNING - timedelta(days=days_before), actor=SYSTEM)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 5, 1), MORNING), (date(2026, 1, 15), datetime(2026, 1, 15, 13, 0, tzinfo=UTC))],
)
def test_it_reminds_at_eight_in_the_firms_morning(day: date, expected: datetime) -> None:
    assert reminders.due_at(day, 0) == expected


def test_it_reminds_who_works_on_the_matter_once(firm: Firm) -> None:
    make_deadline(firm, DUE)
    assert remind(31) == 0

    assert (remind(30), remind(30)) == (1, 0)

    assert told() == {"Paul"}


def test_it_tells_the_managers_when_the_date_has_passed(firm: Firm) -> None:
    make_deadline(firm, DUE)
    remind(-1)

    assert told("overdue") == {"Alice", "Paul", "Mary"}
    assert Notification.objects.filter(kind="overdue", level="urgent").count() == 3


def test_it_tells_the_managers_at_once_when_nobody_works_on_the_matter(firm: Firm) -> None:
    make_deadline(firm, DUE)
    firm.danas_matter.attorney = firm.danas_matter.paralegal = None
    firm.danas_matter.save(update_fields=["attorney", "paralegal"])
    remind(30)

    assert told() == {"Mary"}


def test_it_leaves_out_who_was_walled_off(firm: Firm) -> None:
    make_deadline(firm, DUE)
    firm.danas_matter.paralegal = firm.charlie
    firm.danas_matter.save(update_fields=["paralegal"])
    remind(30)

    assert told() == {"Alice"}


def test_it_says_nothing_about_a_deadline_that_was_met(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    services.meet_deadline(deadline.pk, actor=firm.actor("paul"), now=NOW)

    assert remind(30) == 0


def test_it_does_not_send_missed_reminders_in_a_burst(firm: Firm) -> None:
    make_deadline(firm, NOW.date() + timedelta(days=5))

    assert reminders.run_due(now=NOW, actor=SYSTEM) == 1
    assert Notification.objects.get(user=firm.paul).data["offset"] == 7


def test_it_reminds_again_when_the_date_was_moved_by_the_notice(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    remind(30)
    later = DUE + timedelta(days=20)
    services.confirm_deadline(
        deadline.pk, due=later, actor=firm.actor("paul"), now=MORNING - timedelta(days=29)
    )

    assert reminders.run_due(now=MORNING - timedelta(days=10), actor=SYSTEM) == 1
    assert Notification.objects.filter(user=firm.paul, kind="reminder").count() == 2


def test_a_notice_is_put_away_by_its_reader_only(firm: Firm) -> None:
    make_deadline(firm, DUE)
    remind(30)
    notice = Notification.objects.get(user=firm.paul)

    notifications.mark_read(notice.pk, actor=firm.actor("paul"), now=NOW)

    notice.refresh_from_db()
    assert notice.read_at == NOW
    with pytest.raises(NotFound):
        notifications.mark_read(notice.pk, actor=firm.actor("alice"), now=NOW)


def test_confirming_the_same_day_brings_no_missed_reminder_back(firm: Firm) -> None:
    deadline = make_deadline(firm, NOW.date() + timedelta(days=10), offsets=[60, 30, 14, 7])
    assert reminders.run_due(now=NOW, actor=SYSTEM) == 1
    assert deadline.due_date is not None

    services.confirm_deadline(deadline.pk, due=deadline.due_date, actor=firm.actor("paul"), now=NOW)

    assert reminders.run_due(now=NOW + timedelta(hours=1), actor=SYSTEM) == 0
    assert deadline.reminders.get(state="sent").next_rung_at is not None


def test_a_period_without_a_date_is_not_announced_again_by_new_rules(firm: Firm) -> None:
    deadline = make_deadline(firm, None, issued_known="seen")
    reminders.run_due(now=NOW, actor=SYSTEM)
    reminders.acknowledge(deadline.pk, actor=firm.actor("paul"), now=NOW)

    reminders.plan(deadline, now=NOW + timedelta(days=1))

    assert not reminders.has_due(NOW + timedelta(days=30))


def test_a_reminder_that_cannot_be_shown_keeps_no_other_back(firm: Firm) -> None:
    first, _second = make_deadline(firm, DUE), make_deadline(firm, DUE)
    refused = f"INSERT ON \"workflows_notice\" FOR EACH ROW WHEN (NEW.subject_id = '{stored(first.pk)}')"

    with refusing(refused), pytest.raises(IntegrityError):
        remind(30)

    assert Notification.objects.filter(kind="reminder").count() == 1
    assert remind(30) == 1


def test_a_period_that_no_rule_gives_days_for_is_told_at_once(firm: Firm) -> None:
    make_deadline(firm, None, issued_known="stated")
    reminders.run_due(now=NOW, actor=SYSTEM)

    assert told() == {"Paul", "Alice"}
