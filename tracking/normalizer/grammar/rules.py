"""How a rule is written down, and how a list of rules is read: the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tracking.normalizer.grammar.anchors import anchors
from tracking.normalizer.results import Reading
from tracking.statuses import StatusCode

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
