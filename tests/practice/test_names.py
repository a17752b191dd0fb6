"""A name is a name: what a client is called carries no address, no number and no second line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.names import (
    NameFault,
    clean_name,
    form_fault,
    may_greet,
    name_fault,
    reference_fault,
    title_fault,
)

NAMES = (
    "Dana Example", "Amazon.com Services LLC", "Amazon.com, Inc.", "Amazon.com / Example Joint Venture",
    "AT&T", "3M Company", "7-Eleven, Inc.", "A/B Partners (USA) #2", "Toys+", "Yahoo! Inc.",
    "E*TRADE Financial", "Müller & Söhne GmbH & Co. KG", "Nguyễn Thị Ánh Đào", "O’Brien", "D'Arcy-Núñez",
    "محمد بن سلمان", "山田 太郎", "李小龍", "김 민수", "Σωκράτης", "J.R.R. Tolkien", "St. John",
    "Ma.Theresa Cruz", 'William "Bill" Example III', "Dana Example c/o Eve", "Smith d/b/a Best Tacos",
    "S.A.R.L./GmbH Partners", "Salesforce.com Inc. (Tower 2)", "C3.ai, Inc.", "Re:Source LLC",
    "The Board of Trustees of the Leland Stanford Junior University", "Church of Example: Third Hall",
    "Route 66 Diner 19", "100% Fun Co.", "Ltd. & Sons", "Sr. Example", "BERNARD  EXAMPLE JR.",
)  # fmt: skip
REFUSED = {
    NameFault.EMPTY: ("", " ", "\u200b\u202e", "-", "#", "12", "??", "\u3164"),
    NameFault.LINES: ("Dana\nExample", "Dana\r\nBcc: x", "Dana\u2028Example", "Dana\x0bExample", "a\x85b"),
    NameFault.TOO_LONG: ("D" * 121, "Dana " * 40),
    NameFault.MARKUP: (
        "<b>Dana</b>", "Dana <3", "＜script＞", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "{% now %}",
    ),
    NameFault.EMAIL: (
        "dana@mail.example", "Dana dana＠mail.example", "Dana (dana @ mail . example)", "@dana",
    ),
    NameFault.ADDRESS: (
        "https://pay.example", "http:// pay", "javascript:alert(1)", "tel:911", "mailto:x",
        "ＨＴＴＰ：／／pay", "www.pay.example", "WWW .pay", "example.com/pay", "example.com:8080",
        "example.com?a=b", "Pay a?b=c", "//evil.example", "/etc/passwd", "../secret", "C:\\temp",
        "\\\\share\\x", "pay-now.com", "Pay-Now.com.", "login.amazon.com Services", "see bit.ly/abc",
        "evil。com", "example.com∕pay now", "h\u200bttps://pay.example", "exa\u00admple.com/pay LLC",
        "Fee &amount=12 now",
    ),
    NameFault.DIGITS: (
        "Call 9005551234", "Call 900-555-1234", "Call 900 555 1234", "Call 900.555.1234",
        "Call (900) 555–1234", "Call 9 0 0 5 5 5 1", "9005551234", "Call ９００５５５１２３４",
        "Call ٩٠٠٥٥٥١٢٣", "IOE0912345678", "Call +1/900/555/1234", "9\u200b005551234 Dana",
        "A 555_12_34", "192.168.0.1 LLC",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_what_people_and_companies_are_called(name: str) -> None:
    assert name_fault(name) is None
    assert title_fault(name) is None


@pytest.mark.parametrize(
    ("fault", "text"), [(fault, text) for fault, texts in REFUSED.items() for text in texts]
)
def test_it_says_what_is_wrong_with_what_is_no_name(fault: NameFault, text: str) -> None:
    assert name_fault(text) == fault
    assert fault.label.endswith(".")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" Dana\u00a0 \t Example ", "Dana Example"),
        ("Dana\nExample", "Dana Example"),
        ("Da\u200bna \u202eExample\u2069\ufeff", "Dana Example"),
        ("Da\x00na\x1b[31m", "Dana[31m"),
        ("Nun\u0303ez", "Nuñez"),
        ("\u3164\u2800", ""),
    ],
)
def test_it_writes_a_name_on_one_line(text: str, cleaned: str) -> None:
    assert clean_name(text) == cleaned


@given(st.text())
def test_a_clean_name_stays_as_it_is_and_shows_every_character(text: str) -> None:
    cleaned = clean_name(text)

    assert clean_name(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    assert cleaned == " ".join(cleaned.split())


@given(st.text())
def test_what_is_kept_is_judged_as_what_was_entered(text: str) -> None:
    if name_fault(text) is None:
        assert name_fault(clean_name(text)) is None


HIDDEN_BESIDE = {"pay-now.com", "Pay-Now.com.", "evil。com", "/etc/passwd"}  # parts of a name, but no names
BESIDE = [
    text
    for fault, texts in REFUSED.items()
    for text in texts
    if fault is not NameFault.EMPTY and text not in HIDDEN_BESIDE
]


@given(st.sampled_from(NAMES), st.sampled_from(BESIDE), st.sampled_from([" ", "; ", " - ", " ("]))
def test_a_good_name_beside_it_hides_nothing(name: str, bad: str, between: str) -> None:
    assert name_fault(f"{name}{between}{bad}") is not None


@given(
    st.lists(st.integers(0, 9), min_size=7, max_size=12),
    st.sampled_from(["", " ", "-", ".", ") ", "/", "\u200b"]),
)
def test_no_telephone_number_is_a_name_however_it_is_written(digits: list[int], between: str) -> None:
    assert name_fault("Call " + between.join(map(str, digits))) is not None


@pytest.mark.parametrize(
    "name", ["Dana Example", "AT&T", "A/B Partners (USA) #2", "Ltd. & Sons", "J.R.R. Tolkien"]
)
def test_a_mail_greets_by_name(name: str) -> None:
    assert may_greet(name)


@pytest.mark.parametrize(
    "name", ["Amazon.com Services LLC", "Pay at bit.ly", "dana@mail.example", "Call 900-555-1234"]
)
def test_a_mail_does_not_greet_by_what_a_mail_program_would_link(name: str) -> None:
    assert not may_greet(name)


@pytest.mark.parametrize(
    "name",
    [
        "María de los Ángeles García de la Cruz y Soto",
        "maria lopez",
        "Nguyễn Thị Minh Khai",
        "J. R. Smith Jr.",
        "王 小明",
    ],
)
def test_people_are_greeted_by_their_names(name: str) -> None:
    assert may_greet(name)


@pytest.mark.parametrize(
    "name",
    [
        "Your case was denied. Call your lawyer now at Main Street 5",
        "Pay 500 to Zelle Maria",
        "Urgent! Call us",
        "please call the number below today",
    ],
)
def test_a_sentence_greets_nobody(name: str) -> None:
    assert not may_greet(name)


@pytest.mark.parametrize(
    "text", ["M-2026-0007/2", "0012", "2026000123456", "A.12/3", "#77 (old)", "Müller_2026", "7"]
)
def test_a_reference_is_made_of_digits_and_signs(text: str) -> None:
    assert reference_fault(text) is None


@pytest.mark.parametrize(
    "text", ["", "-", "a@b.example", "https://x", "x.example/pay", "<b>7</b>", "7\n8", "7" * 61]
)
def test_a_reference_is_no_address_and_no_markup(text: str) -> None:
    assert reference_fault(text) is not None


@pytest.mark.parametrize(
    "text", ["I-765", "I765", "EOIR-42B", "I-485 Supp J", "N-400", "ETA 9089", "I-129 (H-1B)"]
)
def test_a_form_is_a_number_as_printed(text: str) -> None:
    assert form_fault(text) is None


@pytest.mark.parametrize(
    "text", ["", "I-765; pay", "=I-765", "I-765<b>", "x.example/pay", "I" * 17, "i-765\nx"]
)
def test_a_form_is_nothing_else(text: str) -> None:
    assert form_fault(text) is not None
