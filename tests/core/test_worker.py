"""`manage.py worker` as real processes: it works, it stops, and it survives kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from legist.core import heartbeat
from legist.core.clock import utc_now
from legist.core.models import PeriodicTask, TaskTicket
from legist.core.states import TaskState
from legist.core.tasks import Queue, counts, enqueue
from legist.core.tasks.worker import BEAT_EVERY, Ticker
from tests.core.tasks.processes import children_of, eventually, start
from tests.core.tasks.workload import RUNS, append, die_when_done, hang, note, poll
from tests.support.brokers import KINDS, BrokerOf

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENGINES = ["djangoq", "celery-valkey"]
POOL = ["workers", "monitor", "pusher", "guard"]
EVERY_ENGINE = pytest.mark.parametrize("start_worker", ENGINES, indirect=True)
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_worker(
    transactional_db: None, request: pytest.FixtureRequest, broker_of: BrokerOf
) -> Iterator[Start]:
    """Start a worker of an engine: django-q2 where the test names none."""
    started: list[subprocess.Popen[str]] = []
    engine, _, kind = getattr(request, "param", "djangoq").partition("-")
    own = {"LEGIST_TASK_ENGINE": engine} | ({"LEGIST_BROKER_URL": broker_of(kind).url} if kind else {})

    def start_one(*arguments: str) -> subprocess.Popen[str]:
        process = start("manage.py", "worker", "--workers", "2", *arguments, **own)
        started.append(process)
        return process

    yield start_one
    descendants = [pid for process in started for pid in children_of(process.pid)]
    for process in started:
        process.kill()
        process.communicate()
    assert eventually(lambda: not any(map(is_alive, descendants)))


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def ask(log: Path, label: str, wait_for: str = "") -> None:
    # Inserted only: the engine of this process is the immediate one, the worker's sweep finds the ticket.
    now = utc_now()
    enqueue(
        append, {"path": str(log), "label": label, "wait_for": wait_for}, run_after=now, now=now - BEAT_EVERY
    )


def labels(log: Path, what: str) -> Counter[str]:
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.split()[1] for line in lines if line.startswith(what))


def all_done() -> bool:
    return not TaskTicket.objects.filter(name=append.name).exists()


@pytest.mark.parametrize("start_worker", ["djangoq", *(f"celery-{kind}" for kind in KINDS)], indirect=True)
@pytest.mark.process
def test_it_does_the_work_and_ends_cleanly_when_told(start_worker: Start, tmp_path: Path) -> None:
    log = tmp_path / "log"
    worker = start_worker()
    for number in range(20):
        ask(log, f"job-{number}")

    assert eventually(all_done)
    assert [each.process.pid for each in heartbeat.list_workers(now=utc_now())] == [worker.pid]
    descendants = children_of(worker.pid)
    worker.terminate()

    assert worker.wait(30) == 0
    assert heartbeat.list_workers(now=utc_now()) == []
    assert labels(log, "end") == {f"job-{number}": 1 for number in range(20)}
    assert not any(map(is_alive, descendants))


@EVERY_ENGINE
@pytest.mark.process
def test_it_lets_a_running_task_end_before_it_stops(start_worker: Start, tmp_path: Path) -> None:
    log, gate = tmp_path / "log", tmp_path / "gate"
    worker = start_worker()
    ask(log, "long", wait_for=str(gate))
    assert eventually(lambda: labels(log, "start")["long"] == 1)

    # As systemd tells a service to stop: all of its processes at once.
    for pid in (worker.pid, *children_of(worker.pid)):
        os.kill(pid, signal.SIGTERM)
    gate.touch()

    assert worker.wait(30) == 0
    assert labels(log, "end") == {"long": 1}
    assert all_done()


@pytest.mark.process
@pytest.mark.parametrize("who", [slice(1, 3), slice(3, 4), slice(4, 5), slice(0, 1)], ids=POOL)
def test_it_goes_on_after_processes_of_the_pool_are_killed(
    start_worker: Start, tmp_path: Path, who: slice
) -> None:
    log = tmp_path / "log"
    worker = start_worker()
    ask(log, "before")
    assert eventually(all_done)

    # An idle worker holds the lock of its queue: killing it would block a plain pool for ever.
    for pid in children_of(worker.pid)[who]:
        os.kill(pid, signal.SIGKILL)
    for number in range(5):
        ask(log, f"after-{number}")

    assert eventually(all_done)
    assert labels(log, "end") == {"before": 1} | {f"after-{number}": 1 for number in range(5)}


@pytest.mark.process
def test_it_goes_on_after_one_was_killed_while_it_wrote_down_that_it_is_done(
    start_worker: Start, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    start_worker("--workers", "1")
    enqueue(die_when_done, run_after=utc_now(), now=utc_now() - BEAT_EVERY)
    assert eventually(lambda: not TaskTicket.objects.filter(name=die_when_done.name).exists())

    ask(log, "after")

    assert eventually(all_done)
    assert labels(log, "end") == {"after": 1}


@EVERY_ENGINE
@pytest.mark.process
def test_nothing_is_lost_when_all_of_it_is_killed(start_worker: Start, tmp_path: Path) -> None:
    log, gate = tmp_path / "log", tmp_path / "gate"
    worker = start_worker()
    for number in range(6):
        ask(log, f"job-{number}", wait_for=str(gate))
    assert eventually(lambda: labels(log, "start").total() == 2)

    descendants = children_of(worker.pid)
    worker.kill()
    assert eventually(lambda: not any(map(is_alive, descendants)))
    gate.touch()
    start_worker()

    assert eventually(all_done)
    assert labels(log, "end") == {f"job-{number}": 1 for number in range(6)}
    assert counts()["failed"] == 0


@EVERY_ENGINE
@pytest.mark.process
def test_it_stops_a_task_that_takes_longer_than_it_may(start_worker: Start, tmp_path: Path) -> None:
    log = tmp_path / "log"
    start_worker()
    for _ in range(3):
        enqueue(hang, run_after=utc_now(), now=NOON)

    assert eventually(
        lambda: TaskTicket.objects.filter(latest_error_class__regex="Timeout|TimeLimit").count() == 3
    )
    TaskTicket.objects.filter(name=hang.name).delete()
    ask(log, "after")

    assert eventually(lambda: labels(log, "end")["after"] == 1)


@pytest.mark.parametrize("start_worker", ["celery-valkey"], indirect=True)
@pytest.mark.process
def test_it_goes_on_when_the_broker_was_away(
    start_worker: Start, tmp_path: Path, broker_of: BrokerOf
) -> None:
    log, broker = tmp_path / "log", broker_of("valkey")
    start_worker()
    ask(log, "before")
    assert eventually(all_done)

    broker.stop()
    ask(log, "meanwhile")
    broker.start()
    ask(log, "after")

    assert eventually(all_done)
    assert labels(log, "end") == {"before": 1, "meanwhile": 1, "after": 1}


@pytest.mark.process
@pytest.mark.parametrize(
    ("kind", "taken", "left"),
    [("--only", "polled", "job"), ("--except", "job", "polled")],
    ids=["only", "except"],
)
def test_it_takes_one_kind_of_work_and_leaves_the_other(
    start_worker: Start, tmp_path: Path, kind: str, taken: str, left: str
) -> None:
    log, now = tmp_path / "log", utc_now()
    enqueue(poll, {"path": str(log)}, run_after=now, now=now - BEAT_EVERY)
    ask(log, "job")
    worker = start_worker(kind, "polling")

    assert eventually(lambda: TaskTicket.objects.count() == 1)
    assert eventually(lambda: labels(log, "end") == {taken: 1})
    assert not TaskTicket.objects.exclude(dispatched_at=None).exists()
    worker.terminate()
    assert worker.wait(30) == 0
    start_worker()

    assert eventually(lambda: labels(log, "end") == {taken: 1, left: 1})


@pytest.mark.django_db
def test_only_the_worker_that_polls_says_that_polling_lives() -> None:
    Ticker(frozenset({Queue.WORK})).turn(now=NOON)
    assert heartbeat.latest(heartbeat.WORKER) == NOON
    assert heartbeat.latest(heartbeat.POLLING_WORKER) is None

    Ticker(frozenset({Queue.POLLING})).turn(now=NOON)
    assert heartbeat.latest(heartbeat.POLLING_WORKER) == NOON


@pytest.mark.django_db
def test_each_turn_shows_a_sign_of_life_and_asks_for_what_is_due() -> None:
    enqueue(note, {"label": "due"}, run_after=NOON, now=NOON - timedelta(seconds=1))

    RUNS.clear()

    Ticker().turn(now=NOON)

    assert heartbeat.latest(heartbeat.WORKER) == NOON
    assert PeriodicTask.objects.filter(name="core.drain_outbox").exists()
    assert RUNS == ["due"]


@pytest.mark.django_db
def test_a_step_that_fails_does_not_keep_the_others_from_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    ticker = Ticker()
    monkeypatch.setattr(ticker, "_periodic", lambda _now: 1 / 0)
    enqueue(note, {"label": "due"}, run_after=NOON, now=NOON - timedelta(seconds=1))

    ticker.turn(now=NOON)

    assert not TaskTicket.objects.filter(state=TaskState.PENDING).exists()


@pytest.mark.django_db
def test_its_sign_for_a_probe_comes_after_the_one_in_the_database(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEGIST_ALIVE_PATH = str(tmp_path / "alive")

    with monkeypatch.context() as broken:
        broken.setattr(heartbeat, "beat", lambda *_given, **_named: 1 / 0)
        Ticker().turn(now=NOON)
    assert not (tmp_path / "alive").exists()

    Ticker().turn(now=NOON)
    assert (tmp_path / "alive").exists()


@pytest.mark.django_db
def test_it_refuses_a_number_of_workers_that_makes_no_sense() -> None:
    for number in ("-1", "0", "1000"):
        with pytest.raises(CommandError, match="--workers"):
            call_command("worker", f"--workers={number}")
