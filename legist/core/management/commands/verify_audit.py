"""`manage.py verify_audit`: prove that nobody rewrote the record."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.core import audit


class Command(BaseCommand):
    """Exit code 0 when the chain is whole, 1 with the first bad entry when it is not."""

    help = "Recompute the audit chain and name the first entry that is missing, moved or altered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = audit.verify()
        if options["json"]:
            document = {
                "ok": result.is_whole,
                "entries": result.entries,
                "head": result.head,
                "bad_entry": result.bad_sequence,
                "reason": result.reason,
            }
            self.stdout.write(json.dumps(document))
        elif result.is_whole:
            self.stdout.write(f"The record is whole: {result.entries} entries, head {result.head}.")
        else:
            self.stderr.write(
                f"Entry {result.bad_sequence}: {result.reason}. Compare with a backup before you go on."
            )
        if not result.is_whole:
            sys.exit(1)
