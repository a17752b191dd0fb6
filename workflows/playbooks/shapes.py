"""What the parts of a definition may look like, declared once. Pure.

The same declaration checks a definition before anything runs, and tells a page which field writes the part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

# Returns what is wrong with a value, or an empty text.
Check = Callable[[Any], str]
_SLUG = re.compile(r"[-a-zA-Z0-9_]+\Z")
LARGEST = 3660


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a definition: what it may be, and whether it may be left out."""

    check: Check
    required: bool = True


def optional(check: Check) -> Part:
    """Return a part that may be left out."""
    return Part(check, required=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of at most `limit` characters."""

    limit: int
    empty: bool = False

    def __call__(self, value: Any) -> str:
        if not isinstance(value, str) or (not self.empty and not value.strip()):
            return "has to be a text"
        return f"is longer than {self.limit} characters" if len(value) > self.limit else ""


@dataclass(frozen=True, slots=True)
class Slug:
    """A name of letters, digits, hyphens and underscores, at most 60 long."""

    def __call__(self, value: Any) -> str:
        if isinstance(value, str) and len(value) <= 60 and _SLUG.match(value):
            return ""
        return "has to be a name of letters, digits, - and _, at most 60 long"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the known codes."""

    known: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        if isinstance(value, str) and value in self.known:
            return ""
        return f"is {_shown(value)}, which is none of those known{_nearest(value, self.known)}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def __call__(self, value: Any) -> str:
        return "" if isinstance(value, bool) else "has to be true or false"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between the two."""

    least: int
    most: int = LARGEST

    def __call__(self, value: Any) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if is_number and self.least <= value <= self.most:
            return ""
        return f"has to be a number from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at least so many things of one shape."""

    each: Check
    least: int = 0

    def __call__(self, value: Any) -> str:
        if not isinstance(value, list | tuple):
            return "has to be a list"
        if len(value) < self.least:
            return "is empty"
        return next((f"holds what {fault}" for item in value if (fault := self.each(item))), "")


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with the given parts, at least so many of them."""

    parts: Mapping[str, Part]
    least: int = 0

    def __call__(self, value: Any) -> str:
        if isinstance(value, Mapping) and len(value) < self.least:
            return "is empty"
        return next(iter(faults(value, self.parts)), "")


def one_of(known: Iterable[str]) -> OneOf:
    """Return what one of these codes looks like."""
    return OneOf(tuple(map(str, known)))


def faults(given: Any, parts: Mapping[str, Part]) -> list[str]:
    """Return what is wrong with a mapping that has to have the given parts and no others."""
    if not isinstance(given, Mapping):
        return ["has to be a mapping"]
    unknown = [
        f"{_shown(name)} is not known here{_nearest(name, parts)}" for name in given if name not in parts
    ]
    missing = [f"{name} is missing" for name, part in parts.items() if part.required and name not in given]
    wrong = [
        f"{name} {fault}"
        for name, part in parts.items()
        if name in given and (fault := part.check(given[name]))
    ]
    return [*unknown, *missing, *wrong]


def _nearest(value: Any, known: Collection[str]) -> str:
    near = get_close_matches(value, list(known), n=1) if isinstance(value, str) else []
    return f"; perhaps {near[0]!r}" if near else ""


def _shown(value: Any) -> str:
    """Say what was written, in short: a definition is the firm's text and may be long."""
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:57]}..."
