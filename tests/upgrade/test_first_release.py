"""A firm that began with the first release upgrades.

Its database holds what `demo_data`, the simulated API and a few decisions of its people made of it then, and
walls and words as they were written into those tables (`earlier`).
"""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
APPS = {"core", "practice", "tracking", "workflows", "portal"}
TABLES = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table'",
    False: "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
# Walls round the matters of one client have become one wall round the client.
MERGED = {"practice_matterwall"}

pytestmark = [pytest.mark.process, pytest.mark.timeout(400)]  # every step since then


def dump() -> str:
    """Return the statements that make the database as it was, on the engine that the tests run on."""
    return lzma.decompress((ROOT / f"tests/upgrade/v0.1.0.{connection.vendor}.sql.xz").read_bytes()).decode()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database as the first release left it."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / "legist.sqlite3")) as file:
            file.executescript(dump())
        yield f"sqlite:///{tmp_path}/legist.sqlite3"
        return
    tests_own = urlsplit(os.environ["LEGIST_DATABASE_URL"])
    name = f"first_release_{os.getpid()}"
    url = urlunsplit(tests_own._replace(path=f"/{name}"))
    with psycopg.connect(urlunsplit(tests_own), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(url, autocommit=True) as empty:
                empty.execute(dump().encode())
            yield url
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rows_of(url: str) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    lite = url.startswith("sqlite")
    opened: Any = sqlite3.connect(url.removeprefix("sqlite:///")) if lite else psycopg.connect(url)
    with closing(opened) as file:
        names = [name for (name,) in file.execute(TABLES[lite]) if name.partition("_")[0] in APPS]
        return {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def run(database: str, *command: str) -> str:
    """Run a command with the keys of development, which the first release had too; return what it prints."""
    environment = {"PATH": os.environ["PATH"], "LEGIST_ENV": "dev", "LEGIST_DATABASE_URL": database}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        env=environment | {"DJANGO_SETTINGS_MODULE": "legist.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.django_db
def test_it_migrates_and_everything_opens(database: str) -> None:
    before = rows_of(database)

    run(database, "-m", "tests.upgrade.earlier")
    run(database, "manage.py", "migrate", "--verbosity", "0")

    after = rows_of(database)
    assert not [name for name in before.keys() - MERGED if after.get(name, 0) < before[name]]
    run(database, "manage.py", "verify_audit")
    found = json.loads(run(database, "-m", "tests.upgrade.everything"))
    assert found["opened"] > before["tracking_receipt"] > 0
    assert not {page: status for page, status in found["pages"].items() if status != 200}
    assert found["firms"] == []
    assert not [what for what, holds in found["taken along"].items() if holds is not True]
