"""The receipt number as a value: read what people type, keep one canonical form.

Shape: three letters and ten digits, or three letters, an asterisk and nine digits (USCIS prints
both). A receipt number opens the case status to anyone who holds it, so no message and no `repr`
in this module carries one in full. Pure module.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product
from typing import Self

_SERVICE_CENTERS = {"EAC", "VSC", "WAC", "CSC", "LIN", "NSC", "SRC", "TSC", "YSC", "MSC", "NBC"}
_OTHER_OFFICES = {"IOE", "ZAR", "ZCH", "ZHN", "ZNY", "TRK", "GUM", "AAO"}
KNOWN_PREFIXES = frozenset(_SERVICE_CENTERS | _OTHER_OFFICES)
# The purpose of the index by which those filed together are found.
FILING = "receipt filing"
_LONGEST_CELL = 300
_SEPARATORS = r"[ \-._/,]*"
_DIGIT = rf"[0-9OIL]{_SEPARATORS}"
_CANDIDATE = re.compile(
    rf"(?<![A-Z0-9])((?:[A-Z01]{_SEPARATORS}){{3}})"
    rf"(?:\*?{_SEPARATORS}((?:{_DIGIT}){{9}}[0-9OIL])|(\*{_SEPARATORS}(?:{_DIGIT}){{8}}[0-9OIL]))"
    r"(?:\.0)?(?!\*?[A-Z0-9])(?![ \-._]*[0-9])"
)
# A barcode is printed with an asterisk before and after what it holds.
_BARCODE = re.compile(r"(?<![A-Z0-9])\*[ ]*([A-Z0-9][A-Z0-9* \-.]{8,30}?)[ ]*\*(?![A-Z0-9])")
_BETWEEN = re.compile(r"[,;|]")
_MEANT = re.compile(rf"\d[\d \-./]{{4,}}\d|\b(?:{'|'.join(sorted(KNOWN_PREFIXES))})[ \-]?[0-9]")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+")
_SHAPE = re.compile(r"([A-Z]{3})\*?([0-9OIL]+)")
_TO_DIGIT = str.maketrans("OIL", "011")
_QUOTES = "'\"`´‘’‚‛“”„‟«»‹›′″ʼ"
# Letters of other alphabets that look the same on screen and arrive by copy and paste.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХІΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEKMHOPCTXIABEZHIKMNOPTX")
_READ_AS = {"0": "O", "1": "IL", "I": "IL", "L": "LI"}


class ReceiptReason(StrEnum):
    """Why a text is not a receipt number."""

    EMPTY = "empty"
    MANGLED_NUMBER = "mangled_number"
    MISSING_PREFIX = "missing_prefix"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SEVERAL_NUMBERS = "several_numbers"
    UNREADABLE = "unreadable"


class ReceiptWarning(StrEnum):
    """What a person may want to look at although the number was accepted."""

    UNKNOWN_PREFIX = "unknown_prefix"
    PREFIX_CORRECTED = "prefix_corrected"


_EXPLANATIONS = {
    ReceiptReason.EMPTY: (
        "There is no receipt number here.",
        "Type the 13 characters printed at the top of the receipt notice.",
    ),
    ReceiptReason.MANGLED_NUMBER: (
        "A spreadsheet turned this receipt number into a rounded number and lost digits.",
        "Format the column as text, then copy the number again from the receipt notice.",
    ),
    ReceiptReason.MISSING_PREFIX: (
        "The three letters in front of the digits are missing.",
        "Add the letters printed on the receipt notice, such as IOE or MSC.",
    ),
    ReceiptReason.TOO_SHORT: (
        "This receipt number has too few digits.",
        "Compare with the receipt notice: three letters and ten digits.",
    ),
    ReceiptReason.TOO_LONG: (
        "This receipt number has too many digits.",
        "Compare with the receipt notice, and remove anything typed after the ten digits.",
    ),
    ReceiptReason.SEVERAL_NUMBERS: (
        "There is more than one receipt number here.",
        "Put each receipt number on a line of its own.",
    ),
    ReceiptReason.UNREADABLE: (
        "This does not look like a receipt number.",
        "A receipt number has three letters and ten digits, such as IOE0912345678.",
    ),
}
_WARNINGS = {
    ReceiptWarning.UNKNOWN_PREFIX: "The first three letters are new to us; USCIS decides.",
    ReceiptWarning.PREFIX_CORRECTED: "The first three letters were read as a known office code.",
}


class ReceiptNumberError(ValueError):
    """The text holds no receipt number; says why and what to do, never the text itself."""

    def __init__(self, reason: ReceiptReason) -> None:
        self.reason = reason
        self.problem, self.remedy = _EXPLANATIONS[reason]
        self.message = f"{self.problem} {self.remedy}"
        super().__init__(self.message)


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptNumber:
    """A well-formed receipt number. Whether USCIS knows it, only USCIS can say."""

    canonical: str
    warning_code: ReceiptWarning | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a receipt number as people and spreadsheets write it; else ReceiptNumberError."""
        cleaned = _clean(text)
        found = [_read(match) for match in _CANDIDATE.finditer(cleaned)]
        readable = dict(filter(None, found))
        if len(readable) > 1:
            raise ReceiptNumberError(ReceiptReason.SEVERAL_NUMBERS)
        for canonical, warning in readable.items():
            return cls(canonical, warning)
        raise ReceiptNumberError(_diagnose(cleaned))

    @property
    def prefix(self) -> str:
        """The three letters: a service center, or IOE for electronic cases."""
        return self.canonical[:3]

    @property
    def filing(self) -> str:
        """What it shares with those filed together: office, year and working day, or a block of ten thousand
        of the electronic ones, which are numbered through.
        """
        return self.canonical[: 9 if self.prefix == "IOE" else 8]

    @property
    def masked(self) -> str:
        """Safe to show where the full number is not needed."""
        return f"{self.prefix}•••••••{self.canonical[-3:]}"

    @property
    def grouped(self) -> str:
        """For reading aloud and comparing with paper."""
        body = self.canonical[3:]
        return f"{self.prefix} {body[:3]} {body[3:6]} {body[6:]}"

    @property
    def warning(self) -> str | None:
        """A sentence for the person who typed it, or None."""
        return _WARNINGS[self.warning_code] if self.warning_code else None

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"ReceiptNumber({self.masked})"


