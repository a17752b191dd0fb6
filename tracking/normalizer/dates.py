"""Dates as status texts write them, in English and Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec"
_SPANISH = "ene feb mar abr may jun jul ago sep oct nov dic"
_MONTHS = {
    name: number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names.split(" "), 1)
} | {"set": 9}
_NAME = rf"({'|'.join(_MONTHS)})[a-z]{{0,8}}\.?"
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_UP_TO_YEAR = re.compile(
    rf"\b(?:{_NAME}\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:del?\s)?"
    rf"|(\d{{1,2}})\s(?:de\s)?{_NAME}(?:\sdel?)?,?\s"
    r"|(\d{1,2})/(\d{1,2})/)$",
    re.IGNORECASE,
)
_AFTER_YEAR = re.compile(r"-(\d\d)-(\d\d)(?!\d)")
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Dated:
    """A day and where the text names it."""

    start: int
    end: int
    day: date


def find(text: str) -> list[Dated]:
    """Every date in the text, in order; impossible days such as February 30 are left out."""
    found = (_around(text, match) for match in _YEAR.finditer(text))
    return [dated for dated in found if dated is not None]


def mask(text: str, found: list[Dated]) -> str:
    """The text with a token in place of each date."""
    pieces, position = [], 0
    for dated in found:
        pieces += [text[position : dated.start], "xdate"]
        position = dated.end
    return "".join([*pieces, text[position:]])


def _around(text: str, year: re.Match[str]) -> Dated | None:
    start, end = year.span()
    if start and text[start - 1].isdigit():
        return None
    window = text[max(0, start - _LONGEST) : start]
    if before := _UP_TO_YEAR.search(window):
        day = _named(int(year[0]), before)
        return Dated(start - len(window) + before.start(), end, day) if day else None
    if after := _AFTER_YEAR.match(text, end):
        day = _day(int(year[0]), int(after[1]), int(after[2]))
        return Dated(start, after.end(), day) if day else None
    return None


def _named(year: int, before: re.Match[str]) -> date | None:
    month_first, day_after, day_first, month_after, slash_month, slash_day = before.groups()
    if slash_month:
        return _day(year, int(slash_month), int(slash_day))
    month = _MONTHS[(month_first or month_after).lower()]
    return _day(year, month, int(day_after or day_first))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
