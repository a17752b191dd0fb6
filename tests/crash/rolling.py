"""Several machines, restarted one after the other under load: is a request lost, or a poll?

What the profile `scale` of compose.yaml runs, as processes of this machine: two web processes behind Caddy,
two workers for everything but polling, one for polling alone, PostgreSQL, a Redis-compatible broker, and the
simulated USCIS, which judges the pace. Too long for every day: `make soak` names this file.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import requests

from tests.core.tasks.processes import eventually
from tests.deploy.conftest import start_caddy
from tests.factories.tracking import numbers
from tests.support.brokers import BrokerOf
from tests.support.commands import free_port
from tests.support.postgres import server
from tests.support.simulator import ROOT, RunningSimulator, running_simulator
from tests.support.soak import keep
from tests.support.stack import PYTHON
from tracking.polling.policy import from_intervals

pytestmark = pytest.mark.process
PER_SECOND: Final = 5
RECEIPTS: Final = 40
ASKERS: Final = 3
# As `pre_stop` in compose.yaml, and twice the distance of two looks of the proxy.
LEAVES_FOR_S: Final = 5
SEEN_AFTER_S: Final = 2


@dataclass(slots=True)
class Load:
    """People who ask without a pause; an answer of the application is one, whatever it says."""

    url: str
    authority: Path
    answers: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.authority)
            while not self.is_over.is_set():
                for method in ("GET", "POST"):
                    self.answers[self._one(session, method)] += 1

    def _one(self, session: requests.Session, method: str) -> str:
        try:
            status = session.request(method, f"{self.url}/accounts/login/", timeout=60).status_code
        except requests.RequestException as error:
            return f"{method} {type(error).__name__}"
        return f"{method} {status}"

    @property
    def lost(self) -> dict[str, int]:
        kept = ("GET 200", "POST 403", "POST 429")  # without its token a form is refused
        return {answer: count for answer, count in self.answers.items() if answer not in kept}


@dataclass(slots=True)
class Machines:
    """The processes, each with a log of its own."""

    folder: Path
    environment: dict[str, str]
    ports: tuple[int, int]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    exit_codes: list[int] = field(default_factory=list)

    def start(self, name: str) -> None:
        own = {"LEGIST_LEAVING_PATH": str(self.folder / f"{name}.leaving")}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self._command(name), cwd=ROOT, env=self.environment | own, stdout=log, stderr=log
            )

    def _command(self, name: str) -> list[str]:
        if name.startswith("web"):
            bind = f"127.0.0.1:{self.ports[name == 'web2']}"
            gunicorn = [*PYTHON, "-m", "gunicorn", "legist.wsgi", "--bind", bind, "--threads", "8"]
            return [*gunicorn, "--no-control-socket"]
        kind = "--only" if name.startswith("polling") else "--except"
        return [*PYTHON, "manage.py", "worker", "--workers", "1", kind, "polling"]

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        self.exit_codes.append(process.wait(60))

    def restart_web(self, name: str) -> None:
        leaving = self.folder / f"{name}.leaving"
        leaving.touch()
        time.sleep(LEAVES_FOR_S)
        self.stop(name)
        leaving.unlink()
        self.start(name)
        assert eventually(lambda: self.is_up(name)), (self.folder / f"{name}.log").read_text()[-3000:]
        time.sleep(SEEN_AFTER_S)

    def is_up(self, name: str) -> bool:
        try:
            answer = requests.get(f"http://127.0.0.1:{self.ports[name == 'web2']}/healthz", timeout=5)
        except requests.RequestException:
            return False
        return answer.status_code == 200

    def manage(self, *arguments: str) -> None:
        command = [*PYTHON, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]


def prepare(machines: Machines) -> None:
    """Make the firm, its receipts and a policy that asks about each as often as the pace allows."""
    machines.manage("migrate", "-v", "0")
    machines.manage("demo_data")
    policy, upload = machines.folder / "policy.yaml", machines.folder / "receipts.csv"
    policy.write_text(json.dumps(from_intervals("near_real_time=2s,standard=2s,low=2s")))
    machines.manage("polling_policy", "import", str(policy))
    upload.write_text("\n".join(["receipt_number", *numbers(RECEIPTS)]))
    machines.manage("import_receipts", str(upload))


def roll(machines: Machines, seen: Any) -> None:
    """Restart every process, one after the other; of the polling one the next comes before the last goes."""
    for web in ("web", "web2"):
        machines.restart_web(web)
    for worker in ("worker", "worker2"):
        machines.stop(worker)
        machines.start(worker)
        assert eventually(lambda: seen("SELECT count(*) FROM core_workerprocess") == 3)
    machines.start("polling2")
    assert eventually(lambda: seen("SELECT count(*) FROM core_workerprocess") == 4)
    time.sleep(SEEN_AFTER_S)
    machines.stop("polling")


def measure(folder: Path, simulator: RunningSimulator, database: str, broker: str) -> dict[str, Any]:
    """Start all of it, restart all of it under load, and say what became of requests and polls."""
    ports, https = (free_port(), free_port()), free_port()
    machines = Machines(folder, environment_of(folder, simulator, database, broker, https), ports)
    load = Load(f"https://localhost:{https}", folder / "caddy/pki/authorities/local/root.crt")
    askers = [threading.Thread(target=load.ask) for _ in range(ASKERS)]
    with psycopg.connect(database, autocommit=True) as connection:

        def seen(statement: str, *values: object) -> Any:
            return (connection.execute(statement, values).fetchone() or [None])[0]

        try:
            prepare(machines)
            for name in ("web", "web2", "worker", "worker2", "polling"):
                machines.start(name)
            caddy = start_caddy(folder, "localhost", ports[0], http=free_port(), https=https, web2=ports[1])
            machines.running["caddy"] = caddy
            assert eventually(lambda: all(map(machines.is_up, ("web", "web2"))) and load.authority.exists())
            assert eventually(lambda: load._one(_trusting(load), "GET") == "GET 200")
            assert eventually(lambda: seen("SELECT count(*) FROM tracking_statusquery") > PER_SECOND)
            for asker in askers:
                asker.start()
            roll(machines, seen)
            since = seen("SELECT clock_timestamp()")
            late = (
                "SELECT count(*) FROM tracking_receipt WHERE last_checked_at IS NULL OR last_checked_at < %s"
            )
            eventually(lambda: seen(late, since) == 0, within_s=120, every_s=0.5)
            load.is_over.set()
            machines.stop("polling2")
            judged = requests.get(f"{simulator.url}/_sim/calls?tps={PER_SECOND}", timeout=10).json()
            unread = seen(
                "SELECT count(*) FROM tracking_statusquery WHERE outcome NOT IN ('ok', 'permanent')"
            )
            polls = seen("SELECT count(*) FROM tracking_statusquery")
            never = seen(late, since)
            for name in list(machines.running):
                machines.stop(name)
        finally:
            load.is_over.set()
            for process in machines.running.values():
                process.kill()
                process.wait()
            for asker in filter(threading.Thread.is_alive, askers):
                asker.join()
    return {
        "requests": load.answers.total(),
        "lost_requests": load.lost,
        "polls": polls,
        "lost_polls": {
            "not_asked_again": never,
            "without_answer": unread,
            "off_the_record": judged["total"] - polls,
        },
        "over_the_pace": judged["over"],
        "max_in_second": judged["max_requests_per_second"],
        "exit_codes": machines.exit_codes,
    }


def _trusting(load: Load) -> requests.Session:
    session = requests.Session()
    session.trust_env, session.verify = False, str(load.authority)
    return session


def environment_of(
    folder: Path, simulator: RunningSimulator, database: str, broker: str, https: int
) -> dict[str, str]:
    """Return the settings that every machine has."""
    inherited = {
        name: text for name, text in os.environ.items() if not name.startswith(("LEGIST_", "USCIS_"))
    }
    own = {
        "DJANGO_SETTINGS_MODULE": "legist.settings",
        "LEGIST_ALLOWED_HOSTS": "localhost, 127.0.0.1",
        "LEGIST_BASE_URL": f"https://localhost:{https}",
        "LEGIST_BROKER_URL": broker,
        "LEGIST_CACHE_URL": f"{broker}1",
        "LEGIST_DATABASE_URL": database,
        "LEGIST_EMAIL_URL": f"file://{folder / 'mail'}",
        "LEGIST_LOG_LEVEL": "WARNING",
        "LEGIST_TASK_ENGINE": "celery",
        "LEGIST_TRUSTED_PROXIES": "1",
        "USCIS_TPS": str(PER_SECOND),
        "USCIS_DAILY_QUOTA": "1000000",
    }
    return inherited | simulator.environment | own | {"USCIS_TIMEOUT_S": "10"}


def test_no_request_and_no_poll_is_lost_while_every_machine_is_restarted(
    tmp_path: Path, broker_of: BrokerOf
) -> None:
    with running_simulator("--tps=1000", "--daily-quota=1000000") as simulator, server() as database:
        found = measure(tmp_path, simulator, database, broker_of("valkey").url)
    keep(rolling=found)

    assert found["requests"] > 100
    assert found["lost_requests"] == {}
    assert found["lost_polls"] == {"not_asked_again": 0, "without_answer": 0, "off_the_record": 0}
    assert found["over_the_pace"] == 0
    assert found["max_in_second"] <= PER_SECOND
    assert set(found["exit_codes"]) == {0}
