"""How the calls of a day are shared out among receipts (pure): values in, values out.

A receipt of weight w whose status changes λ times a day is best asked about at a rate proportional to √(w·λ):
that keeps the weighted mean delay until a change is seen as small as the calls allow. Tiers bound the rates.

λ is a Gamma-Poisson estimate: (changes + s) / (days + s / expected), where `expected` comes from the wider
group. So a form in a stage at an age borrows from the form in the stage, that from the stage, and a stage
nobody has seen yet from the prior; with every day that is watched the firm's own history weighs more.

A receipt is *near* a change for some days after one that was filed together with it has changed. What that is
worth is learned as one factor: how many changes were seen of those that were near, against how many their
cells let expect. Where nothing goes together it stays at one.

Rates are calls a day; moments are days since 1970 in UTC, so that a day begins at a whole number.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

RESERVE: Final = 0.1
# From 16:00 UTC on the reserve is given free evenly until midnight: the working day of the firms is ending.
RELEASED_FROM: Final = 2 / 3
# Changes a day of a stage about which nothing is known: one in about a year.
PRIOR: Final = 0.003
# How many changes the wider group counts for: the prior hardly, a stage beside its forms for long.
STRENGTHS: Final = (0.5, 20.0, 20.0)
# How many changes that were expected anyway the factor of those near a change counts for.
NEAR_STRENGTH: Final = 5.0
# Days for which a receipt counts as near.
NEAR_DAYS: Final = 3
# Days after which what was seen counts for about a third.
REMEMBERED: Final = 365.0
# Days in a stage at which another age begins.
AGES: Final = (30, 180)
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(instant: datetime) -> float:
    """Return an instant in days since 1970, UTC."""
    return (instant - _EPOCH) / _DAY


def instant_of(moment: float) -> datetime:
    """Return the instant of a moment, to the microsecond."""
    return _EPOCH + moment * _DAY


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often receipts of a tier are asked about at least and at most, in calls a day.

    Raises ValueError unless 0 < least <= most: a receipt that may be asked never would stop silently.
    """

    least: float
    most: float

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.most < math.inf:
            given = f"{self.least:g} to {self.most:g}"
            message = f"Bounds of {given} calls a day cannot be kept; give 0 < least <= most."
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Demand:
    """Receipts that are asked about alike: how many, what they are worth, and the bounds of their tier."""

    count: int
    pull: float
    bounds: Bounds


def pull_of(*, weight: float, rate: float) -> float:
    """Return what a receipt's own rate is proportional to; both must be above zero (ValueError)."""
    if not (0 < weight < math.inf and 0 < rate < math.inf):
        message = f"A weight of {weight:g} and {rate:g} changes a day say not how often to ask."
        raise ValueError(message)
    return math.sqrt(weight * rate)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What one day's calls come to: `price` is the rate per unit of pull.

    `floors_kept` is below 1 when the floors alone ask for more than there is: then each receipt gets that
    share of its floor.
    """

    price: float
    floors_kept: float = 1.0

    def rate(self, pull: float, bounds: Bounds) -> float:
        """Return the calls a day of one receipt."""
        if self.floors_kept < 1:
            return bounds.least * self.floors_kept
        return min(max(self.price * pull, bounds.least), bounds.most)


def allocate(demands: Iterable[Demand], *, calls: float) -> Allocation:
    """Share out so many calls a day; they are all spent, unless every receipt is at its most.

    The sum of the rates grows with the price in straight pieces, which bend where a group leaves its floor
    or meets its most: the piece that holds `calls` gives the price exactly.
    """
    demands = [demand for demand in demands if demand.count > 0]
    floors = sum(demand.count * demand.bounds.least for demand in demands)
    if floors > calls:
        return Allocation(0.0, max(calls, 0.0) / floors)
    bends = sorted(
        bend
        for demand in demands
        for bend in (
            (demand.bounds.least / demand.pull, demand.count * demand.pull),
            (demand.bounds.most / demand.pull, -demand.count * demand.pull),
        )
    )
    price, slope, left = 0.0, 0.0, calls - floors
    for at, more in bends:
        spent = slope * (at - price)
        if spent > left:
            return Allocation(price + left / slope)
        price, slope, left = at, slope + more, left - spent
    return Allocation(price)


@dataclass(frozen=True, slots=True)
class Steering:
    """What a look at the day's spending says: calls that may go now, and how many checks to bring forward.

    `claimable` in the pace of the plan; `unpaced` where checks keep none: beside what is left of the reserve.
    """

    claimable: int
    forward: int
    unpaced: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """The calls of a UTC day, and how planned checks may spend them as the day goes by.

    They are spread evenly, without the reserve for what people ask for and for retries; what is left of that
    is given free evenly from `released_from` on, a share of the day.
    """

    calls: int
    reserve: float = RESERVE
    released_from: float = RELEASED_FROM

    @property
    def reserved(self) -> int:
        """How many calls of a day the reserve is, in whole ones: at least one."""
        return max(1, round(self.calls * self.reserve))

    def released(self, moment: float) -> float:
        """Return the share of the reserve that is given free by then."""
        return max(0.0, moment - math.floor(moment) - self.released_from) / (1 - self.released_from)

    def opened(self, moment: float) -> float:
        """Return the share of this UTC day's calls that planned checks may have spent by then."""
        passed = moment - math.floor(moment)
        return (1 - self.reserve) * passed + self.reserve * self.released(moment)

    def beside_reserve(self, moment: float, *, spent: int, urgent: int) -> int:
        """Return how many of the calls that are left may go to checks that nobody waits for, at any pace.

        All but what `urgent` calls have left of the reserve, as far as that is not given free yet.
        """
        kept = max(0, self.reserved - urgent) * (1 - self.released(moment))
        return max(0, math.ceil(self.calls - spent - kept))

    def after(self, moment: float, days: float) -> float:
        """Return when so many days' worth of calls will have been opened: late in the day that is sooner."""
        clock = math.floor(moment) + self.opened(moment) + days
        day, opened = math.floor(clock), clock - math.floor(clock)
        slow = (1 - self.reserve) * self.released_from
        if opened <= slow:
            return day + opened / (1 - self.reserve)
        pace = 1 - self.reserve + self.reserve / (1 - self.released_from)
        return day + self.released_from + (opened - slow) / pace

    def steer(self, moment: float, *, spent: int, due: int, urgent: int = 0) -> Steering:
        """Compare what this day has spent with what it may have.

        `urgent` of the spent calls were asked for by people or repeated a failure: they come out of the
        reserve first. `due` planned checks are waiting. The day's calls are never exceeded.
        """
        held = self.reserve * self.calls
        planned = spent - min(urgent, held)
        claimable = min(math.floor(self.calls * self.opened(moment) - planned), self.calls - spent)
        unpaced = self.beside_reserve(moment, spent=spent, urgent=urgent)
        return Steering(max(claimable, 0), max(claimable - due, 0), unpaced)


