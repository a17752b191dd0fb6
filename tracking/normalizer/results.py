"""What reading a status text gives: the decision and the facts, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from tracking.normalizer.text import title_key
from tracking.statuses import CODES, Bucket, StatusCode

# Raise with every change of rules or titles: stored results name the version that made them.
VERSION = "1.16.0"


class OfficeRole(StrEnum):
    """What the named office has to do with the case."""

    TRANSFERRED_TO = "transferred_to"
    TRANSFERRED_FROM = "transferred_from"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and where somebody must appear, as far as the text says it."""

    day: date
    at: time | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text states; None or empty where it states nothing.

    `followup_date` is the day after which a missing notice should be asked for; it is never the
    day a client must answer by. That is `deadline`, of several the earliest; `answer_days` is the shortest
    time that the text gives without naming its last day, `answer_by` last days without a year, "MM-DD".
    """

    event_date: date | None = None
    form: str | None = None
    other_forms: tuple[str, ...] = ()
    receipt_number: str | None = None
    followup_date: date | None = None
    deadline: date | None = None
    answer_days: int | None = None
    answer_by: tuple[str, ...] = ()
    office: str | None = None
    office_role: OfficeRole | None = None
    appointment: Appointment | None = None
    tracking_number: str | None = None

    def names_another_receipt(self, asked: str) -> bool:
        """True when the text is about another case than the canonical number asked for."""
        return self.receipt_number is not None and self.receipt_number != asked


@dataclass(frozen=True, slots=True)
class FirmRule:
    """A firm's own reading of one title (by its title key); it comes before every built-in rule."""

    key: str
    code: StatusCode
    client_action: bool | None = None
    terminal: bool | None = None

    @classmethod
    def for_title(
        cls,
        title: str,
        code: StatusCode,
        *,
        client_action: bool | None = None,
        terminal: bool | None = None,
    ) -> FirmRule:
        """The rule for a title as USCIS writes it, whatever its case, accents and punctuation."""
        return cls(title_key(title), code, client_action, terminal)

    @property
    def reading(self) -> Reading:
        return Reading(self.code, "firm rule", client_action=self.client_action, terminal=self.terminal)


@dataclass(frozen=True, slots=True)
class Reading:
    """One rule's opinion on a title or a description, and the folded words it rests on.

    `weak` readings are guesses that a person should confirm; `whole` ones account for every verb
    and negation of the text. None in a flag means the default of the code.
    """

    code: StatusCode
    rule: str
    weak: bool = False
    whole: bool = False
    client_action: bool | None = None
    terminal: bool | None = None
    words: str = ""

    @property
    def bucket(self) -> Bucket:
        return CODES[self.code].bucket


@dataclass(frozen=True, slots=True)
class Normalized:
    """The decision on one status text.

    `words` is what in the text was read: lower case, without accents, "[form]", "[receipt]" and "[date]" in
    the place of those; empty where nothing was understood. `doubted`: the text says something beside what was
    read of it, and not only the title is new.
    """

    code: StatusCode
    bucket: Bucket
    confidence: float
    needs_review: bool
    client_action: bool
    terminal: bool
    rule: str
    facts: Facts
    words: str = ""
    doubted: bool = False
    version: str = VERSION


def as_record(result: Normalized) -> dict[str, Any]:
    """Return the decision as JSON primitives; dates in ISO form, null where the text has none."""
    return {
        "code": result.code.value,
        "bucket": result.bucket.value,
        "confidence": result.confidence,
        "needs_review": result.needs_review,
        "client_action": result.client_action,
        "terminal": result.terminal,
        "rule": result.rule,
        "words": result.words,
        "version": result.version,
        "facts": facts_as_record(result.facts),
    }


def facts_as_record(facts: Facts) -> dict[str, Any]:
    """Return the facts as JSON primitives."""
    return {
        "event_date": facts.event_date.isoformat() if facts.event_date else None,
        "form": facts.form,
        "other_forms": list(facts.other_forms),
        "receipt_number": facts.receipt_number,
        "followup_date": facts.followup_date.isoformat() if facts.followup_date else None,
        "deadline": facts.deadline.isoformat() if facts.deadline else None,
        "office": facts.office,
        "office_role": facts.office_role.value if facts.office_role else None,
        "appointment": _appointment(facts.appointment),
        "tracking_number": facts.tracking_number,
    }


def _appointment(appointment: Appointment | None) -> dict[str, str | None] | None:
    if appointment is None:
        return None
    return {
        "date": appointment.day.isoformat(),
        "time": appointment.at.isoformat("minutes") if appointment.at else None,
        "place": appointment.place,
    }
