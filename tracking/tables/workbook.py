"""An XLSX workbook as lines. Formulas give the value that was stored last; nothing is computed."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.worksheet.cell_range import CellRange

from legist.core.resilience.error_capture import ErrorCapture
from tracking.remarks import Remark
from tracking.tables.cells import text_of
from tracking.tables.limits import (
    CELLS,
    DEPTH,
    ELEMENTS,
    MAX_COLUMNS,
    MAX_LINES,
    PARTS,
    RATIO,
    RATIO_FROM,
    ROWS,
    SHEETS,
    STRINGS,
    UNPACKED,
    Limit,
    Spending,
    UnreadableError,
)
from tracking.tables.lines import Line, Sheet

_MANIFEST: Final = "xl/workbook.xml"
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 1
_PIECE: Final = 1 << 16
_BEFORE_MARKUP: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
# The elements that cost most to build.
_COSTLY: Final[Mapping[str, Limit]] = {"c": CELLS, "si": STRINGS, "sheet": SHEETS}


def check_archive(content: bytes) -> None:
    """Refuse what is no workbook, or costs more than one may. Raises UnreadableError.

    Sizes are first believed, then counted while unpacking: a header may say anything.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            scan = _Scan()
            for part in parts:
                with archive.open(part) as unpacked:
                    scan.read(unpacked, packed=part.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError):
        raise UnreadableError(Remark("damaged")) from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    PARTS.check(len(parts))
    if not any(part.filename == _MANIFEST for part in parts):
        raise UnreadableError(Remark("archive"))
    if any(part.flag_bits & _ENCRYPTED or part.compress_type not in _METHODS for part in parts):
        raise UnreadableError(Remark("not_opened"))
    UNPACKED.check(sum(part.file_size for part in parts))


