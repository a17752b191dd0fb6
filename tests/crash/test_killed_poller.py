"""A worker killed with -9 between fetch and commit: nothing is lost, nothing is doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.core.tasks.processes import eventually
from tests.crash.processes import Installation, install, upload
from tests.factories.tracking import numbers
from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.process

# The third answer is in hand and nothing of the batch is written when the process dies.
KILLED = """
import os, signal
from legist.core.clock import utc_now
from tracking.polling.run import poll_due
from tracking.sources import get_source

class Killed:
    key = "uscis"
    inner = get_source("uscis")
    answers = 0

    def fetch(self, receipt_number, *, request_id):
        reading = self.inner.fetch(receipt_number, request_id=request_id)
        Killed.answers += 1
        if Killed.answers == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return reading

poll_due(source=Killed(), now=utc_now())
"""
LEASES_END = """
from datetime import timedelta
from django.db.models import F
from tracking.models import Receipt
from tracking.polling.leasing import LEASE
held = Receipt.objects.exclude(lease_token=None)
answer = held.update(lease_until=F("lease_until") - LEASE)
"""
TOTALS = """
from collections import Counter
from legist.core.models import OutboxEvent
from tracking.models import Receipt, StatusChange, StatusQuery
answer = {
    "changes": StatusChange.objects.count(),
    "events": OutboxEvent.objects.filter(topic="tracking.status_changed").count(),
    "held": Receipt.objects.exclude(lease_token=None).count(),
    "queries": dict(Counter(StatusQuery.objects.values_list("outcome", flat=True))),
}
"""


@pytest.fixture
def installation(tmp_path: Path, simulator: RunningSimulator) -> Installation:
    limits = {"USCIS_TPS": "1000", "USCIS_DAILY_QUOTA": "1000", "USCIS_TIMEOUT_S": "10"}
    installed = install(tmp_path, simulator.environment | limits)
    installed.manage("import_receipts", upload(tmp_path, numbers(6)))
    return installed


def test_what_a_killed_worker_held_comes_back_and_is_recorded_once(
    installation: Installation, simulator: RunningSimulator
) -> None:
    assert installation.run(KILLED) == -9
    after = installation.ask(TOTALS)
    assert (after["changes"], after["held"], after["queries"]) == (0, 6, {"started": 6})
    assert installation.json("poll", "--once")["claimed"] == 0

    assert installation.ask(LEASES_END) == 6
    again = installation.json("poll", "--once")
    assert (again["claimed"], again["changed"], again["errors"]) == (6, 6, {})
    done = installation.ask(TOTALS)
    assert (done["changes"], done["events"], done["held"]) == (6, 6, 0)
    assert done["queries"] == {"lost": 6, "ok": 6}
    assert simulator.calls().total >= 9


def test_two_pollers_at_once_ask_about_nothing_twice(
    installation: Installation, simulator: RunningSimulator
) -> None:
    simulator.limits(latency_ms=30)
    with ThreadPoolExecutor(max_workers=2) as both:
        results = list(both.map(lambda _: installation.json("poll", "--once", "--limit", "4"), range(2)))
    assert sum(result["claimed"] for result in results) == 6
    assert simulator.calls().by_receipt == dict.fromkeys(numbers(6), 1)
    assert installation.ask(TOTALS)["queries"] == {"ok": 6}


CHARGED = """
from django.db.models import Sum
from legist.core.models import QuotaDay
from tracking.models import Receipt
held = Receipt.objects.exclude(lease_token=None).count()
answer = [QuotaDay.objects.aggregate(sum=Sum("used"))["sum"], held]
"""


def test_a_worker_told_to_stop_lets_no_call_leave_and_gives_back_the_rest(
    tmp_path: Path, simulator: RunningSimulator
) -> None:
    limits = {"USCIS_TPS": "3", "USCIS_DAILY_QUOTA": "1000", "LEGIST_TASK_ENGINE": "djangoq"}
    installed = install(tmp_path, simulator.environment | limits)
    installed.manage("import_receipts", upload(tmp_path, numbers(90)))
    worker = installed.start("worker", "--workers", "1", "--only", "polling")
    try:
        assert eventually(lambda: simulator.calls().total >= 3)
        worker.terminate()
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()

    made = simulator.calls().total
    assert made < 60  # the chunk in hand would have gone on to 90
    assert installed.ask(CHARGED) == [made, 0]
