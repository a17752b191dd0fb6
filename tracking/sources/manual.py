"""A status typed by a person, in the same shape as one read from USCIS."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from tracking.sources.base import Reading
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.parsing import form_with_hyphen


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """What somebody copied from a notice or from the public site, and for which receipt (canonical form)."""

    receipt_number: str = field(repr=False)
    title: str
    description: str = field(default="", repr=False)
    form_type: str = ""
    title_es: str = ""
    description_es: str = field(default="", repr=False)


class ManualSource:
    """Answers with one typed entry, once a title is there and for its own receipt only."""

    key = "manual"

    def __init__(self, entry: ManualEntry, *, now: datetime) -> None:
        self._entry = entry
        self._now = now

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:  # noqa: ARG002 - part of Source, nothing is sent
        """The typed entry as a reading; it costs no call."""
        if receipt_number != self._entry.receipt_number:
            raise _refused("wrong_receipt", "This entry was typed for another receipt.")
        if not self._entry.title.strip():
            raise _refused("missing_fields", "Type the title of the status as USCIS shows it.")
        return _reading(self._entry, now=self._now)


def _reading(entry: ManualEntry, *, now: datetime) -> Reading:
    return Reading(
        receipt_number=entry.receipt_number,
        form_type=form_with_hyphen(entry.form_type.strip()),
        submitted_at=None,
        modified_at=None,
        title_en=entry.title.strip(),
        description_en=entry.description.strip(),
        title_es=entry.title_es.strip(),
        description_es=entry.description_es.strip(),
        history=(),
        raw=json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True),
        http_status=0,
        fetched_at=now,
        duration_ms=0,
        calls=0,
    )


def _refused(code: str, message: str) -> SourceError:
    refusal = SourceError(ErrorKind.PERMANENT, code, public_message=message)
    refusal.calls = 0
    return refusal