def lateness(counts: Mapping[float, float], *, calls: float) -> float:
    """Return by how many days each look is late where intervals ask for more than there is, in one queue.

    `counts`: how many receipts are asked about every so many days. Late by L, receipt i is asked about every
    Tᵢ + L days, and Σ nᵢ / (Tᵢ + L) is the calls of a day.
    """
    if sum(count / every for every, count in counts.items()) <= calls:
        return 0.0
    least, most = 0.0, sum(counts.values()) / calls
    for _half in range(50):
        middle = (least + most) / 2
        asked = sum(count / (every + middle) for every, count in counts.items())
        least, most = (middle, most) if asked > calls else (least, middle)
    return most


def waits_of(counts: Mapping[float, float], *, budget: Budget) -> dict[float, float]:
    """Return after how many days on average a change is seen, by interval, where tiers keep fixed ones.

    A change at a random moment is seen at the next look. The mean of that wait is the mean time since the
    latest look, Σ g² / 2 Σ g over the gaps g between looks: half an interval, as long as a day has the calls.

    Where it has not, the gaps are those of the day. From midnight UTC on receipts are asked about at their
    interval, the most overdue first, until the calls beside the reserve are spent; then nothing is until the
    reserve is given free, the most overdue first as it is; and then nothing until midnight. So one that is
    asked about every few minutes has many short gaps and a long one, (24 h − t)² / 48 h if the day is dry at
    t. Receipts that are more than a day can serve wait in one queue instead, each by the same `lateness`.
    Between the two who is asked depends on who is overdue, which no formula sums up: the days are played
    through, beginning with what that lateness makes of them.
    """
    if sum(count / every for every, count in counts.items()) <= budget.calls:
        return {every: every / 2 for every in counts}
    return _Play(counts, budget).run()


