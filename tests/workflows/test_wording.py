"""Plain words for clients: complete, simple, kind."""

from __future__ import annotations

import re

import pytest

from tracking.statuses import StatusCode
from workflows.wording import TEXTS, Wording, client_wording

GRADE_LIMIT = 8.0
CODES = [str(code) for code in StatusCode]


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, groups - (word.lower().endswith("e") and not word.lower().endswith("le")))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level."""
    sentences = len(re.findall(r"[.!?:]", text)) or 1
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_has_words_for_every_code(language: str) -> None:
    assert set(TEXTS[language]) == set(CODES)
    assert all(all(part.strip() for part in text) for text in TEXTS[language].values())


@pytest.mark.parametrize("code", CODES)
def test_it_reads_at_or_below_the_eighth_grade(code: str) -> None:
    assert grade(" ".join(client_wording(code))) <= GRADE_LIMIT


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_never_calls_anything_invalid(language: str) -> None:
    whole = " ".join(part for text in TEXTS[language].values() for part in text).lower()

    assert not re.search(r"inv[aá]lid|illegal|alien|incorrect|deport|removal|expuls", whole)


@pytest.mark.parametrize("code", CODES)
def test_it_keeps_sentences_short_in_spanish(code: str) -> None:
    sentences = re.split(r"[.!?:]\s", " ".join(client_wording(code, "es")))

    assert max(len(sentence.split()) for sentence in sentences) <= 24


def test_it_gives_the_words_for_an_unreadable_status_when_the_code_is_new() -> None:
    assert client_wording("SOMETHING_NEW", "es") == client_wording("UNKNOWN", "es")


@pytest.mark.parametrize(("asked", "given"), [("es-MX", "es"), ("ES", "es"), ("fr", "en")])
def test_it_falls_back_to_a_language_it_writes(asked: str, given: str) -> None:
    answer = client_wording("APPROVED", asked)

    assert isinstance(answer, Wording)
    assert answer == client_wording("APPROVED", given)
