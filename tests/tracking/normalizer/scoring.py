"""How well a normalizer does on records with known answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.tracking.normalizer.corpus import Record, body, volume
from tracking.normalizer import Normalized, normalize
from tracking.normalizer.results import Reading
from tracking.normalizer.titles import TITLES
from tracking.statuses import CODES, StatusCode

Titles = Mapping[str, Reading]


@dataclass
class Score:
    """Counts and volumes; `silent` are wrong readings that nobody would look at."""

    records: int = 0
    volume: int = 0
    buckets: int = 0
    codes: int = 0
    bucket_volume: int = 0
    code_volume: int = 0
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def add(self, record: Record, result: Normalized) -> None:
        weight, code = volume(record), StatusCode(record["code"])
        right, same_bucket = result.code is code, result.bucket is CODES[code].bucket
        self.records += 1
        self.volume += weight
        self.codes += right
        self.buckets += same_bucket
        self.code_volume += weight * right
        self.bucket_volume += weight * same_bucket
        if not right:
            line = f"{record['title']!r}: {result.code}, not {code} ({result.rule})"
            self.wrong.append(line)
            if not result.needs_review:
                self.silent.append(line)

    @property
    def bucket_share(self) -> float:
        return self.buckets / self.records

    @property
    def code_share(self) -> float:
        return self.codes / self.records

    @property
    def bucket_volume_share(self) -> float:
        return self.bucket_volume / self.volume

    @property
    def code_volume_share(self) -> float:
        return self.code_volume / self.volume


def score(records: Iterable[Record], titles: Callable[[Record], Titles] = lambda _record: TITLES) -> Score:
    """Normalize every record with the title table chosen for it."""
    total = Score()
    for record in records:
        total.add(record, normalize(record["title"], body(record), record["lang"], titles=titles(record)))
    return total
