"""Migrates an SQLite database for the tests once for each set of migrations; whoever needs one copies it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Generator
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from shutil import copy
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection

from tests.support.commands import ROOT

# After it has migrated, workflows lays down its playbooks, templates and texts.
WHAT_DECIDES: Final = (
    *("*/migrations/*.py", "*/*/migrations/*.py", "constraints.txt"),
    *("workflows/**/*.py", "workflows/**/*.txt"),
)


# Each step makes the models anew and drops the old ones: to look for those takes a third of the time.
MIGRATE: Final = """
import gc, django
from django.core.management import call_command
gc.disable()
django.setup()
call_command("migrate", verbosity=0)
"""


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """Have a process of the tests that migrates its own database do so without the garbage collector, too."""
    if fixturedef.argname != "django_db_setup":
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """True where the database is a copy: Django then migrates what the copy lacks, which is nothing."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put the copy where Django looks for the database of the tests."""
    if connection.vendor != "sqlite":
        return
    database = Path(connection.settings_dict["TEST"]["NAME"])
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    lay_migrated_database(database)


def lay_migrated_database(place: Path) -> None:
    """Put a database there to which today's migrations were applied, with the keys of development."""
    copy(_migrated(), place)


def _migrated() -> Path:
    files = sorted(path for pattern in WHAT_DECIDES for path in ROOT.glob(pattern))
    digest = sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:16]
    kept = Path(settings.VAR_DIR) / f"test-migrated-{digest}.sqlite3"
    with kept.with_name("test-migrated.lock").open("w") as turn:
        flock(turn, LOCK_EX)  # whoever comes while another one migrates waits, and has it for nothing
        if not kept.exists():
            for old in kept.parent.glob("test-migrated-*.sqlite3"):
                old.unlink()
            made = kept.with_suffix(".new")
            made.unlink(missing_ok=True)
            where = {"LEGIST_DATABASE_URL": f"sqlite:///{made}", "DJANGO_SETTINGS_MODULE": "legist.settings"}
            migrate = [sys.executable, "-W", "ignore", "-c", MIGRATE]
            subprocess.run(migrate, cwd=ROOT, env=os.environ | where, check=True)
            made.replace(kept)
    return kept
