"""What the client makes of good answers, complete and degraded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories.practice import NOW
from tests.support.simulator import RunningSimulator
from tracking.sources.errors import ErrorKind, SourceError

ELECTRONIC = "IOE9100000001"
PAPER = "LIN9990100057"


def test_it_reads_a_status_in_both_languages(simulator: RunningSimulator) -> None:
    simulator.set_status(ELECTRONIC, "approved", form="I-765")
    with simulator.source() as source:
        reading = source.fetch(ELECTRONIC, request_id="r1")
    assert reading.title_en == "Case Was Approved"
    assert reading.title_es == "Caso Fue Aprobado"
    assert ELECTRONIC in reading.description_en
    assert (reading.http_status, reading.calls) == (200, 1)
    assert reading.raw.startswith('{"case_status"')


@pytest.mark.parametrize("receipt", ["IOE9100000001", "IOE9100000002", "LIN9990100057", "WAC9990300081"])
def test_it_gives_every_form_its_hyphen(simulator: RunningSimulator, receipt: str) -> None:
    simulator.set_status(receipt, "approved", form="I-765")
    with simulator.source() as source:
        assert source.fetch(receipt, request_id="r1").form_type == "I-765"


def test_it_reads_when_a_paper_case_was_filed(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        reading = source.fetch(PAPER, request_id="r1")
    assert reading.submitted_at is not None
    assert abs(NOW - reading.submitted_at - timedelta(days=80)) < timedelta(hours=3)
    assert reading.modified_at == reading.submitted_at


def test_it_does_without_dates_for_electronic_cases(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        reading = source.fetch(ELECTRONIC, request_id="r1")
    assert reading.submitted_at is None
    assert reading.modified_at is None


def test_it_reads_the_history(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        reading = source.fetch("EAC9999103403", request_id="r1")
    assert [item.title_en for item in reading.history] == ["Case Was Received and A Receipt Notice Was Sent"]
    assert isinstance(reading.history[0].day, date)


def test_it_does_without_a_history(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        assert source.fetch("EAC9999103400", request_id="r1").history == ()


def test_it_ignores_unknown_fields(simulator: RunningSimulator) -> None:
    simulator.fault("extra_fields")
    with simulator.source() as source:
        reading = source.fetch(ELECTRONIC, request_id="r1")
    assert reading.title_en
    assert "serviceTier" in reading.raw


def test_it_needs_no_more_than_a_title(simulator: RunningSimulator) -> None:
    simulator.fault("only_title")
    with simulator.source() as source:
        reading = source.fetch(ELECTRONIC, request_id="r1")
    assert reading.title_en
    assert (reading.form_type, reading.description_en, reading.title_es, reading.history) == ("", "", "", ())


def test_it_passes_on_a_status_nobody_has_seen(simulator: RunningSimulator) -> None:
    simulator.set_title(ELECTRONIC, "Case Was Put On A Shelf", "On a shelf.")
    with simulator.source() as source:
        assert source.fetch(ELECTRONIC, request_id="r1").title_en == "Case Was Put On A Shelf"


@pytest.mark.parametrize("fault", ["missing_fields", "wrong_receipt"])
def test_it_refuses_an_answer_it_cannot_vouch_for(simulator: RunningSimulator, fault: str) -> None:
    simulator.fault(fault)
    with simulator.source() as source, pytest.raises(SourceError) as caught:
        source.fetch(ELECTRONIC, request_id="r1")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.PERMANENT, fault)
    assert caught.value.raw


def test_it_accepts_a_number_with_an_asterisk(simulator: RunningSimulator) -> None:
    with simulator.source() as source:
        assert source.fetch("IOE*912345678", request_id="r1").title_en
    assert simulator.calls().by_receipt == {"IOE*912345678": 1}
