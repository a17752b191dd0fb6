"""Benchmarks: each is a ratio against a named reference, measured in turn within one run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from legist.core.models import QuotaDay, QuotaLane
from tracking.models import Receipt, StatusChange, StatusQuery
from tracking.polling.run import poll_due
from tracking.selectors.receipts import number_index
from tracking.states import NextCheck, Tier

UNLIMITED = 1_000_000
BENCH = Actor.command("bench")


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
