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
from tracking.suggestions import shapes

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
    text, kept = _keep(shapes.PLACEHOLDER.sub(book.hides("BRACKET"), clean(text)))
    for kind, value in known.values:
        text = _substitute(_loosely(value), text, book.hides(kind))
    for name in known.names:
        text = _substitute(_any_part(name), text, book.hides("NAME", unless=_is_plain_word))
    for kind, pattern in shapes.PATTERNS:
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
    spans += [match.span() for match in shapes.FORM.finditer(text)]
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


def _is_plain_word(written: str) -> bool:
    return written.islower() and written in _WORDS
