"""Probes: is the process up, and can the system do its work."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import RequestFactory

from legist.core import flags, heartbeat, outbox
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import WorkerProcess
from legist.core.tasks import Queue, enqueue, periodic, schedules
from legist.core.tasks.worker import Ticker
from legist.core.web import views
from tests.core.tasks.workload import note, poll

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def all_well(now: datetime) -> None:
    heartbeat.beat(heartbeat.WORKER, now=now)
    heartbeat.beat(heartbeat.POLLER, now=now)


def test_it_is_up_without_a_database(rf: RequestFactory) -> None:
    response = views.healthz(rf.get("/healthz"))

    assert (response.status_code, json.loads(response.content)) == (200, {"status": "ok"})


def test_it_is_passed_over_once_it_is_about_to_leave(
    rf: RequestFactory, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LEGIST_LEAVING_PATH = str(tmp_path / "leaving")
    assert views.healthz(rf.get("/healthz")).status_code == 200

    (tmp_path / "leaving").touch()

    response = views.healthz(rf.get("/healthz"))
    assert (response.status_code, json.loads(response.content)) == (503, {"status": "leaving"})


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


def asked(rf: RequestFactory, role: str) -> tuple[int, dict[str, str]]:
    response = views.readyz(rf.get("/readyz", {"role": role}))
    return response.status_code, json.loads(response.content)["checks"]


@pytest.mark.django_db
def test_web_is_ready_by_itself(rf: RequestFactory) -> None:
    assert asked(rf, "web") == (200, {"database": "ok", "storage": "ok", "keys": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "queue", "other"), [("worker", Queue.WORK, "polling"), ("polling", Queue.POLLING, "worker")]
)
def test_a_worker_of_one_role_is_ready_whatever_the_other_does(
    rf: RequestFactory, role: str, queue: Queue, other: str
) -> None:
    Ticker(frozenset({queue})).turn(now=utc_now())

    assert asked(rf, role)[0] == 200
    assert asked(rf, other)[0] == 503


@pytest.mark.django_db
def test_each_role_has_the_queue_of_its_own(rf: RequestFactory) -> None:
    enqueue(poll, {"path": "p"}, now=utc_now() - timedelta(minutes=3))

    assert asked(rf, "polling")[1]["queue"] == "delayed"
    assert asked(rf, "worker")[1]["queue"] == "ok"
    waits = json.loads(views.readyz(rf.get("/readyz")).content)["waits_s"]
    assert waits["work"] == 0
    assert 180 <= waits["polling"] < 240


@pytest.mark.django_db
def test_a_backlog_of_events_is_seen_though_a_drain_is_asked_for_anew_at_each_batch(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {"tests.moved": {"tests.listener": lambda _event: None}})
    with transaction.atomic():
        outbox.publish("tests.moved", data={}, now=utc_now() - timedelta(minutes=3))

    assert asked(rf, "worker")[1]["queue"] == "delayed"
    assert asked(rf, "polling")[1]["queue"] == "ok"
    assert 180 <= json.loads(views.readyz(rf.get("/readyz")).content)["waits_s"]["work"] < 240

    outbox.drain(now=utc_now())
    assert asked(rf, "worker")[1]["queue"] == "ok"


def test_an_unknown_role_is_refused_with_those_there_are(rf: RequestFactory) -> None:
    response = views.readyz(rf.get("/readyz", {"role": "poler"}))

    assert response.status_code == 400
    assert json.loads(response.content)["roles"] == ["polling", "web", "worker"]


@pytest.mark.django_db
def test_a_worker_has_one_row_and_takes_it_with_it() -> None:
    first, second = Ticker(workers=2), Ticker(frozenset({Queue.POLLING}))
    for ticker in (first, second):
        ticker.turn(now=NOON)
        ticker.turn(now=NOON + timedelta(seconds=5))

    workers = heartbeat.list_workers(now=NOON + timedelta(seconds=5))
    assert sorted((each.process.queues, each.process.processes) for each in workers) == [
        ("polling", 0),
        ("polling,work", 2),
    ]
    assert {(each.is_silent, each.is_other) for each in workers} == {(False, False)}
    assert {each.process.release for each in workers} == {heartbeat.release()}

    first.end()
    assert [each.process for each in heartbeat.list_workers(now=NOON)] == [second.me]


@pytest.mark.django_db
def test_a_worker_that_was_killed_is_silent_and_then_forgotten() -> None:
    Ticker().turn(now=NOON)
    later = NOON + heartbeat.SILENT_AFTER + timedelta(seconds=1)
    assert [each.is_silent for each in heartbeat.list_workers(now=later)] == [True]

    other = Ticker()
    other.turn(now=NOON + heartbeat.FORGOTTEN_AFTER)
    assert WorkerProcess.objects.count() == 2
    other.turn(now=NOON + heartbeat.FORGOTTEN_AFTER + timedelta(seconds=5))
    assert WorkerProcess.objects.get().pk == other.me.pk


@pytest.mark.django_db
def test_an_older_sign_of_a_worker_never_replaces_a_newer_one_but_one_from_the_future() -> None:
    me = Ticker().me
    for at in (NOON, NOON - timedelta(seconds=5)):
        heartbeat.sign(me, now=at)
    assert WorkerProcess.objects.get().seen_at == NOON

    WorkerProcess.objects.update(seen_at=NOON + timedelta(days=1))
    heartbeat.sign(me, now=NOON)
    assert WorkerProcess.objects.get().seen_at == NOON


@pytest.mark.django_db
def test_workers_of_another_release_are_named_and_make_nothing_fail() -> None:
    all_well(NOON)
    Ticker().turn(now=NOON)
    assert views.check_readiness(now=NOON)["releases"] == "ok"

    WorkerProcess.objects.update(release="0.0.9-1234567")

    assert views.check_readiness(now=NOON)["releases"] == "mixed"
    assert "mixed" in views.READY
    assert views.check_readiness(now=NOON + timedelta(minutes=1))["releases"] == "ok"  # silent by now


def test_a_release_has_its_version_and_what_the_code_says(settings: LazySettings) -> None:
    version, digest = heartbeat.release().rsplit("-", 1)

    assert f'version = "{version}"' in (settings.BASE_DIR / "pyproject.toml").read_text()
    assert len(digest) == 7
