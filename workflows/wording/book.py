"""The words in force: a firm's own where it wrote some, ours everywhere else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.wording import en, es
from workflows.wording.text import LANGUAGES, Wording

DEFAULT_LANGUAGE = "en"
TEXTS: Mapping[str, Mapping[str, Wording]] = {"en": en.TEXTS, "es": es.TEXTS}
UNREADABLE = "UNKNOWN"

Own = Mapping[tuple[str, str], Wording]


@dataclass(frozen=True, slots=True)
class Book:
    """Every text a client may read: `own` by (code, language), `versions` by code for what it rests on."""

    own: Own = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)

    def find(self, code: str, language: str = DEFAULT_LANGUAGE) -> Wording:
        """Return the words for a status code; an unknown code gets the words for one we cannot read.

        A language we do not write falls back to English; `es-MX` reads as `es`.
        """
        short = language.split("-", maxsplit=1)[0].lower()
        written = short if short in LANGUAGES else DEFAULT_LANGUAGE
        known = code if code in TEXTS[written] else UNREADABLE
        return self.own.get((known, written)) or TEXTS[written][known]


SHIPPED = Book()
