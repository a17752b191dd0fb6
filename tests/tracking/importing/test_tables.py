"""Uploads as people have them: any encoding, any delimiter, Excel's habits, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.tables.child import read_table
from tracking.tables.limits import BYTES, UnreadableError
from tracking.tables.table import Row

A_DAY = datetime(2026, 3, 2)  # noqa: DTZ001  workbooks know no time zones
PLAIN = "receipt_number,form,client_name\nIOE0912345678,I-765,Dana Ñandú\n"
EXPECTED = {"receipt_number": "IOE0912345678", "form": "I-765", "client_name": "Dana Ñandú"}


def workbook(*rows: tuple[Any, ...], title_rows: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(title_rows):
        sheet.append(["Our receipts"])
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_it_reads_any_sane_encoding(encoding: str) -> None:
    assert read_table(PLAIN.encode(encoding)).rows == [Row(2, EXPECTED)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_it_finds_the_delimiter(delimiter: str) -> None:
    assert read_table(PLAIN.replace(",", delimiter).encode()).rows[0].values == EXPECTED


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_it_reads_any_line_ending(ending: str) -> None:
    assert read_table(PLAIN.replace("\n", ending).encode()).rows[0].values == EXPECTED


@pytest.mark.parametrize(
    "header",
    [
        "Receipt Number",
        " RECEIPT # No. ",
        '"receipt-number"',
        "Receipt",
        "USCIS Receipt Number",
        "Número de recibo",
    ],
)
def test_it_knows_the_column_by_its_other_names(header: str) -> None:
    rows = read_table(f"{header},x\nIOE0912345678,1\n".encode()).rows
    assert [row.values["receipt_number"] for row in rows] == ["IOE0912345678"]


def test_it_names_the_columns_it_does_not_know() -> None:
    assert read_table(b"receipt_number,colour,receipt\nIOE0912345678,red,x\n").header.unknown == (
        "colour",
        "receipt",
    )


def test_it_keeps_line_numbers_across_blank_lines_and_quoted_breaks() -> None:
    text = 'receipt_number,client_name\n\n"IOE0912345678","Dana\nSmith"\n,\nEAC9999103400,Eve\n'
    assert [(row.line, row.values["client_name"]) for row in read_table(text.encode()).rows] == [
        (3, "Dana\nSmith"),
        (6, "Eve"),
    ]


def test_it_undoes_what_excel_does_to_text_in_csv() -> None:
    text = 'sep=;\nreceipt_number;matter_reference\n="IOE0912345678";\'0012\n'
    assert read_table(text.encode()).rows == [
        Row(3, {"receipt_number": "IOE0912345678", "matter_reference": "0012"})
    ]


def test_it_takes_a_bare_list_of_numbers() -> None:
    rows = read_table(b"IOE0912345678\nEAC9999103400\n").rows
    assert [(row.line, row.values["receipt_number"]) for row in rows] == [
        (1, "IOE0912345678"),
        (2, "EAC9999103400"),
    ]


def test_it_reads_a_workbook_with_titles_numbers_and_dates() -> None:
    content = workbook(
        ("Receipt number", "Matter", "Form", "Priority"),
        (" IOE0912345678 ", 2026001.0, A_DAY, None),
        (None, None, None, None),
        (1.23456789012e21, 7, "I-765", "high"),
        title_rows=2,
    )
    table = read_table(content)
    assert [row.line for row in table.rows] == [4, 6]
    first, second = (row.values for row in table.rows)
    assert (first["receipt_number"], first["matter_reference"], first["form"]) == (
        "IOE0912345678",
        "2026001",
        "2026-03-02",
    )
    assert second["receipt_number"] == "1.23457E+21"


def test_it_does_not_compute_formulas() -> None:
    content = workbook(("receipt_number", "client_name"), ("IOE0912345678", "=1+1"))
    assert read_table(content).rows[0].values["client_name"] == ""


UNUSABLE = [
    (b"", "The file is empty"),
    (b"  \n ", "The file is empty"),
    (b"name,form\nDana,I-765\n", "No column is called receipt_number"),
    (b"%PDF-1.7 ...", "This is a .pdf file"),
    (b"\x89PNG\r\n\x1a\n" + bytes(40), "This is a .png file"),
    (b"PK\x03\x04 broken", "damaged"),
    (b"receipt_number\n" + b"x" * BYTES.most, "larger than 25 MB"),
    (b"receipt_number\n" + b"IOE0912345678\n" * 100_001, "more than 100,000 rows"),
    (b"\x00\x01\x02\x03binary", "neither CSV nor XLSX"),
]


@pytest.mark.parametrize(("content", "message"), UNUSABLE, ids=[message for _, message in UNUSABLE])
def test_it_says_why_a_file_cannot_be_used(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        read_table(content)


def archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name.replace("__", "/"), body)
    return content.getvalue()


def test_it_refuses_a_zip_bomb_before_unpacking_it() -> None:
    bomb = archive(xl__workbook_xml=b"", **{"xl/workbook.xml": b"x", "xl/big.xml": bytes(201 * 1024 * 1024)})
    assert len(bomb) < 250_000
    with pytest.raises(UnreadableError, match="unpacks into more than 200 MB"):
        read_table(bomb)


def test_it_refuses_other_archives_and_broken_workbooks() -> None:
    with pytest.raises(UnreadableError, match="archive or another kind"):
        read_table(archive(letter__txt=b"hello"))
    with pytest.raises(UnreadableError, match="could not be opened"):
        read_table(archive(**{"xl/workbook.xml": b"<not xml"}))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes) -> None:
    assert outcome(content)


def outcome(content: bytes) -> str:
    try:
        return f"{len(read_table(content).rows)} rows"
    except UnreadableError as error:
        return str(error)


CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(
    lambda cell: cell == cell.strip().strip("\ufeff\u200b\xa0") and not cell.startswith(("'", "="))
)


@given(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from([",", ";", "\t", "|"]))
def test_what_is_quoted_properly_comes_back_as_it_was(cells: list[str], delimiter: str) -> None:
    lines = ["client_name,receipt_number".replace(",", delimiter)]
    lines += [f'"{cell.replace(chr(34), chr(34) * 2)}"{delimiter}IOE0912345678' for cell in cells]
    rows = read_table("\n".join(lines).encode()).rows
    assert [row.values["client_name"] for row in rows] == cells
