"""What may stand where a name, a reference, a title or a form number is expected.

A name reaches people outside the firm (the greeting of a mail, the portal) before anybody reads it there, so
it must be a name and nothing that a mail program turns into a link, a call or a second line. Pure: values in,
values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core.errors import InvalidInput

LONGEST_NAME: Final = 120
LONGEST_REFERENCE: Final = 60
LONGEST_TITLE: Final = 200
LONGEST_FORM: Final = 16

# Other than control and format characters, these show nothing either: fillers, joiners, variation selectors.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(point) for point in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
_REMOVED: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
# Signs that look or act like the ones an address is made of; NFKC folds the full-width ones.
_LIKE: Final = str.maketrans(
    dict.fromkeys("∕⁄⧸╱", "/")
    | dict.fromkeys("∖⧵⧹╲", "\\")
    | dict.fromkeys("。․", ".")
    | dict.fromkeys("∶ꓽ։", ":")
    | dict.fromkeys("‹〈⟨", "<")
    | dict.fromkeys("›〉⟩", ">")
)
_LINE_BREAK: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


class NameFault(StrEnum):
    """Why a text is refused; the label says what is wrong and what to do."""

    # No TextChoices: the process that reads a list knows these names, and no models.
    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        fault = str.__new__(cls, code)
        fault._value_, fault.label = code, label
        return fault

    EMPTY = "empty", _("There is no letter in it. Write it as it stands in the documents.")
    LINES = "lines", _("It has more than one line. Write it on one line, and nothing beside it.")
    TOO_LONG = "too_long", _("It is too long. Shorten it, and leave out whatever does not belong to it.")
    MARKUP = "markup", _("It holds one of the signs < > { }. Leave them out.")
    EMAIL = "email", _("It holds an e-mail address or the sign @. Leave it out.")
    ADDRESS = (
        "address",
        _("It holds the address of a website or a file. Leave it out; a company keeps its full name."),
    )
    DIGITS = "digits", _("It holds seven or more digits in a row, like a telephone number. Leave them out.")
    SHAPE = "shape", _("It does not look like the number of a form. Write it as printed, for example I-765.")


def clean_name(value: str) -> str:
    """Return the text on one line: NFC, white space collapsed, characters that show nothing removed.

    Meant for every short text of one line, not for names alone; `clean_name(clean_name(x)) == clean_name(x)`.
    """
    spaced = "".join(" " if char.isspace() else char for char in value)
    shown = "".join(c for c in spaced if unicodedata.category(c) not in _REMOVED and c not in _BLANK)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def name_fault(value: str) -> NameFault | None:
    """Say why the text, as it was entered, is not the name of a person or a company; None when it may be one.

    A company may hold `.com`, `&`, `/`, `+`, `#` and parentheses. A web address as the whole name is refused.
    """
    judged, fault = _judged(value), _line_fault(value, at_most=LONGEST_NAME)
    if fault in {None, NameFault.EMPTY} and _DIGITS.search(judged):
        return NameFault.DIGITS
    return fault or (NameFault.ADDRESS if _WHOLE_HOST.fullmatch(judged) else None)


def may_greet(name: str) -> bool:
    """Say whether a mail may call its reader so: nothing a mail program makes a link of, and no sentence.

    A longer name has a capital in every word but its particles; what is written otherwise costs the greeting.
    """
    if name_fault(name) is not None or _HOST.search(_judged(name)) or _SENTENCE.search(name):
        return False
    words = clean_name(name).split()
    return len(words) <= SHORT_NAME or (
        len(words) <= LONG_NAME and all(word.lower() in PARTICLES or not word[0].islower() for word in words)
    )


def checked(text: str, fault_of: Callable[[str], NameFault | None], *, field: str) -> str:
    """Return the text as it is kept; raise InvalidInput for `field` with the reason where it has a fault."""
    fault = fault_of(text)
    if fault is not None:
        said = str(fault.label)
        raise InvalidInput.at(field, said)
    return clean_name(text)


def reference_fault(value: str) -> NameFault | None:
    """Say why the text cannot be the firm's number of a matter; digits and slashes are what it is made of."""
    return _line_fault(value, at_most=LONGEST_REFERENCE, needs_letter=False)


