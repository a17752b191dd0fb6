"""Words without which a pattern cannot match: a look for them is far cheaper than the pattern.

Reads the small part of the pattern language that the grammar is written in: literals, groups with
alternatives, classes, quantifiers and look-arounds.
"""

from __future__ import annotations

import re

_PART = re.compile(r"\\.|\[[^\]]*\]|\(\?<?[!=]|\(\?:|[()|]|[?*+]\??|\{[\d,]*\}\??|.", re.DOTALL)
_LITERAL = re.compile(r"[a-z0-9 -]")
# Shorter words stand in nearly every text.
_SHORTEST = 3

Anchors = frozenset[str]
_NONE: Anchors = frozenset()


def anchors(pattern: str) -> Anchors:
    """Literals of which every match contains at least one; empty when nothing is certain."""
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
