"""How well the normalizer does on records with known answers, by count and by volume.

A record is a dictionary with `title`, `description` (or `description_raw`, as the API delivers it),
`lang`, `code` and `ambiguous`; a record of facts has one key for each fact. The volume of a title is
how often USCIS was seen to write it; several texts of one title share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracking.normalizer.decide import Titles, normalize
from tracking.normalizer.results import Normalized, Reading, facts_as_record
from tracking.normalizer.text import title_key
from tracking.normalizer.titles import TITLES
from tracking.statuses import CODES, StatusCode, older

Record = dict[str, Any]
PARTS = 3


@dataclass
class Share:
    """How many of how many, each counted by its weight too."""

    right: int = 0
    of: int = 0
    right_volume: float = 0.0
    volume: float = 0.0

    def add(self, *, right: bool, weight: float) -> None:
        self.right += right
        self.of += 1
        self.right_volume += weight * right
        self.volume += weight

    @property
    def by_count(self) -> float:
        return self.right / self.of if self.of else 1.0

    @property
    def by_volume(self) -> float:
        return self.right_volume / self.volume if self.volume else 1.0


@dataclass
class Score:
    """`silent` are wrong readings that nobody would look at; `asked` are clear ones that a person sees.

    `looked_at` counts every reading that a person sees, also where the answer is open to argument.
    """

    bucket: Share = field(default_factory=Share)
    code: Share = field(default_factory=Share)
    clear_bucket: Share = field(default_factory=Share)
    asked: Share = field(default_factory=Share)
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    looked_at: int = 0

    def add(self, record: Record, result: Normalized, *, weight: float) -> None:
        code = StatusCode(record["code"])
        same_bucket = result.bucket is CODES[code].bucket
        right = code in (result.code, older(result.code))
        self.code.add(right=right, weight=weight)
        self.looked_at += result.needs_review
        self.bucket.add(right=same_bucket, weight=weight)
        if not record["ambiguous"]:
            self.clear_bucket.add(right=same_bucket, weight=weight)
            self.asked.add(right=result.needs_review, weight=weight)
        if not right:
            line = f"{record['title']!r}: {result.code}, not {code} ({result.rule})"
            self.wrong.append(line)
            if not result.needs_review:
                self.silent.append(line)


@dataclass
class FactScore:
    """The share of right values for each fact and for all of them."""

    every: Share = field(default_factory=Share)
    each: dict[str, Share] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Volumes:
    """What a title weighs, shared by the records that have it."""

    counts: Mapping[str, int]

    @classmethod
    def of(cls, titles: Iterable[Record]) -> Volumes:
        return cls({title_key(record["title"]): record.get("count") or 1 for record in titles})

    def weights(self, records: Sequence[Record]) -> list[float]:
        keys = [title_key(record["title"]) for record in records]
        sharing = Counter(keys)
        return [max(self.counts.get(key, 1), 1) / sharing[key] for key in keys]


def body(record: Record) -> str:
    """The description as the API delivers it."""
    return record.get("description_raw") or record.get("description") or ""


def score(
    records: Sequence[Record],
    volumes: Volumes,
    titles: Callable[[Record], Titles] = lambda _record: TITLES,
) -> Score:
    """Read every record with the table of known titles chosen for it."""
    total = Score()
    for record, weight in zip(records, volumes.weights(records), strict=True):
        result = normalize(record["title"], body(record), record["lang"], titles=titles(record))
        total.add(record, result, weight=weight)
    return total


def score_facts(records: Sequence[Record], volumes: Volumes) -> FactScore:
    """Compare what the texts state with what a person read in them."""
    total = FactScore()
    for record, weight in zip(records, volumes.weights(records), strict=True):
        stated = facts_as_record(normalize(record["title"], body(record), record["lang"]).facts)
        for name, value in stated.items():
            right = value == record[name]
            total.every.add(right=right, weight=weight)
            total.each.setdefault(name, Share()).add(right=right, weight=weight)
            if not right:
                total.wrong.append(f"{record['title']!r}: {name} {value!r}, not {record[name]!r}")
    return total


def part_of(record: Record) -> int:
    """Which third of the titles a record belongs to."""
    return sum(title_key(record["title"]).encode()) % PARTS


def hiding(part: int, titles: Iterable[Record]) -> Callable[[Record], Titles]:
    """The known titles without one third of those listed."""
    hidden = {title_key(record["title"]) for record in titles if part_of(record) == part}
    rest = {key: reading for key, reading in TITLES.items() if key not in hidden}
    return lambda _record: rest


def family_part(code: StatusCode) -> int:
    """Which third of the event families a code belongs to; what refines a code is of its family."""
    families = [each for each, info in CODES.items() if info.refines is None]
    return families.index(StatusCode(older(code))) % PARTS


def hides_own_family(titles: Mapping[str, Reading] = TITLES) -> Callable[[Record], Titles]:
    """For each record the known titles without those of the third of the families that holds its own.

    What is left is the grammar alone: no title of the event, nor of a third of the others, is known.
    """
    tables = [
        {key: reading for key, reading in titles.items() if family_part(reading.code) != part}
        for part in range(PARTS)
    ]
    return lambda record: tables[family_part(StatusCode(record["code"]))]


def hides_own_title(titles: Iterable[Record]) -> Callable[[Record], Titles]:
    """For each record the known titles without the third that holds its own."""
    listed = tuple(titles)
    tables = [hiding(part, listed) for part in range(PARTS)]
    return lambda record: tables[part_of(record)](record)
