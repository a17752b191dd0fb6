"""`manage.py move_to_postgres`: the whole install from SQLite to PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from legist import addresses
from legist.core import heartbeat, moving
from legist.core.clock import utc_now

BAD_USAGE = 2
SILENT_FOR = timedelta(minutes=1)


class Command(BaseCommand):
    """`manage.py move_to_postgres [--rehearse] [--json]`: 0 when everything is there and the same."""

    help = "Copy the whole install from SQLite into LEGIST_TARGET_DATABASE_URL, and compare every row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="copy and compare in a schema of its own, which is gone afterwards, while everything runs",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        is_rehearsal: bool = options["rehearse"]
        addresses.database("LEGIST_TARGET_DATABASE_URL", "")
        url = settings.LEGIST_TARGET_DATABASE_URL
        if connection.vendor != "sqlite" or not url.startswith("postgres"):
            message = (
                "LEGIST_DATABASE_URL must name the SQLite file, LEGIST_TARGET_DATABASE_URL the PostgreSQL."
            )
            raise CommandError(message, returncode=BAD_USAGE)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The SQLite database is of an earlier release. Run migrate first.")
        if not is_rehearsal and heartbeat.is_alive(heartbeat.WORKER, now=utc_now(), within=SILENT_FOR):
            message = (
                "A worker has worked within the last minute. Stop the workers and the web, then run it again."
            )
            raise CommandError(message)
        connection.close()
        say = (lambda _words: None) if options["json"] else self.stdout.write
        try:
            with moving.held(Path(connection.settings_dict["NAME"]), writers_wait=not is_rehearsal) as source:
                move = moving.Move(source, url, say, is_rehearsal)
                move.run()
        except moving.MoveError as error:
            raise CommandError(error.message) from None
        except (psycopg.Error, sqlite3.Error) as error:
            message = f"A database failed ({type(error).__name__}). Look at it, then run it again."
            raise CommandError(message) from None
        self.stdout.write(json.dumps(_document(move)) if options["json"] else _sentence(move))


def _document(move: moving.Move) -> dict[str, Any]:
    return {
        "tables": len(move.rows) + len(move.before),
        "rows": sum(move.rows.values()),
        "moved_before": sorted(move.before),
        "left": move.left,
        "same": True,
    }


def _sentence(move: moving.Move) -> str:
    left = ", ".join(f"{name} ({rows})" for name, rows in move.left.items())
    return (
        f"{sum(move.rows.values())} rows of {len(move.rows)} tables are there and the same"
        + (f", {len(move.before)} tables had been moved before" if move.before else "")
        + (f". Without a place there, and left: {left}" if left else "")
        + (
            ". It was a rehearsal: nothing of it is left."
            if move.is_rehearsal
            else ". Now let LEGIST_DATABASE_URL name it and keep the SQLite file."
        )
    )