def title_fault(value: str) -> NameFault | None:
    """Say why the text cannot be a title: of a matter, or of a stage that clients read."""
    return _line_fault(value, at_most=LONGEST_TITLE)


def form_fault(value: str) -> NameFault | None:
    """Say why the text cannot be the number of a form (`I-765`, `EOIR-42B`, `I-485 Supp J`)."""
    if fault := _line_fault(value, at_most=LONGEST_FORM):
        return fault
    return None if _FORM.fullmatch(clean_name(value)) else NameFault.SHAPE


def phone_fault(value: str) -> str:
    """Say why the text cannot be dialled; an empty text where it can, or where there is none."""
    if not value or _PHONE.fullmatch(_SEPARATORS.sub("", value)):
        return ""
    return gettext("Write 7 to 15 digits, with a plus sign before a country's code: +1 202 555 0143.")


SHORT_NAME: Final = 3
LONG_NAME: Final = 10
PARTICLES: Final = frozenset(
    [
        "a",
        "al",
        "bin",
        "bint",
        "da",
        "dal",
        "de",
        "del",
        "della",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "ten",
        "van",
        "von",
        "y",
        "zu",
    ]
)
_SENTENCE: Final = re.compile(r"\d{2}|[!?;:¿¡]|[^\W\d_]{4,}\.\s+\S")
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_TLD: Final = r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,})"
_HOST: Final = re.compile(rf"(?<![\w.]){_LABEL}(?:\.{_LABEL})*\.{_TLD}(?![\w])")
_WHOLE_HOST: Final = re.compile(rf"\W*{_LABEL}(?:\.{_LABEL})*\.{_TLD}\W*")
_DIGITS: Final = re.compile(r"(?:\d[\W_]*){7}")
_SEPARATORS: Final = re.compile(r"[\s()./\u2010-\u2015-]+")
_PHONE: Final = re.compile(r"\+?[0-9]{7,15}")
_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()/.-]*")
_ADDRESS: Final = re.compile(
    "|".join(
        (
            r"\b[a-z]{3,}:(?=\S)",  # a scheme: https:, javascript:, tel:
            r":\s*/\s*/|//|\\",  # what follows one, a path of a share, a Windows path
            r"\bwww\d*\s*\.",
            r"^\W*[/~]\s?\w|(?<!\w)\.\.?/",  # an absolute or a relative path
            rf"(?<![\w.]){_LABEL}(?:\.{_LABEL})*\.{_TLD}(?::\d|[/?])",  # a host, and more
            rf"(?<![\w.])(?:[\w-]{{2,}}\.){{2,}}{_TLD}(?!\w)",  # a host below another: login.example.com
            r"[?&;][\w.%-]+=",  # a query
        )
    )
)


def _line_fault(value: str, *, at_most: int, needs_letter: bool = True) -> NameFault | None:
    """What no short text of one line may hold, whatever it is."""
    cleaned = clean_name(value)
    if len(cleaned) > at_most:
        return NameFault.TOO_LONG
    judged = _judged(cleaned)
    has_sign = any(char.isalpha() or (char.isalnum() and not needs_letter) for char in cleaned)
    found = {
        NameFault.LINES: bool(_LINE_BREAK.search(value.strip())),
        NameFault.MARKUP: any(sign in judged for sign in "<>{}"),
        NameFault.EMAIL: "@" in judged,
        NameFault.ADDRESS: bool(_ADDRESS.search(judged)),
        NameFault.EMPTY: not has_sign,
    }
    return next((fault for fault, is_there in found.items() if is_there), None)


def _judged(value: str) -> str:
    """The text as a mail program may read it: full-width letters and lookalike signs folded."""
    return unicodedata.normalize("NFKC", clean_name(value)).translate(_LIKE).casefold()
