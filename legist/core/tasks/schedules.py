"""Work that comes back: each periodic task runs once per interval, whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from legist.core import instants
from legist.core.clock import SKEW
from legist.core.failpoints import atomic
from legist.core.models import PeriodicTask, TaskTicket
from legist.core.states import TaskState
from legist.core.tasks.base import EVERY_QUEUE, Queue, Task
from legist.core.tasks.tickets import enqueue


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a task comes back; `when` is a cheap look whether there is anything to do at all."""

    task: Task
    every: timedelta
    when: Callable[[datetime], bool] | None
    is_alone: bool


_schedules: dict[str, Schedule] = {}


def periodic(
    task: Task, *, every: timedelta, when: Callable[[datetime], bool] | None = None, alone: bool = True
) -> None:
    """Have the task run every so often, for as long as a worker lives; missed runs are not made up for.

    `when(now)` is asked at each tick at which the task is due (several times a second: one indexed query
    at most); while it says no, nothing is written. `alone` keeps a run from starting while another one
    is under way, so that a slow task does not fill every worker.
    """
    _schedules[task.name] = Schedule(task=task, every=every, when=when, is_alone=alone)


def list_schedules() -> list[Schedule]:
    """Return every periodic task, by name."""
    return [_schedules[name] for name in sorted(_schedules)]


def tick(*, now: datetime, queues: frozenset[Queue] = EVERY_QUEUE) -> int:
    """Ask for the periodic tasks of the queues that are due; return how many."""
    return sum(_claim(schedule, now) for schedule in _list_due(now) if schedule.task.queue in queues)


def _list_due(now: datetime) -> list[Schedule]:
    next_runs = dict(PeriodicTask.objects.values_list("name", "next_run_at"))
    missing = [PeriodicTask(name=name, next_run_at=now) for name in _schedules if name not in next_runs]
    if missing:
        PeriodicTask.objects.bulk_create(missing, ignore_conflicts=True)
    running = set(TaskTicket.objects.filter(state=TaskState.RUNNING).values_list("name", flat=True))
    return [
        schedule
        for schedule in list_schedules()
        if next_runs.get(schedule.task.name, now) <= now
        and not (schedule.is_alone and schedule.task.name in running)
        and (schedule.when is None or schedule.when(now))
    ]


def list_late(*, now: datetime, by: timedelta) -> list[str]:
    """Return the names of the tasks that have had something to do for that long without a run."""
    latest = dict(PeriodicTask.objects.values_list("name", "latest_run_at"))
    return [
        schedule.task.name
        for schedule in list_schedules()
        if _has_rested(schedule, latest.get(schedule.task.name), now=now, by=by)
        and (schedule.when is None or schedule.when(now - by))
    ]


def _has_rested(schedule: Schedule, latest_run_at: datetime | None, *, now: datetime, by: timedelta) -> bool:
    if latest_run_at is None:
        return schedule.when is not None
    return now - latest_run_at > schedule.every + by or latest_run_at - now > SKEW


def _claim(schedule: Schedule, now: datetime) -> bool:
    with atomic():
        due = PeriodicTask.objects.filter(name=schedule.task.name, next_run_at__lte=now)
        claimed = due.update(next_run_at=now + schedule.every, latest_run_at=now)
        if claimed:
            enqueue(schedule.task, dedup_key=schedule.task.name, now=now)
    return bool(claimed)


def _beyond_its_interval(now: datetime) -> Q:
    """Return the condition of rows whose next run lies further ahead than their task ever comes back."""
    beyond = Q(pk__in=[])
    for name, schedule in _schedules.items():
        beyond |= Q(name=name) & instants.ahead("next_run_at", now=now, at_most=schedule.every)
    return beyond


instants.register(PeriodicTask, "next_run_at", at_most=_beyond_its_interval)
instants.register(PeriodicTask, "latest_run_at")
