"""Polling through anything that happens, in any order; and whether it is found when a safeguard is gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import hypothesis
import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import F, Q
from hypothesis.stateful import run_state_machine_as_test

from legist.core.leases import Lease
from legist.core.models import QuotaDay, QuotaLane
from legist.core.resilience import breaker, pace, quota
from tests.support.soak import IS_SOAK, keep
from tests.tracking.polling.machine import MOST, PER_DAY, Polling, tell
from tracking.models import Receipt, StatusChange
from tracking.polling import fetching, persisting, run
from tracking.polling.fetching import Gate

pytestmark = pytest.mark.django_db


def profile(*, examples: int) -> hypothesis.settings:
    """The same examples each time; `make soak` draws many others, and longer ones."""
    return hypothesis.settings(
        max_examples=20 * examples if IS_SOAK else examples,
        stateful_step_count=40 if IS_SOAK else 20,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        report_multiple_bugs=False,
        derandomize=not IS_SOAK,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


@pytest.fixture(autouse=True)
def _limits(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few calls a day, at any pace, and no patience; one thread, so that a run is the same each time."""
    settings.USCIS_DAILY_QUOTA, settings.USCIS_TPS = PER_DAY, 100_000
    monkeypatch.setattr(fetching, "THREADS", 1)
    for module in (run, fetching):
        monkeypatch.setattr(module, "WITHIN", timedelta(seconds=0.5))
    monkeypatch.setattr(persisting, "SystemRandom", lambda: Random(1))  # noqa: S311


def test_it_holds_whatever_happens() -> None:
    chosen = profile(examples=int(os.environ.get("N", "8")))
    run_state_machine_as_test(Polling, settings=chosen)
    keep(stateful="polling", examples=chosen.max_examples, steps=chosen.stateful_step_count)


@pytest.mark.parametrize("statement", [23, 25, 28, 34])
def test_a_run_that_fails_waits_for_nobody_and_asks_nobody_any_more(statement: int) -> None:
    """At the ledger, and where answers are written down: its threads end with it."""
    tell(lambda machine: machine.crash(statement=statement))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("poll")]


def without_unique_key(_patch: pytest.MonkeyPatch) -> str:
    """A receipt's history may hold two changes of one number; the test's rollback brings the key back."""
    table, key = StatusChange._meta.db_table, "change_sequence"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
            return "a gap or a double"
        # SQLite drops no constraint of a table: one without any takes its place.
        cursor.execute("PRAGMA legacy_alter_table = ON")
        cursor.execute(f"ALTER TABLE {table} RENAME TO with_{key}")
        cursor.execute("PRAGMA legacy_alter_table = OFF")
        cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM with_{key}")
    return "a gap or a double"


def without_lease(patch: pytest.MonkeyPatch) -> str:
    """Whoever claims takes what another holds."""
    patch.setattr(Lease, "is_free", lambda _lease, _now: Q())
    return "asked about twice"


def without_gate(patch: pytest.MonkeyPatch) -> str:
    """Calls leave when they like."""
    patch.setattr(Gate, "leave", lambda *_passage, **_begun: None)
    return "not the calls charged"


def without_ledger(patch: pytest.MonkeyPatch) -> str:
    """The day always has a call left."""

    def charge(row: QuotaLane, n: int, *, day: date) -> int:
        today, _ = QuotaDay.objects.get_or_create(lane=row, day=day)
        QuotaDay.objects.filter(pk=today.pk).update(used=F("used") + n)
        return n

    patch.setattr(quota, "charge", charge)
    patch.setattr(pace, "foresee", lambda _lane, n, **_limits: (n, quota.Limit.NONE))
    return "A day has too many calls"


def without_breaker(patch: pytest.MonkeyPatch) -> str:
    """An outage is asked again and again."""
    patch.setattr(breaker, "admit", lambda *_lane, **_now: True)
    return "while the lane was open"


def written_beside(machine: Polling) -> None:
    """Somebody writes a status from an old copy."""
    machine.poll()
    machine.write_beside(0)


def two_at_once(machine: Polling) -> None:
    """The second begins when the first has taken its receipts and made no call yet."""
    machine.two_workers(statement=18)


def make_due(machine: Polling, *indices: int) -> None:
    found = [machine._receipt(index).pk for index in indices]
    Receipt.objects.filter(pk__in=found).update(next_poll_at=machine.now)


def more_than_a_day_has(machine: Polling) -> None:
    for _ in range(PER_DAY):
        make_due(machine, 0)
        Receipt.objects.update(next_poll_reason="person_asked")
        machine.poll()


def an_outage(machine: Polling) -> None:
    machine.turn_weather("http_503")
    for _ in range(4):
        make_due(machine, *range(MOST))
        machine.poll()


SABOTAGE = [
    (without_unique_key, written_beside),
    (without_lease, two_at_once),
    (without_gate, more_than_a_day_has),
    (without_ledger, more_than_a_day_has),
    (without_breaker, an_outage),
]


@pytest.mark.parametrize(("sabotage", "story"), SABOTAGE)
def test_it_is_found_when_a_safeguard_is_gone(
    sabotage: Callable[[pytest.MonkeyPatch], str],
    story: Callable[[Polling], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell(story)
    with pytest.raises(AssertionError, match=sabotage(monkeypatch)):
        tell(story)
