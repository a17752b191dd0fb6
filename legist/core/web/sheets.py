"""Tables for spreadsheets, written row by row: nothing in a cell is ever taken for a formula.

Both kinds are streamed from memory; the libraries that write XLSX gather its rows in an open file first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

Value = str | int | date | datetime | None

# What a spreadsheet begins a formula with, at the start of a cell. One that parts cells by another sign than
# ours may begin a cell within a text.
_FORMULA: Final = re.compile(r"""(^|[,;|"'\t\r\n])([\s\u200b-\u200f\ufeff]*)(?=[=+\-@＝＋－＠﹢﹣﹦])""")
# What no XML holds.
_UNHEARD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_DAY_ZERO: Final = date(1899, 12, 30)
LONGEST: Final = 32_000
MOST_ROWS: Final = 1_000_000
_PORTION: Final = 32_768

_NAMESPACE: Final = "http://schemas.openxmlformats.org"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = f"{_NAMESPACE}/spreadsheetml/2006/main"
_OFFICE: Final = f"{_NAMESPACE}/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_NAMESPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Legist" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def csv_table(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with its mark, which Excel needs for accents."""
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([guarded(cell) for cell in header])
    for row in rows:
        writer.writerow([value if isinstance(value, int) else guarded(_text(value)) for value in row])
        if buffer.tell() > _PORTION:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def guarded(text: str) -> str:
    """Return a text without a formula for any spreadsheet: an apostrophe stands before what might be one."""
    return _FORMULA.sub(r"\1\2'", text)


def xlsx_table(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield an XLSX file with one sheet; texts are texts by their type, days are days."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        for name, part in _PARTS.items():
            file.writestr(name, _HEAD + part)
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_row(header))
            for row in rows:
                sheet.write(_row(row))
                if sink.size > _PORTION:
                    yield sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


class _Sink:
    """Where the archive is written to, portion by portion; it cannot go back."""

    def __init__(self) -> None:
        self._portions: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._portions.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._portions, self.size = b"".join(self._portions), [], 0
        return taken


def _row(values: Sequence[Value]) -> bytes:
    return f"<row>{''.join(map(_cell, values))}</row>".encode()


def _cell(value: Value) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, date) and not isinstance(value, datetime) and value > _DAY_ZERO:
        return f'<c s="1"><v>{(value - _DAY_ZERO).days}</v></c>'
    text = escape(_ESCAPE.sub("_x005F_", _text(value)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return _UNHEARD.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST].replace("\r", "\n")
