"""Pace and quota hold whatever happens to the pollers; the simulated API is the judge."""

from __future__ import annotations

import os

import pytest

from legist.bench.quota import MODES, PER_SECOND
from tests.crash.processes import Installation, install
from tests.support.soak import IS_SOAK, keep, of_today, share

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]
# `make soak` walks the whole matrix; the suite one cell of each mode within two days.
CELLS = [(pollers, latency, mode) for mode in MODES for pollers in (1, 2, 4) for latency in (0, 1)]
SOME = [(2, (number + 1) % 2, mode) for number, mode in enumerate(MODES)]
MEASURE = """
from dataclasses import asdict
from legist.core.models import LaneState
from legist.bench.quota import measure
LaneState.objects.all().delete()
answer = asdict(measure(pollers={pollers}, latency_s={latency}, mode="{mode}", seconds={seconds}))
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("quota"), {})


@pytest.mark.parametrize(("pollers", "latency", "mode"), share(CELLS) if IS_SOAK else of_today(SOME, days=2))
def test_no_second_and_no_day_holds_too_many_calls(
    *, pollers: int, latency: int, mode: str, installation: Installation
) -> None:
    seconds = 8 if IS_SOAK else 4
    code = MEASURE.format(pollers=pollers, latency=latency, mode=mode, seconds=seconds)
    found = installation.ask(code)
    keep(quota=mode, pollers=pollers, latency=latency, found=found)
    assert (found["over"], found["max_in_second"] <= PER_SECOND) == (0, True)
    assert found["charged"] >= found["calls"] > 0
    if mode in {"calm", "revoke", "term", "clock"}:
        assert found["charged"] == found["calls"]
    has_nothing_else_to_do = os.getloadavg()[0] < (os.cpu_count() or 1)
    if IS_SOAK and (pollers, mode) == (2, "calm") and has_nothing_else_to_do:
        assert found["per_second"] >= 6
