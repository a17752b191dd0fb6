"""Start real processes of the product on the test database, and wait for what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

ROOT = Path(__file__).resolve().parents[3]


def database_url() -> str:
    """Return the URL of the database this test runs on."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    # The URL of the run, with the name of the test database in the place of its own.
    return urlsplit(os.environ["LEGIST_DATABASE_URL"])._replace(path=f"/{database['NAME']}").geturl()


def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start Python with the arguments, the test database, and settings: the djangoq engine by default."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.core.tasks.process_settings",
        "LEGIST_DATABASE_URL": database_url(),
        **({"LEGIST_TASK_ENGINE": "djangoq"} | settings),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE
    )


def eventually(holds: Callable[[], bool], *, within_s: float = 75, every_s: float = 0.05) -> bool:
    """Look again and again until it holds or the time is over; return whether it held."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(every_s)
    return holds()


def children_of(pid: int) -> list[int]:
    """Return the process ids of all living descendants (Linux)."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in listing.read_text().split()] if listing.exists() else []
    return found + [grandchild for child in found for grandchild in children_of(child)]
