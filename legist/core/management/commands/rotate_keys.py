"""`manage.py rotate_keys`: bring every encrypted value under the first field key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.rotation import Unreadable, rotate

SHOWN = 20


class Command(BaseCommand):
    """Re-encrypts in batches; stop it when you like and run it again."""

    help = "Re-encrypt every value with the first of LEGIST_FIELD_KEYS. Resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            message = "--batch: give a number of 1 or more."
            raise CommandError(message, returncode=2)
        total, unreadable = 0, list[Unreadable]()
        for label, done in rotate(batch=options["batch"], unreadable=unreadable):
            total += done
            self.stdout.write(f"{label}: {done}")
        if unreadable:
            rows = ", ".join(f"{row.label} {row.pk}" for row in unreadable[:SHOWN])
            message = (
                f"{total} rows re-encrypted. {len(unreadable)} rows open under none of LEGIST_FIELD_KEYS: "
                f"{rows}. Keep all keys, find the missing one or restore these rows, and run it again."
            )
            raise CommandError(message, returncode=1)
        self.stdout.write(f"{total} rows re-encrypted. Keys other than the first may now be removed.")
