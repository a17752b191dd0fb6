"""The shapes of personal data in status texts, in the order in which they are looked for. Pure module.

Kinds become placeholders such as [RECEIPT-1]; a pattern hides its whole match. The last one is the net
under all others: whatever is left with seven digits or more.
"""

from __future__ import annotations

import re
from typing import Final

PLACEHOLDER: Final = re.compile(r"\[[A-Z]+-\d+\]")
FORM: Final = re.compile(r"\b(?:I|N|G|AR|DS|EOIR)-\d{1,4}[A-Z]{0,4}\b(?!-?\d)")

_BETWEEN = r"[\s().,\-–—*#/_]{0,3}"
_CAPITAL = r"(?:[A-Z]\.|[^\W\d_a-zà-öø-ÿ][\w'’-]*)"
_LINK = r"(?:de|del|la|las|los|van|von|bin|al|el|y|da|dos)"
_NAME = rf"(?:{_LINK}\s){{0,2}}{_CAPITAL}(?:\s(?:{_LINK}\s){{0,2}}{_CAPITAL}){{0,4}}"
_LISTED_NAME = rf"(?:{_LINK}\s){{0,2}}{_CAPITAL}(?:,?\s(?:{_LINK}\s){{0,2}}{_CAPITAL}){{0,4}}"
_SALUTATION = (
    r"(?:Dear|DEAR|Estimad[oa]s?|Querid[oa]s?|Hello|Hola|Attn|Attention|Atención"
    r"|Mr|Mrs|Ms|Miss|Mx|Dr|Dra|Sr|Sra|Srta|Don|Doña|Señora|Señorita|Señor|MR|MRS|MS)"
)
_ROLE = (
    r"(?:beneficiary|petitioner|applicant|derivative|dependent|spouse|child|name|client|attorney"
    r"|representative|beneficiari[oa]|peticionari[oa]|solicitante|cónyuge|hij[oa]|nombre|abogad[oa]"
    r"|representante)"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Way|Place|Pl|Terrace|Ter"
    r"|Circle|Cir|Parkway|Pkwy|Highway|Hwy|Square|Sq|Trail|Trl|Plaza|Loop|Alley)"
)
_WORD = r"[A-Z][\w.'-]*"
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Rm|Depto|#)\.?\s?#?[\w-]{1,6})?"
_STATE = r",?\s[A-Z]{2}\s\d{5}(?:-\d{4})?\b"
_CITY = rf"(?:,?\s(?:{_WORD}\s){{0,3}}{_WORD}{_STATE})?"


def digits(least: int, most: int) -> str:
    """Match so many digits, with what people write between them."""
    return rf"\d(?:{_BETWEEN}\d){{{least - 1},{most - 1}}}"


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("EMAIL", _shape(r"[\w.+%'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")),
    ("SSN", _shape(r"(?<!\d)\d{3}[-\s]\d{2}[-\s]\d{4}(?!\d)")),
    # Three letters and a number, however spaced, also with O, I and L for digits.
    (
        "RECEIPT",
        _shape(rf"(?<![A-Za-z0-9])[A-Za-z]{{3}}{_BETWEEN}[0-9OIL](?:{_BETWEEN}[0-9OILoil]){{7,11}}(?!\w)"),
    ),
    ("ANUMBER", _shape(rf"(?<!\w)[Aa]{_BETWEEN}{digits(7, 9)}(?!{_BETWEEN}\d)")),
    ("PHONE", _shape(r"(?<!\d)(?:\+?\d{1,3}[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)")),
    (
        "ADDRESS",
        _shape(
            rf"\b\d{{1,6}}[A-Z]?\s(?:[NSEW]{{1,2}}\.?\s)?(?:[A-Z0-9][\w.'-]*\s){{1,4}}{_STREET}\b\.?"
            rf"{_UNIT}{_CITY}"
        ),
    ),
    (
        "ADDRESS",
        _shape(
            rf"\b(?:Calle|Avenida|Camino|Carretera|Calzada)\s(?:{_WORD}\s){{1,4}}(?:No\.?\s?|#\s?)?\d{{1,6}}\b"
        ),
    ),
    ("ADDRESS", _shape(rf"(?i:\b(?:P\.?\s?O\.?\s?Box|Apartado(?: Postal)?)\s?#?\d+){_CITY}")),
    ("ADDRESS", _shape(rf"\b(?:{_WORD}\s){{0,3}}{_WORD}{_STATE}")),
    ("NAME", _shape(rf"\b{_SALUTATION}\b[.:,]?\s(?:{_SALUTATION}\b\.?\s)?+{_NAME}")),
    ("NAME", _shape(rf"(?i:\b{_ROLE}(?: name)?):\s?{_LISTED_NAME}")),
    # Letters and digits together: parcels, passports, accounts.
    ("CODE", _shape(r"(?<!\w)(?=(?:[A-Za-z]*\d){5})(?=\d*[A-Za-z])[A-Za-z0-9]{8,}(?!\w)")),
    ("NUMBER", _shape(digits(7, 40))),
)
