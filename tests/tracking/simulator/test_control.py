"""The steering wheel."""

from __future__ import annotations

import pytest
import requests

from tests.support.simulator import RunningSimulator
from tests.tracking.simulator.test_scenarios import outcome

RECEIPT = "IOE9100000001"


def title(simulator: RunningSimulator) -> str:
    with simulator.source() as source:
        return source.fetch(RECEIPT, request_id="r1").title_en


def test_it_gives_a_case_its_next_status(simulator: RunningSimulator) -> None:
    before = title(simulator)
    simulator.set_status(RECEIPT, "denied")
    assert title(simulator) == "Case Was Denied" != before
    simulator.advance(1000)
    assert title(simulator) == "Case Was Denied"


def test_it_plans_a_future(simulator: RunningSimulator) -> None:
    simulator.plan(RECEIPT, (0, "received"), (5, "biometrics"), (9, "approved"), form="I-765")
    seen = [title(simulator)]
    for days in (5, 4):
        simulator.advance(days)
        seen.append(title(simulator))
    assert seen == [
        "Case Was Received and A Receipt Notice Was Sent",
        "Fingerprint and Biometrics Appointment Was Scheduled",
        "Case Was Approved",
    ]
    assert simulator.case(RECEIPT)["form"] == "I-765"


def test_it_keeps_what_has_happened_when_the_future_changes(simulator: RunningSimulator) -> None:
    simulator.plan(RECEIPT, (0, "received"))
    simulator.set_status(RECEIPT, "rfe_initial")
    statuses = [event["status"] for event in simulator.case(RECEIPT)["events"]]
    assert statuses[-2:] == ["received", "rfe_initial"]


def test_it_fails_only_the_receipt_and_number_of_times_asked(simulator: RunningSimulator) -> None:
    simulator.fault("http_500", receipt=RECEIPT, times=2)
    with simulator.source() as source:
        other = [outcome(source, "IOE9100000002")]
        assert [outcome(source, RECEIPT) for _ in range(3)] + other == ["http_500", "http_500", "ok", "ok"]


def test_it_fails_until_the_faults_are_cleared(simulator: RunningSimulator) -> None:
    simulator.fault("http_500", times=None)
    with simulator.source() as source:
        assert [outcome(source, RECEIPT) for _ in range(3)] == ["http_500"] * 3
        simulator.clear_faults()
        assert outcome(source, RECEIPT) == "ok"


def test_it_forgets_everything_on_reset(simulator: RunningSimulator) -> None:
    simulator.set_status(RECEIPT, "denied")
    simulator.fault("http_500", times=None)
    simulator.limits(tps=0)
    simulator.reset()
    assert title(simulator) != "Case Was Denied"
    assert simulator.calls().total == 1


def test_it_tells_what_was_called(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        for receipt in (RECEIPT, RECEIPT, "IOE0000000117"):
            outcome(source, receipt)
    calls = simulator.calls(tail=2)
    assert (calls.total, calls.token_requests, calls.by_status) == (3, 1, {"200": 2, "404": 1})
    assert calls.by_receipt == {RECEIPT: 2, "IOE0000000117": 1}
    assert [call["status"] for call in calls.log] == [200, 404]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("faults", {"kind": "gremlins"}),
        ("cases", {"receipt": RECEIPT, "status": "lost"}),
        ("limits", {"patience": 3}),
        ("advance", {}),
        ("scenario", {"name": "calm"}),
    ],
)
def test_it_explains_a_wrong_control_call(
    simulator: RunningSimulator, path: str, given: dict[str, object]
) -> None:
    response = requests.post(f"{simulator.url}/_sim/{path}", json=given, timeout=5)
    assert response.status_code == 400
    assert response.json()["error"]
