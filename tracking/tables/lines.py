"""A sheet as it lies before us: every line with its own number, before anything is understood. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.remarks import Remark


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its cells as text and what is odd about it; columns count from 0.

    `fault` says why the line cannot be read at all; `continues` is the line that it belongs to; `merged`
    columns show the value of a cell above, `uncomputed` ones hold a formula without a stored value.
    """

    number: int
    cells: list[str] = field(default_factory=list)
    fault: Remark | None = None
    continues: int | None = None
    is_hidden: bool = False
    merged: frozenset[int] = frozenset()
    uncomputed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the whole of a CSV file (without a name).

    `unread` says why a sheet is left out; `is_shifting` is true where one delimiter too many moves cells.
    """

    name: str = ""
    lines: list[Line] = field(default_factory=list)
    unread: Remark | None = None
    hidden_columns: frozenset[int] = frozenset()
    is_shifting: bool = False
    empty_from: int | None = None


def is_number(cell: str) -> bool:
    """Say whether a cell holds a receipt number."""
    try:
        ReceiptNumber.parse(cell)
    except ReceiptNumberError:
        return False
    return True
