"""Every way the API is known to fail, and the family each failure belongs to."""

from __future__ import annotations

import pytest

from tests.support.simulator import RunningSimulator
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.uscis import UscisSource

RECEIPT = "IOE9100000001"
T, P = ErrorKind.TRANSIENT, ErrorKind.PERMANENT

Row = tuple[str, ErrorKind, str, int | None, str]

FAILURES: list[Row] = [
    # fault, kind, code, http status, what the person reads
    ("http_500", T, "http_500", 500, "Internal server error"),
    ("http_503", T, "http_503", 503, "Service temporarily unavailable"),
    ("rate_limited", T, "rate_limited", 429, "Spike arrest violation"),
    ("quota", T, "quota", 429, "Rate limit quota violation"),
    ("html", T, "html", 200, "USCIS sent a web page instead of a status: Scheduled maintenance"),
    ("empty", T, "empty", 200, "USCIS sent an empty answer."),
    ("truncated", T, "malformed_json", 200, "USCIS sent an answer that cannot be read."),
    ("redirect", T, "redirected", 302, "USCIS answered with a redirect, which is not followed."),
    ("cut", T, "connection", None, "The connection to USCIS failed."),
    ("reset", T, "connection", None, "The connection to USCIS failed."),
    ("huge", T, "too_large", None, "USCIS sent an answer that is far too long."),
    ("hang", T, "timeout", None, "USCIS did not answer within 0.2 seconds."),
    ("drip", T, "timeout", None, "USCIS did not answer within 0.2 seconds."),
    ("unknown_receipt", P, "unknown_receipt", 404, "The receipt number is not known to Case Status Online."),
    ("malformed_receipt", P, "malformed_receipt", 422, "The receipt number is not in the expected format."),
    ("malformed_problem", P, "malformed_receipt", 422, "The receipt number is not in the expected format."),
    ("forbidden", P, "forbidden", 403, "This app has no approved product for the requested resource."),
    ("wrong_address", P, "wrong_url", 404, "Unable to identify proxy"),
]


def failure(source: UscisSource, receipt: str = RECEIPT) -> SourceError:
    with pytest.raises(SourceError) as caught:
        source.fetch(receipt, request_id="r1")
    return caught.value


@pytest.mark.parametrize("row", FAILURES, ids=[row[0] for row in FAILURES])
def test_it_names_each_failure(simulator: RunningSimulator, row: Row) -> None:
    fault, kind, code, status, message = row
    simulator.fault(fault)
    with simulator.source(timeout_s=0.2) as source:
        problem = failure(source)
    assert (problem.kind, problem.code, problem.http_status) == (kind, code, status)
    assert problem.public_message == message
    assert problem.calls == 1


@pytest.mark.parametrize("fault", [row[0] for row in FAILURES])
def test_it_goes_on_after_each_failure(simulator: RunningSimulator, fault: str) -> None:
    simulator.fault(fault)
    with simulator.source(timeout_s=0.2) as source:
        failure(source)
        assert source.fetch(RECEIPT, request_id="r2").title_en


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (None, None), ("soon", None)])
def test_it_reports_how_long_to_wait(
    simulator: RunningSimulator, header: str | None, seconds: float | None
) -> None:
    simulator.fault("rate_limited", retry_after=header)
    with simulator.source() as source:
        assert failure(source).retry_after == seconds


def test_it_masks_the_receipt_number_the_api_repeats(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        problem = failure(source, "IOE0000012345")
    assert problem.public_message == "The receipt number IOE•••••••345 is not known to Case Status Online."
    assert problem.raw is not None
    assert "IOE0000012345" in problem.raw


def test_it_shows_nothing_but_kind_and_code(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        problem = failure(source, "IOE0000012345")
    assert str(problem) == "permanent: unknown_receipt"
    assert repr(problem) == "SourceError('permanent: unknown_receipt')"


@pytest.mark.parametrize("fault", ["hang", "reset", "cut"])
def test_it_hides_the_address_of_a_failed_call(simulator: RunningSimulator, fault: str) -> None:
    simulator.fault(fault)
    with simulator.source(timeout_s=0.2) as source:
        problem = failure(source)
    assert problem.__cause__ is None
    assert problem.__context__ is None


def test_it_survives_an_outage(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        source.fetch(RECEIPT, request_id="r1")
        simulator.scenario("outage")
        assert failure(source).code == "http_503"
        simulator.scenario("steady")
        assert source.fetch(RECEIPT, request_id="r3").title_en


def test_it_reports_a_server_that_is_not_there(simulator: RunningSimulator) -> None:
    with simulator.source(api_url="http://127.0.0.1:9") as source:
        assert failure(source).code == "connection"
