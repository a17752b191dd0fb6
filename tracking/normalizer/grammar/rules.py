"""How a rule is written down, and how a list of rules is read: the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracking.normalizer.grammar.anchors import anchors
from tracking.normalizer.results import Reading
from tracking.statuses import StatusCode

Found = tuple[Reading, re.Match[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over folded text and what it means. Order in the list is part of the meaning.

    `anchors`: one of these words stands in every text that matches; empty when there are none.
    """

    pattern: re.Pattern[str]
    reading: Reading
    phrases: tuple[str, ...]
    anchors: tuple[str, ...]


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
    pattern = "|".join(phrases)
    return Rule(
        re.compile(pattern),
        Reading(code, name, weak=weak, whole=whole, client_action=action, terminal=terminal),
        phrases,
        tuple(sorted(anchors(pattern))),
    )


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
