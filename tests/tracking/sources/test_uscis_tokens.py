"""One token for all threads: reused, refreshed early and once, given up when it is refused again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.simulator import RunningSimulator
from tracking.sources.errors import ErrorKind, SourceError
from tracking.sources.transport import Answer
from tracking.sources.uscis import UscisSource, read_token

RECEIPTS = [f"IOE91000{number:05d}" for number in range(40)]


def fetch_all(source: UscisSource) -> list[SourceError | None]:
    """Read all receipts with 8 threads; what failed, in order."""

    def fetch(receipt: str) -> SourceError | None:
        try:
            source.fetch(receipt, request_id=f"r-{receipt[-2:]}")
        except SourceError as problem:
            return problem
        return None

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch, RECEIPTS))


def test_it_asks_for_one_token_however_many_threads_need_it(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        assert fetch_all(source) == [None] * len(RECEIPTS)
    calls = simulator.calls()
    assert (calls.token_requests, calls.by_status) == (1, {"200": len(RECEIPTS)})


def test_it_refreshes_once_when_the_token_expires_in_the_middle(simulator: RunningSimulator) -> None:
    simulator.limits(latency_ms=5)
    with simulator.source() as source:
        assert not any(fetch_all(source))
        simulator.expire_tokens()
        assert not any(fetch_all(source))
    calls = simulator.calls()
    assert calls.token_requests == 2
    assert calls.by_status["200"] == 2 * len(RECEIPTS)
    assert 1 <= calls.by_status["401"] <= 8


def test_it_counts_the_call_that_was_refused(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        source.fetch(RECEIPTS[0], request_id="r1")
        simulator.expire_tokens()
        assert source.fetch(RECEIPTS[1], request_id="r2").calls == 2


@pytest.mark.parametrize(("lifetime", "used_for"), [(1800, 1740.0), (100, 90.0), (2, 1.8)])
def test_it_drops_a_token_before_it_expires(lifetime: int, used_for: float) -> None:
    body = json.dumps({"access_token": "a-token", "expires_in": lifetime}).encode()

    token = read_token(Answer(200, {}, body, duration_ms=1), asked_at=50.0)

    assert token is not None
    assert token.stale_at == pytest.approx(50.0 + used_for)


@pytest.mark.parametrize("as_text", [True, False])
def test_it_reads_the_lifetime_as_text_or_number(simulator: RunningSimulator, *, as_text: bool) -> None:
    simulator.limits(expires_in_text=as_text)
    with simulator.source() as source:
        assert source.fetch(RECEIPTS[0], request_id="r1").title_en


@pytest.mark.parametrize("fault", ["unauthorized", "unauthorized_fault"])
def test_it_forgives_one_refusal(simulator: RunningSimulator, fault: str) -> None:
    simulator.fault(fault, times=1)
    with simulator.source() as source:
        assert source.fetch(RECEIPTS[0], request_id="r1").calls == 2
    assert simulator.calls().token_requests == 2


@pytest.mark.parametrize("fault", ["unauthorized", "unauthorized_fault"])
def test_it_reports_a_second_refusal(simulator: RunningSimulator, fault: str) -> None:
    simulator.fault(fault, times=None)
    with simulator.source() as source, pytest.raises(SourceError) as caught:
        source.fetch(RECEIPTS[0], request_id="r1")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.PERMANENT, "token_refused")
    assert caught.value.calls == 2


def test_it_reports_wrong_credentials_without_calling_the_api(simulator: RunningSimulator) -> None:
    with simulator.source(client_secret="wrong") as source, pytest.raises(SourceError) as caught:
        source.fetch(RECEIPTS[0], request_id="r1")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.MISCONFIGURED, "unauthorized")
    assert (caught.value.calls, caught.value.raw) == (0, None)
    assert simulator.calls().total == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("http_503", "http_503"),
        ("html", "malformed_token"),
        ("truncated", "malformed_token"),
        ("rate_limited", "rate_limited"),
        ("hang", "timeout"),
    ],
)
def test_it_treats_a_failing_token_endpoint_as_transient(
    simulator: RunningSimulator, fault: str, code: str
) -> None:
    simulator.fault(fault, target="token")
    with simulator.source(timeout_s=0.2) as source:
        with pytest.raises(SourceError) as caught:
            source.fetch(RECEIPTS[0], request_id="r1")
        assert (caught.value.kind, caught.value.code, caught.value.calls) == (ErrorKind.TRANSIENT, code, 0)
        assert source.fetch(RECEIPTS[0], request_id="r2").title_en


def test_it_shares_a_failed_refresh_among_those_who_waited(simulator: RunningSimulator) -> None:
    simulator.fault("hang", target="token", times=None)
    with simulator.source(timeout_s=0.2) as source, ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(source.fetch, receipt, request_id="r") for receipt in RECEIPTS[:8]]
        codes = {getattr(task.exception(), "code", "none") for task in waiting}
    assert codes == {"timeout"}
    assert simulator.calls().token_requests <= 2


def test_a_knock_costs_no_call_and_who_refuses_us_is_there(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        assert source.knock()
        for fault, is_there in (
            ("http_503", False),
            ("hang", False),
            ("html", False),
            ("unauthorized", True),
        ):
            simulator.fault(fault, target="token")
            assert source.knock() is is_there, fault
    assert simulator.calls().total == 0
