"""Plain words for clients: complete, simple, kind."""

from __future__ import annotations

import re

import pytest

from tracking.statuses import StatusCode
from workflows.plain_language import SHIPPED, TEXTS, Catalog, Wording

CODES = [str(code) for code in StatusCode]


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_has_words_for_every_code(language: str) -> None:
    assert set(TEXTS[language]) == set(CODES)
    assert all(all(part.strip() for part in text) for text in TEXTS[language].values())


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_never_calls_anything_invalid(language: str) -> None:
    whole = " ".join(part for text in TEXTS[language].values() for part in text).lower()

    assert not re.search(r"inv[aá]lid|illegal|alien|incorrect|deport|removal|expuls", whole)


@pytest.mark.parametrize("code", CODES)
def test_it_keeps_sentences_short_in_spanish(code: str) -> None:
    sentences = re.split(r"[.!?:]\s", " ".join(SHIPPED.find(code, "es")))

    assert max(len(sentence.split()) for sentence in sentences) <= 24


def test_it_gives_the_words_for_an_unreadable_status_when_the_code_is_new() -> None:
    assert SHIPPED.find("SOMETHING_NEW", "es") == SHIPPED.find("UNKNOWN", "es")


@pytest.mark.parametrize(("asked", "given"), [("es-MX", "es"), ("ES", "es"), ("fr", "en")])
def test_it_falls_back_to_a_language_it_writes(asked: str, given: str) -> None:
    answer = SHIPPED.find("APPROVED", asked)

    assert isinstance(answer, Wording)
    assert answer == SHIPPED.find("APPROVED", given)


def test_it_gives_a_firms_own_words_where_there_are_some() -> None:
    own = Wording("Ours.", "Call.", "Soon.")
    book = Catalog({("APPROVED", "en"): own, ("UNKNOWN", "es"): own})

    assert book.find("APPROVED") == own
    assert book.find("APPROVED", "es") == TEXTS["es"]["APPROVED"]
    assert book.find("SOMETHING_NEW", "es-US") == own
