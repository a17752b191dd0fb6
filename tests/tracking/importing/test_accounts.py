"""The report adds up to the file: every line of every sheet counts exactly once, whatever is in it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tracking import numbers
from tracking.importing.planning import _parse
from tracking.importing.rows import ParsedRow
from tracking.tables.child import read_table
from tracking.tables.columns import COLUMNS
from tracking.tables.limits import UnreadableError
from tracking.tables.table import Table

FIRST, SECOND, THIRD = numbers(3)
HEADING = "receipt_number,client_name,client_email"


def lines_of(table: Table) -> Counter[tuple[int, int | None]]:
    """Every place of the file that the report speaks of, with how often it does."""
    rows: list[tuple[int, int | None]] = [(row.sheet, row.line) for row in table.rows]
    return Counter([*rows, *((each.sheet, each.line) for each in table.skipped)])


def physical(content: bytes) -> int:
    return len(list(io.StringIO(content.decode(), newline="")))


def expect_all(table: Table, lines: dict[int, int]) -> None:
    expected = {(sheet, line) for sheet, count in lines.items() for line in range(1, count + 1)}
    assert lines_of(table) == Counter(dict.fromkeys(expected, 1))


def read_numbers(table: Table) -> list[str]:
    parsed = map(_parse, table.rows)
    return [each.number.canonical for each in parsed if isinstance(each, ParsedRow)]


CELLS = st.sampled_from(
    [
        *("", " ", "N/A", "-", "0012", "Dana Demo", "Demo, Dana", "dana@mail.example", "I-765", "total: 30"),
        *(
            '"',
            '"Dana',
            'Dana"',
            '"Dana Demo"',
            '"Dana, ""D"""',
            '"two',
            'lines"',
            "';",
            "receipt_number",
            "\t",
            "|",
        ),
        *(FIRST, SECOND, THIRD, f'"{FIRST}"', f"{FIRST} {SECOND}", f'"{FIRST}', f'{SECOND}"', f"'{THIRD}"),
    ]
)
LINES = st.lists(st.lists(CELLS, max_size=6), max_size=25)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
DELIMITERS = st.sampled_from([",", ";", "\t", "|"])


