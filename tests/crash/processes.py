"""Django processes with a database file of their own, to be killed without mercy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.migrated import lay_migrated_database

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """A database on disk and the environment that its processes share."""

    database: Path
    environment: dict[str, str]

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run a management command and return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._env(), check=check, capture_output=True, text=True, timeout=120
        )
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a management command and return its process."""
        return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self._env())

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command with `--json` and return its document."""
        document: dict[str, Any] = json.loads(self.manage(*arguments, "--json"))
        return document

    def run(self, code: str) -> int:
        """Run Python in a process of its own, with Django set up; return its exit code."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        return subprocess.run(command, cwd=ROOT, env=self._env(), check=False, timeout=120).returncode

    def ask(self, code: str) -> Any:
        """Run Python that leaves its answer in `answer`; return it."""
        command = [
            sys.executable,
            "-c",
            f"import django, json; django.setup()\n{code}\nprint(json.dumps(answer))",
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=self._env(), check=True, capture_output=True, text=True, timeout=120
        )
        return json.loads(done.stdout.splitlines()[-1])

    def _env(self) -> dict[str, str]:
        own = {
            "LEGIST_DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "legist.settings",
            "LEGIST_TASK_ENGINE": "immediate",
            "PYTHONPATH": str(ROOT),
        }
        return os.environ | own | self.environment


def install(directory: Path, environment: dict[str, str]) -> Installation:
    """Create the database."""
    installation = Installation(directory / "legist.sqlite3", environment)
    lay_migrated_database(installation.database)
    return installation


def upload(directory: Path, numbers: list[str]) -> str:
    """Write an upload of receipt numbers and return its path."""
    path = directory / "receipts.csv"
    path.write_text("\n".join(["receipt_number", *numbers]))
    return str(path)