def split_numbers(text: str) -> list[str]:
    """Take a paste of many numbers apart: each number, and each piece that was meant to be one.

    Numbers stand on lines of their own or one after the other, with any separators. Beside a number in its
    line only what begins as one, or has a long run of digits, counts; a line without any number is told of,
    in the pieces between its commas, semicolons, tabs and bars.
    """
    found: list[str] = []
    for line in text.splitlines():
        cleaned = _clean(line.replace("\t", ";"), at_most=len(line))
        numbers = [match.span() for match in _CANDIDATE.finditer(cleaned) if _read(match)]
        edges = [0, *(edge for span in numbers for edge in span), len(cleaned)]
        pieces = [cleaned[start:end] for start, end in pairwise(edges)]
        for at, piece in enumerate(pieces):
            if at % 2:
                found.append(piece)
                continue
            parts = [part.strip() for part in _BETWEEN.split(piece)]
            found += [part for part in parts if (_MEANT.search(part) if numbers else _squeeze(part))]
    return found


def _clean(text: str, *, at_most: int = _LONGEST_CELL) -> str:
    """Fold widths, alphabets and case; drop quotes and invisible characters; plain separators."""
    folded = unicodedata.normalize("NFKC", text[:at_most]).upper().translate(_LOOKALIKES)
    return _BARCODE.sub(r"\1", re.sub(r" +", " ", "".join(map(_plain, folded))).strip())


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if char in _QUOTES or category in {"Cf", "Mn", "Cs", "Co", "Cn"}:
        return ""
    if char.isspace() or category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if category == "Pd" or char in "−⁃":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return char


def _squeeze(cleaned: str) -> str:
    return "".join(char for char in cleaned if char.isalnum() or char == "*")


def _read(match: re.Match[str]) -> tuple[str, ReceiptWarning | None] | None:
    typed, digits, starred = (_squeeze(group or "") for group in match.groups())
    prefix, warning = _resolve_prefix(typed)
    return (prefix + (digits or starred).translate(_TO_DIGIT), warning) if prefix else None


def _resolve_prefix(typed: str) -> tuple[str, ReceiptWarning | None]:
    """Undo O/0 and I/L/1 in the letters, but only towards an office code that exists."""
    if typed in KNOWN_PREFIXES:
        return typed, None
    for letters in product(*(_READ_AS.get(char, char) for char in typed)):
        if (candidate := "".join(letters)) in KNOWN_PREFIXES:
            return candidate, ReceiptWarning.PREFIX_CORRECTED
    return (typed, ReceiptWarning.UNKNOWN_PREFIX) if typed.isalpha() else ("", None)


def _diagnose(cleaned: str) -> ReceiptReason:
    squeezed = _squeeze(cleaned)
    if cleaned.startswith("#") or _SCIENTIFIC.fullmatch(cleaned):
        return ReceiptReason.MANGLED_NUMBER
    if not squeezed:
        return ReceiptReason.EMPTY
    if squeezed.isdigit():
        return ReceiptReason.MISSING_PREFIX
    has_digits = any(char in "0123456789" for char in squeezed)
    if has_digits and (shape := _SHAPE.match(squeezed)):
        return ReceiptReason.TOO_SHORT if len(shape[2]) < 10 else ReceiptReason.TOO_LONG
    return ReceiptReason.UNREADABLE
