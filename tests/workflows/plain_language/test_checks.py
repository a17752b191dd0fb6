"""What may not stand in a wording that every client with a status reads."""

from __future__ import annotations

import pytest

from tracking.statuses import StatusCode
from workflows.plain_language import TEXTS, Wording, clean
from workflows.plain_language.checks import LIMIT, Fault, faults, faults_of


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("x" * (LIMIT + 1), Fault.LONG),
        ("- Bring the letter.", Fault.SHAPE),
        ("Bring this:", Fault.SHAPE),
        ("This is <b>good</b>.", Fault.HTML),
        ("Fish &amp; chips", Fault.HTML),
        ("Dear {{ client_name }}", Fault.PLACEHOLDER),
        ("Dear [client]", Fault.PLACEHOLDER),
        ("Call ____ today.", Fault.PLACEHOLDER),
        ("Your case IOE0912345678 is open.", Fault.RECEIPT),
        ("Your case eac-19-991-03400 is open.", Fault.RECEIPT),
        ("Your case IOE*123456789 is open.", Fault.RECEIPT),
        ("Your number is A123456789.", Fault.RECEIPT),
        ("Come on 2026-03-02.", Fault.DATE),
        ("Come on 3/2/2026.", Fault.DATE),
        ("Come on March 3.", Fault.DATE),
        ("Venga el 3 de marzo.", Fault.DATE),
        ("Write to dana@mail.example.", Fault.EMAIL),
    ],
)
def test_it_finds_what_is_wrong(text: str, fault: Fault) -> None:
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "Bring forms I-485, I-765 and I-131.",
        "Call us in 30 days, or write to us.",
        "You become a U.S. citizen.",
        "En este punto es normal esperar.",
        "Keep your green card and the fee receipt.",
        "Guarde su tarjeta verde y lea cada página.",
        "You may wait 3 to 6 months.",
        "Send Form I-797 & a copy.",
        "Puede tardar 2 semanas.",
        "Good news: USCIS said yes.",
        "Less than 5 < 6 pages.",
    ],
)
def test_it_lets_ordinary_words_pass(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", StatusCode)
def test_our_own_words_pass(code: str, language: str) -> None:
    assert faults_of(TEXTS[language][code]) == {}


def test_it_names_the_part() -> None:
    assert faults_of(Wording("Fine.", "", "Fine.")) == {"todo": [Fault.EMPTY]}


def test_what_is_pasted_becomes_one_line() -> None:
    assert clean({"meaning": " One.\r\n\r\n Two. ", "todo": "Three."}) == Wording("One. Two.", "Three.", "")
