"""A CSV file as lines: any encoding, any delimiter, and quotation marks that nobody closed. Pure."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from itertools import islice
from typing import Final

from tracking.remarks import Remark
from tracking.tables.cells import text_of
from tracking.tables.columns import RECEIPT, Header, read_header
from tracking.tables.limits import (
    HEADER_WITHIN,
    LINE,
    MAX_COLUMNS,
    MAX_LINES,
    ROWS,
    Spending,
    UnreadableError,
)
from tracking.tables.lines import Line, Sheet, is_number

_DELIMITERS: Final = ",;\t|"
# A cell with more line breaks than this is a quotation mark that nobody closed.
_LONGEST_RECORD: Final = 50


class NotTextError(Exception):
    """The bytes are no text in any encoding that is understood."""


def read_csv(content: bytes) -> Sheet:
    """Return the lines of a CSV file. Raises NotTextError and UnreadableError."""
    text = io.StringIO(_decode(content), newline="")
    physical = list(islice(text, MAX_LINES))
    LINE.check(max(map(len, physical), default=0))
    if physical and physical[0].lower().startswith("sep="):
        physical[0] = "\n"  # Excel's own hint for itself; the delimiter is found without it.
    below = next(text, None)
    if below is not None and (below.strip() or any(line.strip() for line in text)):
        raise UnreadableError(ROWS.refusal)
    empty_from = MAX_LINES + 1 if below is not None else None
    lines = _Records(physical).read()
    return Sheet(lines=lines, is_shifting=True, empty_from=empty_from)


class _Records:
    """Puts physical lines together into records, where a quoted cell holds line breaks, and only there."""

    def __init__(self, physical: Sequence[str]) -> None:
        self._physical = physical
        self._spending = Spending()
        self._delimiter = _delimiter(physical)
        heads = [_split(line, self._delimiter) for line in physical[: 2 * HEADER_WITHIN]]
        headers = [read_header(cells) for cells in heads]
        self._header: Header | None = next((each for each in headers if RECEIPT in each.positions), None)
        self._width = self._header.width if self._header else max(map(len, heads), default=1)

    def read(self) -> list[Line]:
        """Return one line for each physical line."""
        lines: list[Line] = []
        doubtful = 0
        while len(lines) < len(self._physical):
            first = len(lines)
            span = self._span(first)
            if span and first < doubtful and self._closes(first):
                lines.append(Line(first + 1, fault=Remark("open_quote")))
            elif span == 1 or (span and self._is_one_record(first, span)):
                lines.append(Line(first + 1, self._cells(first, span)))
                lines += [Line(number, continues=first + 1) for number in range(first + 2, first + span + 1)]
            else:
                doubtful = max(doubtful, first + span)
                lines.append(Line(first + 1, fault=Remark("open_quote")))
        return lines

    def _span(self, first: int) -> int:
        """How many physical lines the record takes; 0 when a quotation mark is never closed."""
        if '"' not in self._physical[first]:
            return 1
        ahead = self._physical[first : first + _LONGEST_RECORD]
        reader = csv.reader([*ahead, ""], delimiter=self._delimiter)
        try:
            next(reader)
        except csv.Error:
            return 0
        return reader.line_num if reader.line_num <= len(ahead) else 0

    def _is_one_record(self, first: int, span: int) -> bool:
        """Say whether several lines are one record: well formed, no wider than the heading, no row inside."""
        record = self._physical[first : first + span]
        try:
            cells = next(csv.reader(record, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return len(cells) <= self._width and not any(map(self._is_row, record[1:-1]))

    def _is_row(self, line: str) -> bool:
        cells = _split(line, self._delimiter)
        if not min(2, self._width) <= len(cells) <= self._width:
            return False
        if self._header is None:
            return any(map(is_number, cells))
        return is_number(dict(enumerate(cells)).get(self._header.positions[RECEIPT], ""))

    def _closes(self, at: int) -> bool:
        """Say whether a line holds the mark that would close one opened above."""
        return self._physical[at].count('"') % 2 == 1

    def _cells(self, first: int, span: int) -> list[str]:
        if span > 1:
            cells = next(csv.reader(self._physical[first : first + span], delimiter=self._delimiter))
        else:
            cells = self._with_own_delimiter(self._physical[first])
        self._spending.take_cells(len(cells))
        return [text_of(cell) for cell in cells[:MAX_COLUMNS]]

    def _with_own_delimiter(self, line: str) -> list[str]:
        """A line that makes one cell may have been written with another delimiter than the heading."""
        cells = _split(line, self._delimiter)
        if len(cells) > 1 or self._width == 1:
            return cells
        others = (_split(line, delimiter) for delimiter in _DELIMITERS)
        return next((other for other in others if len(other) == self._width), cells)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(physical: Sequence[str]) -> str:
    """Return the delimiter that makes the most sense of the first lines: known headers, then more cells."""

    def sense(delimiter: str) -> tuple[int, int]:
        lines = [_split(line, delimiter) for line in physical[:HEADER_WITHIN]]
        return (
            max((len(read_header(cells).positions) for cells in lines), default=0),
            max(map(len, lines), default=0),
        )

    return max(_DELIMITERS, key=sense)


def _decode(content: bytes) -> str:
    """Decode by byte order mark, else as UTF-16 by its zeros, else each line as UTF-8 or Windows text."""
    encoding = ""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    try:
        text = content.decode(encoding) if encoding else _decode_lines(content)
    except UnicodeDecodeError:
        raise NotTextError from None
    if content.startswith(b"%PDF") or not _is_text(text):
        raise NotTextError
    return text.removeprefix("\ufeff")


def _decode_lines(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # One line from another program must not spoil the names on all the others.
        return "".join(map(_decode_line, content.splitlines(keepends=True)))


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _is_text(text: str) -> bool:
    return not any(ord(char) < 32 and char not in "\t\r\n\v\f\x1a" for char in text[:5000])
