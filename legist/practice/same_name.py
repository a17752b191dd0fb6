"""Whether two spellings are the name of one person, and whether what was typed is a part of a name. Pure.

Tolerated is what forms, keyboards and databases do to one name: case, accents, apostrophes, hyphens, the
order of its parts, and letters that English keyboards lack (ß, ø, Đ, ł). Nothing else is: another letter, a
missing part or an added initial may be another person of the same family, so a human being decides; what only
warns (`may_be_same`) tolerates typing errors as well.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Final

from rapidfuzz.distance import OSA

_APOSTROPHES: Final = "'’‘‛`´ʼʻʹʽʾʿ′＇ꞌ"
_HYPHENS: Final = "-‐‑‒–—―−⁃－_"
_LATIN: Final = str.maketrans(
    {
        **dict.fromkeys("đðɖ", "d"),
        "ø": "o",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ŋ": "n",
        "ƒ": "f",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ĳ": "ij",
        "ə": "e",
    }
)
# How names are written where a keyboard has no umlauts: Müller or Mueller, Sørensen or Soerensen.
_WRITTEN_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def is_same_name(one: str, other: str) -> bool:
    """Say whether two texts spell one name. It is symmetric; a text without a letter is nobody's name."""
    if one == other:
        return any(map(str.isalpha, one))
    return not _spellings(one).isdisjoint(_spellings(other))


Readings = frozenset[tuple[str, ...]]


def name_readings(name: str) -> Readings:
    """Return the parts of a name in every way to read it, folded, in the order they were written."""
    return frozenset(parts for parts in map(tuple, _readings(name)) if parts)


def is_part_of_name(typed: str, readings: Readings) -> bool:
    """Say whether each word that was typed stands somewhere in a name, given as its `name_readings`.

    A word may be any piece of one part (`guez` of Rodriguez), or begin at a part and run on into the next
    (`delacruz` of De la Cruz). Letters are compared as `is_same_name` does; the order of words is free.
    """
    words = [word for word in map(name_readings, typed.split()) if word]
    return bool(words) and all(
        any(all(_stands_in(part, readings) for part in reading) for reading in word) for word in words
    )


# What companies call themselves besides their name.
_KINDS_OF_COMPANY: Final = frozenset(
    {"inc", "llc", "llp", "lp", "corp", "corporation", "co", "company", "ltd", "pc", "pllc"}
)


def may_be_same(one: Readings, other: Readings) -> bool:
    """Say whether two names, as their `name_readings`, may be of one person or company: to warn, not to join.

    Besides what spells one name: parts that only one of them has (a middle name, a second family name), as
    long as two parts agree, what companies call themselves, and typing errors in any part.
    """
    return any(_agree(_own(a), _own(b)) for a in one for b in other)


def _own(parts: tuple[str, ...]) -> Counter[str]:
    return Counter(part for part in parts if part not in _KINDS_OF_COMPANY) or Counter(parts)


def _agree(one: Counter[str], other: Counter[str]) -> bool:
    few, many = sorted((one, other), key=Counter.total)
    if few.total() < 2 and many.total() > 1:
        return False
    left = many - few
    for part in (few - many).elements():
        meant = next((each for each in left if may_be_mistyped(part, each)), None)
        if meant is None:
            return False
        left -= Counter([meant])
    return True


# Shorter words are one letter away from half of all names.
SHORTEST_MISTYPED: Final = 3
_LONG: Final = 8


def typing_errors(part: str) -> int:
    """Return how many typing errors a part of a name may hold: one from three letters, two from eight.

    An error is a letter too many, too few, another one, or two exchanged. A number is typed right.
    """
    if len(part) < SHORTEST_MISTYPED or any(map(str.isdigit, part)):
        return 0
    return 2 if len(part) >= _LONG else 1


def may_be_mistyped(one: str, other: str) -> bool:
    """Say whether two folded parts of names are one but for typing errors; it is symmetric."""
    errors = max(typing_errors(one), typing_errors(other))
    if errors < abs(len(one) - len(other)):
        return False
    return OSA.distance(one, other, score_cutoff=errors) <= errors


def _stands_in(piece: str, readings: Readings) -> bool:
    return any(
        piece in part or "".join(parts[at:]).startswith(piece)
        for parts in readings
        for at, part in enumerate(parts)
    )


def _spellings(name: str) -> set[tuple[str, ...]]:
    """Return every way to read the parts of a name, each sorted: order does not tell people apart."""
    found = (tuple(sorted(parts)) for parts in _readings(name))
    return {parts for parts in found if any(char.isalpha() for part in parts for char in part)}


def _readings(name: str) -> Iterator[list[str]]:
    plain = unicodedata.normalize("NFC", name).translate(dict.fromkeys(map(ord, _APOSTROPHES), "'"))
    plain = unicodedata.normalize("NFKC", plain.translate(dict.fromkeys(map(ord, _HYPHENS), "-"))).casefold()
    plain = unicodedata.normalize("NFC", plain)
    written = {plain.replace("'", one).replace("-", two) for one, two in product(("", " "), repeat=2)}
    for text in written | {text.translate(_WRITTEN_OUT) for text in written}:
        letters = _without_accents(text).translate(_LATIN)
        yield "".join(char if _is_kept(char) else " " for char in letters).split()


def _without_accents(text: str) -> str:
    """Drop the marks on Latin letters; in other scripts a mark makes another sound, and another name."""
    if text.isascii():
        return text
    kept: list[str] = []
    is_latin = False
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            is_latin = unicodedata.name(char, "").startswith("LATIN")
        elif is_latin:
            continue
        kept.append(char)
    return "".join(kept)


def _is_kept(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")
