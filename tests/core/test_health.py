"""Probes: is the process up, and can the system do its work."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from legist.core import flags, heartbeat
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.tasks import enqueue, periodic, schedules
from legist.core.web import views
from tests.core.tasks.workload import note

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def all_well(now: datetime) -> None:
    heartbeat.beat(heartbeat.WORKER, now=now)
    heartbeat.beat(heartbeat.POLLER, now=now)


def test_it_is_up_without_a_database(rf: RequestFactory) -> None:
    response = views.healthz(rf.get("/healthz"))

    assert (response.status_code, json.loads(response.content)) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_ready_when_every_part_is_well(rf: RequestFactory) -> None:
    all_well(utc_now())

    response = views.readyz(rf.get("/readyz"))

    assert response.status_code == 200
    assert set(json.loads(response.content)["checks"].values()) == {"ok"}


@pytest.mark.django_db
def test_it_is_not_ready_while_nobody_works(rf: RequestFactory) -> None:
    response = views.readyz(rf.get("/readyz"))

    assert response.status_code == 503
    assert json.loads(response.content)["checks"]["worker"] == "silent"


@pytest.mark.django_db
def test_a_poller_that_leaves_due_work_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})
    periodic(note, every=timedelta(seconds=2), when=lambda now: now >= NOON + timedelta(minutes=1))
    all_well(NOON)

    assert views.check_readiness(now=NOON + timedelta(minutes=5, seconds=59))["poller"] == "idle"
    assert views.check_readiness(now=NOON + timedelta(minutes=6))["poller"] == "silent"


@pytest.mark.django_db
def test_a_poller_that_is_switched_off_is_no_fault() -> None:
    flags.set_flag(flags.POLLING, on=False, actor=Actor.command("tests"), now=NOON)

    assert views.check_readiness(now=NOON)["poller"] == "off"


@pytest.mark.django_db
def test_it_tells_that_work_waits_too_long() -> None:
    enqueue(note, {"label": "x"}, now=NOON)

    assert views.check_readiness(now=NOON + timedelta(minutes=1))["queue"] == "ok"
    assert views.check_readiness(now=NOON + timedelta(minutes=3))["queue"] == "delayed"


@pytest.mark.django_db
def test_an_older_sign_of_life_never_replaces_a_newer_one() -> None:
    heartbeat.beat("part", now=NOON)
    heartbeat.beat("part", now=NOON - timedelta(minutes=1))

    assert heartbeat.latest("part") == NOON
