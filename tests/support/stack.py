"""Legist as it runs for people: web server, worker and simulated USCIS as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from legist.sample_firm.firm import HEADER
from tests.support.commands import free_port
from tests.support.migrated import lay_migrated_database
from tests.support.prepared import Run, prepared
from tests.support.simulator import ROOT, RunningSimulator, running_simulator
from tracking.polling.policy import from_intervals

READY_WITHIN_S = 90.0
MAIL_WITHIN_S = 30.0
PYTHON = [sys.executable, "-W", "ignore"]


@dataclass(frozen=True, slots=True)
class Stack:
    """The running product, seen from outside: its address, its commands and its mailbox."""

    url: str
    directory: Path
    simulator: RunningSimulator
    run: Run

    def manage(self, *arguments: str) -> str:
        """Run a management command against the same database and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stats(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.manage("stats", "--json"))
        return document

    def mail(self) -> list[str]:
        """Return the raw messages in the mailbox, oldest first."""
        files = sorted((self.directory / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        return [path.read_text() for path in files]

    def mail_after(self, before: int) -> list[str]:
        """Return what has come since there were `before` messages, once the worker has sent anything."""
        deadline = time.monotonic() + MAIL_WITHIN_S
        while len(found := self.mail()) <= before and time.monotonic() < deadline:
            time.sleep(0.1)
        return found[before:]

    def write_csv(self, name: str, *rows: str) -> Path:
        """Write an upload with the columns that people use."""
        path = self.directory / f"{name}.csv"
        path.write_text("\n".join([",".join(HEADER), *rows]) + "\n")
        return path


@contextmanager
def running_stack(
    directory: Path, *, intervals: str = "near_real_time=2s,standard=2s,low=2s", **settings: str
) -> Iterator[Stack]:
    """Start everything on free ports with an empty database and the demo firm's people.

    Its first polling policy asks about every receipt as often as `intervals` say.
    """
    with ExitStack() as stack:
        simulator = stack.enter_context(running_simulator("--tps=1000", "--daily-quota=1000000"))
        port = free_port()
        url = f"http://localhost:{port}"
        environment = _environment(directory, url, simulator) | settings
        running = Stack(url, directory, simulator, stack.enter_context(prepared(environment)))
        lay_migrated_database(directory / "legist.sqlite3")
        running.manage("demo_data")
        policy = directory / "polling.yaml"
        policy.write_text(json.dumps(from_intervals(intervals)))
        running.manage("polling_policy", "import", str(policy))
        web = [*PYTHON, "-m", "gunicorn", "legist.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
        for command in (web, [*PYTHON, "manage.py", "worker", "--workers", "1"]):
            stack.enter_context(_process(command, environment, log=directory / "processes.log"))
        _wait_until_ready(url)
        yield running


def _environment(directory: Path, url: str, simulator: RunningSimulator) -> dict[str, str]:
    own = {
        "DJANGO_SETTINGS_MODULE": "legist.settings",
        "LEGIST_BASE_URL": url,
        "LEGIST_CACHE_URL": "dummycache://",  # many tests sign in as one person within a minute
        "LEGIST_DATABASE_URL": f"sqlite:///{directory / 'legist.sqlite3'}",
        "LEGIST_EMAIL_URL": f"file://{directory / 'mail'}",
        "LEGIST_FIRM_NAME": "Lantern Immigration Law",
        "LEGIST_LOG_LEVEL": "WARNING",
        "LEGIST_TASK_ENGINE": "djangoq",
        "USCIS_TPS": "50",
        "USCIS_DAILY_QUOTA": "100000",
    }
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEGIST_", "USCIS_"))
    }
    return inherited | simulator.environment | own | {"USCIS_TIMEOUT_S": "5"}


@contextmanager
def _process(command: list[str], environment: dict[str, str], *, log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.1)
    message = f"Legist was not ready at {url} within {READY_WITHIN_S:.0f} s."
    raise AssertionError(message)
