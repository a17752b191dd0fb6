"""Telephone numbers in a text, however they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from workflows.plain_language.signs import folded, without_accents

PHONE_DIGITS = 7  # with separators; fewer is a form, a paragraph or a number of weeks
BLOCK_DIGITS = 5  # in one piece: a short code, an account
CALLED_DIGITS = 3  # after "call", "text", "llame"

ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
dieciocho diecinueve
"""
TENS = """
twenty thirty forty fifty sixty seventy eighty ninety
veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa
"""
HUNDREDS = """
cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
"""
NUMBER_WORDS: Mapping[str, str] = {
    **{word: str(at % 20) for at, word in enumerate(ONES.split())},
    **{word: str(at % 8 * 10 + 20) for at, word in enumerate(TENS.split())},
    **{word: str(at * 100 + 100) for at, word in enumerate(HUNDREDS.split())},
    "oh": "0",
    "nought": "0",
    "hundred": "00",
    "thousand": "000",
    "mil": "000",
}
# Words that stand between the digits of one number when it is spoken.
SPOKEN = """
dash hyphen dot point space plus slash star pound ext extension x area code prefix
guion punto raya espacio mas diagonal anexo interno
"""
BETWEEN = frozenset(SPOKEN.split())
TIMES: Mapping[str, int] = {"double": 2, "doble": 2, "triple": 3}
LOOKALIKE = str.maketrans("oilzsb", "011258")
TOKEN = re.compile(r"[^\W_]+")
PIECE = re.compile(r"\d+|[^\W\d_]+")
CALLS = re.compile(
    r"\b(?:call|dial|phone|ring|text|sms|fax|whats ?app|llam[aeo]\w*|marque|marca\w*|telefone\w*|telefono"
    r"|teleph?one?|tel|numero|number)\b[^\w.!?]*(?:(?:us|me|at|on|to|the|al|a|el|es|is|number|numero|no)\b\W*){0,3}$"
)
DIALLED = re.compile(
    r"\b(?:tel|sms|callto|facetime|whats ?app|wa|fax)\s*[:.]\s*\+?\d|\btel\s*:", re.IGNORECASE
)
VANITY = re.compile(r"\b[89]\d\d\W{0,3}-\W{0,3}[a-z]{3,}|\b1\W{1,3}[89]\d\d\W{1,3}[a-z]{3,}", re.IGNORECASE)


def has_foreign_phone(text: str, own: Collection[str] = ()) -> bool:
    """Return whether a telephone number stands in the text that is not the firm's."""
    plain = without_accents(folded(text))
    if DIALLED.search(plain) or VANITY.search(plain):
        return not _only_own(plain, own)
    return any(not _is_own(digits, own) for digits in _numbers(plain))


def has_own_phone(text: str, own: Collection[str]) -> bool:
    """Return whether a telephone number of the firm stands in the text."""
    return any(_is_own(digits, own) for digits in _numbers(without_accents(folded(text))))


def phone_key(number: str) -> str:
    """Return a telephone number as its digits, without the country's own 1."""
    digits = "".join(sign for sign in folded(number) if sign.isdigit())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _only_own(plain: str, own: Collection[str]) -> bool:
    found = list(_numbers(plain))
    return bool(found) and not VANITY.search(plain) and all(_is_own(each, own) for each in found)


def _is_own(digits: str, own: Collection[str]) -> bool:
    return phone_key(digits) in own


def _numbers(plain: str) -> Iterator[str]:
    """Yield the digits of everything in the text that could be dialled."""
    for start, pieces in _runs(plain):
        digits = "".join(pieces)
        is_called = len(digits) >= CALLED_DIGITS and CALLS.search(plain[:start])
        if len(digits) >= PHONE_DIGITS or max(map(len, pieces)) >= BLOCK_DIGITS or is_called:
            yield digits


def _runs(plain: str) -> Iterator[tuple[int, list[str]]]:
    """Yield where each row of numbers begins, and its pieces as digits."""
    start, times, pieces = 0, 1, list[str]()
    for found in TOKEN.finditer(plain):
        word = found[0]
        given = _digits(word) or _letters_for_digits(word, is_in_number=bool(pieces))
        if given:
            start = start if pieces else found.start()
            pieces += given * times
        elif pieces and word not in BETWEEN and word not in TIMES:
            yield start, pieces
            pieces = []
        times = TIMES.get(word, 1)
    if pieces:
        yield start, pieces


def _digits(word: str) -> list[str]:
    """Return a word's digits: of a number, a number in words, or digits with letters that look like them."""
    if word in NUMBER_WORDS:
        return [NUMBER_WORDS[word]]
    pieces = PIECE.findall(word)
    if not any(piece.isdigit() for piece in pieces):
        return []
    if len(pieces) == 1:
        return pieces
    alike = word.translate(LOOKALIKE)
    if alike.isdigit():
        return [alike]
    return [piece for piece in pieces if piece.isdigit()]


def _letters_for_digits(word: str, *, is_in_number: bool) -> list[str]:
    """Return what `OlOO` stands for behind digits."""
    alike = len(word) > 1 and set(word) <= set("oil")
    return [word.translate(LOOKALIKE)] if alike and is_in_number else []
