"""One row of an upload: understood, or refused with a reason that gives nothing away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.importing.rows import RowError, mask, parse_row, read_form
from tracking.receipts import ReceiptNumber

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
    ({"client_email": "dana at mail"}, "client_email is not an e-mail address."),
    ({"attorney_email": "alice"}, "attorney_email is not an e-mail address."),
    ({"language": "klingon"}, "language is none of: en, es."),
    ({"priority": "very"}, "priority is none of: high, low, normal."),
    ({"matter_reference": "x" * 61}, "matter_reference is longer than 60 characters."),
]


@pytest.mark.parametrize(("values", "reason"), REFUSED)
def test_it_says_why_a_row_is_refused(values: dict[str, str], reason: str) -> None:
    with pytest.raises(RowError) as caught:
        parse_row({"receipt_number": "IOE0912345678"} | values)
    assert caught.value.message.startswith(reason)


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


def test_a_name_is_never_a_formula() -> None:
    values = {"receipt_number": "IOE0912345678", "client_name": "=cmd|' /C calc'!A0"}
    assert not parse_row(values).client_name.startswith("=")
