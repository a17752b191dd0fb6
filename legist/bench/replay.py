"""How soon changes are seen: the product's own decisions under a virtual clock, against simpler ones.

Receipts stand in stages; in each a status changes so many times a day, and a changed receipt moves to a stage
drawn by flow, so that the mix stays as it is. All schedulers meet the same changes (common random numbers),
have the same calls a day, and know of a receipt only what they last saw. Where receipts are filed together a
change of one may pull that of the others near. Everybody is asked in turn for some
days first, which is the history to learn from; changes count from then on. Times are days.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from random import Random
from statistics import fmean
from typing import Final, Protocol

from tracking.polling.allocation import (
    AGES,
    NEAR_DAYS,
    Beliefs,
    Bounds,
    Budget,
    Cell,
    Demand,
    age_of,
    allocate,
    pull_of,
)

# Share of the receipts, and changes a day, by stage.
MIXES: Final = {
    "active": ((0.4, 0.0015), (0.3, 0.005), (0.1, 0.07), (0.1, 0.025), (0.07, 0.03), (0.03, 0.25)),
    "measured": ((0.35, 0.0002), (0.365, 0.0014), (0.22, 0.0015), (0.036, 0.010), (0.029, 0.023)),
}
HISTORY: Final = 14
BOUNDS: Final = Bounds(1 / 7, 288.0)
# Tiers as set by hand, hourly, daily and weekly, for stages that change at least so often a day.
TIERS: Final = ((0.05, 24.0), (0.002, 1.0), (0.0, 1 / 7))
# Other loads (receipts for each call a day), on a part: as many receipts, as many worlds at most.
LOADS: Final = ((0.2, 500), (20.0, 4000))
WORLDS: Final = 3
# Receipts filed together, and how likely a change of one pulls each other's near; on a part of so many.
TOGETHER, PULLED = 5, (0.0, 0.5)
PART: Final = 2000
_PULL_DAYS: Final = 1.0
FORMS: Final = ("I-130", "I-485", "I-765")
_MINUTES: Final = 1440
_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Size:
    """What one run of the benchmark is about: receipts, calls a day, days that count, days before them."""

    mix: str
    n: int
    quota: int
    days: int
    history: int = HISTORY
    together: int = 1
    pulled: float = 0.0

    @property
    def every(self) -> float:
        """The days between two looks at a receipt where all are asked in turn."""
        return self.n / self.quota

    @property
    def ends(self) -> int:
        """The last day, when everybody has looked again after the last change that counts."""
        return self.history + self.days + math.ceil(2 * max(1 / BOUNDS.least, self.every)) + 1

    @property
    def closed_form(self) -> float:
        """The least mean delay against asking in turn, were each receipt's stage known: (Σ p√λ)² / Σ pλ."""
        mix = MIXES[self.mix]
        total = sum(share * rate for share, rate in mix)
        return sum(share * math.sqrt(rate) for share, rate in mix) ** 2 / total


class World:
    """What happens to the receipts, whoever looks: form, first stage, and changes (when, to which stage)."""

    def __init__(self, size: Size, *, seed: int) -> None:
        self.size = size
        rng = Random(seed)  # noqa: S311  the same for every scheduler
        mix = MIXES[size.mix]
        flow, stages = [share * rate for share, rate in mix], range(len(mix))
        self.first = [stage for stage in stages for _ in range(round(mix[stage][0] * size.n))][: size.n]
        self.first += [0] * (size.n - len(self.first))
        rng.shuffle(self.first)
        self.forms = [rng.choice(FORMS) for _ in self.first]
        self.changes: list[list[tuple[float, int]]] = []
        for begins in range(0, size.n, size.together):
            coming = [rng.expovariate(mix[first][1]) for first in self.first[begins : begins + size.together]]
            lives: list[list[tuple[float, int]]] = [[] for _ in coming]
            while (at := min(coming)) < size.ends:
                number = coming.index(at)
                (stage,) = rng.choices(stages, flow)
                lives[number].append((at, stage))
                coming[number] = at + rng.expovariate(mix[stage][1])
                for other in range(len(coming)):
                    if other != number and rng.random() < size.pulled:
                        coming[other] = min(coming[other], at + rng.expovariate(1 / _PULL_DAYS))
            self.changes += lives


