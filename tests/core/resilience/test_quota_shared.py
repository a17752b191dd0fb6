"""The ledger under real concurrency: several threads, and several processes, at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from legist.core.resilience import quota
from tests.core.tasks.processes import start

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LANE = "shared"


def assert_no_limit_broken(slots: list[datetime], *, rate: int, per_day: int) -> None:
    ordered = sorted(slots)
    assert len(ordered) == per_day
    assert all(later - earlier >= SECOND for earlier, later in zip(ordered, ordered[rate:], strict=False))


def reserve_all(_worker: int) -> list[datetime]:
    slots: list[datetime] = []
    try:
        while (grant := quota.reserve(LANE, 7, now=NOON)).granted:
            slots += [grant.slot(index) for index in range(grant.granted)]
    finally:
        connection.close()
    return slots


@pytest.mark.django_db(transaction=True)
def test_threads_share_one_pace_and_one_day() -> None:
    quota.configure(LANE, per_second=10, per_day=300)

    with ThreadPoolExecutor(8) as pool:
        slots = [slot for part in pool.map(reserve_all, range(8)) for slot in part]

    assert_no_limit_broken(slots, rate=10, per_day=300)
    assert quota.usage(LANE, NOON.date()).used == 300


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_processes_share_one_pace_and_one_day() -> None:
    quota.configure(LANE, per_second=10, per_day=300)

    workers = [start("-m", "tests.core.resilience.reserve_many") for _ in range(3)]
    lines = [line for worker in workers for line in worker.communicate(timeout=120)[0].splitlines()]

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert_no_limit_broken([datetime.fromisoformat(line) for line in lines], rate=10, per_day=300)
