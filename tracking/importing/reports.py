"""What an import did, or would do: every line of every sheet counts exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tracking.importing.planning import PlannedRow
from tracking.models import ImportBatch, ImportRow
from tracking.remarks import said
from tracking.states import RowOutcome
from tracking.tables.table import Table

COUNTERS: Final = {
    RowOutcome.CREATED: "created",
    RowOutcome.UPDATED: "updated",
    RowOutcome.ALREADY_TRACKED: "already_tracked",
    RowOutcome.DUPLICATE: "duplicates",
    RowOutcome.WAITING: "waiting",
    RowOutcome.REJECTED: "rejected",
    "unassigned": "unassigned",
}
_ACCEPTED: Final = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.ALREADY_TRACKED)


@dataclass(slots=True)
class ImportReport:
    """What became of each line.

    `rejected` says why a row was refused, `waiting` which rows a person decides about, `skipped` which lines
    and sheets hold no rows, `remarks` what a person should know about a row that was accepted.
    """

    rows: int
    unknown_columns: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, table: Table) -> ImportReport:
        """Return the report of a file of which no row was looked at yet."""
        skipped = [
            {
                "sheet": _name(table.sheets, each.sheet),
                "line": each.line,
                "reason": each.reason,
                "remarks": [each.reason.kept],
            }
            for each in table.skipped
        ]
        return cls(len(table.rows), table.header.unknown, table.sheets, skipped=skipped)

    def as_json(self) -> dict[str, Any]:
        """Return the document that `import_receipts --json` prints; duplicates of any kind together.

        rows = created + updated + duplicates + rejected + waiting; with `skipped` that is the whole file.
        """
        repeated, tracked = self.counts[RowOutcome.DUPLICATE], self.counts[RowOutcome.ALREADY_TRACKED]
        return {
            "rows": self.rows,
            "created": self.counts[RowOutcome.CREATED],
            "updated": self.counts[RowOutcome.UPDATED],
            "duplicates": repeated + tracked,
            "repeated_in_file": repeated,
            "already_tracked": tracked,
            "unassigned": self.counts["unassigned"],
            **{name: [without(line, "remarks") for line in lines] for name, lines in self._lines.items()},
            "unknown_columns": list(self.unknown_columns),
        }

    def kept(self) -> dict[str, Any]:
        """Return the document as an upload keeps it: with codes in place of words."""
        lines = {name: [without(line, "reason") for line in lines] for name, lines in self._lines.items()}
        return self.as_json() | lines

    @property
    def _lines(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "rejected": self.rejected,
            "waiting": self.waiting,
            "skipped": self.skipped,
            "remarks": self.remarks,
        }

    def add(self, plans: Iterable[PlannedRow], counts: Counter[str]) -> None:
        """Count a chunk in."""
        self.counts.update(counts)
        for plan in plans:
            self.list_row(plan.outcome, as_line(plan, self.sheets))

    def list_row(self, outcome: str, line: dict[str, Any]) -> None:
        """List what a person must see of a row under its outcome."""
        if outcome == RowOutcome.REJECTED:
            self.rejected.append(line)
        elif outcome == RowOutcome.WAITING:
            self.waiting.append(without(line, "value_masked"))
        elif outcome in _ACCEPTED and line["reason"]:
            self.remarks.append(line)


def as_line(row: PlannedRow | ImportRow, sheets: tuple[str, ...]) -> dict[str, Any]:
    """Return what is shown of a row; its sheet is named where the file has more than one."""
    kept, words = (row.remarks, row.why) if isinstance(row, ImportRow) else (row.kept, said(row.kept))
    line = {"line": row.line, "value_masked": row.value_masked, "reason": words, "remarks": kept}
    return line | ({"sheet": _name(sheets, row.sheet)} if len(sheets) > 1 else {})


def report_of(batch: ImportBatch) -> ImportReport:
    """Rebuild the report of an import from what it has written."""
    counts = Counter({str(outcome): getattr(batch, name) for outcome, name in COUNTERS.items()})
    report = ImportReport(
        rows=batch.total,
        unknown_columns=tuple(batch.unknown_columns or ()),
        sheets=tuple(batch.sheets or ()),
        counts=counts,
        skipped=[line | {"reason": why(line)} for line in (batch.preview or {}).get("skipped", [])],
    )
    for row in ImportRow.objects.filter(batch=batch).order_by("sheet", "line"):
        report.list_row(row.outcome, as_line(row, report.sheets))
    return report


def why(line: Mapping[str, Any]) -> str:
    """Say why of a line that an upload keeps; an earlier release kept the words."""
    return str(line["reason"]) if "reason" in line else said(line["remarks"])


def without(line: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a line without one of its parts."""
    return {key: value for key, value in line.items() if key != name}


def _name(sheets: tuple[str, ...], index: int) -> str:
    return sheets[index] if index < len(sheets) else ""