class Delays:
    """How long each change that counts stood unseen."""

    def __init__(self, size: Size) -> None:
        self._from, self._until = size.history, size.history + size.days
        self.found: list[float] = []

    def note(self, happened: float, seen: float) -> None:
        """Add a change, unless it happened before or after the days that count."""
        if self._from <= happened < self._until:
            self.found.append(seen - happened)

    @property
    def mean(self) -> float:
        return fmean(self.found)

    @property
    def within_a_day(self) -> float:
        return sum(delay <= 1 for delay in self.found) / len(self.found)

    @property
    def p95(self) -> float:
        return sorted(self.found)[math.ceil(0.95 * len(self.found)) - 1]


def in_turn(world: World) -> Delays:
    """Ask about everybody in turn, evenly through the days."""
    delays, every = Delays(world.size), world.size.every
    for number, life in enumerate(world.changes):
        phase = every * number / world.size.n
        for at, _stage in life:
            delays.note(at, at + (phase - at) % every)
    return delays


class Knowledge(Protocol):
    """What a scheduler believes of a cell, and how it learns."""

    def note(self, cell: Cell, *, days: float = 0.0, changes: float = 0.0) -> None: ...
    def rate(self, cell: Cell) -> float: ...


class Known:
    """The true rate of each stage."""

    def __init__(self, mix: str) -> None:
        self._mix = MIXES[mix]

    def note(self, cell: Cell, *, days: float = 0.0, changes: float = 0.0) -> None:
        """There is nothing to learn."""

    def rate(self, cell: Cell) -> float:
        return self._mix[int(cell.stage)][1]


Rates = Mapping[Cell, float]
Policy = Callable[[Counter[Cell], Knowledge, int], Rates]


def allocated(counts: Counter[Cell], knowledge: Knowledge, quota: int) -> Rates:
    """Share the calls out as the product does."""
    pulls = {cell: pull_of(weight=1, rate=knowledge.rate(cell)) for cell in counts}
    shared = allocate((Demand(counts[cell], pull, BOUNDS) for cell, pull in pulls.items()), calls=quota)
    return {cell: shared.rate(pull, BOUNDS) for cell, pull in pulls.items()}


def tiered(counts: Counter[Cell], knowledge: Knowledge, quota: int) -> Rates:
    """Ask by three tiers, stretched together until they fit the calls."""
    asked = {cell: next(often for least, often in TIERS if knowledge.rate(cell) >= least) for cell in counts}
    fit = quota / sum(counts[cell] * asked[cell] for cell in counts)
    return {cell: often * fit for cell, often in asked.items()}


def alike(counts: Counter[Cell], _knowledge: Knowledge, quota: int) -> Rates:
    """Ask about everybody equally often."""
    return dict.fromkeys(counts, quota / counts.total())


