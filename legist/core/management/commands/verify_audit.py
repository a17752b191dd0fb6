"""`manage.py verify_audit`: prove that nobody rewrote the record, nor the rows it tells of."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.core import audit
from legist.core.verification import Verification


class Command(BaseCommand):
    """Exit code 0 when all is as it was written, 1 with the first bad entry, row or gap when it is not."""

    help = "Recompute the audit chain and every seal, and name the first entry or row that does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = audit.verify()
        if options["json"]:
            self.stdout.write(json.dumps(_document(result)))
        elif result.is_whole:
            self.stdout.write(f"The record is whole. {result.words} Head: {result.head}.")
        else:
            self.stderr.write(f"{result.words} Compare with a backup before you go on.")
        if not result.is_whole:
            sys.exit(1)


def _document(result: Verification) -> dict[str, Any]:
    first = result.first
    return {
        "ok": result.is_whole,
        "entries": result.entries,
        "head": result.head,
        "sealed_rows": result.rows,
        "faults": result.faults,
        "bad_entry": result.bad_sequence,
        "bad_row": {"table": first.table, "id": first.row} if first and first.table else None,
        "reason": result.reason,
    }
