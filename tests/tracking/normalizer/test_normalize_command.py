"""`manage.py normalize`: JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

DESCRIPTION = (
    "On May 4, 2021, we mailed your new card for Receipt Number IOE0912345678. "
    "If you do not receive your card by May 19, 2021, ask us."
)
FACTS: dict[str, Any] = {
    "event_date": "2021-05-04",
    "form": None,
    "other_forms": [],
    "receipt_number": "IOE0912345678",
    "followup_date": "2021-05-19",
    "deadline": None,
    "office": None,
    "office_role": None,
    "appointment": None,
    "tracking_number": None,
}


def run(monkeypatch: pytest.MonkeyPatch, lines: bytes) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    out = io.StringIO()
    call_command("normalize", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_answers_one_line_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"title": "Card Was Mailed To Me", "description": DESCRIPTION, "lang": "en"})

    (answer,) = run(monkeypatch, line.encode())

    assert answer["facts"] == FACTS
    assert (answer["code"], answer["bucket"]) == ("DOC_MAILED", "DOCUMENT")
    assert (answer["client_action"], answer["terminal"], answer["needs_review"]) == (False, True, False)
    assert answer["rule"] == "known title"
    assert answer["confidence"] > 0.9


@pytest.mark.parametrize(
    "line",
    [
        b"nope",
        b"\xff\xfe",
        b"[1]",
        b"7",
        b"null",
        b'"Case Was Approved"',
        b'{"title": 5}',
        b'{"title": ["Case Was Approved"]}',
        b'{"title": "Case Was Approved", "description": 5}',
        b'{"title": "Case Was Approved", "lang": false}',
        b'{"description": "We approved your case."}',
        b"[" * 100_000,
    ],
)
def test_it_answers_a_bad_line_with_an_error_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    good = b'\xef\xbb\xbf{"title": "Case Was Approved"}\n'

    error, answer = run(monkeypatch, line + b"\n\n" + good)

    assert list(error) == ["error"]
    assert "Line 1 " in error["error"]
    assert answer["code"] == "APPROVED"


def test_it_takes_null_for_a_text_that_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        b'{"title": "Case Was Approved", "description": null, "lang": null}\n'
        b'{"title": null, "description": "On May 4, 2021, we denied your case."}\n'
    )

    assert [answer["code"] for answer in run(monkeypatch, lines)] == ["APPROVED", "DENIED"]


def test_it_takes_the_language_as_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = b'{"title": "Apelaciones", "lang": "es"}\n{"title": "Caso Aprobado", "lang": "en"}\n'

    assert [answer["code"] for answer in run(monkeypatch, lines)] == ["APPEAL_MOTION", "APPROVED"]


def test_it_writes_an_appointment_as_date_time_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Your interview is scheduled for March 3, 2022 at 9:30 AM at the Houston Field Office."

    (answer,) = run(
        monkeypatch, json.dumps({"title": "Interview Is Scheduled", "description": text}).encode()
    )

    assert answer["facts"]["appointment"] == {
        "date": "2022-03-03",
        "time": "09:30",
        "place": "Houston Field Office",
    }
