"""How a rule is written down, and how a list of rules is read: the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tracking.normalizer.results import Reading
from tracking.statuses import StatusCode

_PART = re.compile(r"\\.|\[[^\]]*\]|\(\?<?[!=]|\(\?:|[()|]|[?*+]\??|\{[\d,]*\}\??|.", re.DOTALL)
_LITERAL = re.compile(r"[a-z0-9 -]")
# Shorter words stand in nearly every text.
_SHORTEST = 3

Anchors = frozenset[str]
_NONE: Anchors = frozenset()


def anchors(pattern: str) -> Anchors:
    """Literals of which every match contains at least one; empty when nothing is certain.

    A look for them is far cheaper than the pattern. Reads the small part of the pattern language that the
    grammar is written in: literals, groups with alternatives, classes, quantifiers and look-arounds.
    """
    return _alternatives(_PART.findall(pattern), 0)[0]


def _alternatives(parts: list[str], position: int) -> tuple[Anchors, int]:
    """Anchors of everything up to the closing bracket, and where that bracket is."""
    found: list[Anchors] = []
    while True:
        needed, position = _sequence(parts, position)
        found.append(needed)
        if position >= len(parts) or parts[position] == ")":
            return frozenset().union(*found) if all(found) else _NONE, position
        position += 1


def _sequence(parts: list[str], position: int) -> tuple[Anchors, int]:
    best, run = _NONE, ""
    while position < len(parts) and parts[position] not in ("|", ")"):
        part = parts[position]
        if part.startswith("("):
            inner, position = _alternatives(parts, position + 1)
            certain = part == "(?:" and not _is_optional(parts, position + 1)
            best, run = _better(_better(best, run), inner if certain else _NONE), ""
        elif _LITERAL.fullmatch(part) and not _is_optional(parts, position + 1):
            run += part
        else:
            best, run = _better(best, run), ""
        position += 1
    return _better(best, run), position


def _is_optional(parts: list[str], position: int) -> bool:
    quantifier = parts[position] if position < len(parts) else ""
    return quantifier[:1] in ("?", "*") or quantifier.startswith("{0")


def _better(known: Anchors, other: Anchors | str) -> Anchors:
    """The one whose shortest literal is longer: it is the rarer."""
    new = frozenset([other]) if isinstance(other, str) else other
    length = min(map(len, new), default=0)
    return new if length >= _SHORTEST and length > min(map(len, known), default=0) else known


Found = tuple[Reading, re.Match[str]]


@dataclass(frozen=True)
class Rule:
    """A pattern over folded text and what it means. Order in the list is part of the meaning.

    Its pattern is compiled when a text first asks for it: most processes that start read none.
    """

    reading: Reading
    phrases: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(self.phrases))

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """One of these words stands in every text that matches; empty when there are none."""
        return tuple(sorted(anchors("|".join(self.phrases))))


def rule(
    name: str,
    code: StatusCode,
    /,
    *phrases: str,
    weak: bool = False,
    whole: bool = False,
    action: bool | None = None,
    terminal: bool | None = None,
) -> Rule:
    """Write one rule from the phrases that show it; `name` is what a person sees as the reason."""
    reading = Reading(code, name, weak=weak, whole=whole, client_action=action, terminal=terminal)
    return Rule(reading, phrases)


def find_first(rules: Iterable[Rule], text: str) -> Found | None:
    """The reading of the first rule that matches and the words it rests on, or None."""
    for candidate in rules:
        if _may_match(candidate.anchors, text) and (match := candidate.pattern.search(text)):
            return candidate.reading, match
    return None


def _may_match(words: tuple[str, ...], text: str) -> bool:
    for word in words:
        if word in text:
            return True
    return not words
