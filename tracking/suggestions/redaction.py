"""What never leaves the house: names, numbers and addresses become typed placeholders.

Two nets, one behind the other: what the firm knows about the matter, in any spelling, and the shapes of
what it does not know. Dates, forms and offices stay, since the meaning needs them. Pure module.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tracking.normalizer.dates import find as find_dates
from tracking.normalizer.text import plain

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


# What stays is put out of the patterns' sight as one character of a range that no text needs.
_KEPT: Final = 0xE000
_KEPT_MARK: Final = re.compile("[\ue000-\uf8ff]")
_WHOLE: Final = re.compile(".*", re.DOTALL)
_GAP: Final = r"[\W_]{0,3}"
_SHORTEST_NAME: Final = 2
_SHORTEST_VALUE: Final = 5

Replace = Callable[[re.Match[str]], str]
# Names that are ordinary words of status texts: hidden only where they are written like a name.
_WORDS: Final = frozenset(
    [
        "april",
        "august",
        "case",
        "day",
        "de",
        "del",
        "document",
        "earl",
        "field",
        "form",
        "grant",
        "in",
        "is",
        "january",
        "june",
        "la",
        "law",
        "la",
        "long",
        "mark",
        "may",
        "new",
        "notice",
        "of",
        "office",
        "on",
        "page",
        "post",
        "rich",
        "rose",
        "small",
        "so",
        "state",
        "the",
        "to",
        "van",
        "von",
        "was",
        "we",
        "will",
        "young",
    ]
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the firm knows about the matter: people's names, and numbers and addresses as they are kept."""

    names: tuple[str, ...] = field(default=(), repr=False)
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)


NOBODY: Final = Known()


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that may leave, and what stood where, for the way back."""

    text: str
    originals: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def restore(self, text: str) -> str:
        """Put back what the placeholders stand for; the latest first, since one may lie inside another."""
        for placeholder, original in reversed(self.originals):
            text = text.replace(placeholder, original)
        return text

    @property
    def hidden(self) -> int:
        """How many different things were hidden."""
        return len(self.originals)


def clean(text: str) -> str:
    """Return the text as it is read by us and by the model: no markup, no links, nothing invisible."""
    return _KEPT_MARK.sub(" ", plain(text))


def redact(text: str, known: Known = NOBODY) -> Redacted:
    """Return the cleaned text with typed placeholders; the same thing gets the same placeholder."""
    book = _Book()
    text, kept = _keep(PLACEHOLDER.sub(book.hides("BRACKET"), clean(text)))
    for kind, value in known.values:
        text = _substitute(_loosely(value), text, book.hides(kind))
    for name in known.names:
        text = _substitute(
            _any_part(name), text, book.hides("NAME", unless=lambda said: said.islower() and said in _WORDS)
        )
    for kind, pattern in PATTERNS:
        text = pattern.sub(book.hides(kind), text)
    entries = tuple((mark, _put_back(was, kept)) for mark, was in book.entries)
    return Redacted(_put_back(text, kept), entries)


class _Book:
    """Hands out placeholders: the same letters and digits, however spaced, keep their number."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self._marks: dict[tuple[str, str], str] = {}
        self._count: Counter[str] = Counter()

    def hides(self, kind: str, *, unless: Callable[[str], bool] | None = None) -> Replace:
        """Return what replaces a match by the placeholder of its kind."""

        def replace(match: re.Match[str]) -> str:
            return match[0] if unless is not None and unless(match[0]) else self._mark(kind, match[0])

        return replace

    def _mark(self, kind: str, value: str) -> str:
        key = kind, "".join(filter(str.isalnum, _flat(value))) or value
        if key not in self._marks:
            self._count[kind] += 1
            self._marks[key] = f"[{kind}-{self._count[kind]}]"
            self.entries.append((self._marks[key], value))
        return self._marks[key]


def _keep(text: str) -> tuple[str, list[str]]:
    """Put one character in place of each date and each form, out of the sight of every pattern."""
    spans = [(dated.start, dated.end) for dated in find_dates(text)]
    spans += [match.span() for match in FORM.finditer(text)]
    pieces, kept, position = [], list[str](), 0
    for start, end in sorted(spans):
        if start < position:
            continue
        pieces += [text[position:start], chr(_KEPT + len(kept))]
        kept.append(text[start:end])
        position = end
    return "".join([*pieces, text[position:]]), kept


def _put_back(text: str, kept: list[str]) -> str:
    return _KEPT_MARK.sub(lambda match: kept[ord(match[0]) - _KEPT], text)


def _substitute(pattern: re.Pattern[str] | None, text: str, replace: Replace) -> str:
    """Match without regard to case and accents, and replace in the text as it is written."""
    if pattern is None:
        return text
    pieces, position = [], 0
    for match in pattern.finditer(_flat(text)):
        written = _WHOLE.match(text, match.start(), match.end())
        assert written is not None  # noqa: S101  it matches any text
        pieces += [text[position : match.start()], replace(written)]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _flat(text: str) -> str:
    """Fold case and accents, one character for one, so that positions stay."""
    return "".join(map(_flat_letter, text))


@lru_cache(maxsize=4096)
def _flat_letter(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[0].lower()[0]


def _loosely(value: str) -> re.Pattern[str] | None:
    """Match a known value with anything but letters and digits between its own."""
    letters = [re.escape(letter) for letter in _flat(value) if letter.isalnum()]
    if len(letters) < _SHORTEST_VALUE:
        return None
    return re.compile(_GAP.join(letters))


def _any_part(name: str) -> re.Pattern[str] | None:
    """Match the parts of a name, alone or together in any order."""
    parts = {part for part in re.split(r"[^\w]+", _flat(name)) if len(part) >= _SHORTEST_NAME}
    if not parts:
        return None
    part = "|".join(sorted(map(re.escape, parts), key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{part})(?:[\s,.'’-]{{1,3}}(?:{part}))*(?![^\W\d_])")
