"""What the scripted receipts live through, seen by the real client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.simulator import RunningSimulator, running_simulator
from tracking.normalizer import normalize
from tracking.receipts import ReceiptNumber
from tracking.simulator.scenarios import DEFAULT_SPEED, FLAKY_RECEIPT, SANDBOX, SCRIPTS, UNKNOWN_RECEIPT
from tracking.sources.errors import SourceError
from tracking.sources.uscis import UscisSource

R, B, D, I, RFE, RE, IS, IC, A = (  # noqa: E741 - a table of codes reads best when it is narrow
    *("RECEIVED", "BIOMETRICS_SCHEDULED", "BIOMETRICS_DONE", "IN_REVIEW", "RFE_ISSUED", "RESPONSE_RECEIVED"),
    *("INTERVIEW_SCHEDULED", "INTERVIEW_COMPLETED", "APPROVED"),
)
LIVES = {
    "IOE9900000018": [R, B, D, RFE, RE, IS, IC, A, "DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED"],
    "IOE9900000026": [I, A, "DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED"],
    "IOE9900000034": [R, B, D, IS, IC, A, "OATH_CEREMONY"],
    "IOE9900000042": [R, RFE, RE, A, "SENT_TO_DOS"],
    "LIN9990100057": [R, "TRANSFERRED", A],
    "MSC9990200062": [R, B, D, "DENIED"],
    "IOE9900000075": [R, "NOID_ISSUED", "DENIED"],
    "WAC9990300081": [R, RFE, RE, A],
    "EAC9990400094": [R],
    "IOE9900000109": [R, "UNKNOWN", A],
    "IOE9900000125": [R, B],
}


@pytest.fixture
def source(simulator: RunningSimulator) -> Iterator[UscisSource]:
    with simulator.source() as source:
        yield source


def test_it_documents_every_script() -> None:
    assert set(LIVES) == set(SCRIPTS)


@pytest.mark.parametrize("receipt", LIVES)
def test_it_leads_each_script_through_its_life(
    simulator: RunningSimulator, source: UscisSource, receipt: str
) -> None:
    codes: list[str] = []
    for _ in range(115):
        reading = source.fetch(receipt, request_id="r")
        code = normalize(reading.title_en, reading.description_en).code.value
        if not codes or codes[-1] != code:
            codes.append(code)
        simulator.advance(1)
    assert codes == LIVES[receipt]


@pytest.mark.parametrize(
    ("receipt", "status"),
    [("IOE9900000018", "biometrics"), ("IOE9900000042", "rfe_initial"), ("IOE9900000026", "approved")],
)
def test_it_reaches_the_three_playbooks_within_a_minute(receipt: str, status: str) -> None:
    life = SCRIPTS[receipt]
    day = next(step.day for step in life.steps if step.status == status)
    assert 0 < (day - life.age) / DEFAULT_SPEED < 1


@pytest.mark.parametrize("receipt", [*SCRIPTS, UNKNOWN_RECEIPT])
def test_it_uses_numbers_an_import_accepts(receipt: str) -> None:
    parsed = ReceiptNumber.parse(receipt)
    assert (parsed.canonical, parsed.warning) == (receipt, None)


@pytest.mark.parametrize("receipt", SCRIPTS)
def test_it_answers_scripts_in_both_languages(source: UscisSource, receipt: str) -> None:
    reading = source.fetch(receipt, request_id="r")
    assert reading.title_es
    assert receipt in reading.description_es


def test_it_prints_todays_date_for_what_happens_now(simulator: RunningSimulator, source: UscisSource) -> None:
    source.fetch("IOE9900000042", request_id="r")
    simulator.advance(15)
    reading = source.fetch("IOE9900000042", request_id="r")
    event_date = normalize(reading.title_en, reading.description_en).facts.event_date
    assert event_date is not None
    assert abs((reading.fetched_at.date() - event_date).days) <= 1


@pytest.mark.parametrize("receipt", SANDBOX)
def test_it_never_moves_the_sandbox(simulator: RunningSimulator, source: UscisSource, receipt: str) -> None:
    before = source.fetch(receipt, request_id="r")
    simulator.advance(1000)
    assert source.fetch(receipt, request_id="r").title_en == before.title_en


def test_it_fails_twice_for_one_receipt_of_the_demo(simulator: RunningSimulator, source: UscisSource) -> None:
    with running_simulator(scenario="demo") as demo, demo.source() as flaky:
        codes = [outcome(flaky, FLAKY_RECEIPT) for _ in range(3)]
    assert codes == ["http_500", "http_503", "ok"]


def test_it_storms_repeatably() -> None:
    runs = [storm(seed=5), storm(seed=5), storm(seed=6)]
    assert runs[0] == runs[1] != runs[2]
    assert "ok" in runs[0]
    assert len(set(runs[0])) >= 4


def storm(seed: int) -> list[str]:
    with (
        running_simulator("--tps=100000", seed=seed, scenario="storm") as wild,
        wild.source(timeout_s=0.2) as source,
    ):
        return [outcome(source, f"IOE91{number:08d}") for number in range(60)]


def outcome(source: UscisSource, receipt: str) -> str:
    try:
        source.fetch(receipt, request_id="r")
    except SourceError as problem:
        return problem.code
    return "ok"
