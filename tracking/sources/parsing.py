"""Read a successful answer and tolerate everything but a missing status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from legist.practice.form_numbers import spell_form
from tracking.sources.base import HistoryItem, Reading
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.failures import failure_of
from tracking.sources.masking import plain_message, storable
from tracking.sources.transport import Answer
from tracking.sources.words import is_page, load, own_words

# The API states no zone; its dates agree with the public site, which keeps Eastern time.
_ZONE: Final = ZoneInfo("America/New_York")
_AMERICAN_FORMATS: Final = ("%m-%d-%Y %H:%M:%S", "%m-%d-%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")
_EARLIEST, _LATEST = 1900, 2200
_AHEAD: Final = timedelta(days=2)
_LONGEST_TEXT: Final = 20_000
_MOST_HISTORY: Final = 100
# What a case status may say, any of which may be missing.
_WORDS: Final = {
    "title_en": "text_en",
    "description_en": "desc_en",
    "title_es": "text_es",
    "description_es": "desc_es",
}


def read_status(answer: Answer, *, receipt_number: str, now: datetime) -> Reading:
    """The reading in a 2xx answer.

    Raises SourceError: `html`, `empty` and `malformed_json` (transient), `missing_fields` when there is no
    title and no text of a status in either language, and `wrong_receipt` when the answer is about another
    case (both permanent: asking again does not help).
    """
    case = _case_status(answer, now=now)
    said = {name: _text(case, f"current_case_status_{field}") for name, field in _WORDS.items()}
    if not any(said.values()):
        _fail(answer, "missing_fields", "USCIS answered without a status.", kind=ErrorKind.PERMANENT)
    answered_for = _text(case, "receiptNumber")
    if answered_for and _bare(answered_for) != _bare(receipt_number):
        _fail(answer, "wrong_receipt", "USCIS answered about another receipt.", kind=ErrorKind.PERMANENT)
    return Reading(
        receipt_number=receipt_number,
        form_type=form_with_hyphen(_text(case, "formType")),
        submitted_at=_past(_text(case, "submittedDate"), now=now),
        modified_at=_past(_text(case, "modifiedDate"), now=now),
        title_en=said["title_en"],
        description_en=said["description_en"],
        title_es=said["title_es"],
        description_es=said["description_es"],
        history=_history(case.get("hist_case_status")),
        raw=answer.text,
        http_status=answer.status,
        fetched_at=now,
        duration_ms=answer.duration_ms,
    )


def form_with_hyphen(form: str) -> str:
    """`I765` and `i-765` become `I-765`; what does not look like a form stays as it is."""
    return spell_form(form) or form


def parse_instant(text: str) -> datetime | None:
    """An instant in UTC from `MM-DD-YYYY HH:MM:SS` or ISO 8601; None where unreadable."""
    moment = _parse_iso(text) or next(
        (found for form in _AMERICAN_FORMATS if (found := _parse(text, form))), None
    )
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:  # an unset date arrives as year 1
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=_ZONE)).astimezone(UTC)


def _past(text: str, *, now: datetime) -> datetime | None:
    """When something has happened; what lies ahead by more than a zone and a wrong clock is no such date."""
    moment = parse_instant(text)
    return moment if moment and moment <= now + _AHEAD else None


def _parse_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=_ZONE)
    except ValueError:
        return None


def _case_status(answer: Answer, *, now: datetime) -> Mapping[str, Any]:
    text = answer.text.strip()
    if not text:
        _fail(answer, "empty", "USCIS sent an empty answer.")
    document = load(text)
    if document is None and (is_page(text) or "html" in answer.headers.get("content-type", "").lower()):
        said = plain_message(own_words(text))
        _fail(answer, "html", f"USCIS sent a web page instead of a status: {said}", words=said)
    if document is None:
        _fail(answer, "malformed_json", "USCIS sent an answer that cannot be read.")
    case = document.get("case_status") if isinstance(document, dict) else None
    if not isinstance(case, dict):
        raise failure_of(answer, now=now)
    return case


def _history(items: object) -> tuple[HistoryItem, ...]:
    if not isinstance(items, list):
        return ()
    entries = (_history_item(item) for item in items[:_MOST_HISTORY] if isinstance(item, dict))
    return tuple(entry for entry in entries if entry.title_en or entry.title_es)


def _history_item(item: Mapping[str, Any]) -> HistoryItem:
    day = _day(_text(item, "date"))
    return HistoryItem(day, _text(item, "completed_text_en"), _text(item, "completed_text_es"))


def _day(text: str) -> date | None:
    moment = _parse_iso(text) or _parse(text, "%m-%d-%Y")
    return moment.date() if moment and _EARLIEST <= moment.year <= _LATEST else None


def _text(document: Mapping[str, Any], key: str) -> str:
    """A text field, trimmed and of a bearable length; other types are treated as absent."""
    value = document.get(key)
    return storable(value[:_LONGEST_TEXT]).strip() if isinstance(value, str) else ""


def _bare(receipt_number: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", receipt_number.upper())


def _fail(
    answer: Answer, code: str, message: str, *, kind: ErrorKind = ErrorKind.TRANSIENT, words: str = ""
) -> NoReturn:
    raise SourceError(
        kind,
        code,
        public_message=message,
        words=words,
        http_status=answer.status,
        raw=answer.text,
        duration_ms=answer.duration_ms,
    )
