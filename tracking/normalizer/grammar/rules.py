"""How a rule is written down, and how a list of rules is read: the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracking.normalizer.results import Reading
from tracking.statuses import StatusCode

Found = tuple[Reading, re.Match[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over folded text and what it means. Order in the list is part of the meaning."""

    pattern: re.Pattern[str]
    reading: Reading
    phrases: tuple[str, ...]


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
    return Rule(
        re.compile("|".join(phrases)),
        Reading(code, name, weak=weak, whole=whole, client_action=action, terminal=terminal),
        phrases,
    )


def find_first(rules: Iterable[Rule], text: str) -> Found | None:
    """The reading of the first rule that matches and the words it rests on, or None."""
    for candidate in rules:
        if match := candidate.pattern.search(text):
            return candidate.reading, match
    return None


def first_match(rules: Iterable[Rule], text: str) -> Reading | None:
    """The reading of the first rule that matches, or None."""
    found = find_first(rules, text)
    return found[0] if found else None
