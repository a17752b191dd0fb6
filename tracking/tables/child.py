"""The process that reads one file: `python -m tracking.tables.child`, bytes in, one JSON document out.

It has no database, no key and no setting, and gives itself limits before it looks at the first byte. It
ends with OUT_OF_MEMORY when these do not suffice; the kernel ends it when it takes too long.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tracking.remarks import Remark
from tracking.tables.cells import means_nothing
from tracking.tables.columns import RECEIPT, Header, read_header
from tracking.tables.csv_file import NotTextError, read_csv
from tracking.tables.limits import BYTES, HEADER_WITHIN, MEMORY, ROWS, SECONDS, TEXT, UnreadableError
from tracking.tables.lines import Line, Sheet, is_number
from tracking.tables.table import Row, Skipped, Table


def read_table(content: bytes) -> Table:
    """Read the bytes of a CSV or XLSX file; the name of the file decides nothing.

    Raises UnreadableError that says what is wrong with the file as a whole and what to do.
    """
    if not content.strip():
        raise UnreadableError(Remark("empty_file"))
    try:
        BYTES.check(len(content))
        is_workbook = content.startswith(b"PK\x03\x04")
        return _table(_workbook(content) if is_workbook else [read_csv(content)])
    except NotTextError:
        raise UnreadableError(_not_a_table(content)) from None


def _workbook(content: bytes) -> Sequence[Sheet]:
    from tracking.tables.workbook import read_workbook  # with openpyxl, which most lists do not need

    return read_workbook(content)


def _table(sheets: Sequence[Sheet]) -> Table:
    read = [_SheetRows(index, sheet).read() for index, sheet in enumerate(sheets)]
    headers = [each.header for each in read if each.header is not None]
    if not headers:
        raise UnreadableError(_no_column(sheets))
    rows = [row for each in read for row in each.rows]
    ROWS.check(len(rows))
    unknown = dict.fromkeys(name for each in read for name in each.unknown)
    TEXT.check(sum(map(len, unknown)) + sum(len(value) for row in rows for value in row.values.values()))
    return Table(
        replace(headers[0], unknown=tuple(unknown)),
        rows,
        [line for each in read for line in each.skipped],
        tuple(sheet.name for sheet in sheets) if sheets[0].name else (),
    )


class _SheetRows:
    """Tells the rows of one sheet from its headings, titles and empty lines."""

    def __init__(self, index: int, sheet: Sheet) -> None:
        self._index = index
        self._sheet = sheet
        self.header: Header | None = None
        self.rows: list[Row] = []
        self.skipped: list[Skipped] = []
        self._unknown: dict[str, None] = {}
        self._untitled: set[int] = set()

    @property
    def unknown(self) -> list[str]:
        """The headings nobody knows, and the columns that have none."""
        nameless = [_("column %(letter)s") % {"letter": _letter(index)} for index in sorted(self._untitled)]
        return [*self._unknown, *nameless]

    def read(self) -> _SheetRows:
        """Take every line of the sheet, or the sheet as a whole when it has no receipt numbers."""
        start, self.header = _find_header(self._sheet.lines)
        if self._sheet.unread or self.header is None:
            self._skip(None, self._sheet.unread or Remark("sheet_without_column"))
            return self
        for line in self._sheet.lines[:start]:
            self._take_above(line)
        for line in self._sheet.lines[start:]:
            self._take(line)
        if self._sheet.empty_from is not None:
            self._skip(self._sheet.empty_from, Remark("empty_below"))
        return self

    def _take_above(self, line: Line) -> None:
        """A title is skipped; a receipt number that stands above the heading is not."""
        assert self.header is not None  # noqa: S101  found before lines are taken
        number = self.header.pick(line.cells)[RECEIPT]
        if line.fault or is_number(number):
            remark = Remark("above_heading")
            self.rows.append(Row(line.number, {RECEIPT: number}, self._index, line.fault, (remark,)))
        else:
            self._skip(line.number, Remark("stands_above" if any(line.cells) else "empty"))

    def _take(self, line: Line) -> None:
        assert self.header is not None  # noqa: S101  found before lines are taken
        if line.fault:
            self.rows.append(Row(line.number, {}, self._index, line.fault))
        elif reason := _not_a_row(line):
            self._skip(line.number, reason)
        elif _is_heading(line.cells):
            self.header = read_header(line.cells)
            self._unknown |= dict.fromkeys(self.header.unknown)
            self._skip(line.number, Remark("heading"))
            self._remark_hidden_columns(line, self.header)
        else:
            self.rows.append(self._row(line, self.header))

    def _row(self, line: Line, header: Header) -> Row:
        values = header.pick(line.cells)
        remarks = [Remark("hidden_line")] if line.is_hidden else []
        beyond = {index for index, cell in enumerate(line.cells) if cell and index not in header.titled}
        if not header.titled:
            if len(beyond) > 1:
                remarks.append(Remark("no_heading"))
        elif self._sheet.is_shifting and any(index >= header.width for index in beyond):
            values = dict.fromkeys(values, "") | {RECEIPT: values[RECEIPT]}
            remarks.append(Remark("shifted"))
        else:
            self._untitled |= beyond
        uncomputed = [name for name, index in header.positions.items() if index in line.uncomputed]
        if uncomputed and uncomputed != [RECEIPT]:
            names = [name for name in uncomputed if name != RECEIPT]
            remarks.append(Remark("uncomputed", columns=names))
        return Row(line.number, values, self._index, _fault(line, header), tuple(remarks))

    def _remark_hidden_columns(self, line: Line, header: Header) -> None:
        names = [name for name, at in header.positions.items() if at in self._sheet.hidden_columns]
        if names:
            self.skipped[-1] = Skipped(self._index, line.number, Remark("hidden_columns", columns=names))

    def _skip(self, line: int | None, reason: Remark) -> None:
        self.skipped.append(Skipped(self._index, line, reason))


def _find_header(lines: Sequence[Line]) -> tuple[int, Header | None]:
    """Return where the table begins, with its heading; a bare list of numbers is understood without one."""
    filled = ((index, line.cells) for index, line in enumerate(lines) if any(line.cells))
    first: list[str] | None = None
    for _within, (index, cells) in zip(range(HEADER_WITHIN), filled, strict=False):
        if _is_heading(cells):
            return index, read_header(cells)
        first = cells if first is None else first
    for column, cell in enumerate(first or ()):
        if is_number(cell):
            return 0, Header({RECEIPT: column}, ())
    return 0, None


def _is_heading(cells: Sequence[str]) -> bool:
    return RECEIPT in read_header(cells).positions and not any(map(is_number, cells))


def _not_a_row(line: Line) -> Remark | None:
    """Say why a line is no row, or nothing."""
    if line.continues is not None:
        return Remark("continues", line=line.continues)
    own = [cell for index, cell in enumerate(line.cells) if index not in line.merged]
    if line.uncomputed or not all(map(means_nothing, own)):
        return None
    return Remark("merged" if line.merged else "empty")


def _fault(line: Line, header: Header) -> Remark | None:
    at = header.positions[RECEIPT]
    if at in line.merged:
        return Remark("merged_number")
    if at in line.uncomputed:
        return Remark("uncomputed_number")
    return None


def _letter(index: int) -> str:
    """Return the name that spreadsheets give to a column: A for 0, AA for 26."""
    name = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        name, index = chr(ord("A") + rest) + name, index - 1
    return name


def _no_column(sheets: Sequence[Sheet]) -> Remark:
    if any(sheet.unread for sheet in sheets) and len(sheets) > 1:
        return Remark("no_visible_column")
    return Remark("no_column")


def _not_a_table(content: bytes) -> Remark:
    import puremagic  # for what is no list

    try:
        kind = puremagic.magic_string(content[:8192])[0].extension
    except (puremagic.PureError, ValueError):
        kind = ""
    if kind:
        return Remark("other_kind", kind=kind)
    return Remark("no_table")


OUT_OF_MEMORY = 3


def main() -> int:
    """Read standard input, answer with the table or with why there is none."""
    _limit()
    settings.configure(USE_I18N=False)
    content = sys.stdin.buffer.read(BYTES.most + 1)
    try:
        try:
            answer: dict[str, Any] = {"table": read_table(content).as_plain()}
        except UnreadableError as error:
            answer = {"refused": error.args[0].kept}
        sys.stdout.write(json.dumps(answer))
        sys.stdout.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit() -> None:
    """Bound time and memory; no file is written, no core is left behind. Narrower limits stay as they are."""
    for which, soft, hard in (
        (resource.RLIMIT_AS, MEMORY.most, MEMORY.most),
        (resource.RLIMIT_CPU, SECONDS.most, SECONDS.most + 5),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        given = resource.getrlimit(which)
        resource.setrlimit(which, (_narrower(soft, given[0]), _narrower(hard, given[1])))


def _narrower(wanted: int, given: int) -> int:
    return wanted if given == resource.RLIM_INFINITY else min(wanted, given)


if __name__ == "__main__":
    sys.exit(main())