@settings(max_examples=300)
@given(
    LINES,
    st.lists(DELIMITERS, min_size=1, max_size=3),
    ENDS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_line_of_a_csv_file_counts_once(
    lines: list[list[str]], delimiters: list[str], end: str, encoding: str
) -> None:
    joined = [delimiters[index % len(delimiters)].join(cells) for index, cells in enumerate(lines)]
    heading = delimiters[0].join(COLUMNS)
    text = end.join([heading, *joined])

    expect_all(read_table(text.encode(encoding)), {0: physical(text.encode())})


@given(st.text(max_size=300))
def test_whatever_the_text_no_line_is_lost(text: str) -> None:
    content = f"{HEADING}\n{FIRST},,\n{text}".encode("utf-8", "surrogatepass")
    try:
        table = read_table(content)
    except UnreadableError:
        return
    assert set(lines_of(table).values()) == {1}
    assert len(lines_of(table)) >= 2


def test_one_open_quote_costs_one_line() -> None:
    rows = [f"{number},Dana Demo,dana@mail.example" for number in numbers(30)]
    rows[3] = rows[3].replace("Dana Demo", '"Dana Demo')
    rows[9] = rows[9].replace("Dana Demo", '"Demo, Dana"')
    table = read_table("\n".join([HEADING, *rows]).encode())

    assert len(read_numbers(table)) == 29
    assert [row.line for row in table.rows if row.fault] == [5]


def test_an_open_quote_that_is_closed_further_down_swallows_no_rows() -> None:
    rows = [f"{number},Dana Demo,dana@mail.example" for number in numbers(6)]
    rows[1] = rows[1].replace("Dana Demo", '"Dana Demo')
    rows[4] = rows[4].replace("dana@mail.example", 'x"')
    table = read_table("\n".join([HEADING, *rows]).encode())

    assert [row.line for row in table.rows if row.fault] == [3, 6]
    assert len(read_numbers(table)) == 4


def test_a_cell_with_line_breaks_is_one_row_and_its_lines_are_told() -> None:
    table = read_table(f'{HEADING}\n{FIRST},"Dana\nDemo\n",\n{SECOND},,'.encode())

    assert [row.line for row in table.rows] == [2, 5]
    assert [(each.line, each.reason[:10]) for each in table.skipped[1:]] == [
        (3, "It belongs"),
        (4, "It belongs"),
    ]


def test_headings_in_between_and_placeholders_are_told() -> None:
    text = f"Our list\n\n{HEADING}\n{FIRST},,\n-,N/A,?\nclient,receipt\nEve,{SECOND}\nTotal: 2,,"
    table = read_table(text.encode())

    assert [each.line for each in table.skipped] == [1, 2, 3, 5, 6]
    assert read_numbers(table) == [FIRST, SECOND]
    assert table.rows[1].values == {"receipt_number": SECOND, "client_name": "Eve"}
    assert [row.line for row in table.rows] == [4, 7, 8]


def test_a_number_above_the_heading_is_not_lost() -> None:
    table = read_table(f"{FIRST},,\n{HEADING}\n{SECOND},,\n".encode())
    assert read_numbers(table) == [FIRST, SECOND]


def test_a_delimiter_too_many_shifts_nobody_into_another_case() -> None:
    table = read_table(f"{HEADING}\n{FIRST},Demo, Dana,dana@mail.example\n{SECOND},Eve,,,\n".encode())

    assert table.rows[0].values == {"receipt_number": FIRST, "client_name": "", "client_email": ""}
    assert "more cells than the heading" in table.rows[0].remarks[0]
    assert table.rows[1].values["client_name"] == "Eve"


def test_one_line_in_another_encoding_spoils_no_other() -> None:
    content = f"{HEADING}\n{FIRST},Núñez,\n".encode() + f"{SECOND},Núñez,\n".encode("cp1252")
    assert [row.values["client_name"] for row in read_table(content).rows] == ["Núñez", "Núñez"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_hint_of_a_spreadsheet_hides_nothing(end: str) -> None:
    content = end.join(["sep=;", HEADING.replace(",", ";"), f"{FIRST};;"]).encode()
    table = read_table(content)
    assert (read_numbers(table), table.rows[0].line) == ([FIRST], 3)


# Workbooks


def saved(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


VALUES = st.one_of(
    st.none(),
    st.sampled_from(
        [FIRST, SECOND, f"{FIRST}/{SECOND}", "N/A", "receipt_number", "Dana", "0012", "=1+1", "=A1"]
    ),
    st.integers(0, 10**13),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
)
SHEET = st.lists(st.lists(VALUES, min_size=1, max_size=4), max_size=12)


def append(sheet: Any, *rows: Iterable[Any]) -> None:
    for row in rows:
        sheet.append(row)


def spoil(sheet: Any, data: st.DataObject) -> None:
    """Merge and hide what people merge and hide."""
    if sheet.max_row > 1 and data.draw(st.booleans()):
        first = data.draw(st.integers(1, sheet.max_row - 1))
        sheet.merge_cells(start_row=first, end_row=first + 1, start_column=1, end_column=2)
    if data.draw(st.booleans()):
        sheet.row_dimensions[sheet.max_row].hidden = True
        sheet.column_dimensions["B"].hidden = True


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHEET, st.booleans(), st.booleans()), min_size=1, max_size=3), st.data())
def test_every_line_of_every_sheet_counts_once(
    sheets: list[tuple[Any, bool, bool]], data: st.DataObject
) -> None:
    expected: dict[int, int] = {}
    unread: set[int] = set()

    def fill(book: openpyxl.Workbook) -> None:
        book.remove(book.worksheets[0])
        for index, (rows, is_hidden, has_heading) in enumerate([*sheets, ([[FIRST]], False, True)]):
            heading = [["Receipt", "Client", "Form", "Matter"]] if has_heading else []
            sheet = book.create_sheet()
            append(sheet, *heading, *rows)
            spoil(sheet, data)
            sheet.sheet_state = "hidden" if is_hidden else "visible"
            expected[index] = sheet.max_row if has_heading or rows else 0
            unread.update([index] if is_hidden else [])

    table = read_table(saved(fill))
    found = lines_of(table)
    unread |= {sheet for sheet, line in found if line is None}
    assert set(found.values()) == {1}
    for index, count in expected.items():
        places = {(index, None)} if index in unread else {(index, line) for line in range(1, count + 1)}
        assert {place for place in found if place[0] == index} == places


