"""The simulator as a process: start, determinism, state, end."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.support.simulator import RunningSimulator, running_simulator

RECEIPTS = [f"LIN99901{number:05d}" for number in range(25)]


def answers(simulator: RunningSimulator) -> list[tuple[str, str, int]]:
    with simulator.source() as source:
        readings = [source.fetch(receipt, request_id="r1") for receipt in RECEIPTS]
    return [(reading.form_type, reading.title_en, len(reading.history)) for reading in readings]


def test_it_is_ready_in_no_time() -> None:
    started = time.perf_counter()
    with running_simulator():
        assert time.perf_counter() - started < 2  # 0.1 s on an idle machine


def test_it_tells_the_same_story_for_the_same_seed() -> None:
    stories = []
    for seed in (1, 1, 2):
        with running_simulator("--tps=1000", seed=seed) as simulator:
            stories.append(answers(simulator))
    assert stories[0] == stories[1] != stories[2]


def test_it_lets_cases_move_by_themselves() -> None:
    with running_simulator("--tps=100000", speed=6_000) as simulator, simulator.source() as source:
        first = source.fetch("IOE9900000026", request_id="r1").title_en
        deadline = time.monotonic() + 5
        while (latest := source.fetch("IOE9900000026", request_id="r2").title_en) == first:
            assert time.monotonic() < deadline
    assert latest != first


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    option = f"--state={tmp_path / 'simulator.json'}"
    with running_simulator(option) as simulator, simulator.source() as source:
        source.fetch("IOE9900000018", request_id="r1")
        simulator.advance(30)
        before = source.fetch("IOE9900000018", request_id="r2")
    with running_simulator(option) as simulator, simulator.source() as source:
        after = source.fetch("IOE9900000018", request_id="r3")
    assert after.title_en == "Request for Initial Evidence Was Sent"
    assert after.description_en == before.description_en


def test_it_ends_well_when_its_state_cannot_be_written(tmp_path: Path) -> None:
    state = tmp_path / "simulator.json"
    state.with_suffix(".new").mkdir()  # stands in the way of the draft, as a full disk would

    with running_simulator(f"--state={state}") as simulator:
        assert simulator.process.stdin is not None
        simulator.process.stdin.close()
        assert simulator.process.wait(timeout=5) == 0


def test_it_starts_anew_with_another_seed(tmp_path: Path) -> None:
    option = f"--state={tmp_path / 'simulator.json'}"
    with running_simulator(option, seed=1) as simulator:
        simulator.advance(30)
    with running_simulator(option, seed=2) as simulator:
        assert simulator._ask("GET", "health")["day"] == 0


def test_it_ends_with_the_one_who_started_it() -> None:
    with running_simulator() as simulator:
        assert simulator.process.stdin is not None
        simulator.process.stdin.close()
        assert simulator.process.wait(timeout=5) == 0


def test_it_listens_on_one_loopback_address_alone(simulator: RunningSimulator) -> None:
    port = int(simulator.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match=r"refused|assign|unreachable"):
        socket.create_connection(("127.0.0.2", port), timeout=2)
