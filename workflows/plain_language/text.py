"""The shape of a plain-words text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflows.plain_language.signs import composed

LANGUAGES = ("en", "es")


class Wording(NamedTuple):
    """The answers to a client's three questions, each one or two short sentences."""

    meaning: str
    todo: str
    next: str


PARTS = Wording._fields


def clean(parts: Mapping[str, str]) -> Wording:
    """Return the text with each part as one line: what is pasted brings line ends and double spaces."""
    return Wording(*(composed(" ".join(parts.get(part, "").split())) for part in PARTS))
