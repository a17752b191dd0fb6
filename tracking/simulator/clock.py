"""Simulated days against real seconds. Speed compresses waiting; printed dates stay calendar dates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

EASTERN: Final = timezone(timedelta(hours=-5), "EST")
"""Near enough for a printed day, and independent of a time zone database."""


@dataclass(frozen=True, slots=True)
class Mark:
    """From the real second `real` (epoch) on, the simulation is at `day` and makes `speed` days a minute."""

    real: float
    day: float
    speed: float


class Clock:
    """A piecewise line from real time to simulated days: it can jump, change speed and stand still."""

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = marks

    def day(self, real: float) -> float:
        """The simulated day at a real second."""
        mark = self.marks[-1]
        return mark.day + (real - mark.real) / 60 * mark.speed

    def real(self, day: float) -> float:
        """The real second in which a simulated day was first, or will be, reached."""
        for mark, end in zip(self.marks, [*(mark.real for mark in self.marks[1:]), math.inf], strict=True):
            if day <= mark.day:
                return mark.real
            if mark.speed and (reached := mark.real + (day - mark.day) / mark.speed * 60) <= end:
                return reached
        return self.marks[-1].real

    def advance(self, days: float, *, real: float) -> None:
        """Jump ahead."""
        self.marks.append(Mark(real, self.day(real) + days, self.marks[-1].speed))

    def run_at(self, speed: float, *, real: float) -> None:
        """Change the speed from now on; 0 stands still."""
        self.marks.append(Mark(real, self.day(real), speed))


def eastern_day(real: float) -> date:
    """The calendar day printed for a real second."""
    return datetime.fromtimestamp(real, UTC).astimezone(EASTERN).date()
