"""The texts are read by the same rules as the real ones."""

from __future__ import annotations

from datetime import date

import pytest

from tracking.normalizer import normalize
from tracking.simulator.answers import english_slots, spanish_slots
from tracking.simulator.cases import Case
from tracking.simulator.wording import ENGLISH, SPANISH

CASE = Case("LIN2690123452", "I-485", 0.0, 0.0, [])
DAY = date(2026, 3, 2)


@pytest.mark.parametrize("status", sorted(set(ENGLISH.texts) - {"unheard_of"}))
def test_it_writes_english_that_can_be_read(status: str) -> None:
    text = ENGLISH.of(status)
    read = normalize(text.title, text.description.format(**english_slots(CASE, DAY)))
    assert not read.needs_review
    assert (read.facts.event_date, read.facts.form) == (DAY, "I-485")
    assert read.facts.receipt_number == CASE.receipt


@pytest.mark.parametrize("status", sorted(SPANISH.texts))
def test_it_says_the_same_in_spanish(status: str) -> None:
    english, spanish = ENGLISH.of(status), SPANISH.of(status)
    read_en = normalize(english.title, english.description.format(**english_slots(CASE, DAY)), "en")
    read_es = normalize(spanish.title, spanish.description.format(**spanish_slots(CASE, DAY)), "es")
    assert read_es.code == read_en.code
    assert read_es.facts.event_date == DAY


def test_it_has_one_status_nobody_can_read() -> None:
    assert normalize(ENGLISH.of("unheard_of").title, "").code.value == "UNKNOWN"
