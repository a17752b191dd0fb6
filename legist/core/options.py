"""Numbers and days on command lines: what cannot be used is refused by name before anything runs."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass
from datetime import date

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Whole:
    """Reads a whole number between two bounds; the `type` of an option."""

    least: int = 1
    most: int = MILLION

    def __call__(self, text: str) -> int:
        """Raises ArgumentTypeError, with what it may be, for anything else."""
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text) or not self.least <= int(text) <= self.most:
            message = (
                f"{text[:20]!r} cannot be used; give a whole number from {self.least:,} to {self.most:,}."
            )
            raise ArgumentTypeError(message)
        return int(text)


@dataclass(frozen=True, slots=True)
class Decimal:
    """Reads a number between two bounds, whole or not; the `type` of an option."""

    least: float = 0
    most: float = MILLION

    def __call__(self, text: str) -> float:
        """Raises ArgumentTypeError, with what it may be, for anything else."""
        is_number = re.fullmatch(r"[+-]?([0-9]{1,18}([.][0-9]{0,18})?|[.][0-9]{1,18})", text)
        if not is_number or not self.least <= float(text) <= self.most:
            message = (
                f"{text[:20]!r} cannot be used; give a number from {self.least:,.0f} to {self.most:,.0f}."
            )
            raise ArgumentTypeError(message)
        return float(text)


PORT = Whole(0, 65_535)
SEED = Whole(-(10**15), 10**15)


def day(text: str) -> date:
    """Read a date; the `type` of an option. Raises ArgumentTypeError for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text[:20]!r} is not a date; write it as YYYY-MM-DD.") from error
