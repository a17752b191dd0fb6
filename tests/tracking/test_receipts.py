"""How a receipt number is read: whatever people and spreadsheets do to it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.receipts import (
    KNOWN_PREFIXES,
    ReceiptNumber,
    ReceiptNumberError,
    ReceiptReason,
    ReceiptWarning,
)

SLOPPY = [
    "ioe0912345678",
    "IOE-09-123-45678",
    " IOE 091 234 5678 ",
    "IOE.09.123.45678",
    "IOE_09/123/45678",
    "IOE–09—123‑45678",
    "IOE0,912,345,678",
    "'IOE0912345678",
    '"IOE0912345678"',
    "“IOE0912345678”",
    "\ufeffIOE0912345678",
    "IOE\u00a00912345678",
    "IOE\u200b0912345678\u200f",
    "IOE\u00ad0912345678",
    "ＩＯＥ０９１２３４５６７８",
    "IOE٠٩١٢٣٤٥٦٧٨",
    "ІОЕ0912345678",
    "IOEO9I234S678".replace("S", "5"),
    "IOEo9l2345678",
    "10E0912345678",
    "lOE0912345678",
    "IOE*0912345678",
    "IOE0912345678.0",
    "IOE0912345678 (I-130)",
    "IOE0912345678 - Dana's I-130",
    "Receipt Number: IOE0912345678",
    "1. IOE0912345678",
    "IOE0912345678\nIOE0912345678",
]


@pytest.mark.parametrize("text", SLOPPY)
def test_it_reads_what_people_type(text: str) -> None:
    assert ReceiptNumber.parse(text).canonical == "IOE0912345678"


@pytest.mark.parametrize("text", ["IOE*123456789", "ioe * 123 456 789", "'IOE*l23456789"])
def test_it_keeps_the_asterisk_that_uscis_prints(text: str) -> None:
    assert ReceiptNumber.parse(text).canonical == "IOE*123456789"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ReceiptReason.EMPTY),
        (" \u200b\t", ReceiptReason.EMPTY),
        ("9.12E+12", ReceiptReason.MANGLED_NUMBER),
        ("9,12E12", ReceiptReason.MANGLED_NUMBER),
        ("########", ReceiptReason.MANGLED_NUMBER),
        ("#REF!", ReceiptReason.MANGLED_NUMBER),
        ("0912345678", ReceiptReason.MISSING_PREFIX),
        ("912345678.0", ReceiptReason.MISSING_PREFIX),
        ("IOE091234567", ReceiptReason.TOO_SHORT),
        ("IOE09123456789", ReceiptReason.TOO_LONG),
        ("IOE 091 234 5678 9", ReceiptReason.TOO_LONG),
        ("IOE0912345678, IOE0912345679", ReceiptReason.SEVERAL_NUMBERS),
        ("hello", ReceiptReason.UNREADABLE),
        ("A0912345678", ReceiptReason.UNREADABLE),
    ],
)
def test_it_says_why_it_cannot_read(text: str, reason: ReceiptReason) -> None:
    with pytest.raises(ReceiptNumberError) as caught:
        ReceiptNumber.parse(text)

    assert caught.value.reason is reason
    assert caught.value.problem in caught.value.message
    assert caught.value.remedy in caught.value.message


def test_it_warns_about_an_unknown_prefix_and_accepts_it() -> None:
    receipt = ReceiptNumber.parse("QQQ0912345678")

    assert receipt.canonical == "QQQ0912345678"
    assert receipt.warning_code is ReceiptWarning.UNKNOWN_PREFIX
    assert receipt.warning


def test_it_warns_when_it_corrected_the_letters() -> None:
    assert ReceiptNumber.parse("1IN2190012345").warning_code is ReceiptWarning.PREFIX_CORRECTED
    assert ReceiptNumber.parse("LIN2190012345").warning is None


def test_it_masks_and_groups() -> None:
    receipt = ReceiptNumber.parse("IOE0912345678")

    assert receipt.prefix == "IOE"
    assert receipt.masked == "IOE•••••••678"
    assert receipt.grouped == "IOE 091 234 5678"


def test_it_never_shows_the_number_by_accident() -> None:
    receipt = ReceiptNumber.parse("IOE0912345678")
    with pytest.raises(ReceiptNumberError) as caught:
        ReceiptNumber.parse("IOE09123456789")

    assert "0912345" not in f"{receipt} {receipt!r} {caught.value} {caught.value!r}"


DIGITS = st.text(string.digits, min_size=10, max_size=10)
PREFIXES = st.sampled_from(sorted(KNOWN_PREFIXES)) | st.text("ABDFGH", min_size=3, max_size=3)
NUMBERS = st.builds(str.__add__, PREFIXES, DIGITS)
LOOK_ALIKE = {"0": "0Oo٠０", "1": "1Il１", "O": "Oo0", "I": "Ii1"}
BETWEEN = st.text(" -._/\u00a0\u200b\ufeff–", max_size=2)


@st.composite
def renderings(draw: st.DrawFn) -> tuple[str, str]:
    number = draw(NUMBERS)
    known = number[:3] in KNOWN_PREFIXES
    pieces = [
        draw(st.sampled_from(LOOK_ALIKE.get(char, char + char.lower())))
        if known or index > 2
        else char.lower()
        for index, char in enumerate(number)
    ]
    typed = "".join(piece + draw(BETWEEN) for piece in pieces).strip("-._/ ")
    opening, closing = draw(
        st.sampled_from([("", ""), ("'", ""), ('"', '"'), ("No. ", ""), ("", " (I-485)")])
    )
    return number, f"{opening}{typed}{closing}"


@given(renderings())
def test_it_reads_any_sloppy_rendering(pair: tuple[str, str]) -> None:
    number, typed = pair

    assert ReceiptNumber.parse(typed).canonical == number


@given(NUMBERS)
def test_it_leaves_a_canonical_number_alone(number: str) -> None:
    once = ReceiptNumber.parse(number).canonical

    assert ReceiptNumber.parse(once).canonical == once == number


@given(st.text() | st.text("IOE0123456789 -*Ol'()+.", max_size=40))
def test_it_answers_any_text_with_a_number_or_a_reason(text: str) -> None:
    once = canonical_or_none(text)

    assert once is None or canonical_or_none(once) == once


def canonical_or_none(text: str) -> str | None:
    try:
        return ReceiptNumber.parse(text).canonical
    except ReceiptNumberError:
        return None


@pytest.mark.parametrize(
    "printed",
    [
        "*IOE0912345678*",
        "* IOE0912345678 *",
        "*ioe-091-234-5678*",
        "Receipt *IOE0912345678* filed",
        "IOE0912345678*",
    ],
)
def test_it_reads_a_number_as_a_barcode_prints_it(printed: str) -> None:
    assert ReceiptNumber.parse(printed).canonical == "IOE0912345678"


def test_the_asterisk_of_the_other_spelling_stays() -> None:
    assert ReceiptNumber.parse("*IOE*123456789*").canonical == "IOE*123456789"
