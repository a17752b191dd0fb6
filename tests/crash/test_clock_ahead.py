"""A real worker whose clock is an hour ahead for a while: polling goes on as soon as a right one runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import RequestFactory

from legist.core import instants
from legist.core.clock import utc_now
from legist.core.models import PeriodicTask
from legist.core.web import views
from legist.practice.roles import Role
from tests.core.tasks.processes import eventually, start
from tests.factories.practice import make_user
from tests.factories.tracking import make_policy, make_receipt
from tests.support.simulator import RunningSimulator
from tracking.models import Receipt

pytestmark = pytest.mark.process
WORKER = ("manage.py", "worker", "--workers", "1")
# The processes that the worker forks have its clock.
HOUR_AHEAD = """
import sys, time, time_machine
from django.core.management import execute_from_command_line
time_machine.travel(time.time() + 3600).start()
execute_from_command_line(["manage.py", "worker", "--workers", "1"])
"""


@contextmanager
def worker(*command: str) -> Iterator[None]:
    """Run a worker for as long as the block lasts."""
    process = start(*command)
    try:
        yield
    finally:
        process.terminate()
        process.communicate(timeout=40)


def readyz(rf: RequestFactory) -> tuple[int, str]:
    response = views.readyz(rf.get("/readyz"))
    return response.status_code, str(json.loads(response.content)["checks"]["worker"])


def next_poll_in() -> timedelta:
    planned = Receipt.objects.get().next_poll_at
    assert planned is not None
    return planned - utc_now()


@pytest.mark.django_db(transaction=True)
def test_polling_goes_on_at_once_and_it_is_told(
    simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    limits = {"USCIS_TPS": "50", "USCIS_DAILY_QUOTA": "10000"}
    for name, value in (simulator.environment | limits | {"LEGIST_LOG_LEVEL": "CRITICAL"}).items():
        monkeypatch.setenv(name, value)
    make_policy("standard=2s")
    make_receipt(due=utc_now())
    olga = Browser()
    olga.force_login(make_user("Olga", Role.OPERATIONS))

    # A server has a clock of its own, which polling goes by; a file knows no clock but the machine's.
    is_misled = connection.vendor == "sqlite"
    with worker("-c", HOUR_AHEAD):
        assert eventually(lambda: simulator.calls().total > 1)
        assert eventually(lambda: (next_poll_in() > timedelta(minutes=50)) == is_misled)
        assert eventually(lambda: readyz(rf) == (503, "clock_ahead"))
    asked = simulator.calls().total
    assert "Stopped" in olga.get("/health/").content.decode()

    with worker(*WORKER):
        assert eventually(lambda: simulator.calls().total > asked, within_s=30)
        assert eventually(lambda: readyz(rf) == (200, "ok"))
        assert eventually(lambda: next_poll_in() < timedelta(minutes=1))
    page = olga.get("/health/").content.decode()
    assert "A clock was wrong" in page
    healed = {row.column for row in instants.list_healed(now=utc_now())}
    assert {"core_heartbeat.at", "core_periodictask.next_run_at"} <= healed
    for found in ("tracking_receipt.next_poll_at" in page, "tracking_receipt.next_poll_at" in healed):
        assert found == is_misled
    assert not PeriodicTask.objects.filter(latest_run_at__gt=utc_now() + timedelta(minutes=1)).exists()
