"""The glossary of legal terms, and our texts within it."""

from __future__ import annotations

import pytest

from tracking.statuses import StatusCode
from workflows.messages.templates import store as templates
from workflows.messages.templates.packaged import read_texts
from workflows.plain_language import TEXTS
from workflows.plain_language.avoided import AVOIDED, avoided_in
from workflows.plain_language.glossary import TERMS, terms_in, untranslated

MESSAGES = {f"{text.key}.{text.language}": text for text in read_texts(templates.TEXTS)}
KEYS = sorted({text.key for text in MESSAGES.values()})


@pytest.mark.parametrize("code", StatusCode)
def test_our_spanish_uses_the_glossary_for_every_english_term(code: str) -> None:
    assert [term.name for term in untranslated(TEXTS["en"][code], TEXTS["es"][code])] == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", StatusCode)
def test_our_texts_avoid_what_we_do_not_say(code: str, language: str) -> None:
    assert [each.word for each in avoided_in(TEXTS[language][code], language)] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_shipped_messages_keep_to_it_too(key: str) -> None:
    english, spanish = (MESSAGES[f"{key}.{language}"].body for language in ("en", "es"))

    assert [term.name for term in untranslated([english], [spanish])] == []
    assert avoided_in([english], "en") + avoided_in([spanish], "es") == []


def test_it_is_a_glossary_and_not_a_handful() -> None:
    assert len(TERMS) >= 60
    assert len({term.name for term in TERMS}) == len(TERMS)
    assert len(AVOIDED) >= 20


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_each_term_is_found_under_the_words_it_gives(term: object) -> None:
    (found,) = [each for each in TERMS if each is term]

    assert found.name == "USCIS" or found.theirs
    assert term in terms_in([found.name], "en") or any(
        term in terms_in([each], "en") for each in found.english
    )


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("es", "Rechazamos su caso.", "rechazar"),
        ("es", "Su libertad condicional anticipada está lista.", "libertad condicional"),
        ("es", "Envíe su aplicación.", "aplicar, aplicación"),
        ("en", "Your number is invalid.", "invalid"),
    ],
)
def test_it_finds_the_words_to_avoid(language: str, text: str, word: str) -> None:
    assert [each.word for each in avoided_in([text], language)] == [word]


@pytest.mark.parametrize("text", ["Se la recordaremos antes.", "Estas son formas de seguir."])
def test_it_leaves_words_alone_that_only_look_like_them(text: str) -> None:
    assert avoided_in([text], "es") == []


def test_it_misses_a_term_that_was_translated_otherwise() -> None:
    assert [term.name for term in untranslated(["Your fee is due."], ["Su pago vence."])] == ["fee"]
