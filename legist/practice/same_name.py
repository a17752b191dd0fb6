"""Whether two spellings are the name of one person. Pure.

Tolerated is what forms, keyboards and databases do to one name: case, accents, apostrophes, hyphens, the
order of its parts, and letters that English keyboards lack (ß, ø, Đ, ł). Nothing else is: another letter, a
missing part or an added initial may be another person of the same family, so a human being decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import Final

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


def _spellings(name: str) -> set[tuple[str, ...]]:
    """Return every way to read the parts of a name, each sorted: order does not tell people apart."""
    found = (tuple(sorted(parts)) for parts in _readings(name))
    return {parts for parts in found if any(char.isalpha() for part in parts for char in part)}


def _readings(name: str) -> Iterator[list[str]]:
    plain = unicodedata.normalize("NFC", name).translate(dict.fromkeys(map(ord, _APOSTROPHES), "'"))
    plain = unicodedata.normalize("NFKC", plain.translate(dict.fromkeys(map(ord, _HYPHENS), "-"))).casefold()
    plain = unicodedata.normalize("NFC", plain)
    for apostrophe, hyphen, written_out in product(("", " "), ("", " "), (False, True)):
        text = plain.replace("'", apostrophe).replace("-", hyphen)
        text = _without_accents(text.translate(_WRITTEN_OUT) if written_out else text).translate(_LATIN)
        yield "".join(char if _is_kept(char) else " " for char in text).split()


def _without_accents(text: str) -> str:
    """Drop the marks on Latin letters; in other scripts a mark makes another sound, and another name."""
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
