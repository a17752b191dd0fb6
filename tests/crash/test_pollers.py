"""Pollers side by side, and one that is told to stop: no call too many, and what was not asked stays due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.core.tasks.processes import eventually
from tests.crash.processes import Installation, install, upload
from tests.factories.tracking import numbers
from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.process

QUERIES = """
from collections import Counter
from tracking.models import StatusQuery
answer = dict(Counter(StatusQuery.objects.values_list("outcome", flat=True)))
"""


@pytest.fixture
def installation(tmp_path: Path, simulator: RunningSimulator) -> Installation:
    limits = {"USCIS_TPS": "1000", "USCIS_DAILY_QUOTA": "1000", "USCIS_TIMEOUT_S": "10"}
    installed = install(tmp_path, simulator.environment | limits)
    installed.manage("import_receipts", upload(tmp_path, numbers(6)))
    return installed


def test_two_pollers_at_once_ask_about_nothing_twice(
    installation: Installation, simulator: RunningSimulator
) -> None:
    simulator.limits(latency_ms=30)
    with ThreadPoolExecutor(max_workers=2) as both:
        results = list(both.map(lambda _: installation.json("poll", "--once", "--limit", "4"), range(2)))
    assert sum(result["claimed"] for result in results) == 6
    assert simulator.calls().by_receipt == dict.fromkeys(numbers(6), 1)
    assert installation.ask(QUERIES) == {"ok": 6}


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
