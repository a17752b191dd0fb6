"""A list as it was read: its rows, and the lines that are none. Pure, and plain enough for a pipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracking.remarks import Remark
from tracking.tables.columns import Header


@dataclass(frozen=True, slots=True)
class Row:
    """One line that ought to be a receipt: its place in the file and its known values as text.

    `sheet` counts from 0. `fault` says why nothing of it can be used; `remarks` what was odd about it.
    """

    line: int
    values: dict[str, str]
    sheet: int = 0
    fault: Remark | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is no row, or (without a line) a whole sheet that was not read."""

    sheet: int
    line: int | None
    reason: Remark


@dataclass(frozen=True, slots=True)
class Table:
    """A readable upload; `sheets` are the names of its sheets, a CSV file having none."""

    header: Header
    rows: list[Row]
    skipped: list[Skipped] = field(default_factory=list)
    sheets: tuple[str, ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """Return the table as JSON can carry it."""
        return {
            "header": [
                dict(self.header.positions),
                self.header.unknown,
                self.header.width,
                sorted(self.header.titled),
            ],
            "rows": [
                [
                    *(row.line, row.values, row.sheet, row.fault and row.fault.kept),
                    [remark.kept for remark in row.remarks],
                ]
                for row in self.rows
            ],
            "skipped": [[each.sheet, each.line, each.reason.kept] for each in self.skipped],
            "sheets": self.sheets,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Table:
        """Return the table that `as_plain` took apart."""
        positions, unknown, width, titled = plain["header"]
        return cls(
            Header(positions, tuple(unknown), width, frozenset(titled)),
            [
                Row(line, values, sheet, fault and Remark.read(fault), tuple(map(Remark.read, remarks)))
                for line, values, sheet, fault, remarks in plain["rows"]
            ],
            [Skipped(sheet, line, Remark.read(reason)) for sheet, line, reason in plain["skipped"]],
            tuple(plain["sheets"]),
        )
