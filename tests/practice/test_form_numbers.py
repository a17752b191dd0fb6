"""Which form a text names, and that a good one is never lost to a worse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.clients.protection import proposing_forms
from legist.practice.form_numbers import (
    COLUMN,
    FORMS,
    better_form,
    family,
    read_form,
    spell_form,
    tidy_forms,
)
from tests.factories.tracking import RECEIVED, make_receipt, read
from tracking.normalizer import Facts, normalize


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("I-539", "I-539"),
        ("i539", "I-539"),
        ("I 539", "I-539"),
        ("*I-539*", "I-539"),
        ("Form I-539, Application to Extend", "I-539"),
        ("539", "I-539"),
        ("400", "N-400"),
        ("I-539A", "I-539A"),
        ("I129CW", "I-129CW"),
        ("I-485 Supplement J", "I-485J"),
        ("I-601 A", "I-601A"),
        ("I-601 A, Provisional Waiver", "I-601A"),
        ("I 539 A", "I-539A"),
        ("I-130, I-130A", "I-130"),
        ("I-765V", "I-765V"),
        ("I-130 is approved", "I-130"),
        ("I - 765", "I-765"),
        ("Your I - 765 was received", "I-765"),
        ("I\u2011765", "I-765"),
        ("I\u00a0\u2013\u00a0765", "I-765"),
        ("Form I 765", "I-765"),
        ("N - 400", "N-400"),
        ("600", ""),
        ("I-485 and I-765", ""),
        ("G-28", ""),
        ("I-797", ""),
        ("IOE0912345678", ""),
        ("Z-99", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_it_reads_the_one_form_that_a_text_names(text: str | None, form: str) -> None:
    assert read_form(text) == form


@pytest.mark.parametrize(
    ("supplement", "form"),
    [("I-539A", "I-539"), ("I-918A", "I-918"), ("I-129F", "I-129F"), ("N-400", "N-400")],
)
def test_a_supplement_goes_by_the_rules_of_its_form(supplement: str, form: str) -> None:
    assert family(supplement) == form


@pytest.mark.parametrize(
    ("new", "than", "kept"),
    [
        ("", "I-539", "I-539"),
        ("???", "I-539", "I-539"),
        ("APPLICATION", "I-539", "I-539"),
        ("I-485", "I-539", "I-539"),
        ("I-539A", "I-539", "I-539"),
        ("i539a", "I-539", "I-539"),
        ("i539", "I-539", "I-539"),
        ("I-539", "i539", "I-539"),
        ("I-539", "I-539A", "I-539"),
        ("I-918A", "I-918", "I-918"),
        ("I-485", "???", "I-485"),
        ("I-485", "", "I-485"),
        ("???", "", "???"),
        ("", "???", "???"),
        ("Application to Register, Form I-485", "", "I-485"),
    ],
)
def test_a_readable_form_is_never_lost_to_another(new: str, than: str, kept: str) -> None:
    assert better_form(new, than=than) == kept


ANY_TEXT = st.text(max_size=40) | st.sampled_from(sorted(FORMS))


@given(said=st.lists(ANY_TEXT, max_size=6))
def test_what_was_once_known_stays_known_whatever_is_said_later(said: list[str]) -> None:
    kept, known = "", False
    for new in said:
        kept = better_form(new, than=kept)
        known = known or bool(read_form(new))
        assert len(kept) <= COLUMN
        assert bool(read_form(kept)) == known


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["", "XYZ", "I-485 / I-765"])
def test_an_odd_answer_of_the_source_does_not_take_the_form_of_a_receipt(odd: str) -> None:
    receipt = make_receipt(form_type="I-539")
    read(receipt, RECEIVED, form_type=odd)

    assert receipt.form_type == "I-539"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("I129CW", "I-129CW"),
        ("I-485 Supplement J", "I-485J"),
        ("I-485 Supp. J", "I-485J"),
        ("I-485 Supplement J, Confirmation of Job Offer", "I-485J"),
        ("I-918, Supplement A", "I-918A"),
        ("I-130A", "I-130A"),
        ("i765v", "I-765V"),
        ("I–539", "I-539"),
    ],
)
def test_it_spells_a_form_as_uscis_prints_it(written: str, printed: str) -> None:
    assert spell_form(written) == printed
    assert read_form(spell_form(written)) == printed


@pytest.mark.parametrize("text", ["", "Waiver", "ABC123456", "N-400 IS PENDING", "x" * 5000])
def test_it_spells_nothing_that_is_no_form(text: str) -> None:
    assert spell_form(text) == ""


DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"


@given(
    st.sampled_from(sorted(FORMS)),
    st.sampled_from(("", " ", "\u00a0", "\u202f")),
    st.sampled_from(DASHES),
    st.sampled_from(("", "Form ", "Your Form ", "su Formulario ")),
)
def test_space_and_dash_hide_no_form_wherever_one_is_read(
    form: str, space: str, dash: str, lead: str
) -> None:
    series, _, number = form.partition("-")
    text = f"{lead}{series}{space}{dash}{space}{number}"

    assert read_form(text) == form
    assert facts_of(text).form == form
    assert proposing_forms([text]) == proposing_forms([form])


def test_what_is_no_number_of_a_form_stays_as_it_is() -> None:
    assert tidy_forms("Part I - 2024, phase I \u2013 12") == "Part I - 2024, phase I \u2013 12"


def facts_of(named: str) -> Facts:
    return normalize("Case Was Received", f"On May 4, 2026, we received {named}, at our office.").facts


def test_a_value_that_names_two_forms_is_neither() -> None:
    assert [read_form(f"I-485{between}I-539") for between in (", ", "; ", " (", "/", " and ")] == [""] * 5
    assert [read_form(said) for said in ("I 129 F", "I-539; I-539A", "I-601A (waiver)")] == [
        "I-129F",
        "I-539",
        "I-601A",
    ]
