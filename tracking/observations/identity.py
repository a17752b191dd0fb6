"""What identifies a notice of USCIS: when two statuses tell of the same one.

The one home of that rule: playbooks, the wait for paper, and what the history of a case shows ask here. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from tracking.statuses import StatusCode, acts_as

# Among the facts of a status that only the history shows: the day on which the source listed it (ISO).
LISTED: Final = "listed"
# Among them too: the day on which the source last changed its answer (ISO).
MODIFIED: Final = "modified"
# And that its words tell of a copy or a reminder of a notice.
REPEATS: Final = "repeats"
# And that they tell of a second ("2"), a third or another ("+") request.
NTH: Final = "nth"


# A referral to the court is made by a notice to appear.
_SUMMONS: Final = frozenset({StatusCode.COURT_REFERRAL, StatusCode.NTA_ISSUED})


class Same(StrEnum):
    """Whether two statuses tell of one notice."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def same_work(code: str) -> frozenset[str]:
    """Return the codes that may tell of the same thing to do, this one among them."""
    if code in _SUMMONS:
        return _SUMMONS
    return frozenset({code, *(each for each in StatusCode if acts_as(each) == acts_as(code))})


class Told(Protocol):
    """A status that tells of a notice; facts as the normalizer states them, dates in ISO form."""

    @property
    def to_code(self) -> str: ...
    @property
    def event_date(self) -> date | None: ...
    @property
    def facts(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice by what identifies it: what it is, and the days that its text names (ISO, or empty).

    `is_listed`: no text of it was seen, only a line of the history, whose day need not be the notice's own.
    `is_repeat`: its words tell of a copy or a reminder, whose day is none of the notice either. `nth`: which
    request they say they tell of, where it is not the first.
    """

    code: str
    issued: str
    appointment: str
    answer_by: str
    is_listed: bool = False
    is_repeat: bool = False
    nth: str = ""
    hour: str = ""

    @classmethod
    def of(cls, code: str, event_date: date | None, facts: Mapping[str, Any] | None) -> Notice:
        """Return the notice that a status with this code, date and facts tells of."""
        known = facts or {}
        appointment = known.get("appointment") or {}
        issued = event_date.isoformat() if event_date else ""
        days = (issued, appointment.get("day") or "", known.get("deadline") or "")
        is_listed, is_repeat = LISTED in known, REPEATS in known
        hour, nth = appointment.get("at") or "", known.get(NTH, "")
        return cls(str(code), *days, is_listed=is_listed, is_repeat=is_repeat, nth=nth, hour=hour)

    @classmethod
    def told_by(cls, status: Told) -> Notice:
        """Return the notice that a recorded change tells of."""
        return cls.of(status.to_code, status.event_date, status.facts)

    @property
    def days(self) -> tuple[str, str, str]:
        return self.issued, self.appointment, self.answer_by

    @property
    def key(self) -> str:
        """The notice as text, the same for the same code, days and number."""
        return json.dumps([self.code, *self.days, *filter(None, [self.nth])])

    def compare(self, other: Notice) -> Same:
        """Say whether the other is the same notice.

        The same code and the same day are the same notice, whatever came between. A day that differs, be it
        the one on which it was sent or the one it asks for, makes another. Where no day can be compared
        nobody knows but a person; nor where they differ only by the day of a line in the history, or the
        later one is a copy or a reminder. One that calls itself the second is another, unless its day is
        that of the first.
        """
        if self.code != other.code:
            return Same.NO
        if self._is_another_number(other):
            return Same.UNSURE if self.issued and self.issued == other.issued else Same.NO
        if self.days != other.days and (self._may_repeat(other) or other._may_repeat(self)):
            return Same.UNSURE
        skipped = int((self.is_listed or other.is_listed) and self.issued != other.issued)
        days = zip(self.days[skipped:], other.days[skipped:], strict=True)
        named = [(mine, theirs) for mine, theirs in days if mine and theirs]
        if any(mine != theirs for mine, theirs in named):
            return Same.NO
        return Same.YES if named else Same.UNSURE

    def says_again(self, other: Notice) -> bool:
        """True where the other is about the same appointment or summons, be it under another code.

        An appointment is its day and its hour, whichever letter tells of it; a summons is its own day.
        """
        if other.code not in same_work(self.code):
            return False
        if self.code in _SUMMONS:
            return bool(self.issued) and self.issued == other.issued
        is_same_day = bool(self.appointment) and self.appointment == other.appointment
        return is_same_day and (not (self.hour and other.hour) or self.hour == other.hour)

    def _is_another_number(self, other: Notice) -> bool:
        both = {self.nth, other.nth}
        is_known = "" in both or "+" not in both
        return len(both) > 1 and is_known and not (self.is_repeat or other.is_repeat)

    def _may_repeat(self, other: Notice) -> bool:
        return self.is_repeat and (not self.issued or self.issued >= other.issued)
