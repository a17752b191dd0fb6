"""The units for systemd, carried out: each command as written, as their user, with their settings and umask.

What stands in `/opt`, `/etc` and `/var/lib` there stands in folders of the test here, and port 8000 is a free
one. What only systemd itself does (its sandbox, its order and restarts) is not tried.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.core.tasks.processes import eventually
from tests.deploy.conftest import confined
from tests.support.commands import free_port
from tests.support.containers import NOBODY, PATH, ROOT, copy_context

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]
PAGE = (ROOT / "docs/howto/run-with-systemd.md").read_text()
RUNNING = ("legist-web", "legist-worker", "legist-polling")
HOST = "legist.firm.example"


def command_of(words: str) -> str:
    """Return the one line of the page that holds these words."""
    (found,) = [line.strip() for line in PAGE.splitlines() if words in line and line.startswith("   ")]
    return found


@dataclass(slots=True)
class Machine:
    """Where the units run."""

    folder: Path
    prefix: list[str]
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """Return the text with what stands here for the places it names."""
        stands_for = {
            "/opt/legist/.venv/bin/": f"{Path(sys.executable).parent}/",
            "/opt/legist": f"{self.folder}/opt",
            "/etc/legist": f"{self.folder}/etc",
            "/var/lib/legist-backup": f"{self.folder}/backup",
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
        }
        for there, ours in stands_for.items():
            text = text.replace(there, ours)
        return text

    def service(self, name: str) -> list[tuple[str, str]]:
        """Return the settings of a unit's service in their order, names that come twice twice."""
        lines = (self.folder / f"opt/deploy/systemd/{name}.service").read_text().splitlines()
        pairs = [line.partition("=") for line in lines if "=" in line]
        return [(key, self.here(value)) for key, _sign, value in pairs]

    def environment(self, service: list[tuple[str, str]]) -> dict[str, str]:
        given = {"PATH": PATH}
        for key, value in service:
            text = (
                Path(value).read_text() if key == "EnvironmentFile" else value if key == "Environment" else ""
            )
            given |= dict(word.split("=", 1) for word in shlex.split(text, comments=True))
        return given

    def start(self, name: str, key: str = "ExecStart") -> subprocess.Popen[bytes]:
        """Start what a unit says under `key`; what it prints goes to its log."""
        service = self.service(name)
        found = dict(service)
        with self.log_of(name).open("ab") as log:
            return subprocess.Popen(
                [*self.prefix, *shlex.split(found[key])],
                cwd=found["WorkingDirectory"],
                env=self.environment(service),
                umask=int(found["UMask"], 8),
                stdout=log,
                stderr=log,
            )

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def logs(self) -> str:
        return "".join(self.log_of(name).read_text()[-3000:] for name in RUNNING)

    def as_the_units(self, line: str) -> None:
        """Do what `systemd-run` would: the command at the end of the line, with the properties it names."""
        given = dict(re.findall(r"-p (\w+)=(\S+)", self.here(line)))
        command = line[line.index(".venv/bin/") :].replace(".venv/bin/", f"{Path(sys.executable).parent}/", 1)
        done = subprocess.run(
            [*self.prefix, *shlex.split(command)],
            cwd=given["WorkingDirectory"],
            env=self.environment([("EnvironmentFile", given["EnvironmentFile"])]),
            umask=int(given["UMask"], 8),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def status_of(self, path: str) -> int:
        """Ask the web process as Caddy does."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            try:
                connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
                return connection.getresponse().status
            except OSError:
                return 0


def own(folder: Path, user: int) -> None:
    """Give a folder and what is in it to the user, as the page does with chown."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Do steps 1 to 4 of the page, but for the static files: building an image collects those."""
    folder = tmp_path_factory.mktemp("machine")
    found = Machine(folder, confined())
    for above in (folder, *folder.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    copy_context(folder / "opt")
    for path in (folder / "opt").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in ("opt/var", "etc", "backup"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    block = next(each for each in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL) if "key() {" in each)
    subprocess.run(["sh", "-ec", found.here(block)], env={"PATH": PATH}, check=True)
    settings = found.here((folder / "opt/deploy/legist.env").read_text())
    (folder / "etc/legist.env").write_text(settings)
    (folder / "etc/uscis.env").write_text("USCIS_CLIENT_ID='i d'\nUSCIS_CLIENT_SECRET='s$ecret'\n")
    if f"--reuid={NOBODY}" in found.prefix:
        for name in ("opt/var", "etc", "backup"):
            own(folder / name, int(NOBODY))
    found.as_the_units(command_of("manage.py migrate"))
    yield found
    for process in found.running.values():
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def started(machine: Machine) -> Iterator[Machine]:
    """Do step 5: each unit checks its settings, then starts."""
    checks = [machine.start(name, "ExecStartPre") for name in RUNNING]
    assert [check.wait(timeout=200) for check in checks] == [0, 0, 0], machine.logs()
    machine.running |= {name: machine.start(name) for name in RUNNING}
    assert eventually(lambda: machine.logs().count("pool_started") == 2, within_s=200), machine.logs()
    assert eventually(lambda: machine.status_of("/readyz") == 200, within_s=60), machine.logs()
    yield machine
    for process in machine.running.values():
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=60) for process in machine.running.values()] == [0, 0, 0]


def test_the_keys_are_their_owners_alone(machine: Machine) -> None:
    for name in ("field_keys", "index_key", "secret_key"):
        assert stat.S_IMODE((machine.folder / "etc" / name).stat().st_mode) == 0o600


def test_web_worker_and_polling_start_as_written_and_find_each_other(started: Machine) -> None:
    assert started.status_of("/healthz") == 200
    assert [process.poll() for process in started.running.values()] == [None, None, None]
    assert "Traceback" not in started.logs()


def test_nobody_else_reads_what_they_write(started: Machine) -> None:
    written = [path for path in (started.folder / "opt/var").rglob("*") if path.is_file()]

    assert "legist.sqlite3" in {path.name for path in written}
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_only_polling_has_the_credentials_as_they_stand(machine: Machine) -> None:
    known = {name: machine.environment(machine.service(name)) for name in (*RUNNING, "legist-backup")}

    assert known["legist-polling"]["USCIS_CLIENT_SECRET"] == "s$ecret"
    assert [name for name, given in known.items() if "USCIS_CLIENT_SECRET" in given] == ["legist-polling"]


def test_the_backup_of_the_first_day_is_whole(started: Machine) -> None:
    assert started.start("legist-backup").wait(timeout=110) == 0, started.log_of("legist-backup").read_text()

    (made,) = (started.folder / "backup").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert made.stat().st_size > 100_000


def test_every_service_is_started_by_name_on_the_page() -> None:
    services = {unit.stem for unit in (ROOT / "deploy/systemd").glob("*.service")}
    timer = ConfigParser(strict=False, interpolation=None)
    timer.read_string((ROOT / "deploy/systemd/legist-backup.timer").read_text())

    assert services == {*RUNNING, "legist-backup"}
    assert all(name in command_of("systemctl enable --now") for name in RUNNING)
    assert timer["Timer"]["OnCalendar"]
