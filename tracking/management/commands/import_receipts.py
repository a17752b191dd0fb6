"""Import receipt numbers from a CSV or XLSX file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.actors import ACTS_AS_SYSTEM, Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput, LegistError
from legist.practice.people.staff import get_active_staff
from tracking import importing
from tracking.importing import ImportReport

ALL_REFUSED = 1
STOPPED = 1
BAD_USAGE = 2
VIA = "import_receipts"


class Command(BaseCommand):
    """Reads a file, says what became of each line, with a remark where a person should look.

    Acts as the system, to which every client and matter is open, and says so; `--as` sees the firm with the
    eyes of one person. Exits 0 when rows were imported, tracked already or wait, 1 when every row was refused
    or an error stopped the import, 2 when the file as a whole cannot be used.
    """

    help = "Import receipt numbers from a CSV or XLSX file with a header row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX; one column is called receipt_number.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; write nothing.")
        parser.add_argument(
            "--as", dest="person", metavar="EMAIL", help="See the firm as this member of staff does."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, print, and leave with the exit code that says how it went."""
        actor = self._actor(options["person"])
        report = _import(options["file"], actor=actor, is_dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json() | {"acting_as": actor.kind}, ensure_ascii=False))
        else:
            self.stdout.write(_sentence(report, is_dry_run=options["dry_run"]))
            for row in [*report.waiting, *report.remarks]:
                self.stdout.write(_line(row))
        for column in report.unknown_columns:
            self.stderr.write(f"Column {column!r} is not known and was ignored.")
        for row in [*report.skipped, *report.rejected]:
            self.stderr.write(_line(row))
        if report.rows and len(report.rejected) == report.rows:
            sys.exit(ALL_REFUSED)

    def _actor(self, email: str | None) -> Actor:
        if email is None:
            self.stderr.write(f"{ACTS_AS_SYSTEM} --as EMAIL narrows that.")
            return Actor.command(VIA)
        try:
            person = get_active_staff(email)
        except InvalidInput as error:
            raise CommandError(f"--as: {error.message}", returncode=BAD_USAGE) from None
        self.stderr.write(f"Acting as {person.name}: what is closed to them waits.")
        return Actor.for_user(person)


def _import(name: str, *, actor: Actor, is_dry_run: bool) -> ImportReport:
    try:
        content = Path(name).read_bytes()
        if is_dry_run:
            return importing.dry_run(content, actor=actor)
        return importing.import_now(content, filename=Path(name).name, actor=actor, now=utc_now(), via=VIA)
    except OSError as error:
        message = f"{name}: {error.strerror or 'cannot be read'}. Check the path."
        raise CommandError(message, returncode=BAD_USAGE) from None
    except importing.ImportFailedError as error:
        done = sum(error.report.counts.values()) - error.report.counts["unassigned"]
        message = f"{name}: stopped by {error.error_class} after {done} of {error.report.rows} rows. What is"
        remedy = "imported stays. Import the file again, or have it go on from its page under Imports."
        raise CommandError(f"{message} {remedy}", returncode=STOPPED) from None
    except LegistError as error:
        raise CommandError(f"{name}: {error.message}", returncode=BAD_USAGE) from None


def _line(row: dict[str, Any]) -> str:
    sheet, line = row.get("sheet"), row["line"]
    places = [f"Sheet {sheet!r}" if sheet else "", f"line {line}" if line else ""]
    place = ", ".join(filter(None, places))
    return ": ".join(filter(None, [place[:1].upper() + place[1:], row.get("value_masked"), row["reason"]]))


def _sentence(report: ImportReport, *, is_dry_run: bool) -> str:
    counts = report.as_json()
    verb = "Would import" if is_dry_run else "Imported"
    return (
        f"{verb} {report.rows} rows: {counts['created']} new ({counts['unassigned']} of them unassigned), "
        f"{counts['updated']} updated, {counts['duplicates']} duplicates, {len(report.waiting)} waiting, "
        f"{len(report.rejected)} rejected. {len(report.skipped)} other lines or sheets skipped."
    )