class Replay:
    """One scheduler's way through a world: planned by the hour, asking by the minute as the budget opens."""

    def __init__(
        self, world: World, knowledge: Knowledge, policy: Policy, *, heeds_neighbours: bool = False
    ) -> None:
        self._heeds_neighbours = heeds_neighbours
        self._near_until = [0.0] * world.size.n
        self.delays = Delays(world.size)
        self._world, self._knowledge, self._policy = world, knowledge, policy
        self._budget = Budget(world.size.quota)
        pairs = zip(world.forms, world.first, strict=True)
        self._cells = [Cell(form, str(stage), 0) for form, stage in pairs]
        self._counts = Counter(self._cells)
        self._since = [0.0] * world.size.n
        every, n = world.size.every, world.size.n
        self._asked = [every * (number / n - 1) for number in range(n)]
        self._seen = [0] * n
        self._coming = [life[0][0] if life else math.inf for life in world.changes]
        self._intervals: dict[Cell, float] = {}
        self._heap: list[tuple[float, int]] = []
        self._due: list[float] = []

    def run(self) -> Delays:
        """Ask through all the days; what nobody has seen by then counts as seen at the end."""
        size = self._world.size
        for day in range(size.ends):
            policy = self._policy if day >= size.history else alike
            self._grow_older(day)
            self._calm_down(day)
            if day in {0, size.history}:
                self._plan(policy)
                self._plan_everybody()
            spent = 0
            for minute in range(_MINUTES):
                if minute % _HOUR == 0:
                    for cell, count in self._counts.items():
                        self._knowledge.note(cell, days=count * _HOUR / _MINUTES)
                    self._plan(policy)
                now = day + minute / _MINUTES
                spent += self._ask(now, self._budget.steer(now, spent=spent, due=0).claimable)
        for life, seen in zip(self._world.changes, self._seen, strict=True):
            for at, _stage in life[seen:]:
                self.delays.note(at, size.ends)
        return self.delays

    def _grow_older(self, day: int) -> None:
        for number, cell in enumerate(self._cells):
            if cell.age < len(AGES) and (age := age_of(day - self._since[number])) != cell.age:
                self._move(number, cell._replace(age=age))

    def _calm_down(self, now: float) -> None:
        if self._heeds_neighbours:
            for number, cell in enumerate(self._cells):
                if cell.is_near and self._near_until[number] <= now:
                    self._move(number, cell._replace(is_near=False))

    def _stir(self, number: int, now: float) -> None:
        """Those filed together are near a change now; their checks come sooner by what that is worth."""
        size = self._world.size
        begins = number - number % size.together
        for other in range(begins, min(begins + size.together, size.n)):
            if other == number:
                continue
            self._near_until[other] = now + NEAR_DAYS
            cell = self._cells[other]._replace(is_near=True)
            self._move(other, cell)
            interval = self._intervals.get(cell) or self._intervals.get(
                cell._replace(is_near=False), size.every
            )
            due = self._budget.after(max(self._asked[other], now), interval)
            if due < self._due[other]:
                self._due[other] = due
                heappush(self._heap, (due, other))

    def _move(self, number: int, cell: Cell) -> None:
        self._counts[self._cells[number]] -= 1
        self._counts[cell] += 1
        self._cells[number] = cell

    def _plan(self, policy: Policy) -> None:
        counts = +self._counts
        self._intervals = {
            cell: 1 / rate for cell, rate in policy(counts, self._knowledge, self._budget.calls).items()
        }

    def _plan_everybody(self) -> None:
        """As when a policy begins: each from when it was last asked about."""
        self._heap = [
            (self._budget.after(asked, self._intervals[cell]), number)
            for number, (asked, cell) in enumerate(zip(self._asked, self._cells, strict=True))
        ]
        heapify(self._heap)
        self._due = [0.0] * self._world.size.n
        for due, number in self._heap:
            self._due[number] = due

    def _ask(self, now: float, claimable: int) -> int:
        """Ask about the soonest, due or brought forward; never closer together than the bounds allow."""
        heap, after, closest = self._heap, self._budget.after, 1 / BOUNDS.most
        for done in range(claimable):
            due, number = heap[0]
            while due != self._due[number]:
                heappop(heap)
                due, number = heap[0]
            if due > now and self._asked[number] + closest > now:
                return done
            if self._coming[number] <= now:
                self._see(number, now)
            self._asked[number] = now
            interval = self._intervals.get(self._cells[number], self._world.size.every)
            self._due[number] = after(now, interval)
            heapreplace(heap, (self._due[number], number))
        return claimable

    def _see(self, number: int, now: float) -> None:
        """Note every change until now; the scheduler learns of one, and of the stage that stands."""
        life, at, cell = self._world.changes[number], self._seen[number], self._cells[number]
        while at < len(life) and life[at][0] <= now:
            self.delays.note(life[at][0], now)
            at += 1
        self._seen[number], self._since[number] = at, now
        self._coming[number] = life[at][0] if at < len(life) else math.inf
        self._knowledge.note(cell, changes=1)
        self._move(number, Cell(cell.form, str(life[at - 1][1]), 0, cell.is_near))
        if self._heeds_neighbours:
            self._stir(number, now)


def measure_world(size: Size, seed: int) -> dict[str, float]:
    """Return the figures of one world."""
    world = World(size, seed=seed)
    turn = in_turn(world)
    known = Replay(world, Known(size.mix), allocated).run()
    learned = Replay(world, Beliefs(), allocated).run()
    tiers = Replay(world, Known(size.mix), tiered).run()
    return {
        "ratio_to_uniform": learned.mean / turn.mean,
        "ratio_to_closed_form": learned.mean / turn.mean / size.closed_form,
        "ratio_to_tiers": learned.mean / tiers.mean,
        "learning_cost": learned.mean / known.mean - 1,
        "within_24h": learned.within_a_day,
        "p95_to_uniform": learned.p95 / turn.p95,
        "mean_hours": learned.mean * 24,
    }


def measure_load(size: Size, seed: int) -> float:
    """Return the ratio to asking in turn alone."""
    world = World(size, seed=seed)
    return Replay(world, Beliefs(), allocated).run().mean / in_turn(world).mean


def measure_together(size: Size, seed: int) -> float:
    """Return the ratio of heeding those filed together to not heeding them."""
    world = World(size, seed=seed)
    heeded = Replay(world, Beliefs(), allocated, heeds_neighbours=True).run()
    return heeded.mean / Replay(world, Beliefs(), allocated).run().mean
