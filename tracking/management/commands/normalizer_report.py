"""`normalizer_report`: how well the normalizer reads the sample of real texts."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracking.normalizer import VERSION
from tracking.normalizer.scoring import (
    FactScore,
    Record,
    Score,
    Volumes,
    hides_own_family,
    hides_own_title,
    score,
    score_facts,
)

# What the product promises for texts it has never seen.
TITLES_ALONE, TEXTS_ALONE = "titles, family hidden", "texts, family hidden"
LEAST_BUCKET, LEAST_CODE, LEAST_FACTS = 0.97, 0.92, 0.98


@dataclass(frozen=True)
class Line:
    """One way of reading the sample and how well it went."""

    what: str
    records: int
    bucket: float
    bucket_by_volume: float
    code: float
    code_by_volume: float
    asked: float
    wrong_and_silent: int
    right: int
    looked_at: int
    wrong: int

    @classmethod
    def of(cls, what: str, total: Score) -> Line:
        return cls(
            what,
            total.code.of,
            round(total.bucket.by_count, 4),
            round(total.bucket.by_volume, 4),
            round(total.code.by_count, 4),
            round(total.code.by_volume, 4),
            round(total.asked.by_count, 4),
            len(total.silent),
            total.code.right,
            total.looked_at,
            len(total.wrong),
        )

    @property
    def counts(self) -> str:
        """The figures as counts: what is right, what a person sees, what is wrong, and what nobody sees."""
        return (
            f"{self.what}: {self.right} of {self.records} right, {self.looked_at} asked about, "
            f"{self.wrong} wrong, {self.wrong_and_silent} wrong and not asked about."
        )


class Command(BaseCommand):
    """Needs no database; ends with 1 when a promise does not hold, with 2 without the sample."""

    help = "Score the normalizer on the sample of real status texts (LEGIST_CORPUS)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        titles, texts, read = (load(name) for name in ("status_titles", "status_texts", "extractions"))
        volumes = Volumes.of(titles)
        hidden = hides_own_title(titles)
        scores = {
            "titles": score(titles, volumes),
            "texts": score(texts, volumes),
            "titles, each hidden": score(titles, volumes, hidden),
            "texts, title hidden": score(texts, volumes, hidden),
            TITLES_ALONE: score(titles, volumes, hides_own_family()),
            TEXTS_ALONE: score(texts, volumes, hides_own_family()),
        }
        facts = score_facts(read, volumes)
        broken = broken_promises(scores, facts)
        lines = [Line.of(what, total) for what, total in scores.items()]
        self.stdout.write(as_json(lines, facts, broken) if options["json"] else as_text(lines, facts, broken))
        if broken:
            sys.exit(1)


def load(name: str) -> list[Record]:
    """Return the records of one file of the sample, or say where it should be."""
    path = Path(settings.LEGIST_CORPUS) / f"{name}.jsonl"
    if not path.is_file():
        raise CommandError(
            f"There is no {path.name}; set LEGIST_CORPUS to the folder that holds it.", returncode=2
        )
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def broken_promises(scores: dict[str, Score], facts: FactScore) -> list[str]:
    """Name each promise that does not hold, with its figure."""
    broken = [
        f"{what}: {name} {figure:.4f}, below {least}"
        for what, total in scores.items()
        for name, figure, least in (
            ("bucket", total.bucket.by_count, LEAST_BUCKET),
            ("code", total.code.by_count, LEAST_CODE),
        )
        if figure < least
    ]
    broken += [f"{what}: wrong and not flagged, {line}" for what, t in scores.items() for line in t.silent]
    clear = scores["texts"].clear_bucket
    if clear.right < clear.of:
        broken.append(f"texts: {clear.of - clear.right} unambiguous ones in a wrong bucket")
    if facts.every.by_count < LEAST_FACTS:
        broken.append(f"facts: {facts.every.by_count:.4f}, below {LEAST_FACTS}")
    return broken


def as_json(lines: list[Line], facts: FactScore, broken: list[str]) -> str:
    """One document with every figure."""
    return json.dumps(
        {
            "version": VERSION,
            "readings": [asdict(line) for line in lines],
            "facts": {
                "values": facts.every.of,
                "exact": round(facts.every.by_count, 4),
                "exact_by_volume": round(facts.every.by_volume, 4),
                "each": {name: round(share.by_count, 4) for name, share in facts.each.items()},
            },
            "broken": broken,
        },
        ensure_ascii=False,
    )


def as_text(lines: list[Line], facts: FactScore, broken: list[str]) -> str:
    """The figures as a table, and what does not hold."""
    table = [
        f"{'':<22}{'records':>8}{'bucket':>9}{'by vol.':>9}{'code':>9}{'by vol.':>9}{'asked':>8}{'silent':>8}"
    ]
    table += [
        f"{line.what:<22}{line.records:>8}{line.bucket:>9.2%}{line.bucket_by_volume:>9.2%}{line.code:>9.2%}"
        f"{line.code_by_volume:>9.2%}{line.asked:>8.1%}{line.wrong_and_silent:>8}"
        for line in lines
    ]
    honest = [line.counts for line in lines if line.what in (TITLES_ALONE, TEXTS_ALONE)]
    table.append(f"{'facts':<22}{facts.every.of:>8}{facts.every.by_count:>9.2%}{facts.every.by_volume:>9.2%}")
    return "\n".join([f"Normalizer {VERSION}", *table, *honest, *(broken or ["Every promise holds."])])
