"""`manage.py bench_polling`: how soon are changes seen, against simpler ways to ask?"""

from __future__ import annotations

import json
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from statistics import fmean, stdev
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from legist.bench.replay import (
    HISTORY,
    LOADS,
    MIXES,
    PART,
    PULLED,
    TOGETHER,
    WORLDS,
    Size,
    measure_load,
    measure_together,
    measure_world,
)
from legist.core.options import Whole

_WORKERS: Final = 2


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
    together: dict[float, Figure] = field(default_factory=dict)

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
                "ratio_of_neighbours": {
                    f"{pulled:g}": round(figure.mean, 4) for pulled, figure in self.together.items()
                },
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
        lines += [
            f"delay when those filed together are heeded and a change pulls {pulled:.0%} of theirs near: "
            f"{figure.mean:.3f} of that without (measured on a part)"
            for pulled, figure in self.together.items()
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
        part = min(max(size.n // 4, 50), PART)
        calls = max(1, round(part / size.every))
        sizes = {
            pulled: Size(size.mix, part, calls, size.days, size.history, TOGETHER, pulled)
            for pulled in PULLED
        }
        beside = {
            pulled: pool.map(partial(measure_together, each), range(min(seeds, WORLDS)))
            for pulled, each in sizes.items()
        }
        found = list(worlds)
        figures = {name: Figure.of([world[name] for world in found]) for name in found[0]}
        loads = {load: Figure.of(list(values)) for load, values in parts.items()}
        together = {pulled: Figure.of(list(values)) for pulled, values in beside.items()}
        return Report(size, seeds, figures, loads, together)


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
