"""Which characters a wording may hold: those of English and Spanish, and no stand-ins for them. Pure.

A letter that only looks like another one, a digit of another script or an invisible mark says one thing to
a check and another to a reader. So the list names what may stand, not what may not.
"""

from __future__ import annotations

import unicodedata

MARKS = frozenset(" .,;:!?¡¿'’‘\"“”«»()-–—…/&%#+<>=ªº°")
FULL_STOPS = str.maketrans(dict.fromkeys("․‧·•∙⋅・･。｡．‚。︒۔", "."))


def composed(text: str) -> str:
    """Return the text with each accented letter as one character, whichever way it was typed."""
    return unicodedata.normalize("NFC", text)


def strange_signs(text: str) -> list[str]:
    """Return the characters that may not stand in a wording, each once, in their order."""
    return [sign for sign in dict.fromkeys(text) if not _is_plain(sign)]


def folded(text: str) -> str:
    """Return the text as a reader would take it: plain digits, letters and full stops, nothing invisible.

    Only for looking at: it finds what a disguise stands for, so that the right objection is named.
    """
    plain = unicodedata.normalize("NFKC", text.translate(FULL_STOPS)).translate(FULL_STOPS)
    return "".join(map(_folded_sign, plain))


def without_accents(text: str) -> str:
    """Return the text in lower case without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _folded_sign(sign: str) -> str:
    if unicodedata.category(sign) in {"Cc", "Cf"}:
        return ""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


def _is_plain(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in MARKS
    apart = unicodedata.normalize("NFD", sign)
    return sign in MARKS or (len(apart) == 2 and apart[0].isascii() and apart[0].isalpha())