class _Play:
    """Days of a budget that is overdrawn, played through; some receipts stand for all of their interval."""

    STAND_INS, WARM, END = 40, 2.0, 5.0
    # Looks closer to each other than this many days are played together.
    TOGETHER = 1 / 144

    def __init__(self, counts: Mapping[float, float], budget: Budget) -> None:
        self.budget, self.counts = budget, counts
        self.total = sum(counts.values())
        self.areas = dict.fromkeys(counts, 0.0)
        self.spent, self.day = 0.0, 0
        late, most = lateness(counts, calls=budget.calls), budget.calls / 50
        self.queue: list[tuple[float, float, float, float]] = []
        for every, count in counts.items():
            standing = min(math.ceil(count), max(self.STAND_INS, math.ceil(count / most)))
            for number in range(standing):
                due = (number + 0.5) / standing * (every + late) - late
                self.queue.append((due, every, due - every, count / standing))
        heapq.heapify(self.queue)

    def run(self) -> dict[float, float]:
        now = 0.0
        while now < self.END:
            due, every, latest, weight = heapq.heappop(self.queue)
            now, room = self._opened(max(now, due), weight)
            looks = max(1, min(math.ceil(self.TOGETHER / every), int(room / self.total)))
            self.spent += looks * weight
            self._wait(every, since=latest, until=now, weight=weight)
            last = now + (looks - 1) * every
            if self.WARM <= now < self.END:
                self.areas[every] += weight * (looks - 1) * every**2 / 2
            heapq.heappush(self.queue, (last + every, every, last, weight))
        for _due, every, latest, weight in self.queue:
            self._wait(every, since=latest, until=self.END, weight=weight)
        measured = self.END - self.WARM
        return {every: self.areas[every] / count / measured for every, count in self.counts.items()}

    def _opened(self, now: float, wanted: float) -> tuple[float, float]:
        """Return when so many calls are open from `now` on, and how many are then; a part of one counts."""
        budget = self.budget
        if math.floor(now) > self.day:
            self.day, self.spent = math.floor(now), 0.0
        left = budget.calls - self.spent
        if left - budget.reserved * (1 - budget.released(now)) <= wanted - 1:
            share = 1 - (left - wanted + 0.999) / budget.reserved
            if share > 1 or left < wanted:
                return self._opened(self.day + 1.0, wanted)
            now = self.day + budget.released_from + share * (1 - budget.released_from)
        return now, left - budget.reserved * (1 - budget.released(now))

    def _wait(self, every: float, *, since: float, until: float, weight: float) -> None:
        """Add the time since a look, over a gap, as far as it lies in the days that are measured."""
        begins, ends = max(since, self.WARM), min(until, self.END)
        if begins < ends:
            self.areas[every] += weight * ((ends - since) ** 2 - (begins - since) ** 2) / 2


class Cell(NamedTuple):
    """Receipts that are believed to change alike."""

    form: str
    stage: str
    age: int
    is_near: bool = False


def age_of(days: float) -> int:
    """Return the age group of a receipt so many days in its stage."""
    return sum(days >= begins for begins in AGES)


class Seen(NamedTuple):
    """What was seen of one cell."""

    cell: Cell
    days: float
    changes: float


class Beliefs:
    """Receipt-days watched and changes seen, by cell; the rates that follow."""

    def __init__(self, seen: Iterable[Seen] = (), *, prior: float = PRIOR) -> None:
        self._prior = prior
        self._factor: float | None = None
        self._days: defaultdict[tuple[object, ...], float] = defaultdict(float)
        self._changes: defaultdict[tuple[object, ...], float] = defaultdict(float)
        for each in seen:
            self.note(each.cell, days=each.days, changes=each.changes)

    @property
    def seen(self) -> list[Seen]:
        """What was noted so far, by cell: enough to begin again from."""
        found = []
        for cell in [each for each in self._days if isinstance(each, Cell)]:
            near = cell._replace(is_near=True)
            rest = 0 if cell.is_near else 1
            days = self._days[cell] - rest * self._days.get(near, 0.0)
            found.append(Seen(cell, days, self._changes[cell] - rest * self._changes.get(near, 0.0)))
        return found

    def faded(self, days: float) -> Beliefs:
        """Return what is left of them after so many days: what is long past counts less."""
        left = math.exp(-days / REMEMBERED)
        kept = (Seen(each.cell, each.days * left, each.changes * left) for each in self.seen)
        return Beliefs(kept, prior=self._prior)

    def note(self, cell: Cell, *, days: float = 0.0, changes: float = 0.0) -> None:
        """Add what was seen of a cell: so many receipt-days, so many changes that ended them."""
        self._factor = None
        for group in (*self._groups(cell), *([cell] if cell.is_near else ())):
            self._days[group] += days
            self._changes[group] += changes

    @property
    def factor(self) -> float:
        """How many times more often receipts change that are near a change; at least once as often."""
        if self._factor is None:
            near = [cell for cell in self._days if isinstance(cell, Cell) and cell.is_near]
            expected = sum(self._days[cell] * self._rate(cell) for cell in near)
            seen = sum(self._changes[cell] for cell in near)
            self._factor = max(1.0, (NEAR_STRENGTH + seen) / (NEAR_STRENGTH + expected))
        return self._factor

    def rate(self, cell: Cell) -> float:
        """Return the changes a day believed of a receipt in the cell; always above zero."""
        return self._rate(cell) * (self.factor if cell.is_near else 1.0)

    def _rate(self, cell: Cell) -> float:
        expected = self._prior
        for strength, group in zip(STRENGTHS, self._groups(cell), strict=True):
            # .get: asking leaves no trace.
            seen, days = self._changes.get(group, 0.0), self._days.get(group, 0.0)
            expected = (strength + seen) / (strength / expected + days)
        return expected

    @staticmethod
    def _groups(cell: Cell) -> Iterable[tuple[object, ...]]:
        """From the widest to the narrowest; those near a change count in the cell of all."""
        return (cell.stage,), (cell.stage, cell.form), cell._replace(is_near=False)
