"""Tables for spreadsheets: whatever stands in a cell stays a text, in both formats."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from legist.core.web.sheets import Value, csv_table, xlsx_table

BEGINS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
SEPARATORS = ",;\t|"
NASTY = st.text(st.sampled_from("=+-@\uff1d,;\t|\"' \n\r\x00\x0b\u200b\ufeff_x003D1Aa!()"), max_size=12)
TEXTS = st.one_of(NASTY, st.text(max_size=20))


def csv_of(*rows: list[Value]) -> str:
    return b"".join(csv_table(["A", "B"], rows)).decode("utf-8-sig")


def sheet_of(*rows: list[Value]) -> list[list[tuple[object, str]]]:
    book = load_workbook(io.BytesIO(b"".join(xlsx_table(["A", "B"], rows))))
    return [[(cell.value, cell.data_type) for cell in row] for row in book["Legist"].iter_rows()]


@pytest.mark.parametrize(
    "text", ["=1+1", " =1", "\t=1", "@SUM(A1)", "+1", "-1", "a;=1", 'a"=1', "\uff1d1", "a\r\n=1", "\u200b=1"]
)
def test_what_could_be_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert "'" in csv_of([text])
    assert "'" not in csv_of(["x=1; a-b, c"])


@given(first=TEXTS, second=TEXTS)
def test_no_program_finds_a_formula_in_csv_by_whatever_sign_it_parts_cells(first: str, second: str) -> None:
    written = csv_of([first, second])

    for separator in SEPARATORS:
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            for cell in row:
                for line in cell.splitlines() or [""]:
                    assert not line.lstrip(' \t\u200b\ufeff"').startswith(BEGINS)


@given(first=TEXTS, second=TEXTS)
def test_every_cell_of_a_workbook_is_a_text_and_says_what_was_there(first: str, second: str) -> None:
    _head, row = sheet_of([first, second])

    assert {kind for _value, kind in row if _value is not None} <= {"s", "inlineStr"}
    clean = "".join(map(chr, range(32, 127)))
    for given_text, (value, _kind) in zip((first, second), row, strict=True):
        if given_text and all(sign in clean for sign in given_text):
            assert value == given_text


def test_days_numbers_and_instants_are_what_they_are() -> None:
    row: list[Value] = [date(2026, 3, 2), 7]
    at: list[Value] = [datetime(2026, 3, 2, 15, 0, tzinfo=UTC), None]

    _head, days, instants = sheet_of(row, at)

    assert [value for value, _kind in days] == [datetime(2026, 3, 2), 7]  # noqa: DTZ001
    assert str(instants[0][0]).startswith("2026-03-02 ")
    assert csv_of(row).splitlines()[1] == '"2026-03-02","7"'


def test_it_is_written_portion_by_portion() -> None:
    rows = ([f"row {n} of a very long list of rows", str(n)] for n in range(5_000))

    portions = list(csv_table(["A", "B"], rows))

    assert len(portions) > 3
    assert b"".join(portions).count(b"\r\n") == 5_001
