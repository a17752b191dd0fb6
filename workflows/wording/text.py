"""The shape of a plain-words text."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """The answers to a client's three questions, each one or two short sentences."""

    meaning: str
    todo: str
    next: str
