"""The words in force: a firm's own where it wrote some, ours everywhere else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracking.observations.standing import CALLED_OFF
from tracking.statuses import CODES, StatusCode
from workflows.law.remedies import leaves_remedies
from workflows.plain_language import en, es
from workflows.plain_language.text import LANGUAGES, Wording

DEFAULT_LANGUAGE = "en"
TEXTS: Mapping[str, Mapping[str, Wording]] = {"en": en.TEXTS, "es": es.TEXTS}
STILL_OPEN: Mapping[str, str] = {"en": en.STILL_OPEN, "es": es.STILL_OPEN}
OVERTAKEN: Mapping[str, str] = {"en": en.OVERTAKEN, "es": es.OVERTAKEN}
UNSETTLED: Mapping[str, str] = {"en": en.UNSETTLED, "es": es.UNSETTLED}
LIMITS: Mapping[str, Sequence[str]] = {"en": en.LIMITS, "es": es.LIMITS}
UNREADABLE = "UNKNOWN"

Own = Mapping[tuple[str, str], Wording]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every text a client may read: `own` by (code, language), `versions` by code for what it rests on."""

    own: Own = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)

    def find(self, code: str, language: str = DEFAULT_LANGUAGE, *, has_remedy: bool = True) -> Wording:
        """Return the words for a status code; an unknown code gets the words for one we cannot read.

        A language we do not write falls back to English; `es-MX` reads as `es`. Where no remedy is open
        nothing is said of a time limit after a decision: there may be none.
        """
        written = written_in(language)
        known = code if code in TEXTS[written] else UNREADABLE
        words = self.own.get((known, written)) or TEXTS[written][known]
        claimed = () if has_remedy or not leaves_remedies(known) else LIMITS[written]
        for sentence in claimed:
            words = words._replace(next=words.next.replace(sentence, "").strip())
        return words

    def between(
        self, news: str, still_open: str, language: str, *, has_remedy: bool = True, is_asked: bool = False
    ) -> Wording:
        """Return the words for news that may have settled what is open: neither is said to count yet.

        That somebody finds out which of them does is said only where they are asked.
        """
        after = self.find(still_open, language, has_remedy=has_remedy)
        meaning = (OVERTAKEN if is_asked else UNSETTLED)[written_in(language)]
        return self.find(news, language)._replace(meaning=meaning, next=after.next)

    def with_open(self, wording: Wording, language: str) -> Wording:
        """Return the words for news beside which something stands that was told to be done long since."""
        return wording._replace(meaning=f"{wording.meaning} {UNSETTLED[written_in(language)]}")

    def duties(self, codes: Iterable[str], language: str = DEFAULT_LANGUAGE) -> list[str]:
        """Return what is to do for the codes of what is still open, each once, in their order.

        A code that asks nothing of a client by itself has no words for it: then only that something is open.
        """
        words = (
            self.find(code, language).todo
            if asks_of_client(code) or code in CALLED_OFF
            else STILL_OPEN[written_in(language)]
            for code in codes
        )
        return list(dict.fromkeys(words))


def asks_of_client(code: str) -> bool:
    """True for a code that means, by itself, that somebody on the client's side must do something."""
    return code in StatusCode.__members__ and CODES[StatusCode(code)].client_action


def written_in(language: str) -> str:
    """Return the language of ours that a reader of this one gets."""
    short = language.split("-", maxsplit=1)[0].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


SHIPPED = Catalog()
