"""A database of the tests taken back to earlier tables, step by step, and home again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def models_after(*migrations: tuple[str, str]) -> Any:
    """Return the models as the migrations left them."""
    return MigrationLoader(connection, replace_migrations=False).project_state(list(migrations)).apps


def migrate(*target: str) -> None:
    """Go to the app's migration, or home to today's tables, by the single steps.

    A squashed migration that is on record while an app it builds on has been taken back makes Django refuse
    to go on. So it leaves the record first; once everything is made again, Django writes it down.
    """
    recorder = MigrationRecorder(connection)
    for squashed in MigrationLoader(connection).replacements:
        recorder.record_unapplied(*squashed)
    gc.disable()  # Each step makes the models anew and drops the old ones: see migrated.py.
    try:
        call_command("migrate", *target, verbosity=0)
    finally:
        gc.enable()


@contextmanager
def earlier_tables(*migrations: tuple[str, str]) -> Iterator[Any]:
    """Take the tables back to where the migrations left them, yield the models of then, and come home."""
    try:
        for migration in migrations:
            migrate(*migration)
        yield models_after(*migrations)
    finally:
        migrate()
