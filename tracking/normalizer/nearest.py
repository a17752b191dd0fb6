"""Known titles that look like an unknown one: suggestions for a person, never a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from tracking.normalizer.results import Reading
from tracking.normalizer.text import title_key
from tracking.normalizer.titles import TITLES
from tracking.statuses import StatusCode


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known title, the code it has, and how alike it is (0 to 1)."""

    title_key: str
    code: StatusCode
    similarity: float


def nearest(title: str, *, limit: int = 3, titles: Mapping[str, Reading] = TITLES) -> tuple[Suggestion, ...]:
    """The most similar known titles, best first; empty when nothing is close."""
    key = title_key(title)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    scored: list[Suggestion] = []
    for known, reading in titles.items():
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= 0.5 and matcher.quick_ratio() >= 0.5:
            scored.append(Suggestion(known, reading.code, round(matcher.ratio(), 3)))
    likely = [suggestion for suggestion in scored if suggestion.similarity >= 0.5]
    return tuple(sorted(likely, key=lambda suggestion: -suggestion.similarity)[:limit])