def test_every_visible_sheet_is_read_and_hidden_ones_are_named() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        append(book.active, ("Receipt", "Client"), (FIRST, "Dana"))
        append(book.create_sheet("More"), ("x",), ("Receipt",), (SECOND,))
        append(book.create_sheet("Notes"), ("nothing",))
        hidden = book.create_sheet("Old")
        append(hidden, ("Receipt",), (THIRD,))
        hidden.sheet_state = "veryHidden"

    table = read_table(saved(fill))
    assert read_numbers(table) == [FIRST, SECOND]
    assert [(row.sheet, row.line) for row in table.rows] == [(0, 2), (1, 3)]
    whole = {table.sheets[each.sheet]: each.reason for each in table.skipped if each.line is None}
    assert set(whole) == {"Notes", "Old"}
    assert "hidden" in whole["Old"]


def test_only_hidden_receipts_are_no_receipts() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        append(book.active, ("nothing",))
        hidden = book.create_sheet("Old")
        append(hidden, ("Receipt",), (THIRD,))
        hidden.sheet_state = "hidden"

    with pytest.raises(UnreadableError, match="No visible sheet has a column called receipt_number"):
        read_table(saved(fill))


def test_merged_cells_speak_for_every_line_they_cover() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet: Any = book.active
        append(sheet, ("Receipt", "Client"), (FIRST, "Dana"), (SECOND, None), (THIRD, "Eve"), (None, "Ana"))
        sheet.merge_cells("B2:B3")
        sheet.merge_cells("A4:A5")

    table = read_table(saved(fill))
    assert [row.values["client_name"] for row in table.rows] == ["Dana", "Dana", "Eve", "Ana"]
    assert "merged with the line above" in str(table.rows[3].fault)


FORMATS = [
    (12, "0000", "0012"),
    (12.0, "0000", "0012"),
    (7, '"M-"0000', "M-0007"),
    (912345678, '"IOE"0000000000', "IOE0912345678"),
    (123456789, "000-00-0000", "123-45-6789"),
    (12, "General", "12"),
    (1234, "#,##0", "1234"),
    ("0012", "@", "0012"),
    ("0012", "General", "0012"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), FORMATS)
def test_leading_zeros_stay(value: Any, number_format: str, text: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet: Any = book.active
        append(sheet, ("Receipt", "Matter"), (FIRST, value))
        sheet["B2"].number_format = number_format

    assert read_table(saved(fill)).rows[0].values["matter_reference"] == text


def test_a_formula_without_a_value_is_told() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        append(book.active, ("Receipt", "Client"), ("=B1", None), (FIRST, "=A1"), (None, None))

    table = read_table(saved(fill))
    assert [row.line for row in table.rows] == [2, 3]
    assert "formula without a stored value" in str(table.rows[0].fault)
    assert "client_name: a formula" in table.rows[1].remarks[0]


def test_what_is_hidden_inside_a_sheet_is_read_and_told() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet: Any = book.active
        append(sheet, ("Receipt", "Client"), (FIRST, "Dana"))
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    table = read_table(saved(fill))
    assert table.rows[0].remarks == ("This line is hidden in the sheet.",)
    assert "client_name" in table.skipped[0].reason


def test_columns_without_a_heading_are_named() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        append(book.active, ("Receipt", None, "colour"), (FIRST, "Dana", "red", "x"))

    assert read_table(saved(fill)).header.unknown == ("colour", "column B", "column D")


def test_a_row_far_below_all_others_is_not_cut_off() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet: Any = book.active
        append(sheet, ("Receipt",), (FIRST,))
        sheet["A900000"] = SECOND

    with pytest.raises(UnreadableError, match="more than 100,000 rows"):
        read_table(saved(fill))
