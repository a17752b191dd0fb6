"""Error answers, read without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tracking.sources.errors import ErrorKind
from tracking.sources.failures import api_message, failure_of, retry_after
from tracking.sources.transport import Answer

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def answer(status: int, document: object = None, *, body: bytes = b"") -> Answer:
    return Answer(status, {}, body if document is None else json.dumps(document).encode(), 5)


@pytest.mark.parametrize(
    ("status", "errorcode", "expected"),
    [
        (500, "policies.ratelimit.SpikeArrestViolation", (ErrorKind.TRANSIENT, "rate_limited")),
        (500, "policies.ratelimit.QuotaViolation", (ErrorKind.TRANSIENT, "quota")),
        (429, "policies.ratelimit.QuotaViolation", (ErrorKind.TRANSIENT, "quota")),
        (429, "something.else", (ErrorKind.TRANSIENT, "rate_limited")),
        (404, "messaging.adaptors.http.flow.ApplicationNotFound", (ErrorKind.MISCONFIGURED, "wrong_url")),
        (401, "oauth.v2.InvalidAccessToken", (ErrorKind.MISCONFIGURED, "unauthorized")),
        (502, "", (ErrorKind.TRANSIENT, "http_502")),
        (405, "", (ErrorKind.MISCONFIGURED, "http_405")),
        (400, "", (ErrorKind.PERMANENT, "malformed_receipt")),
        (408, "", (ErrorKind.TRANSIENT, "timeout")),
        (307, "", (ErrorKind.TRANSIENT, "redirected")),
    ],
)
def test_it_classifies_by_gateway_code_before_status(
    status: int, errorcode: str, expected: tuple[ErrorKind, str]
) -> None:
    fault = {"fault": {"faultstring": "No", "detail": {"errorcode": errorcode}}}
    failure = failure_of(answer(status, fault), now=NOW)
    assert (failure.kind, failure.code) == expected


@pytest.mark.parametrize("body", [b"", b"<html>Not here</html>", b"[1]"])
def test_it_takes_a_404_that_is_not_the_api_for_a_wrong_address(body: bytes) -> None:
    failure = failure_of(answer(404, body=body), now=NOW)
    assert failure.code == "wrong_url"
    assert "USCIS_API_URL" in failure.public_message


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"message": "Flat"}, "Flat"),
        ({"errors": [{"code": "1", "message": "One.", "traceId": "t"}, {"detail": "Two."}, 3]}, "One. Two."),
        ({"type": "about:blank", "title": "Title", "detail": "Detail"}, "Detail"),
        ({"fault": {"faultstring": "Gateway"}}, "Gateway"),
        ({"message": 5, "title": "Title"}, "Title"),
        ({"fault": "odd"}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_it_finds_what_the_api_says(document: dict[str, Any] | None, message: str) -> None:
    assert api_message(document) == message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 5 ", 5.0),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_it_turns_retry_after_into_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


def test_it_says_something_when_the_api_does_not() -> None:
    assert failure_of(answer(403, {}), now=NOW).public_message.startswith("This account may not use")
    assert failure_of(answer(500), now=NOW).public_message == "USCIS is not available at the moment."
