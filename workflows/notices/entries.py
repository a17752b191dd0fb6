"""What a person reads off a notice, checked before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from workflows.deadlines.validation import due_fault, past_fault
from workflows.notices.kinds import KINDS
from workflows.states import NoticeKind

NOTE_LIMIT, PLACE_LIMIT, TIME_LIMIT = 4000, 300, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """What is printed on one notice, as a person reads it; empty where nothing is printed.

    `number` is the receipt number in any writing. Days are calendar days as printed.
    """

    kind: str
    notice_date: date
    received_on: date
    number: str = field(default="", repr=False)
    response_due: date | None = None
    appointment_day: date | None = None
    appointment_time: str = field(default="", repr=False)
    appointment_place: str = field(default="", repr=False)
    note: str = field(default="", repr=False)

    @property
    def appointment(self) -> dict[str, str] | None:
        """The appointment as it is kept; None for a notice without one."""
        if not KINDS[self.kind].is_appointment:
            return None
        day = self.appointment_day.isoformat() if self.appointment_day else ""
        words = {"day": day, "time": self.appointment_time.strip(), "place": self.appointment_place.strip()}
        return {name: value for name, value in words.items() if value} or None


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A notice to log. `submission` names the form, so that one sent twice is logged once.

    `receipt_id` is the receipt it was opened from, if any; `scan` the bytes of the picture.
    """

    entry: Entry
    submission: UUID
    receipt_id: UUID | None = None
    scan: bytes | None = field(default=None, repr=False)


def read_number(text: str) -> ReceiptNumber | None:
    """Return the receipt number in a text, None for an empty one; raises InvalidInput for anything else."""
    if not text.strip():
        return None
    try:
        return ReceiptNumber.parse(text)
    except ReceiptNumberError as error:
        raise InvalidInput(error.message, {"number": [error.message]}) from None


def check_entry(entry: Entry, *, today: date) -> None:
    """Raise InvalidInput, with a remedy for each field, when the dates cannot all be as they stand."""
    errors = {name: [message] for name, message in _faults(entry, today) if message}
    if errors:
        raise InvalidInput(_("This cannot be saved as it is."), errors)


def _faults(entry: Entry, today: date) -> list[tuple[str, str]]:
    if entry.kind not in NoticeKind.values:
        return [("kind", _("Choose what the notice is."))]
    due, day = entry.response_due, entry.appointment_day
    return [
        ("received_on", _("The day it came lies ahead.") if entry.received_on > today else ""),
        (
            "notice_date",
            _("The notice cannot be dated after the day it came.")
            if entry.notice_date > entry.received_on
            else "",
        ),
        ("notice_date", past_fault(entry.notice_date, today=today)),
        ("response_due", _fault_of(due, entry, today=today)),
        ("appointment_day", _fault_of(day, entry, today=today)),
        ("note", _("The note is too long.") if len(entry.note) > NOTE_LIMIT else ""),
        (
            "appointment_place",
            _("The place is too long.") if len(entry.appointment_place) > PLACE_LIMIT else "",
        ),
        ("appointment_time", _("The time is too long.") if len(entry.appointment_time) > TIME_LIMIT else ""),
    ]


def _fault_of(day: date | None, entry: Entry, *, today: date) -> str:
    if day is None:
        return ""
    if day < entry.notice_date:
        return _("It lies before the date of the notice. Compare both with the paper.")
    return due_fault(day, today=today)
