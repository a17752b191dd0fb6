"""Read an upload, CSV or XLSX in any sane shape, into rows of text. Nothing in it is ever executed."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

import openpyxl
import puremagic
from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput
from legist.core.resilience.boundary import Boundary
from tracking.importing.columns import RECEIPT, Header, read_header
from tracking.receipts import ReceiptNumber, ReceiptNumberError

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_PARTS: Final = 1000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 100
MAX_CELL: Final = 500
_HEADER_WITHIN: Final = 10
_DELIMITERS: Final = ",;\t|"

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row with content: its line in the file and its known values as text."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A readable upload."""

    header: Header
    rows: list[Row]


def read_table(content: bytes) -> Table:
    """Read the bytes of a CSV or XLSX file; the name of the file decides nothing.

    Raises InvalidInput that says what is wrong with the file as a whole and what to do.
    """
    if not content.strip():
        raise _unusable(_("The file is empty. Choose the file with your receipt numbers."))
    if len(content) > MAX_BYTES:
        raise _unusable(_("The file is larger than 10 MB. Split it, or leave out other sheets and pictures."))
    lines = _read_xlsx(content) if content.startswith(b"PK\x03\x04") else _read_csv(content)
    return _table(lines)


def _table(lines: Sequence[Line]) -> Table:
    filled = [(number, cells) for number, cells in lines if any(cells)]
    start, header = _find_header(filled)
    rows = [Row(number, header.pick(cells)) for number, cells in filled[start:]]
    if len(rows) > MAX_ROWS:
        raise _unusable(_("The file has more than 50,000 rows. Split it into several files."))
    return Table(header, [row for row in rows if any(row.values.values())])


def _find_header(lines: Sequence[Line]) -> tuple[int, Header]:
    """Return the header and where the rows begin; a bare list of numbers is understood without one."""
    for index, (_number, cells) in enumerate(lines[:_HEADER_WITHIN]):
        header = read_header(cells)
        if RECEIPT in header.positions:
            return index + 1, header
    for column, cell in enumerate(lines[0][1] if lines else ()):
        if _is_receipt(cell):
            return 0, Header({RECEIPT: column}, ())
    raise _unusable(
        _("No column is called receipt_number. Name the columns in the first row, and one of them so.")
    )


def _is_receipt(cell: str) -> bool:
    try:
        ReceiptNumber.parse(cell)
    except ReceiptNumberError:
        return False
    return True


def _read_csv(content: bytes) -> list[Line]:
    text = _decode(content)
    if text.lower().startswith("sep="):
        # Excel's own hint for itself; the delimiter is found without it, its line still counts.
        text = "\n" + text.partition("\n")[2]
    try:
        return list(islice(_csv_lines(text, _delimiter(text)), MAX_ROWS + _HEADER_WITHIN + 1))
    except csv.Error:
        raise _unusable(_("The file could not be read as CSV. Save it again as CSV or XLSX.")) from None


def _csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, [_text(cell) for cell in cells[:MAX_COLUMNS]]
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Return the delimiter that makes the most sense of the first lines: known headers, then more cells."""

    def sense(delimiter: str) -> tuple[int, int]:
        lines = [cells for _line, cells in islice(_csv_lines(text, delimiter), _HEADER_WITHIN)]
        return (
            max((len(read_header(cells).positions) for cells in lines), default=0),
            max(map(len, lines), default=0),
        )

    return max(_DELIMITERS, key=sense)


def _decode(content: bytes) -> str:
    """Decode by byte order mark, else as UTF-8, else as UTF-16 by its zeros, else as Windows text."""
    encodings = ["utf-8-sig", "cp1252", "latin-1"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text) and not content.startswith(b"%PDF"):
            return text
    raise _unusable(_not_a_table(content))


def _is_text(text: str) -> bool:
    return not any(ord(char) < 32 and char not in "\t\r\n\v\f\x1a" for char in text[:5000])


def _not_a_table(content: bytes) -> str:
    try:
        kind = puremagic.magic_string(content[:8192])[0].extension
    except (puremagic.PureError, ValueError):
        kind = ""
    if kind:
        return _("This is a %(kind)s file, not a table. Save the list as CSV or XLSX.") % {"kind": kind}
    return _("The file is neither CSV nor XLSX. Save the list as CSV or XLSX.")


def _read_xlsx(content: bytes) -> list[Line]:
    _check_archive(content)
    lines: list[Line] = []
    with Boundary() as boundary, warnings.catch_warnings():
        # Styles and validations that the reader does not know are no concern of ours.
        warnings.simplefilter("ignore")
        lines = _sheet_lines(content)
    if boundary.error is not None:
        raise _unusable(_("The workbook could not be opened. Save it again as XLSX, without a password."))
    return lines


def _sheet_lines(content: bytes) -> list[Line]:
    """Read the first sheet that has receipt numbers. Formulas give their last value, uncomputed."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheets: list[list[Line]] = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = islice(sheet.iter_rows(values_only=True), MAX_ROWS + _HEADER_WITHIN + 1)
            lines = [(n, [_text(cell) for cell in row[:MAX_COLUMNS]]) for n, row in enumerate(rows, 1)]
            if any(RECEIPT in read_header(cells).positions for _n, cells in lines[:_HEADER_WITHIN]):
                return lines
            sheets.append(lines)
        return next((lines for lines in sheets if lines), [])
    finally:
        book.close()


def _check_archive(content: bytes) -> None:
    """Refuse what would unpack into too much, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _unusable(_("The workbook is damaged. Save it again as XLSX.")) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise _unusable(_("This is an archive or another kind of document. Save the list as CSV or XLSX."))
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _unusable(_("The workbook unpacks into more than 100 MB. Copy the list into a new, empty one."))


def _text(cell: object) -> str:
    """Return a cell as people see it, undoing what spreadsheets do to numbers and quoted text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < 1e15 else f"{cell:.5E}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = str(cell).strip().strip("\ufeff\u200b\xa0")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'")[:MAX_CELL].strip()


def _unusable(message: str) -> InvalidInput:
    return InvalidInput(message, {"file": [message]})
