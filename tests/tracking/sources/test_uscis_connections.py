"""How the client behaves on the wire, and what it never tells."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.simulator import CLIENT_SECRET, RunningSimulator
from tracking.sources.errors import SourceError

RECEIPT = "IOE9100000001"


def test_it_keeps_its_connection(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        for number in range(20):
            source.fetch(RECEIPT, request_id=f"r{number}")
    assert simulator.calls().connections == 1


def test_it_opens_no_more_connections_than_its_pool_holds(simulator: RunningSimulator) -> None:
    simulator.limits(latency_ms=2)
    with simulator.source(pool_size=3) as source, ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda number: source.fetch(RECEIPT, request_id=f"r{number}"), range(60)))
    calls = simulator.calls()
    assert calls.connections <= 3
    assert 2 <= calls.max_in_flight <= 3


def test_it_reads_several_receipts_at_a_time(simulator: RunningSimulator) -> None:
    simulator.limits(latency_ms=20)
    with simulator.source() as source, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: source.fetch(RECEIPT, request_id=f"r{number}"), range(24)))
    assert simulator.calls().max_in_flight == 8


def test_it_names_itself_and_its_request(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        source.fetch(RECEIPT, request_id="0192-abc")
    call = simulator.calls(RECEIPT, tail=1).log[0]
    assert call["user_agent"].startswith("Legist/")
    assert (call["request_id"], call["demo_id"]) == ("0192-abc", "")


def test_it_sends_the_demo_id_when_there_is_one(simulator: RunningSimulator) -> None:
    with simulator.source(demo_id="rehearsal-7") as source:
        source.fetch(RECEIPT, request_id="r1")
    assert simulator.calls(RECEIPT, tail=1).log[0]["demo_id"] == "rehearsal-7"


def test_it_takes_the_base_address_with_or_without_the_resource(simulator: RunningSimulator) -> None:
    for base in (simulator.url, f"{simulator.url}/", f"{simulator.url}/case-status"):
        with simulator.source(api_url=base) as source:
            assert source.fetch(RECEIPT, request_id="r1").title_en


def test_it_cannot_be_led_to_another_path(simulator: RunningSimulator) -> None:
    with simulator.source() as source, pytest.raises(SourceError) as caught:
        source.fetch("../_sim/reset?x=", request_id="r1")
    assert caught.value.code == "malformed_receipt"


@pytest.mark.parametrize("fault", ["extra_fields", "http_500", "hang", "unauthorized"])
def test_it_logs_no_receipt_token_or_secret(
    simulator: RunningSimulator, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG, logger="urllib3")
    simulator.fault(fault, receipt=RECEIPT)
    with simulator.source(timeout_s=0.2) as source:
        try:
            source.fetch(RECEIPT, request_id="r1")
        except SourceError:
            logging.getLogger("test").exception("a call failed")
    assert "/oauth/accesstoken" in caplog.text
    assert not [word for word in (RECEIPT, CLIENT_SECRET, "Bearer") if word in caplog.text]


def test_it_lets_the_library_log_a_masked_path(
    simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with simulator.source() as source:
        source.fetch(RECEIPT, request_id="r1")
    assert '"GET /case-status/IOE•••••••001 HTTP/1.1" 200' in caplog.text


def test_it_shows_no_secret_when_printed(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        reading = source.fetch(RECEIPT, request_id="r1")
    printed = f"{simulator.config!r} {source!r} {reading!r}"
    assert CLIENT_SECRET not in printed
    assert RECEIPT not in printed
