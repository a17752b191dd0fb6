"""Nothing that names a person or opens a case leaves the house; what the meaning needs stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.normalizer.dates import find as find_dates
from tracking.suggestions.redaction import FORM, Known, clean, redact

KNOWN = Known(
    names=("María Grant López", "Alice Moreno", "Will O'Hara-Quist"),
    values=(
        ("RECEIPT", "IOE0912345678"),
        ("EMAIL", "maria@mail.example"),
        ("PHONE", "+1 (212) 555-0143"),
    ),
)
SPELLINGS = [
    "IOE0912345678", "ioe0912345678", "IOE-09-123-45678", "IOE 0912 345 678", "I.O.E. 0912345678",
    "IOE*0912345678", "IOE_09_123_45678", "ＩＯＥ０９１２３４５６７８", "IOE<b>0912</b>345678",
]  # fmt: skip
STRANGERS = [
    ("RECEIPT", "WAC2190012345"), ("RECEIPT", "wac-21-900-12345"), ("RECEIPT", "LIN*190012345"),
    ("RECEIPT", "MSC 2I9OO12345"), ("ANUMBER", "A123456789"), ("ANUMBER", "A 123-456-789"),
    ("ANUMBER", "A# 012 345 678"), ("SSN", "123-45-6789"), ("PHONE", "(212) 555-0199"),
    ("PHONE", "800-375-5283"), ("EMAIL", "juan.perez+1@mail.example.com"), ("CODE", "EA123456789US"),
    ("CODE", "1Z999AA10123456784"), ("NUMBER", "9205590164917312345678"), ("NUMBER", "1234 5678 9012"),
    ("ADDRESS", "12 Main Street, Apt 4, Newark, NJ 07102"), ("ADDRESS", "P.O. Box 1234"),
    ("ADDRESS", "1600 N. Lake Shore Dr"), ("ADDRESS", "Calle Ocho 1234"),
    ("ADDRESS", "Laredo, TX 78040-1234"),
]  # fmt: skip
STAYS = (
    "On March 2, 2026, we sent a Request for Evidence for your Form I-485, Application to Register Permanent "
    "Residence or Adjust Status. We will consider it if we have it by 05/26/2026. Your case is at the "
    "National Benefits Center. El 3 de marzo de 2026 transferimos su Formulario N-400. Form G-28 and I-797C "
    "are enclosed."
)


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def test_what_the_meaning_needs_stays() -> None:
    assert redact(STAYS, KNOWN).text == STAYS


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_it_hides_the_known_receipt_however_it_is_spelled(spelled: str) -> None:
    found = redact(f"Your case {spelled} was received. Keep {spelled}.", KNOWN)

    assert found.text == "Your case [RECEIPT-1] was received. Keep [RECEIPT-1]."


@pytest.mark.parametrize(("kind", "value"), STRANGERS)
def test_it_hides_by_shape_what_nobody_knows(kind: str, value: str) -> None:
    found = redact(f"It says {value}, and more.")

    assert found.text == f"It says [{kind}-1], and more."
    assert found.restore(found.text) == f"It says {value}, and more."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("for Maria Grant Lopez today", "for [NAME-1] today"),
        ("for GRANT LÓPEZ, MARÍA today", "for [NAME-1] today"),
        ("López signed, then Moreno", "[NAME-1] signed, then [NAME-2]"),
        ("we will grant it to Will", "we will grant it to [NAME-1]"),
        ("Dear Mr. Juan Carlos Pérez, we mailed it", "[NAME-1], we mailed it"),
        ("Estimada Sra. de la Cruz: enviamos", "[NAME-1]: enviamos"),
        ("Beneficiary: PEREZ, Juan; received", "[NAME-1]; received"),
        ("Mr. Smith. We mailed it", "[NAME-1]. We mailed it"),
    ],
)
def test_it_hides_names(written: str, expected: str) -> None:
    assert redact(written, KNOWN).text == expected


def test_the_same_thing_keeps_its_placeholder_and_another_gets_its_own() -> None:
    found = redact("WAC2190012345, WAC-21-900-12345 and LIN2190012345")

    assert found.text == "[RECEIPT-1], [RECEIPT-1] and [RECEIPT-2]"
    assert found.hidden == 2


def test_a_placeholder_in_the_text_itself_deceives_nobody() -> None:
    text = "[RECEIPT-1] is not WAC2190012345"
    found = redact(text)

    assert found.text == "[BRACKET-1] is not [RECEIPT-1]"
    assert found.restore(found.text) == text


PIECES = st.sampled_from(
    [*SPELLINGS, *(value for _, value in STRANGERS), STAYS, "María Grant López", "moreno", "March 2, 2026",
     "05/26/2026", "2026-03-02", "3 de marzo de 2026", "I-485", "Form N-400", "N-400", "maria@mail.example",
     "2125550143", "[NAME-1]", "1-2-3", "12345", "\ue000\ue001"]
)  # fmt: skip
MIXED = st.lists(st.one_of(PIECES, st.text(max_size=12), st.from_regex(r"[\d .,()/-]{0,24}")), max_size=12)


@settings(max_examples=300, deadline=None)
@given(MIXED, st.sampled_from(["", " ", "-", "\n"]))
def test_no_long_number_and_nothing_known_survives(pieces: list[str], between: str) -> None:
    sent = redact(between.join(pieces), KNOWN).text
    bare = sent
    for dated in reversed(find_dates(sent)):
        bare = f"{bare[: dated.start]}|{bare[dated.end :]}"
    bare = FORM.sub("|", re.sub(r"\[[A-Z]+-\d+\]", "|", bare))

    assert not re.search(r"\d(?:[ .-]?\d){6,}", bare)
    assert not re.search(r"\b(lopez|lópez|moreno|ioe0912345678|maria@mail\.example)\b", bare.casefold())


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_the_way_back_gives_the_same_facts(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = redact(text, KNOWN)
    back = found.restore(found.text)

    assert letters(back) == letters(clean(text))
    assert [dated.day for dated in find_dates(back)] == [dated.day for dated in find_dates(clean(text))]


def test_known_values_do_not_show_in_a_repr() -> None:
    assert "IOE" not in f"{KNOWN!r}{redact('IOE0912345678', KNOWN)!r}"
