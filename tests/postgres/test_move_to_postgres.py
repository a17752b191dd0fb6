"""`move_to_postgres`: everything that stands in SQLite stands in PostgreSQL afterwards, as it was."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from legist.core.moving import REHEARSAL, Table, in_order
from tests.support.migrated import lay_migrated_database
from tests.support.prepared import Run, prepared

pytestmark = pytest.mark.process
PATH = {"PATH": "/usr/bin:/bin", "LEGIST_ENV": "dev"}


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A database of SQLite, with the demo's firm in it once `run` has made it."""
    lay_migrated_database(tmp_path / "legist.sqlite3")
    return tmp_path / "legist.sqlite3"


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of an empty database on the server of this run."""
    server, name = os.environ["LEGIST_DATABASE_URL"], f"legist_move_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def run(firm: Path, empty: str) -> Iterator[Run]:
    own = {"LEGIST_DATABASE_URL": f"sqlite:///{firm}", "LEGIST_TARGET_DATABASE_URL": empty}
    with prepared(PATH | own) as found:
        assert found("demo_data").returncode == 0
        yield found


def ask_there(address: str, words: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(words).fetchall()


def do_here(file: Path, words: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(words).fetchall()


def test_a_firm_is_moved_after_a_rehearsal_and_a_fault_and_works_on(firm: Path, empty: str, run: Run) -> None:
    """One story, for each of its steps migrates a database."""
    rehearsed = run("move_to_postgres", "--rehearse", "--json")
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert ask_there(empty, f"SELECT to_regnamespace('{REHEARSAL}'), to_regclass('practice_user')") == [
        (None, None)
    ]

    # PostgreSQL keeps no NUL in a text: the last table cannot be moved as it is.
    do_here(firm, "UPDATE workflows_playbook SET reason = 'Dana' || char(0) || 'Doe'")
    stopped = run("move_to_postgres", "--json")
    assert stopped.returncode == 1
    assert "workflows_playbook" in stopped.stderr
    assert "Dana" not in stopped.stderr

    do_here(firm, "UPDATE workflows_playbook SET reason = ''")
    done = run("move_to_postgres", "--json")
    assert done.returncode == 0, done.stderr
    moved = json.loads(done.stdout)
    assert moved["moved_before"]
    assert moved["left"] == {}

    for words in ("SELECT count(*) FROM practice_user", "SELECT name FROM practice_client ORDER BY id"):
        assert ask_there(empty, words) == do_here(firm, words)
    assert run("move_to_postgres", "--json").returncode == 1
    with prepared(PATH | {"LEGIST_DATABASE_URL": empty}) as there:
        assert there("demo_data", "--receipts", "3").returncode == 0
        assert there("verify_audit").returncode == 0


def test_it_moves_nothing_before_what_it_points_to() -> None:
    points = {"a": {"b"}, "b": {"c", "d"}, "c": {"b"}, "d": set()}
    tables = {name: Table(name, {}, frozenset(others)) for name, others in points.items()}

    assert in_order(tables) == [frozenset({"d"}), frozenset({"b", "c"}), frozenset({"a"})]
