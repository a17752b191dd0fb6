"""Benchmarks: each is a ratio against a named reference, measured in turn within one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxDelivery, QuotaDay, QuotaLane
from legist.core.states import DeliveryState
from tracking.models import Receipt, StatusChange, StatusQuery
from tracking.polling.run import poll_due
from tracking.selectors.receipts import number_index
from tracking.states import NextCheck, Tier

UNLIMITED = 1_000_000
BENCH = Actor.command("bench")
DAY = timedelta(days=1)
_LOOK_S = 0.02
_DRAINER = """
import sys, django
django.setup()
from legist.bench.pipeline import drain_here
drain_here(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ours and the reference do in a second: medians over the rounds. `unit` is what is counted."""

    name: str
    reference: str
    ours_per_s: float
    reference_per_s: float
    unit: str = "calls"

    @property
    def ratio(self) -> float:
        return self.ours_per_s / self.reference_per_s

    def as_json(self) -> str:
        return json.dumps(
            {
                "name": self.name,
                "reference": self.reference,
                f"{self.unit}_per_second": round(self.ours_per_s, 1),
                f"reference_{self.unit}_per_second": round(self.reference_per_s, 1),
                "ratio": round(self.ratio, 3),
            }
        )

    def as_text(self) -> str:
        return "\n".join(
            (
                f"{self.name}: {self.ours_per_s:.0f} {self.unit}/s",
                f"{self.reference}: {self.reference_per_s:.0f} {self.unit}/s",
                f"ratio: {self.ratio:.2f}",
            )
        )


def pipeline(*, receipts: int, rounds: int) -> Comparison:
    """Compare whole polling (claim, call, record, change, audit, outbox) with a bare loop of calls.

    Both ask the same simulated API for the same number of receipts, one after the other, round by round.
    """
    with simulator() as url, override_settings(**_pointing_to(url)), empty_database():
        ours, bare = [], []
        for number in range(rounds):
            numbers = [f"IOE97{number:02d}{index:06d}" for index in range(receipts)]
            bare.append(receipts / _timed(partial(_bare_loop, url, numbers)))
            create(numbers)
            ours.append(receipts / _timed(lambda: poll_due(now=utc_now(), actor=BENCH)))
            _expect(queries=receipts * (number + 1))
    return Comparison(
        "polling, from claim to status change", "a bare loop of requests.get", median(ours), median(bare)
    )


@dataclass(frozen=True, slots=True)
class Drain:
    """How fast so many processes turned changes into work, and what kept them from being faster.

    `cpu_ms` and `database_ms` are processor time per change, of the processes and of their connections (0
    where the database is not on this machine); `lock_share` is how much of their time they waited for locks.
    """

    workers: int
    changes: int
    per_second: float
    cpu_ms: float
    database_ms: float
    lock_share: float


def drains(*, changes: int, workers: Sequence[int], prepare: Callable[[int], None]) -> list[Drain]:
    """Turn `changes` status changes into work with one number of processes after the other.

    `prepare(n)` makes n receipts of matters that nobody has asked about.
    """
    with simulator() as url, override_settings(**_pointing_to(url)), empty_database():
        prepare(changes * len(workers))
        return [_drain(changes, number) for number in workers]


def _drain(changes: int, workers: int) -> Drain:
    now = utc_now()
    fresh = Receipt.objects.filter(last_checked_at=None).order_by("pk").values_list("pk", flat=True)
    Receipt.objects.update(next_poll_at=now + DAY)
    Receipt.objects.filter(pk__in=list(fresh[:changes])).update(next_poll_at=now)
    poll_due(now=now, actor=BENCH)
    due = OutboxDelivery.objects.filter(state=DeliveryState.PENDING).count()
    command = [sys.executable, "-c", _DRAINER, str(connection.settings_dict["NAME"])]
    team = [
        subprocess.Popen(  # noqa: S603  our own module
            command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for process in team:
        _line_of(process)  # it is there
    began = time.perf_counter()
    for process in team:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    waiting, looks = 0, 0
    while any(process.poll() is None for process in team):
        waiting, looks = waiting + _waiting_for_locks(), looks + workers
        time.sleep(_LOOK_S)
    told = [json.loads(_line_of(process)) for process in team]
    took = max(each["ended"] for each in told) - began
    _expect_drained(due, sum(each["delivered"] for each in told))
    return Drain(
        workers=workers,
        changes=changes,
        per_second=round(changes / took, 1),
        cpu_ms=round(1000 * sum(each["cpu_s"] for each in told) / changes, 1),
        database_ms=round(1000 * sum(each["database_s"] for each in told) / changes, 1),
        lock_share=round(waiting / looks, 3) if looks else 0.0,
    )


def _line_of(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline() if process.stdout else ""


def _expect_drained(due: int, delivered: int) -> None:
    # What is turned into work tells of itself in turn.
    if delivered < due or OutboxDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists():
        message = f"The benchmark delivered {delivered} of {due} events; its figures mean nothing."
        raise RuntimeError(message)


def _waiting_for_locks() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def drain_here(database: str) -> None:
    """Be one worker: say that it is there, wait for a line, drain, and say what that cost."""
    connection.settings_dict["NAME"] = database
    outbox.has_due(utc_now())
    backend = _backend_s()
    sys.stdout.write("there\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began, delivered, ended = time.process_time(), 0, time.perf_counter()
    while OutboxDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists():
        if done := outbox.drain(now=utc_now()).delivered:
            delivered, ended = delivered + done, time.perf_counter()
        else:  # another has the rest, or it met a deadlock and is tried again
            time.sleep(_LOOK_S)
    told = {
        "delivered": delivered,
        "ended": ended,
        "cpu_s": time.process_time() - began,
        "database_s": _backend_s() - backend,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _backend_s() -> float:
    """Return the processor time of this connection's process, where it can be seen."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path("/proc", str(cursor.fetchone()[0]), "stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _bare_loop(url: str, numbers: list[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        form = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
        token = session.post(f"{url}/oauth/accesstoken", data=form, timeout=5).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        for number in numbers:
            session.get(f"{url}/case-status/{number}", headers=headers, timeout=5).json()


def create(numbers: list[str]) -> None:
    """Track receipts, all due."""
    now = utc_now()
    Receipt.objects.bulk_create(
        Receipt(
            number=number,
            number_index=number_index(number),
            prefix=number[:3],
            next_poll_at=now,
            next_poll_reason=NextCheck.FIRST_CHECK,
            next_poll_values={"tier": Tier.STANDARD},
            created_at=now,
            created_by=BENCH.key,
        )
        for number in numbers
    )


def _expect(*, queries: int) -> None:
    """A benchmark that did not do the work must not report a speed."""
    done = StatusQuery.objects.filter(outcome="ok").count(), StatusChange.objects.count()
    if min(done) < queries:
        message = (
            f"The benchmark polled {done[0]} of {queries} receipts with success; its figures mean nothing."
        )
        raise RuntimeError(message)


def _pointing_to(url: str) -> dict[str, object]:
    return {
        "USCIS_API_URL": url,
        "USCIS_TOKEN_URL": f"{url}/oauth/accesstoken",
        "USCIS_CLIENT_ID": "demo",
        "USCIS_CLIENT_SECRET": "demo",
        "USCIS_TPS": UNLIMITED,
        "USCIS_DAILY_QUOTA": UNLIMITED,
        "LEGIST_TASK_ENGINE": "djangoq",
    }


@contextmanager
def empty_database() -> Iterator[None]:
    """A database of the same kind as the configured one, made for this run and removed afterwards."""
    original = settings.DATABASES["default"]["NAME"]
    with TemporaryDirectory() as directory:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(directory) / "bench.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        QuotaDay.objects.all().delete()
        QuotaLane.objects.all().delete()
        try:
            yield
        finally:
            connection.creation.destroy_test_db(original, verbosity=0)


@contextmanager
def simulator(*, latency_ms: float = 0) -> Iterator[str]:
    """A simulated API without limits; its address."""
    limits = [f"--tps={UNLIMITED}", f"--daily-quota={UNLIMITED}"]
    command = [
        sys.executable,
        "-m",
        "tracking.simulator",
        "--port=0",
        "--speed=0",
        "--stop-with-stdin",
        f"--latency-ms={latency_ms:g}",
        *limits,
    ]
    with subprocess.Popen(  # noqa: S603  our own module
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        ready = process.stdout.readline() if process.stdout else ""
        yield ready.split()[-1]
        process.terminate()
