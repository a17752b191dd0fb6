"""Words and titles that look like known ones: a slip of the pen is put right, a likeness only suggested.

Live titles have misspellings. Only long words are corrected and only where one word alone is near,
so that no word turns into another that titles use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from tracking.normalizer.grammar.vocabulary import ENGLISH_WORDS, SPANISH_WORDS, UNDERSTOOD
from tracking.normalizer.results import Reading
from tracking.normalizer.text import title_key
from tracking.normalizer.titles import TITLES
from tracking.statuses import StatusCode

_SHORTEST = 6


@lru_cache(maxsize=4096)
def corrected(key: str, *, spanish: bool) -> str:
    """The title key with each unknown word put right where it is plain which word is meant."""
    shapes = _by_shape(SPANISH_WORDS if spanish else ENGLISH_WORDS)
    return " ".join(_corrected_word(word, shapes) for word in key.split())


def _corrected_word(word: str, shapes: Mapping[str, list[str]]) -> str:
    if word in UNDERSTOOD or not _SHORTEST <= len(word) <= 20 or not word.isalpha():
        return word
    near = {known for shape in _shapes(word) for known in shapes.get(shape, ())}
    close = {known for known in near if _ends(known) == _ends(word) and _is_one_slip(word, known)}
    return close.pop() if len(close) == 1 else word


def _ends(word: str) -> str:
    """First and last letter: slips hardly touch them, and a last letter makes another word."""
    return word[0] + word[-1]


def _shapes(word: str) -> Iterator[str]:
    """The word and what it is without each of its letters."""
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]


def _is_one_slip(word: str, known: str) -> bool:
    """One letter missing, doubled, added or changed, or two neighbours swapped."""
    if len(word) != len(known):
        longer, shorter = sorted((word, known), key=len, reverse=True)
        return len(longer) - len(shorter) == 1 and shorter in _shapes(longer)
    wrong = [position for position in range(len(word)) if word[position] != known[position]]
    if len(wrong) == 1:
        return True
    return (
        len(wrong) == 2
        and wrong[1] - wrong[0] == 1
        and word[wrong[0]] == known[wrong[1]]
        and word[wrong[1]] == known[wrong[0]]
    )


@cache
def _by_shape(words: frozenset[str]) -> dict[str, list[str]]:
    """The words that can be put right, under each of their shapes: made once, where a title needs it."""
    shapes: dict[str, list[str]] = {}
    for known in sorted(words):
        if len(known) >= _SHORTEST:
            for shape in _shapes(known):
                shapes.setdefault(shape, []).append(known)
    return shapes


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
