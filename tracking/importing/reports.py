"""What an import did, or would do: every line of every sheet counts exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from tracking.importing.planning import PlannedRow
from tracking.models import ImportBatch, ImportRow
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
            {"sheet": _name(table.sheets, each.sheet), "line": each.line, "reason": each.reason}
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
            "rejected": self.rejected,
            "waiting": self.waiting,
            "skipped": self.skipped,
            "remarks": self.remarks,
            "unknown_columns": list(self.unknown_columns),
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
            self.waiting.append({name: value for name, value in line.items() if name != "value_masked"})
        elif outcome in _ACCEPTED and line["reason"]:
            self.remarks.append(line)


def as_line(row: PlannedRow | ImportRow, sheets: tuple[str, ...]) -> dict[str, Any]:
    """Return what is shown of a row; its sheet is named where the file has more than one."""
    line = {"line": row.line, "value_masked": row.value_masked, "reason": row.reason}
    return line | ({"sheet": _name(sheets, row.sheet)} if len(sheets) > 1 else {})


def report_of(batch: ImportBatch) -> ImportReport:
    """Rebuild the report of an import from what it has written."""
    counts = Counter({str(outcome): getattr(batch, name) for outcome, name in COUNTERS.items()})
    report = ImportReport(
        rows=batch.total,
        unknown_columns=tuple(batch.unknown_columns or ()),
        sheets=tuple(batch.sheets or ()),
        counts=counts,
        skipped=(batch.preview or {}).get("skipped", []),
    )
    for row in ImportRow.objects.filter(batch=batch).order_by("sheet", "line"):
        report.list_row(row.outcome, as_line(row, report.sheets))
    return report


def _name(sheets: tuple[str, ...], index: int) -> str:
    return sheets[index] if index < len(sheets) else ""
