"""Answers outside the documented shape, read without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.sources.base import Reading
from tracking.sources.errors import SourceError
from tracking.sources.parsing import form_with_hyphen, parse_instant, read_status
from tracking.sources.transport import Answer

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TITLE = "current_case_status_text_en"


def read(body: object, content_type: str = "application/json") -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(200, {"content-type": content_type}, raw, 5)
    return read_status(answer, receipt_number="IOE0912345678", now=NOW)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("09-05-2023 14:28:46", datetime(2023, 9, 5, 18, 28, 46, tzinfo=UTC)),
        ("01-05-2023 14:28:46", datetime(2023, 1, 5, 19, 28, 46, tzinfo=UTC)),
        ("2023-09-05T14:28:46Z", datetime(2023, 9, 5, 14, 28, 46, tzinfo=UTC)),
        ("2023-09-05T14:28:46-04:00", datetime(2023, 9, 5, 18, 28, 46, tzinfo=UTC)),
        ("2023-09-05", datetime(2023, 9, 5, 4, 0, tzinfo=UTC)),
        ("09-05-2023", datetime(2023, 9, 5, 4, 0, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("12-31-9999 23:59:59", None),
        ("13-45-2023 99:00:00", None),
        ("", None),
    ],
)
def test_it_reads_dates_in_every_format_seen(text: str, instant: datetime | None) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("I765", "I-765"),
        ("n-400", "N-400"),
        ("I129F", "I-129F"),
        ("G 28", "G-28"),
        ("I129CW", "I-129CW"),
        ("I-485 Supplement J", "I-485J"),
        ("I-130A", "I-130A"),
        ("I765V", "I-765V"),
        ("I918A", "I-918A"),
        ("I-918, Supplement A", "I-918A"),
        ("Waiver", "Waiver"),
        ("", ""),
    ],
)
def test_it_gives_a_form_its_hyphen(given: str, form: str) -> None:
    assert form_with_hyphen(given) == form


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html>", "html"),
        (b'{"case_status": {', "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        ([], "missing_fields"),
        ({"case_status": None}, "missing_fields"),
        ({"case_status": {}}, "missing_fields"),
        ({"case_status": {TITLE: "  "}}, "missing_fields"),
        ({"case_status": {TITLE: 7}}, "missing_fields"),
        ({"case_status": {TITLE: "X", "receiptNumber": "IOE0900000000"}}, "wrong_receipt"),
    ],
)
def test_it_names_what_is_wrong(body: object, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(body)
    assert caught.value.code == code


@pytest.mark.parametrize("field", ["text_en", "desc_en", "text_es", "desc_es"])
def test_it_takes_whatever_words_there_are(field: str) -> None:
    reading = read({"case_status": {f"current_case_status_{field}": "Se Envió Solicitud de Evidencia"}})

    said = [reading.title_en, reading.description_en, reading.title_es, reading.description_es]
    assert [words for words in said if words] == ["Se Envió Solicitud de Evidencia"]


def test_it_believes_the_content_type() -> None:
    with pytest.raises(SourceError) as caught:
        read(b"maintenance", content_type="text/html; charset=utf-8")
    assert caught.value.code == "html"


@pytest.mark.parametrize(
    "history",
    [None, "none", 3, [], [None], [{}], [{"date": "2024-01-02"}], {"date": "2024-01-02"}],
)
def test_it_skips_a_history_it_cannot_read(history: Any) -> None:
    assert read({"case_status": {TITLE: "X", "hist_case_status": history}}).history == ()


def test_it_keeps_a_history_item_without_a_day() -> None:
    item = {"date": "lately", "completed_text_en": "Case Was Received"}
    (kept,) = read({"case_status": {TITLE: "X", "hist_case_status": [item]}}).history
    assert (kept.day, kept.title_en, kept.title_es) == (None, "Case Was Received", "")


def test_it_compares_receipt_numbers_without_their_decoration() -> None:
    assert read({"case_status": {TITLE: "X", "receiptNumber": "ioe-091-234-5678"}}).title_en == "X"


def test_it_removes_what_a_database_cannot_store() -> None:
    assert read({"case_status": {TITLE: " Case\x00 Was Received "}}).title_en == "Case Was Received"


RECEIVED = {"case_status": {TITLE: "Núñez’ Case Was Received"}}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps(RECEIVED, ensure_ascii=False).encode(), "application/json"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode(), "application/json; charset=iso-8859-1"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode(), "application/json; charset=no-such-thing"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode("cp1252"), "application/json; charset=ISO-8859-1"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode("cp1252"), "application/json"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode("utf-8-sig"), "application/json"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode("utf-16"), "application/json"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode("utf-16-le"), "application/json; charset=utf-16le"),
        (json.dumps(RECEIVED, ensure_ascii=False).encode(), "text/html; charset=utf-8"),
    ],
    ids=["plain", "mislabelled", "unknown", "latin", "unlabelled", "marked", "wide", "wide label", "html"],
)
def test_it_reads_a_status_in_any_encoding_and_under_any_label(body: bytes, content_type: str) -> None:
    assert read(body, content_type).title_en == "Núñez’ Case Was Received"


def test_dates_that_lie_ahead_are_no_dates_of_what_happened() -> None:
    case = {TITLE: "X", "submittedDate": "03-01-2026 10:00:00", "modifiedDate": "2126-03-02T12:00:00"}
    reading = read({"case_status": case})
    assert (reading.submitted_at is not None, reading.modified_at) == (True, None)


@given(
    st.dictionaries(
        st.sampled_from([TITLE, "formType", "submittedDate", "modifiedDate", "hist_case_status"]),
        st.text() | st.integers() | st.none() | st.datetimes().map(str) | st.lists(st.none()),
    )
)
def test_whatever_stands_in_its_fields_is_bounded_or_refused(case: dict[str, Any]) -> None:
    try:
        reading = read({"case_status": case})
    except SourceError:
        return
    assert len(reading.title_en) <= 20_000
    for text in (reading.title_en, reading.form_type):
        text.encode()
        assert "\x00" not in text


def test_halves_of_characters_are_left_out() -> None:
    assert read(b'{"case_status": {"current_case_status_text_en": "Case \\ud800Was Received"}}').title_en == (
        "Case Was Received"
    )