class _Scan:
    """Counts what the parts of one workbook unpack into, and what their markup would build."""

    def __init__(self) -> None:
        self._unpacked = 0
        self._elements = 0
        self._costly: Counter[str] = Counter()
        self._depth = 0

    def read(self, part: IO[bytes], *, packed: int) -> None:
        """Unpack a part piece by piece and count it in."""
        size, parser = 0, None
        while piece := part.read(_PIECE):
            if not size and piece.lstrip(_BEFORE_MARKUP).startswith(b"<"):
                parser = self._parser()
            size += len(piece)
            self._unpacked += len(piece)
            UNPACKED.check(self._unpacked)
            if size > RATIO_FROM:
                RATIO.check(size // max(packed, 1))
            parser = parser and self._feed(parser, piece)

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        self._depth = 0
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartDoctypeDeclHandler = _refuse_entities
        return parser

    def _feed(self, parser: expat.XMLParserType, piece: bytes) -> expat.XMLParserType | None:
        """Parse on; malformed markup ends the counting, as it will end the reading."""
        try:
            parser.Parse(piece, False)  # noqa: FBT003  expat takes no names
        except expat.ExpatError:
            return None
        return parser

    def _open(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH.most or self._elements > ELEMENTS.most:
            DEPTH.check(self._depth)
            ELEMENTS.check(self._elements)
        local = name.rpartition(":")[2]
        if local in _COSTLY:
            self._costly[local] += 1
            _COSTLY[local].check(self._costly[local])

    def _close(self, _name: str) -> None:
        self._depth -= 1


def _refuse_entities(*_declared: object) -> None:
    raise UnreadableError(Remark("document_type"))


# What expat says when it gets no memory.
_NO_MEMORY: Final = 1
_MAX_MERGED: Final = 200_000
_YES: Final = frozenset({"1", "true"})


def read_workbook(content: bytes) -> list[Sheet]:
    """Return every sheet in order. Raises UnreadableError."""
    check_archive(content)
    sheets: list[Sheet] = []
    with ErrorCapture() as boundary, warnings.catch_warnings():
        # Styles and validations that the reader does not know are no concern of ours.
        warnings.simplefilter("ignore")
        sheets = _sheets(content)
    if isinstance(boundary.error, UnreadableError | MemoryError):
        raise boundary.error
    if isinstance(boundary.error, ParseError) and boundary.error.code == _NO_MEMORY:
        raise MemoryError
    if boundary.error is not None:
        raise UnreadableError(Remark("not_opened"))
    return sheets


def _sheets(content: bytes) -> list[Sheet]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    spending = Spending()
    try:
        return [_sheet(book[name], name, spending) for name in book.sheetnames]
    finally:
        book.close()


def _sheet(sheet: Any, name: str, spending: Spending) -> Sheet:
    if not isinstance(sheet, ReadOnlyWorksheet):
        return Sheet(name, unread=Remark("chart"))
    if sheet.sheet_state != "visible":
        return Sheet(name, unread=Remark("hidden_sheet"))
    return _Reader(sheet, spending).read(name)


class _Parser(WorkSheetParser):
    """Tells an empty cell from a formula whose value was never stored; openpyxl answers None for both."""

    spending: Spending

    def parse_cell(self, element: Any) -> dict[str, Any]:
        self.spending.take_cells(1)
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


class _Reader:
    """Reads one sheet in one pass, cell by cell: merged and hidden lines are told only in passing."""

    def __init__(self, sheet: Any, spending: Spending) -> None:
        self._sheet = sheet
        self._spending = spending
        self._most = MAX_LINES - spending.lines
        self._lines: list[Line] = []
        self._empty_from: int | None = None

    def read(self, name: str) -> Sheet:
        """Return the sheet."""
        book = self._sheet.parent
        with self._sheet._get_source() as source:  # noqa: SLF001  no public way tells rows
            parser = _Parser(
                source,
                self._sheet._shared_strings,  # noqa: SLF001
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            parser.spending = self._spending
            for number, cells in parser.parse():
                self._take(number, cells)
        self._spending.lines += len(self._lines)
        self._fill_merged(parser)
        return Sheet(
            name, self._marked(parser), hidden_columns=_hidden_columns(parser), empty_from=self._empty_from
        )

    def _take(self, number: int, cells: list[dict[str, Any]]) -> None:
        number = max(number, len(self._lines) + 1)
        if number > self._most:
            if any(cell["value"] is not None for cell in cells):
                raise UnreadableError(ROWS.refusal)
            self._empty_from = min(self._empty_from or number, len(self._lines) + 1)
            return
        self._lines += [Line(missing) for missing in range(len(self._lines) + 1, number)]
        shown = [cell for cell in cells if cell["column"] <= MAX_COLUMNS]
        texts = [""] * max((cell["column"] for cell in shown), default=0)
        for cell in shown:
            texts[cell["column"] - 1] = self._text(cell)
        uncomputed = frozenset(cell["column"] - 1 for cell in shown if cell["data_type"] == "f")
        self._lines.append(Line(number, texts, uncomputed=uncomputed))

    def _text(self, cell: dict[str, Any]) -> str:
        value = cell["value"]
        if isinstance(value, int | float):
            return text_of(value, ReadOnlyCell(self._sheet, **cell).number_format)
        return text_of(value)

    def _fill_merged(self, parser: WorkSheetParser) -> None:
        """Give every line of a merged cell what the cell shows."""
        filled = 0
        for column, first, last in _merged(parser):
            below = self._lines[first : min(last, len(self._lines))]
            cells = self._lines[first - 1].cells if first <= len(self._lines) else []
            filled += len(below)
            if filled > _MAX_MERGED:
                raise UnreadableError(Remark("too_much_merged"))
            if column < len(cells) and cells[column]:
                for index, line in enumerate(below, first):
                    self._lines[index] = _with_merged(line, column, cells[column])

    def _marked(self, parser: WorkSheetParser) -> list[Line]:
        hidden = {
            int(row) for row, attributes in parser.row_dimensions.items() if attributes.get("hidden") in _YES
        }
        return [replace(line, is_hidden=True) if line.number in hidden else line for line in self._lines]


def _merged(parser: WorkSheetParser) -> Iterator[tuple[int, int, int]]:
    """Yield column (from 0), first and last line of what is merged downwards."""
    for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
        area = CellRange(merged.ref)
        if area.max_row > area.min_row and area.min_col <= MAX_COLUMNS:
            yield area.min_col - 1, area.min_row, area.max_row


def _with_merged(line: Line, column: int, text: str) -> Line:
    cells = [*line.cells, *[""] * (column + 1 - len(line.cells))]
    cells[column] = text
    return replace(line, cells=cells, merged=line.merged | {column})


def _hidden_columns(parser: WorkSheetParser) -> frozenset[int]:
    spans = [each for each in parser.column_dimensions.values() if each.get("hidden") in _YES]
    return frozenset(
        column - 1
        for each in spans
        for column in islice(range(int(each["min"]), int(each["max"]) + 1), MAX_COLUMNS)
    )
