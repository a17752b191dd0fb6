"""What a measure adds up (pure): numerators, denominators and histograms, never means.

Tallies of days are added to give those of weeks, months and people, so that every sum equals that of its
parts exactly. Times and lengths are kept as the numbers of values between fixed bounds: a percentile is
known no better than that, and says between which two it lies.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
# Upper bounds of the histogram's bins, in seconds; what is longer than the last one has no upper bound.
BOUNDS: Final = (
    *(1, 2, 5, 10, 20, 30),
    *(each * MINUTE for each in (1, 2, 5, 10, 20, 30)),
    *(each * HOUR for each in (1, 2, 4, 6, 8, 12, 18)),
    *(each * DAY for each in (1, 1.5, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 75, 90, 120, 180, 365)),
)
# Holds the true share or mean 19 times in 20.
_Z: Final = 1.959964


class Shape(StrEnum):
    """How a measure is made of what was added."""

    SHARE = "share"  # part of whole
    COUNT = "count"  # whole numbers, counted completely
    MEAN = "mean"  # of lengths of time, or of other amounts
    RATE = "rate"  # counts by exposure


class Bin(NamedTuple):
    """Between which two lengths a percentile lies, in seconds; `high` None: longer than the last bound."""

    low: float
    high: float | None


@dataclass(slots=True)
class Tally:
    """The sums of one measure over one group of rows; empty at first."""

    n: int = 0
    part: float = 0.0
    whole: float = 0.0
    low: float = 0.0
    high: float = 0.0
    squares: float = 0.0
    bins: Counter[int] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)

    def share(self, part: int, whole: int) -> None:
        """Add so many cases, and how many of them count."""
        self.n += whole
        self.part += part
        self.whole += whole

    def count(self, number: int, by: str = "", *, of: int | None = None) -> None:
        """Add what was counted among `of` rows (without it, among itself), with the class it belongs to."""
        self.n += number if of is None else of
        self.part += number
        if by:
            self.by[by] += number

    def amount(self, low: float, high: float) -> None:
        """Add an amount that lies between two (twice the same where known); a length of time in seconds."""
        middle = (low + high) / 2
        self.n += 1
        self.part += middle
        self.low += low
        self.high += high
        self.squares += middle * middle
        # The cautious end: a percentile is never better than what was seen.
        self.bins[bisect_left(BOUNDS, high)] += 1

    def exposed(self, whole: float) -> None:
        """Add what the counted things could have come from, such as receipt-days."""
        self.whole += whole

    def add(self, other: Tally) -> None:
        """Add the sums of another group."""
        for name in ("n", "part", "whole", "low", "high", "squares"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.bins.update(other.bins)
        self.by.update(other.by)

    def percentile(self, percent: int) -> Bin | None:
        """Return the bin in which the value lies that so many percent do not exceed; None without any."""
        rank = math.ceil(percent * self.bins.total() / 100)
        reached = 0
        for index in sorted(self.bins):
            reached += self.bins[index]
            if reached >= rank:
                return Bin(
                    BOUNDS[index - 1] if index else 0.0, BOUNDS[index] if index < len(BOUNDS) else None
                )
        return None


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of all."""
    found = Tally()
    for each in tallies:
        found.add(each)
    return found


class Figure(NamedTuple):
    """A value in the measure's unit with the two between which it lies; None where nothing was added.

    A share lies within Wilson's interval, a rate within that of a Poisson count (Byar), a mean length between
    the means of what was seen at least and at most, or, where each length is known, within the interval of
    the mean. What was counted completely lies nowhere else.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None


def figure(shape: Shape, tally: Tally, *, unit_seconds: float = 1.0, per: float = 1.0) -> Figure:
    """Return what a tally says; `unit_seconds` turns lengths into their unit, `per` scales a rate."""
    if shape is Shape.COUNT:
        return Figure(tally.part, tally.n, tally.part, tally.part) if tally.n else Figure(None, 0, None, None)
    if shape is Shape.RATE:
        return _rate(tally, per)
    if not tally.n:
        return Figure(None, 0, None, None)
    if shape is Shape.SHARE:
        return Figure(tally.part / tally.whole, tally.n, *_wilson(tally.part, tally.whole))
    mean, low, high = (each / tally.n for each in (tally.part, tally.low, tally.high))
    if low == high and tally.n > 1:
        spread = math.sqrt(max(0.0, tally.squares / tally.n - mean * mean) / (tally.n - 1)) * _Z
        low, high = max(0.0, mean - spread), mean + spread
    return Figure(mean / unit_seconds, tally.n, low / unit_seconds, high / unit_seconds)


def _wilson(part: float, whole: float) -> tuple[float, float]:
    share, z2 = part / whole, _Z * _Z
    middle = share + z2 / (2 * whole)
    spread = _Z * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    low, high = ((middle + sign * spread) / (1 + z2 / whole) for sign in (-1, 1))
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def _rate(tally: Tally, per: float) -> Figure:
    if not tally.whole:
        return Figure(None, 0, None, None)
    seen, scale = tally.part, per / tally.whole
    low = seen * (1 - 1 / (9 * seen) - _Z / (3 * math.sqrt(seen))) ** 3 if seen else 0.0
    more = seen + 1
    high = more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3
    return Figure(seen * scale, tally.n, max(0.0, low) * scale, high * scale)
