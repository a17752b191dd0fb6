"""Benchmarks: each is a ratio against a named reference, measured in turn within one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxDelivery, QuotaDay, QuotaLane, TaskTicket, WorkerProcess
from legist.core.resilience import backoff
from legist.core.states import DeliveryState
from tracking.models import Receipt, StatusChange, StatusQuery
from tracking.polling.run import poll_due
from tracking.selectors.receipts import number_index
from tracking.states import NextCheck, Tier

UNLIMITED = 1_000_000
BENCH = Actor.command("bench")
DAY = timedelta(days=1)
_LOOK_S = 0.05
# Its mail goes nowhere.
_WORKER = """
import sys, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
call_command("worker", "--except", "polling", "--workers", sys.argv[2])
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
    """How fast a worker with so many processes turned changes into work, and what kept it from being faster.

    `cpu_ms` and `database_ms` are processor time per change, of the worker and of the database (0 where that
    is not on this machine); `busy_share` says how much of this machine's processors was in use, by anybody;
    `lock_share` how much of their time processes waited for locks.
    """

    engine: str
    workers: int
    changes: int
    per_second: float
    cpu_ms: float
    database_ms: float
    busy_share: float
    lock_share: float


@dataclass(slots=True)
class _Cost:
    """What was seen of the machine while a worker drained, look by look."""

    worker: int
    first: dict[int, float] = field(default_factory=dict)
    latest: dict[int, float] = field(default_factory=dict)
    ours: set[int] = field(default_factory=set)
    waiting: int = 0
    looks: int = 0

    def look(self) -> None:
        """Read the time of each process of the worker and of the database, as far as they are here."""
        self.looks += 1
        family = _family(self.worker)
        self.ours |= family
        for pid in (*family, *self._backends()):
            if (seconds := _processor_s(pid)) is not None:
                self.first.setdefault(pid, seconds if self.looks == 1 else 0.0)
                self.latest[pid] = seconds

    def _backends(self) -> list[int]:
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, coalesce(wait_event_type = 'Lock', false) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = cursor.fetchall()
        self.waiting += sum(is_waiting for _pid, is_waiting in found)
        return [pid for pid, _is_waiting in found]

    def spent(self, *, by_worker: bool) -> float:
        """Return the seconds of processor time since the first look, of the worker or of the database."""
        chosen = [pid for pid in self.latest if (pid in self.ours) is by_worker]
        return sum(self.latest[pid] - self.first[pid] for pid in chosen)


def drains(*, changes: int, workers: Sequence[int], prepare: Callable[[int], None]) -> list[Drain]:
    """Turn `changes` status changes into work by a worker, with one number of processes after the other.

    The engine is the configured one, django-q2 where that is the immediate one. `prepare(n)` makes n receipts
    of matters that nobody has asked about.
    """
    asked = settings.LEGIST_TASK_ENGINE
    engine = "djangoq" if asked == "immediate" else asked
    with simulator() as url, override_settings(**_pointing_to(url)), empty_database():
        prepare(changes * len(workers))
        return [_drain(changes, number, engine=engine) for number in workers]


def _drain(changes: int, workers: int, *, engine: str) -> Drain:
    now = utc_now()
    fresh = Receipt.objects.filter(last_checked_at=None).order_by("pk").values_list("pk", flat=True)
    Receipt.objects.update(next_poll_at=now + DAY)
    Receipt.objects.filter(pk__in=list(fresh[:changes])).update(next_poll_at=now)
    poll_due(now=now, actor=BENCH)
    OutboxDelivery.objects.update(next_attempt_at=now + backoff.EVENTS.cap)
    due = OutboxDelivery.objects.filter(state=DeliveryState.PENDING)
    if due.count() < changes:
        message = f"The benchmark has {due.count()} events for {changes} changes; it would mean nothing."
        raise RuntimeError(message)
    with _worker(workers, engine=engine) as pid:
        cost, busy = _Cost(pid), _machine_s()
        began = time.perf_counter()
        due.update(next_attempt_at=utc_now())
        # What is turned into work tells of itself in turn.
        while OutboxDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists():
            cost.look()
            time.sleep(_LOOK_S)
        took = time.perf_counter() - began
        cost.look()
        busy = _machine_s() - busy
    return Drain(
        engine=engine,
        workers=workers,
        changes=changes,
        per_second=round(changes / took, 1),
        cpu_ms=round(1000 * cost.spent(by_worker=True) / changes, 1),
        database_ms=round(1000 * cost.spent(by_worker=False) / changes, 1),
        busy_share=round(busy / took / (os.cpu_count() or 1), 3),
        lock_share=round(cost.waiting / cost.looks / workers, 3),
    )


@contextmanager
def _worker(workers: int, *, engine: str) -> Iterator[int]:
    """Start a worker on the benchmark's database; yield its process id once it has run all that waited."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        _WORKER,
        str(connection.settings_dict["NAME"]),
        str(workers),
    ]
    told = {"LEGIST_TASK_ENGINE": engine, "LEGIST_LOG_LEVEL": "CRITICAL"}
    WorkerProcess.objects.all().delete()
    TaskTicket.objects.update(dispatched_at=None)  # this process has told nobody that is there
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | told) as process:  # noqa: S603  our own module
        try:
            while not WorkerProcess.objects.exists() or TaskTicket.objects.exists():
                if process.poll() is not None:
                    message = f"The benchmark's worker ended with {process.returncode}; nothing was measured."
                    raise RuntimeError(message)
                time.sleep(_LOOK_S)
            yield process.pid
        finally:
            process.terminate()


def _family(pid: int) -> set[int]:
    """Return a process with all that it has forked, and those, where that can be seen."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    children = listing.read_text().split() if listing.exists() else []
    return {pid}.union(*(_family(int(child)) for child in children))


def _processor_s(pid: int) -> float | None:
    """Return the processor time of a process, where it can be seen."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _machine_s() -> float:
    """Return the processor time that this machine has spent since it started, 0 where that cannot be seen."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _waiting, *rest = map(int, stat.read_text().splitlines()[0].split()[1:8])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


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
