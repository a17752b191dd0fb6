"""The factory the rest of the product uses."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable

import pytest
from django.conf import LazySettings

from tests.support.simulator import RunningSimulator
from tracking.sources import get_source

RECEIPT = "IOE9100000001"


@pytest.fixture(autouse=True)
def _simulated(simulator: RunningSimulator, settings: LazySettings) -> None:
    for name, value in simulator.settings.items():
        setattr(settings, name, value)


def in_a_fork(work: Callable[[], object]) -> int:
    """Do `work` in a forked child; its exit code."""
    with warnings.catch_warnings():
        # Python 3.12 warns of forking beside threads; that such a child works is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def test_it_builds_the_client_from_the_settings(simulator: RunningSimulator) -> None:
    assert get_source("uscis").fetch(RECEIPT, request_id="r1").title_en
    assert simulator.calls(RECEIPT).total == 1


def test_it_keeps_one_client_per_process() -> None:
    assert get_source("uscis") is get_source("uscis")


def test_it_follows_a_changed_setting(settings: LazySettings) -> None:
    before = get_source("uscis")
    settings.USCIS_DEMO_ID = "rehearsal-7"
    assert get_source("uscis") is not before


def test_it_names_the_known_source_when_asked_for_another() -> None:
    with pytest.raises(LookupError, match="'uscis'"):
        get_source("gateway")


def test_it_gives_a_forked_process_connections_of_its_own(simulator: RunningSimulator) -> None:
    get_source("uscis").fetch(RECEIPT, request_id="parent")
    assert in_a_fork(lambda: get_source("uscis").fetch(RECEIPT, request_id="child")) == 0
    get_source("uscis").fetch(RECEIPT, request_id="parent")
    log = simulator.calls(RECEIPT, tail=3).log
    assert [call["request_id"] for call in log] == ["parent", "child", "parent"]
    assert log[0]["connection"] == log[2]["connection"] != log[1]["connection"]
