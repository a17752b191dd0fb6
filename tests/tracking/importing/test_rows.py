"""One row of an upload: understood, or refused with a reason that gives nothing away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.importing.rows import RowError, mask, parse_row, read_form
from tracking.receipts import ReceiptNumber
from tracking.tables.columns import COLUMNS

DIGITS = st.text("0123456789", min_size=10, max_size=10)
NUMBERS = st.builds(str.__add__, st.sampled_from(["IOE", "EAC", "MSC", "LIN"]), DIGITS)
SEPARATOR = st.sampled_from(["", " ", "-", " - ", "\u00a0", "."])


def sloppy(number: str, separator: str) -> str:
    return f"'{number[:3].lower()}{separator}{number[3:5]}{separator}{number[5:8]}{separator}{number[8:]} "


@given(NUMBERS, SEPARATOR)
def test_it_reads_numbers_however_they_are_typed(number: str, separator: str) -> None:
    row = parse_row({"receipt_number": sloppy(number, separator)})
    assert row.number.canonical == ReceiptNumber.parse(number).canonical


@given(st.dictionaries(st.sampled_from(["receipt_number", "form", "client_email", "language"]), st.text()))
def test_any_row_is_understood_or_refused_in_words(values: dict[str, str]) -> None:
    assert outcome(values).endswith(("number", "."))


def outcome(values: dict[str, str]) -> str:
    try:
        return f"{parse_row(values).number.prefix} is a number"
    except RowError as error:
        return error.message


@given(NUMBERS)
def test_a_refused_value_cannot_be_read_back(number: str) -> None:
    masked = mask(number + "99")
    assert number[4:-2] not in masked
    assert masked.startswith(number[:3])


@pytest.mark.parametrize(
    ("text", "masked"),
    [("", ""), ("12345", "1••••"), ("IOE09123", "IOE•••23"), ("Dana Smith", "D•••••••th"), ("n/a", "n••")],
)
def test_it_masks_what_it_shows_of_a_refused_value(text: str, masked: str) -> None:
    assert mask(text) == masked


REFUSED = [
    ({"receipt_number": ""}, "There is no receipt number here."),
    ({"receipt_number": "12345"}, "The three letters in front of the digits are missing."),
    ({"receipt_number": "IOE0912345678, EAC9999103400"}, "There is more than one receipt number here."),
    ({"receipt_number": "IOE0912345678 and 0987654321"}, "There is more than one receipt number here."),
    ({"receipt_number": "IOE0912345678" + " " * 400 + "EAC9999103400"}, "receipt_number holds far more"),
]
LEFT_OUT = [
    ({"client_email": "dana at mail"}, "client_email is not an e-mail address"),
    ({"attorney_email": "Alice Baker"}, "attorney_email is not an e-mail address"),
    ({"language": "Portuguese"}, "language is none of: en, es."),
    ({"priority": "very"}, "priority is none of: high, low, normal."),
    ({"matter_reference": "y" * 61}, "matter_reference was left out. It is too long."),
    ({"form": "see https://example.test"}, "form was left out."),
    ({"client_name": "Dana\nCall 900 555 1234"}, "client_name was left out. It has more than one line."),
    ({"client_name": "Dana www.example.test"}, "client_name was left out."),
    ({"receipt_number": "IOE0912345678 (Dana)"}, "The cell holds more than a receipt number"),
]
PLACEHOLDERS = ["#N/A", "N/A", "n/a", "TBD", "-", "?", "none", "0", "x", "null", "Unknown", "---", " ", "–"]


@pytest.mark.parametrize(("values", "reason"), REFUSED)
def test_it_says_why_a_row_is_refused(values: dict[str, str], reason: str) -> None:
    with pytest.raises(RowError) as caught:
        parse_row({"receipt_number": "IOE0912345678"} | values)
    assert caught.value.message.startswith(reason)


@pytest.mark.parametrize(("values", "remark"), LEFT_OUT)
def test_no_other_column_keeps_a_receipt_out(values: dict[str, str], remark: str) -> None:
    row = parse_row({"receipt_number": "IOE0912345678"} | values)
    assert row.number.canonical == "IOE0912345678"
    assert [each for each in row.remarks if each.startswith(remark)]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_says_nothing_in_any_column(text: str) -> None:
    others = dict.fromkeys(COLUMNS[1:], text)
    assert parse_row({"receipt_number": "IOE0912345678"} | others) == parse_row(
        {"receipt_number": "IOE0912345678"}
    )
    with pytest.raises(RowError, match="There is no receipt number here"):
        parse_row({"receipt_number": text})


OTHERS = st.dictionaries(st.sampled_from(COLUMNS[1:]), st.text() | st.sampled_from(PLACEHOLDERS))


@given(NUMBERS, OTHERS)
def test_whatever_the_other_columns_hold_the_receipt_is_read(number: str, others: dict[str, str]) -> None:
    row = parse_row({"receipt_number": number} | others)
    assert row.number.canonical == ReceiptNumber.parse(number).canonical


@pytest.mark.parametrize(
    ("typed", "language"), [("", "en"), ("Spanish", "es"), ("ES", "es"), ("español", "es"), ("english", "en")]
)
def test_it_reads_the_language(typed: str, language: str) -> None:
    assert parse_row({"receipt_number": "IOE0912345678", "language": typed}).language == language


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("i765", "I-765"),
        ("I-485", "I-485"),
        ("Form N 400", "N-400"),
        ("i 129f", "I-129F"),
        ("", ""),
        ("G28", "G-28"),
    ],
)
def test_it_reads_forms_as_they_are_printed(typed: str, form: str) -> None:
    assert read_form(typed) == form


@pytest.mark.parametrize("typed", ["I-485 Supplement J", "I-918 Supplement A", "I\u2011485", "Form I-765V"])
def test_a_form_that_is_read_is_not_said_to_be_left_out(typed: str) -> None:
    row = parse_row({"receipt_number": "IOE0912345678", "form": typed})
    assert row.form
    assert row.remarks == ()


def test_a_name_is_never_a_formula() -> None:
    values = {"receipt_number": "IOE0912345678", "client_name": "=cmd|' /C calc'!A0"}
    assert not parse_row(values).client_name.startswith("=")
