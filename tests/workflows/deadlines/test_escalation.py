"""A reminder climbs until somebody says "I have it": paralegal, attorney, managers; each once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import SYSTEM, Firm
from tests.factories.workflows import decide_reminders, make_deadline
from workflows.deadlines import reminders, services
from workflows.deadlines.reminder_days import RuleOfKind
from workflows.models import Notification, Reminder

# A Friday; thirty days before it is Wednesday, April 1.
DUE = date(2026, 5, 1)
SHOWN = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def at(days: int) -> int:
    """Let the worker look so many days after the first reminder."""
    return reminders.run_due(now=SHOWN + timedelta(days=days), actor=SYSTEM)


def told() -> set[str]:
    return set(Notification.objects.values_list("user__name", flat=True))


def escalated() -> list[str]:
    entries = AuditEntry.objects.filter(action="workflows.reminder_escalated").order_by("sequence")
    return [entry.data["rung"] for entry in entries]


def test_it_climbs_one_rung_a_business_day(firm: Firm) -> None:
    make_deadline(firm, DUE)
    people = []
    for day in range(4):
        at(day)
        people.append(told())

    assert people == [{"Paul"}, {"Paul", "Alice"}, {"Paul", "Alice", "Mary"}, {"Paul", "Alice", "Mary"}]
    assert escalated() == ["attorney", "manager"]


def test_it_waits_over_the_weekend(firm: Firm) -> None:
    make_deadline(firm, DUE - timedelta(days=5))
    shown = SHOWN - timedelta(days=5)
    assert reminders.run_due(now=shown, actor=SYSTEM) == 1

    friday_shown = make_deadline(firm, date(2026, 5, 3))
    assert reminders.run_due(now=datetime(2026, 4, 3, 12, 0, tzinfo=UTC), actor=SYSTEM) > 0
    assert friday_shown.reminders.get(offset_days=30).next_rung_at == datetime(2026, 4, 6, 12, 0, tzinfo=UTC)


def test_each_rung_happens_once_however_often_one_looks(firm: Firm) -> None:
    make_deadline(firm, DUE)
    at(0)
    stale = Reminder.objects.select_related("deadline__matter").get(state="sent")
    at(1)
    again = reminders._climb(stale, now=SHOWN + timedelta(days=1), actor=SYSTEM)

    assert (again, at(1)) == (False, 0)
    assert escalated() == ["attorney"]


def test_it_climbs_no_further_once_a_person_has_it(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    at(0)
    reminders.acknowledge(deadline.pk, actor=firm.actor("paul"), now=SHOWN)

    assert (at(1), at(2), told()) == (0, 0, {"Paul"})
    assert Notification.objects.get().read_at == SHOWN
    assert AuditEntry.objects.filter(action="workflows.reminder_acknowledged").count() == 1


def test_the_next_reminder_asks_again(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    at(0)
    reminders.acknowledge(deadline.pk, actor=firm.actor("paul"), now=SHOWN)

    assert at(23) == 1
    assert deadline.reminders.get(offset_days=7).acknowledged_at is None


def test_an_unanswered_one_hands_its_rung_to_the_next(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    for day in (0, 1):
        at(day)
    reminders.run_due(now=SHOWN + timedelta(days=23), actor=SYSTEM)
    rungs = dict(deadline.reminders.filter(state="sent").values_list("offset_days", "rung"))

    assert rungs[7] >= 2
    assert not deadline.reminders.filter(offset_days=30, next_rung_at__isnull=False).exists()


def test_everybody_is_told_at_once_when_it_is_tight(firm: Firm) -> None:
    make_deadline(firm, DUE, offsets=[3])
    at(27)

    assert told() == {"Paul", "Alice", "Mary"}


def test_it_passes_over_an_empty_place(firm: Firm) -> None:
    make_deadline(firm, DUE)
    firm.danas_matter.paralegal = None
    firm.danas_matter.save(update_fields=["paralegal"])
    at(0)
    first = told()
    at(1)

    assert (first, told()) == ({"Alice"}, {"Alice", "Mary"})


def test_the_delays_are_the_firms_to_choose(firm: Firm) -> None:
    rule = RuleOfKind("rfe", (30, 7), attorney_after=3, manager_after=0)
    decide_reminders(firm, rule, who="alice")
    make_deadline(firm, DUE)
    at(0)

    assert [at(1), at(5), at(5)] == [0, 1, 1]
    assert told() == {"Paul", "Alice", "Mary"}


def test_a_deadline_that_is_met_climbs_no_further(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    at(0)
    services.meet_deadline(deadline.pk, actor=firm.actor("paul"), now=SHOWN)

    assert (at(1), told()) == (0, {"Paul"})


@pytest.mark.parametrize("who", ["paul", "alice", "mary"])
def test_whoever_works_on_it_or_manages_it_may_take_it_on(firm: Firm, who: str) -> None:
    deadline = make_deadline(firm, DUE)
    at(0)
    reminders.acknowledge(deadline.pk, actor=firm.actor(who), now=SHOWN)

    assert Reminder.objects.get(state="sent").acknowledged_by == getattr(firm, who)


def test_nobody_takes_on_what_does_not_wait_or_is_not_theirs(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    with pytest.raises(WrongState):
        reminders.acknowledge(deadline.pk, actor=firm.actor("paul"), now=SHOWN)
    at(0)

    with pytest.raises(NotFound):
        reminders.acknowledge(deadline.pk, actor=firm.actor("charlie"), now=SHOWN)
    with pytest.raises(Forbidden):
        reminders.acknowledge(deadline.pk, actor=SYSTEM, now=SHOWN)
