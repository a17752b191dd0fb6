"""Dates as status texts write them, in English and Spanish."""

from __future__ import annotations

import re
from datetime import date

_ENGLISH = "january february march april may june july august september october november december".split(" ")
_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(
    " "
)
_MONTHS = {name[:3]: number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names, 1)}
_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|set)[a-zé]{0,8}\.?"
DATE = (
    rf"(?:{_NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:de\s+|del\s+)?(\d{{4}})"
    rf"|(\d{{1,2}})(?:\s+de)?\s+{_NAME}(?:\s+del?)?,?\s+(\d{{4}})"
    r"|(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2}))"
)
PATTERN = re.compile(rf"\b{DATE}\b", re.IGNORECASE)


def parse(match: re.Match[str]) -> date | None:
    """The day a PATTERN match names; None for a day that does not exist."""
    first, second, slashes, iso = (match.groups()[start : start + 3] for start in (0, 3, 6, 9))
    if first[0]:
        return _day(first[2], _month(first[0]), first[1])
    if second[1]:
        return _day(second[2], _month(second[1]), second[0])
    if slashes[0]:
        return _day(slashes[2], int(slashes[0]), slashes[1])
    return _day(iso[0], int(iso[1]), iso[2])


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].lower().replace("set", "sep"), 0)


def _day(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
