"""Periodic tasks: once per interval, whatever the number of workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from legist.core.models import PeriodicTask, TaskTicket
from legist.core.states import TaskState
from legist.core.tasks import periodic, schedules
from tests.core.tasks.workload import note

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})


def asked() -> int:
    return TaskTicket.objects.filter(name=note.name).count()


def test_it_is_asked_for_once_per_interval() -> None:
    periodic(note, every=10 * SECOND)

    turns = [schedules.tick(now=NOON + n * SECOND) for n in range(10)]

    assert sum(turns) == 1


def test_of_two_workers_that_see_it_due_one_asks_for_it() -> None:
    periodic(note, every=10 * SECOND)
    seen_by_both = schedules._list_due(NOON) + schedules._list_due(NOON)

    assert [schedules._claim(schedule, NOON) for schedule in seen_by_both] == [True, False]


def test_it_comes_back_after_the_interval() -> None:
    periodic(note, every=10 * SECOND)
    schedules.tick(now=NOON)
    TaskTicket.objects.all().delete()

    assert schedules.tick(now=NOON + 9 * SECOND) == 0
    assert schedules.tick(now=NOON + 10 * SECOND) == 1


def test_it_does_not_make_up_for_what_was_missed() -> None:
    periodic(note, every=10 * SECOND)
    schedules.tick(now=NOON)

    late = NOON + timedelta(hours=3)
    turns = [schedules.tick(now=late + n * SECOND) for n in range(10)]

    assert sum(turns) == 1


def test_it_writes_nothing_while_there_is_nothing_to_do() -> None:
    periodic(note, every=SECOND, when=lambda now: now > NOON + 30 * SECOND)

    idle = [schedules.tick(now=NOON + n * SECOND) for n in range(30)]
    assert sum(idle) == 0
    assert asked() == 0

    assert schedules.tick(now=NOON + 31 * SECOND) == 1


def test_it_waits_while_an_earlier_run_is_under_way() -> None:
    periodic(note, every=SECOND)
    schedules.tick(now=NOON)
    TaskTicket.objects.update(state=TaskState.RUNNING, lease_until=NOON + timedelta(minutes=1))

    assert schedules.tick(now=NOON + 5 * SECOND) == 0

    TaskTicket.objects.all().delete()
    assert schedules.tick(now=NOON + 6 * SECOND) == 1


def test_it_lets_runs_overlap_where_that_is_wanted() -> None:
    periodic(note, every=SECOND, alone=False)
    schedules.tick(now=NOON)
    TaskTicket.objects.update(state=TaskState.RUNNING, lease_until=NOON + timedelta(minutes=1))

    assert schedules.tick(now=NOON + SECOND) == 1


def test_it_keeps_one_row_per_task() -> None:
    periodic(note, every=10 * SECOND)
    schedules.tick(now=NOON)

    row = PeriodicTask.objects.get()
    assert (row.name, row.next_run_at) == ("tests.note", NOON + 10 * SECOND)


def test_it_is_late_when_it_did_not_run_although_it_should_have() -> None:
    periodic(note, every=10 * SECOND)
    schedules.tick(now=NOON)

    assert schedules.list_late(now=NOON + 69 * SECOND, by=60 * SECOND) == []
    assert schedules.list_late(now=NOON + 71 * SECOND, by=60 * SECOND) == ["tests.note"]
