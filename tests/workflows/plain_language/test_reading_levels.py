"""How easily our words read, measured in both languages."""

from __future__ import annotations

import re

import pytest

from tracking.statuses import StatusCode
from workflows.messages.templates import store as templates
from workflows.messages.templates.packaged import read_texts
from workflows.plain_language import TEXTS
from workflows.plain_language.reading import (
    EASE_LIMIT,
    GRADE_LIMIT,
    english_syllables,
    inflesz,
    measure,
    spanish_syllables,
)

PLACEHOLDER = re.compile(r"{{.*?}}")
MESSAGES = {f"{text.key}.{text.language}": text for text in read_texts(templates.TEXTS)}

# As dictionaries divide them.
ENGLISH = (
    "case 1, make 1, moved 1, mailed 1, asked 1, times 1, months 1, once 1, letter 2, people 2, table 2, "
    "changes 2, needed 2, wanted 2, denied 2, notice 2, being 2, quiet 2, likely 2, create 2, places 2, "
    "idea 3, area 3, radio 3, received 2, office 2, offices 3, decision 3, interview 3, evidence 3, "
    "appointment 3, biometrics 4, application 4, immigration 4, certificate 4, naturalization 6"
)
SPANISH = (
    "y 1, muy 1, ley 1, hoy 1, quien 1, queso 2, guía 2, huella 2, país 2, ahí 2, río 2, reír 2, "
    "oír 2, búho 2, caos 2, leer 2, viuda 2, ciudad 2, guerra 2, ahora 3, aéreo 4, línea 3, caída 3, "
    "héroe 3, cuidado 3, pingüino 3, teníais 3, trámite 3, Uruguay 3, prohíbe 3, dieciséis 3, averigüe 4, "
    "increíble 4, envíenos 4, vehículo 4, cooperar 4, aprobación 4, naturalización 6"
)


def pairs(table: str) -> list[tuple[str, int]]:
    return [(word, int(count)) for word, count in (each.split() for each in table.split(", "))]


@pytest.mark.parametrize(("word", "count"), pairs(ENGLISH))
def test_it_counts_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), pairs(SPANISH))
def test_it_counts_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_it_computes_the_grade_as_published() -> None:
    # 6 words in one sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59
    found = measure(["The cat sat on the mat."], "en")

    assert found is not None
    assert (found.score, found.words, found.sentences) == (-1.4, 6, 1)


def test_it_computes_the_perspicuity_as_published() -> None:
    # 8 words in 2 sentences, 14 syllables: 206.835 - 62.3 * 14 / 8 - 8 / 2
    found = measure(["La casa es muy grande.", "Vive una familia."], "es")

    assert found is not None
    assert (found.score, found.level, found.longest) == (93.8, "very_easy", 5)


def test_a_name_in_capitals_is_spelled_and_a_point_within_it_ends_nothing() -> None:
    found = measure(["He is a U.S. citizen."], "en")
    same = measure(["He is a US citizen."], "en")

    assert found == same
    assert found is not None
    assert found.sentences == 1


@pytest.mark.parametrize(
    ("ease", "level"),
    [
        (80, "very_easy"),
        (79.9, "fairly_easy"),
        (65, "fairly_easy"),
        (55, "normal"),
        (54.9, "rather_hard"),
        (39.9, "very_hard"),
    ],
)
def test_it_reads_the_scale_as_published(ease: float, level: str) -> None:
    assert inflesz(ease) == level


def test_a_text_without_a_word_has_no_measure() -> None:
    assert measure(["", " 12 – ?"], "es") is None


@pytest.mark.parametrize("code", StatusCode)
def test_our_english_asks_for_eight_years_of_school_at_most(code: str) -> None:
    found = measure(TEXTS["en"][code], "en")

    assert found is not None
    assert found.score <= GRADE_LIMIT


@pytest.mark.parametrize("code", StatusCode)
def test_our_spanish_is_of_normal_ease_at_least(code: str) -> None:
    found = measure(TEXTS["es"][code], "es")

    assert found is not None
    assert found.score >= EASE_LIMIT
    assert found.longest <= 24


@pytest.mark.parametrize("name", MESSAGES)
def test_the_messages_around_them_are_as_easy(name: str) -> None:
    text = MESSAGES[name]
    lines = [PLACEHOLDER.sub("", line) for line in text.body.splitlines()]

    found = measure(lines, text.language)

    assert found is not None
    assert not found.is_hard
