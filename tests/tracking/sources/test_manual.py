"""A status typed by a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.manual import ManualEntry, ManualSource

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RECEIPT = "IOE9100000001"


def test_it_reads_like_any_other_source() -> None:
    entry = ManualEntry(RECEIPT, " Case Was Approved ", "On March 1, 2026, ...", form_type="i765")
    reading = ManualSource(entry, now=NOW).fetch(RECEIPT, request_id="r1")
    assert (reading.title_en, reading.form_type, reading.fetched_at) == ("Case Was Approved", "I-765", NOW)
    assert (reading.http_status, reading.calls) == (0, 0)
    assert "Case Was Approved" in reading.raw


@pytest.mark.parametrize(
    ("title", "receipt", "code"), [(" ", RECEIPT, "missing_fields"), ("X", "IOE9100000002", "wrong_receipt")]
)
def test_it_refuses_what_makes_no_reading(title: str, receipt: str, code: str) -> None:
    source = ManualSource(ManualEntry(RECEIPT, title), now=NOW)
    with pytest.raises(SourceError) as caught:
        source.fetch(receipt, request_id="r1")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.PERMANENT, code)


def test_it_shows_no_receipt_number_when_printed() -> None:
    assert RECEIPT not in repr(ManualEntry(RECEIPT, "Case Was Approved", "about " + RECEIPT))
