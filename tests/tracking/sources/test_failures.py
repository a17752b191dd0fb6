"""Error answers, read without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.sources.errors import Concern, ErrorKind
from tracking.sources.failures import Endpoint, failure_of, retry_after
from tracking.sources.transport import Answer
from tracking.sources.words import own_words

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEEK_S = 604_800.0
T, P, M = ErrorKind.TRANSIENT, ErrorKind.PERMANENT, ErrorKind.MISCONFIGURED
NOT_KNOWN = "Case Status Online does not recognize the receipt number entered."


def answer(status: int, document: object = None, *, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, headers, body if document is None else json.dumps(document).encode(), 5)


@pytest.mark.parametrize(
    ("status", "errorcode", "expected"),
    [
        (500, "policies.ratelimit.SpikeArrestViolation", (T, "rate_limited")),
        (500, "policies.ratelimit.QuotaViolation", (T, "quota")),
        (429, "policies.ratelimit.QuotaViolation", (T, "quota")),
        (429, "something.else", (T, "rate_limited")),
        (404, "messaging.adaptors.http.flow.ApplicationNotFound", (P, "wrong_url")),
        (401, "oauth.v2.InvalidAccessToken", (P, "token_refused")),
        (502, "", (T, "http_502")),
        (405, "", (P, "http_405")),
        (400, "", (P, "malformed_receipt")),
        (408, "", (T, "timeout")),
        (307, "", (T, "redirected")),
    ],
)
def test_it_classifies_by_gateway_code_before_status(
    status: int, errorcode: str, expected: tuple[ErrorKind, str]
) -> None:
    fault = {"fault": {"faultstring": "No", "detail": {"errorcode": errorcode}}}
    failure = failure_of(answer(status, fault), now=NOW)
    assert (failure.kind, failure.code) == expected


@pytest.mark.parametrize(
    ("status", "document", "code"),
    [
        (429, {"message": "Quota Violation"}, "quota"),
        (403, {"message": "Quota exceeded"}, "quota"),
        (403, {"error": {"code": 403, "message": "Daily quota has been reached."}}, "quota"),
        (400, {"errors": [{"code": "QUOTA_EXCEEDED", "message": "Try again tomorrow."}]}, "quota"),
        (503, {"title": "Daily limit reached", "status": 503}, "quota"),
        (200, {"message": "Quota exceeded"}, "quota"),
        (503, {"message": "Disk quota exceeded on node 7"}, "http_503"),
        (403, {"message": "Too many requests"}, "rate_limited"),
        (503, {"message": "Rate limit reached"}, "rate_limited"),
        (400, {"message": NOT_KNOWN}, "unknown_receipt"),
        (403, {"errors": [{"message": NOT_KNOWN}]}, "unknown_receipt"),
        (200, {"message": NOT_KNOWN}, "unknown_receipt"),
        (404, {"message": "The application receipt number is not formatted correctly."}, "malformed_receipt"),
        (404, {"message": "Not Found"}, "wrong_url"),
        (404, {"message": "Case not found"}, "unknown_receipt"),
        (404, {"errors": [{"message": "No case was found for this number."}]}, "unknown_receipt"),
        (404, {"message": "No route for /case-status"}, "wrong_url"),
        (404, {"message": "Case Status API: resource not found"}, "wrong_url"),
        (404, {"status": 404, "error": "Not Found", "path": "/case-status/IOE0912345678"}, "wrong_url"),
        (404, {"error": "Receipt number not found", "error_description": "See docs"}, "unknown_receipt"),
        (200, {"fault": {"faultstring": "Backend gone"}}, "fault"),
        (200, {"message": "Query was successful."}, "missing_fields"),
    ],
)
def test_what_an_answer_says_comes_before_its_status(status: int, document: object, code: str) -> None:
    assert failure_of(answer(status, document), now=NOW).code == code


@given(
    status=st.integers(100, 599),
    body=st.one_of(
        st.binary(max_size=60),
        st.sampled_from([NOT_KNOWN, "Quota exceeded", "<h1>Forbidden</h1>", '{"message": "No"}']).map(
            str.encode
        ),
    ),
)
def test_the_token_endpoint_never_speaks_of_a_receipt(status: int, body: bytes) -> None:
    failure = failure_of(answer(status, body=body), now=NOW, endpoint=Endpoint.TOKEN)
    if not 200 <= status < 300:
        assert failure.concern != Concern.RECEIPT


@pytest.mark.parametrize("body", [b"", b"<html>Not here</html>", b"[1]"])
def test_a_404_without_words_about_the_receipt_does_not_say_that_it_is_unknown(body: bytes) -> None:
    assert failure_of(answer(404, body=body), now=NOW).code == "wrong_url"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"message": "Flat"}, "Flat"),
        ({"Message": "Flat"}, "Flat"),
        ({"errors": [{"code": "1", "message": "One.", "traceId": "t"}, {"detail": "Two."}, 3]}, "One. Two."),
        ({"errors": ["One.", "Two."]}, "One. Two."),
        ({"type": "about:blank", "title": "Title", "detail": "Detail"}, "Detail"),
        ({"fault": {"faultstring": "Gateway", "detail": {"errorcode": "x.y"}}}, "Gateway"),
        ({"error": {"code": 403, "message": "Nested"}}, "Nested"),
        ({"error": "No such case here", "error_description": "See docs"}, "See docs No such case here"),
        ({"error": "invalid_client", "error_description": "Described"}, "Described"),
        ({"ErrorCode": "invalid_client", "Error": "Spelled"}, "Spelled"),
        ({"error": "Plain"}, "Plain"),
        ({"message": 5, "title": "Title"}, "Title"),
        ([{"message": "Listed"}], "Listed"),
        ("Quoted", "Quoted"),
        ({"fault": "odd"}, ""),
        ({}, ""),
    ],
)
def test_it_finds_what_the_api_says(document: object, message: str) -> None:
    assert own_words(json.dumps(document)) == message


@pytest.mark.parametrize(
    "document",
    [
        {"errors": {"receipt": ["Your case was not found today."]}},
        {"responseMessage": "Your case was not found today.", "responseCode": "E1"},
        {"status": {"message": "Your case was not found today."}},
        {"data": [{"text": "Your case was not found today.", "id": 7}]},
    ],
)
def test_a_sentence_is_kept_in_whatever_shape_it_stands(document: object) -> None:
    assert own_words(json.dumps(document)) == "Your case was not found today."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<html><head><title>503</title></head><body><h1>Down for <b>repair</b></h1></body>", "repair"),
        ("<html><title>Maintenance</title></html>", "Maintenance"),
        ("<style>p {}</style><p>Come back later</p>", "Come back later"),
        ("<h1>Maintenance</h1><p>until 6 pm</p><script>x()</script>", "Maintenance until 6 pm"),
        ('\ufeff{"message": "Marked"}', "Marked"),
        ("Service down", "Service down"),
        ("", ""),
    ],
)
def test_it_finds_what_a_page_says(body: str, message: str) -> None:
    assert message in own_words(body)
    assert "<" not in own_words(body)


def test_the_small_print_of_a_page_does_not_make_it_speak_of_a_receipt() -> None:
    page = f"<h1>Forbidden</h1><p>{NOT_KNOWN}</p>"

    failure = failure_of(answer(403, body=page.encode()), now=NOW)

    assert failure.code == "forbidden"
    assert NOT_KNOWN in failure.words


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_it_reads_the_words_of_any_document(document: object) -> None:
    assert isinstance(own_words(json.dumps(document)), str)
    assert isinstance(failure_of(answer(418, document), now=NOW).public_message, str)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 5 ", 5.0),
        ("1.5", 1.5),
        ("-5", 0.0),
        ("9" * 400, WEEK_S),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60.0),
        ("Monday, 02-Mar-26 12:01:00 GMT", 60.0),
        ("Mon Mar  2 12:01:00 2026", 60.0),
        ("2026-03-02T12:01:00Z", 60.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", WEEK_S),
        ("Fri, 31 Dec 9999 23:59:59 -1200", WEEK_S),
        ("Sat, 01 Jan 10000 00:00:00 GMT", WEEK_S),
        ("Sat, 01 Jan 99999999999999999999 00:00:00 GMT", WEEK_S),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_it_turns_retry_after_into_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


@given(st.text() | st.integers().map(str) | st.floats().map(str) | st.datetimes().map(str))
def test_it_bounds_any_retry_after(value: str) -> None:
    seconds = retry_after(value, now=NOW)
    assert seconds is None or 0 <= seconds <= WEEK_S


def test_it_says_something_when_the_api_does_not() -> None:
    assert failure_of(answer(403, {}), now=NOW).public_message.startswith("USCIS refused to answer")
    assert failure_of(answer(410, {}), now=NOW).public_message.startswith(
        "USCIS refused to answer (HTTP 410)"
    )
    assert failure_of(answer(500), now=NOW).public_message == "USCIS is not available at the moment."
