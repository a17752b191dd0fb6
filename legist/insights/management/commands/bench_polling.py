"""How soon changes are seen: the product's own decisions under a virtual clock, against simpler ones.

Receipts stand in stages; in each a status changes so many times a day, and a changed receipt moves to a stage
drawn by flow, so that the mix stays as it is. All schedulers meet the same changes (common random numbers),
have the same calls a day, and know of a receipt only what they last saw. Everybody is asked in turn for some
days first, which is the history to learn from; changes count from then on. Times are days.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from heapq import heapify, heapreplace
from multiprocessing import get_context
from random import Random
from statistics import fmean, stdev
from typing import Any, Final, Protocol

from django.core.management.base import BaseCommand, CommandParser

from legist.core.options import Whole
from tracking.polling.allocation import (
    AGES,
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
FORMS: Final = ("I-130", "I-485", "I-765")
_MINUTES: Final = 1440
_HOUR: Final = 60
_WORKERS: Final = 2


@dataclass(frozen=True, slots=True)
class Size:
    """What one run of the benchmark is about: receipts, calls a day, days that count, days before them."""

    mix: str
    n: int
    quota: int
    days: int
    history: int = HISTORY

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
        for first in self.first:
            life: list[tuple[float, int]] = []
            at = rng.expovariate(mix[first][1])
            while at < size.ends:
                (stage,) = rng.choices(stages, flow)
                life.append((at, stage))
                at += rng.expovariate(mix[stage][1])
            self.changes.append(life)


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

    def __init__(self, world: World, knowledge: Knowledge, policy: Policy) -> None:
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

    def run(self) -> Delays:
        """Ask through all the days; what nobody has seen by then counts as seen at the end."""
        size = self._world.size
        for day in range(size.ends):
            policy = self._policy if day >= size.history else alike
            self._grow_older(day)
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

    def _ask(self, now: float, claimable: int) -> int:
        """Ask about the soonest, due or brought forward; never closer together than the bounds allow."""
        heap, after, closest = self._heap, self._budget.after, 1 / BOUNDS.most
        for done in range(claimable):
            due, number = heap[0]
            if due > now and self._asked[number] + closest > now:
                return done
            if self._coming[number] <= now:
                self._see(number, now)
            self._asked[number] = now
            interval = self._intervals.get(self._cells[number], self._world.size.every)
            heapreplace(heap, (after(now, interval), number))
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
        self._move(number, Cell(cell.form, str(life[at - 1][1]), 0))


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


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean over the worlds, and the interval that holds it 19 times in 20 (empty for one world)."""

    mean: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        """Sum up one value per world, with the first terms of Student's t."""
        middle, free = fmean(values), len(values) - 1
        if not free:
            return cls(middle)
        width = (1.96 + 2.37 / free + 2.82 / free**2) * stdev(values) / math.sqrt(len(values))
        return cls(middle, middle - width, middle + width)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a benchmark by name, and the ratio to asking in turn at each load."""

    size: Size
    seeds: int
    figures: dict[str, Figure]
    loads: dict[float, Figure]

    def as_json(self) -> str:
        """Return the document that `bench_polling --json` prints."""
        ratio = self.figures["ratio_to_uniform"].mean
        return json.dumps(
            {
                "name": "Mean time until a change is seen",
                "reference": "asking about every receipt in turn, with the same calls",
                "ratio": round(ratio, 4),
                **{name: round(figure.mean, 4) for name, figure in self.figures.items()},
                "ratio_by_load": {f"{load:g}": round(figure.mean, 4) for load, figure in self.loads.items()},
                "intervals": {
                    name: None if figure.low is None else [round(figure.low, 4), round(figure.high or 0, 4)]
                    for name, figure in self.figures.items()
                },
                **asdict(self.size),
                "seeds": self.seeds,
            }
        )

    def as_text(self) -> str:
        """Return a line per figure."""
        size = self.size
        days = f"{size.days} days after {size.history} of history"
        lines = [f"{size.n} receipts ({size.mix}), {size.quota} calls a day, {days}, {self.seeds} worlds:"]
        for name, figure in self.figures.items():
            within = "" if figure.low is None else f"  ({figure.low:.3f} to {figure.high:.3f} in 19 of 20)"
            lines.append(f"{name:22}{figure.mean:8.3f}{within}")
        lines += [
            f"ratio_to_uniform with {load:g} receipts a call: {figure.mean:.3f} (measured on a part)"
            for load, figure in self.loads.items()
        ]
        return "\n".join(lines)


def measure(size: Size, *, seeds: int) -> Report:
    """Run every world, two at a time."""
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        worlds = pool.map(partial(measure_world, size), range(seeds))
        parts = {
            load: pool.map(
                partial(measure_load, Size(size.mix, n, round(n / load), size.days, size.history)),
                range(min(seeds, WORLDS)),
            )
            for load, n in LOADS
        }
        found = list(worlds)
        figures = {name: Figure.of([world[name] for world in found]) for name in found[0]}
        return Report(size, seeds, figures, {load: Figure.of(list(part)) for load, part in parts.items()})


class Command(BaseCommand):
    """Runs in memory under a virtual clock: it needs no database and asks nobody."""

    help = (
        "Measure the delay until a change is seen, with the scheduler's own decisions, against simpler ones."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mix", choices=MIXES, default="active", help="how often receipts change")
        parser.add_argument("--n", type=Whole(50), default=20_000, help="receipts")
        parser.add_argument("--quota", type=Whole(), default=10_000, help="calls a day")
        parser.add_argument("--days", type=Whole(most=3650), default=60, help="days that count")
        history = "days before them, in which everybody is asked in turn; 0 begins with the prior alone"
        parser.add_argument("--history", type=Whole(0, 3650), default=HISTORY, help=history)
        parser.add_argument("--seeds", type=Whole(most=1000), default=10, help="worlds, each drawn by a seed")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        named = {name: options[name] for name in ("mix", "n", "quota", "days", "history")}
        report = measure(Size(**named), seeds=options["seeds"])
        self.stdout.write(report.as_json() if options["json"] else report.as_text())
