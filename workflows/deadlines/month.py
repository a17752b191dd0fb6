"""A month of deadlines as a calendar shows it."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from legist.core.actors import Actor
from legist.practice.permissions import Capability, require
from workflows.deadlines.selectors import DeadlineFilters, open_deadlines
from workflows.models import Deadline

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    deadlines: list[Deadline]
    is_in_month: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks that hold a month, from Sunday on."""

    first: date
    weeks: list[list[Day]]
    total: int

    @property
    def previous(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"


def month_of(text: str, *, today: date) -> date:
    """Return the first day of the month written as "2026-05"; of this month for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def read_month(actor: Actor, filters: DeadlineFilters, first: date, *, today: date) -> Month:
    """Return the open deadlines of the weeks around a month."""
    require(actor, Capability.VIEW_MATTER)
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    span = (weeks[0][0], weeks[-1][-1])
    rows = open_deadlines(actor, filters).filter(due_date__range=span).select_related("matter__client")
    due: dict[date, list[Deadline]] = defaultdict(list)
    for row in rows:
        if row.due_date is not None:
            due[row.due_date].append(row)
    return Month(
        first=first,
        weeks=[
            [Day(day, due[day], day.month == first.month, day == today) for day in week] for week in weeks
        ],
        total=sum(map(len, due.values())),
    )
