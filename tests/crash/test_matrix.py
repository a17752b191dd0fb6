"""The real worker, killed with -9 at its failpoints: nothing is lost, nothing is done twice.

The simulated USCIS, the mailbox, `stats` and `verify_audit` are the judges; what nobody disturbed is the
measure. On SQLite django-q2 carries the work, on PostgreSQL Celery does.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from legist.core import failpoints
from legist.core.clock import utc_now
from legist.core.failpoints import Failpoint
from legist.core.tasks import schedules
from legist.core.tasks.runner import run_due
from tests.core.tasks.processes import database_url, eventually
from tests.crash.nursery import Nursery, is_alive, nursery
from tests.crash.world import Outcome, Verdict, is_drained, judge, let_time_pass, make_world, outcome, waiting
from tests.support.brokers import BrokerOf
from tests.support.mailserver import MailServer, running_mailserver
from tests.support.simulator import RunningSimulator
from tests.support.soak import IS_SOAK, keep, share
from tracking.models import Receipt

pytestmark = [
    *(pytest.mark.process, pytest.mark.django_db(transaction=True)),
    pytest.mark.timeout(4 * 3600 if IS_SOAK else 600),
]
ENGINES: Final = {
    "djangoq": "legist.core.tasks.djangoq.DjangoQEngine",
    "celery": "legist.core.tasks.celery.CeleryEngine",
}
# How a server knows the workers' connections.
NAME: Final = "legist-matrix"
# A look whether all is done counts every table.
LOOK_S: Final = 0.25
# The name of a failpoint, and at which passing of it a process dies.
Point = tuple[str, int]
# In the order in which a worker comes by; what is done before one dies is not there for the next.
ONE_OF_EACH_KIND: Final = (
    ("queue.after@{engine}.send", 1),
    ("mail.after@workflows.messages.sending._hand_over", 1),
    ("commit.after@legist.core.outbox._handle", 2),
    ("token.before@tracking.sources.transport._send", 1),
    ("source.after@tracking.sources.transport._send", 3),
    ("commit.before@tracking.polling.persisting._persist_together", 1),
    ("task.after@tracking.sweep", 1),
)


@pytest.fixture(scope="module")
def mailserver() -> Iterator[MailServer]:
    with running_mailserver() as server:
        yield server


@pytest.fixture(scope="module")
def environment(
    django_db_setup: None, broker_of: BrokerOf, simulator_process: RunningSimulator, mailserver: MailServer
) -> dict[str, str]:
    on_file = connection.vendor == "sqlite"
    return simulator_process.environment | {
        "LEGIST_TASK_ENGINE": "djangoq" if on_file else "celery",
        "LEGIST_BROKER_URL": "" if on_file else broker_of("valkey").url,
        "LEGIST_DATABASE_URL": database_url(),
        "LEGIST_EMAIL_URL": f"smtp://127.0.0.1:{mailserver.port}",
        "LEGIST_LOG_LEVEL": "CRITICAL",
        "PGAPPNAME": NAME,
        "USCIS_DAILY_QUOTA": "100000",
        "USCIS_TIMEOUT_S": "5",
        "USCIS_TPS": "50",
    }


@pytest.fixture(scope="module")
def workers(environment: dict[str, str]) -> Iterator[Nursery]:
    with nursery(environment) as made:
        yield made


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


def is_served() -> bool:
    """Say whether a server still does what a process has asked for that is dead by now."""
    if connection.vendor == "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def alive(worker: int) -> Iterator[None]:
    """End a worker with all that it forked when the block ends, whatever happened."""
    try:
        yield
    finally:
        if is_alive(worker):
            os.killpg(worker, signal.SIGKILL)
        assert eventually(lambda: not is_alive(worker) and not is_served())


def live(workers: Nursery, points: list[Point], *, died: Path) -> Iterator[str]:
    """Let one worker after the other run until it dies, each at its point; yield where it went otherwise.

    Receipts are due again for each of several, so that there is something to ask.
    """
    for name, passing in points:
        if len(points) > 1:
            Receipt.objects.update(next_poll_at=utc_now())
        died.unlink(missing_ok=True)
        with alive(workers.start(f"{name}:{passing}:{died}")):
            if not eventually(lambda: died.exists() or is_drained(), every_s=LOOK_S):
                yield f"stalled before {name}: {waiting()}"
        let_time_pass()
        # How often a place is come by depends on what comes together in one batch; once it is.
        if passing == 1 and not died.exists():
            yield f"no worker came by {name}"


def drain(workers: Nursery) -> Iterator[str]:
    """Let a worker do all that is left, and stop it in peace; yield what kept it from that."""
    worker = workers.start()
    with alive(worker):
        if not eventually(is_drained, every_s=LOOK_S):
            yield f"stalled afterwards: {waiting()}"
        os.kill(worker, signal.SIGTERM)
        if not eventually(lambda: not is_alive(worker)):
            yield "did not end in peace"


class Measure(NamedTuple):
    """What becomes of it all where nobody dies, and how often each failpoint is come by."""

    outcome: Outcome
    passed: Counter[str]


@pytest.fixture(scope="module")
def measure(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, simulator_process: RunningSimulator
) -> Measure:
    """Let the work of a firm be done in this process."""
    passed: Counter[str] = Counter()
    ours = simulator_process.settings | {
        "USCIS_TPS": 50.0,
        "USCIS_DAILY_QUOTA": 100_000,
        "USCIS_TIMEOUT_S": 5.0,
    }
    with django_db_blocker.unblock(), override_settings(**ours), pytest.MonkeyPatch.context() as patch:
        try:
            simulator_process.reset()
            with override_settings(LEGIST_TASK_ENGINE="djangoq"):
                make_world(simulator_process)
            patch.setattr(failpoints, "ARMED", Failpoint("", 1, Path()))
            patch.setattr(failpoints, "_pass", lambda name: passed.update([name]))
            with override_settings(LEGIST_TASK_ENGINE="immediate"):
                while not is_drained():
                    let_time_pass()
                    schedules.tick(now=utc_now())
                    run_due(now=utc_now())
            return Measure(outcome(simulator_process, []), passed.copy())
        finally:
            empty()


def points_of(measure: Measure, engine: str) -> list[Point]:
    """Return every failpoint that a worker comes by: at the first passing, and at the last of several."""
    queue = [f"queue.{side}@{engine}.send" for side in ("before", "after")]
    counts = measure.passed | dict.fromkeys(queue, 1)
    return sorted({(name, passing) for name, count in counts.items() for passing in (1, count)})


def test_a_firm_whose_workers_are_killed_loses_nothing_and_does_nothing_twice(
    measure: Measure,
    workers: Nursery,
    simulator: RunningSimulator,
    mailserver: MailServer,
    environment: dict[str, str],
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    for name in ("LEGIST_TASK_ENGINE", "LEGIST_BROKER_URL"):
        setattr(settings, name, environment[name])
    engine = ENGINES[environment["LEGIST_TASK_ENGINE"]]
    together = [(name.format(engine=engine), passing) for name, passing in ONE_OF_EACH_KIND]
    # `make soak` walks the whole matrix; the suite dies once of each kind, all in one life of the firm.
    alone = [[point] for point in points_of(measure, engine)]
    cells = share([together, *alone]) if IS_SOAK else [together]
    wrong: dict[str, Verdict] = {}
    for points in cells:
        simulator.reset()
        mailserver.accepted.clear()
        make_world(simulator)
        began, deaths = time.monotonic(), len(points)
        otherwise = [*live(workers, points, died=tmp_path / "died"), *drain(workers)]
        took = time.monotonic() - began
        verdict = judge(measure.outcome, outcome(simulator, mailserver.messages), deaths=deaths, looks=deaths)
        verdict.other += otherwise
        call_command("verify_audit", stdout=StringIO())
        empty()
        keep(engine=environment["LEGIST_TASK_ENGINE"], died=points, seconds=round(took, 1), **asdict(verdict))
        if not verdict.is_well:
            wrong[str(points)] = verdict
    assert wrong == {}
