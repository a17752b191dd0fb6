"""Dates and lengths of time as status texts write them, in English and Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec"
_SPANISH = "ene feb mar abr may jun jul ago sep oct nov dic"
_MONTHS = {
    name: number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names.split(" "), 1)
} | {"set": 9}
_NAME = rf"({'|'.join(_MONTHS)})[a-z]{{0,8}}\.?"
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_UP_TO_YEAR = re.compile(
    rf"\b(?:{_NAME}\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:del?\s)?"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?\s(?:de\s|of\s)?{_NAME}(?:\sdel?)?,?\s"
    r"|(\d{1,2})/(\d{1,2})/)$",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d\d)(?![\d/])")
_IN_FULL = (
    "january|february|march|april|may|june|july|august|sept(?:ember)?|october|november|december"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_MONTH = rf"({_IN_FULL}|{'|'.join(_MONTHS)})\b\.?"
_YEARLESS = re.compile(
    rf"\b(?:{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?|(\d{{1,2}})(?:st|nd|rd|th)? (?:de |of )?{_MONTH}"
    r"|(\d{1,2})/(\d{1,2}))"
    r"(?![\d/]|,? (?:del? )?(?:19|20)\d\d|:\d| ?(?:days|dias|[ap]\.?m\b))"
)
_FIGURES = re.compile(r"\d{1,2}/\d{1,2}/(?:\d\d){1,2}")
_AFTER_YEAR = re.compile(r"-(\d\d)-(\d\d)(?!\d)")
_LONGEST = 32
# A day before March 1 is one in February of every year.
_ANY, _LEAP = 2023, 2024

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_UNOS = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis"
    " diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco"
    " veintiseis veintisiete veintiocho veintinueve"
)
_TENS = (
    "ten twenty thirty forty fifty sixty seventy eighty ninety",
    "diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
)
_NUMBERS = (
    {name: number for names in (_ONES, _UNOS) for number, name in enumerate(names.split(), 1)}
    | {name: 10 * number for names in _TENS for number, name in enumerate(names.split(), 1)}
    | {"one hundred": 100, "a hundred": 100, "hundred": 100, "cien": 100, "un": 1, "veintiun": 21}
    | {"couple of": 2, "un par de": 2, "par de": 2}
)
_NAMED_NUMBER = re.compile("|".join(sorted(_NUMBERS, key=len, reverse=True)))
_NUMBER = rf"(?:\d{{1,3}}|(?:(?:{_NAMED_NUMBER.pattern})(?:[ -](?:y )?)?)+)"
# Of each length the shortest that may be meant.
_LENGTHS = {"h": 1 / 24, "d": 1, "w": 7, "s": 7, "f": 14, "q": 14, "m": 28}
_PERIOD = re.compile(
    rf"\b(?:(?P<first>{_NUMBER})\b"
    rf"(?:[ -]?\(?(?:(?:to|or|and|a|o|y|-) )?(?P<second>{_NUMBER})\b\)?)?\)?"
    r"|(?:(?<=within )|(?<=in )|(?<=en )|(?<=dentro de ))(?:an?|una))[ -]"
    r"(?:(?:calendar|business|working|full|more|additional|consecutive|short) )?"
    r"(?P<unit>h(?:our|ora)s?|d(?:ay|ia)s?|weeks?|semanas?|fortnights?|quincenas?|m(?:onth|es(?:es)?)s?)\b"
)
# "Days to respond: 30", "Response time (in days): thirty".
_LABELLED = re.compile(rf"\b(?:days|dias)\b[^.:;!?\d]{{0,40}}: ?({_NUMBER})\b(?![\d/:.-]*\d)")


@dataclass(frozen=True, slots=True)
class Dated:
    """A day and where the text names it."""

    start: int
    end: int
    day: date


def find(text: str) -> list[Dated]:
    """Every date in the text, in order; impossible days such as February 30 are left out."""
    found = [_around(text, match) for match in _YEAR.finditer(text)]
    if "/" in text:
        found += [_short(match) for match in _SHORT_YEAR.finditer(text)]
    return sorted(filter(None, found), key=lambda dated: dated.start)


def _short(match: re.Match[str]) -> Dated | None:
    day = _day(2000 + int(match[3]), int(match[1]), int(match[2]))
    return Dated(match.start(), match.end(), day) if day else None


def either_way(text: str, found: list[Dated]) -> list[Dated]:
    """The dates of a Spanish text, one in figures as the earlier of the two days that it may be.

    USCIS puts the month first, Spanish the day: "05/04/2026" may be May 4 or April 5.
    """
    return [replace(each, day=min(each.day, turned(text, each))) for each in found]


def turned(text: str, dated: Dated) -> date:
    """The day that a date in figures is where its month and its day change places; else its own."""
    day = dated.day
    is_open = bool(_FIGURES.fullmatch(text, dated.start, dated.end)) and day.day <= 12
    return date(day.year, day.day, day.month) if is_open else day


def yearless(folded: str) -> list[Dated]:
    """Every day of a folded text without its year, as that day of some year."""
    found = ((match, _named(_ANY, match) or _named(_LEAP, match)) for match in _YEARLESS.finditer(folded))
    return [Dated(match.start(), match.end(), day) for match, day in found if day]


def next_of(day: date, *, since: date) -> date:
    """The first day of that month and day that is not before `since`; of February 29 perhaps March 1."""
    same = (date(since.year + ahead, day.month, 1) + timedelta(days=day.day - 1) for ahead in (0, 1))
    return next(each for each in same if each >= since)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time, in days, and where the folded text names it."""

    start: int
    end: int
    days: int


def lengths(folded: str) -> list[Lasting]:
    """Every length of time in a folded text; the shorter where it may be two."""
    found = [Lasting(match.start(), match.end(), _days(match)) for match in _PERIOD.finditer(folded)]
    return found + [
        Lasting(match.start(), match.end(), _number(match[1])) for match in _LABELLED.finditer(folded)
    ]


def _days(match: re.Match[str]) -> int:
    numbers = [_number(each) for each in (match["first"], match["second"]) if each]
    return int(min(numbers, default=1) * _LENGTHS[match["unit"][0]])


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    return sum(_NUMBERS[word] for word in _NAMED_NUMBER.findall(written))


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
    month = _MONTHS[(month_first or month_after).lower()[:3]]
    return _day(year, month, int(day_after or day_first))


def _day(year: int, month: int, day: int) -> date | None:
    if month > 12:  # as people write it elsewhere
        month, day = day, month
    try:
        return date(year, month, day)
    except ValueError:
        return None
