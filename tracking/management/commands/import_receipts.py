"""Import receipt numbers from a CSV or XLSX file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from tracking import importing
from tracking.importing import ImportReport

ALL_REFUSED = 1
BAD_USAGE = 2


class Command(BaseCommand):
    """Reads a file, says what became of its rows, with a remark where a person should look.

    Exits 0 when rows were imported or tracked already, 1 when every row was refused, 2 when the file as a
    whole cannot be used.
    """

    help = "Import receipt numbers from a CSV or XLSX file with a header row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX; one column is called receipt_number.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, print, and leave with the exit code that says how it went."""
        report = _import(options["file"], is_dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self.stdout.write(_sentence(report, is_dry_run=options["dry_run"]))
            for row in report.remarks:
                self.stdout.write(_line(row))
        for column in report.unknown_columns:
            self.stderr.write(f"Column {column!r} is not known and was ignored.")
        for row in report.rejected:
            self.stderr.write(_line(row))
        if report.rows and len(report.rejected) == report.rows:
            sys.exit(ALL_REFUSED)


def _import(name: str, *, is_dry_run: bool) -> ImportReport:
    actor = Actor.command("import_receipts")
    try:
        content = Path(name).read_bytes()
        if is_dry_run:
            return importing.dry_run(content, actor=actor)
        return importing.import_now(content, filename=Path(name).name, actor=actor, now=utc_now())
    except OSError as error:
        message = f"{name}: {error.strerror or 'cannot be read'}. Check the path."
        raise CommandError(message, returncode=BAD_USAGE) from None
    except InvalidInput as error:
        raise CommandError(f"{name}: {error.message}", returncode=BAD_USAGE) from None


def _line(row: dict[str, Any]) -> str:
    return f"Line {row['line']}: {row['value_masked']}: {row['reason']}"


def _sentence(report: ImportReport, *, is_dry_run: bool) -> str:
    counts = report.as_json()
    verb = "Would import" if is_dry_run else "Imported"
    return (
        f"{verb} {report.rows} rows: {counts['created']} new ({counts['unassigned']} of them unassigned), "
        f"{counts['updated']} updated, {counts['duplicates']} duplicates, {len(report.rejected)} rejected."
    )
