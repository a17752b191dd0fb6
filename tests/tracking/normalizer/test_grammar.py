"""The grammar as a table: which rule decides which text, and that every rule is needed."""

from __future__ import annotations

import pytest

from tests.tracking.normalizer import examples, free_words, phrases
from tracking.normalizer import normalize
from tracking.normalizer.grammar import ENGLISH, ENGLISH_TITLES, SPANISH
from tracking.normalizer.grammar.rules import Rule

ALL_TITLES = examples.TITLES + examples.SPANISH_TITLES
ALL_DESCRIPTIONS = examples.DESCRIPTIONS + examples.SPANISH_DESCRIPTIONS


@pytest.mark.parametrize(("title", "code", "rule"), ALL_TITLES)
def test_it_reads_titles_by_grammar(title: str, code: str, rule: str) -> None:
    result = normalize(title, titles={})

    assert (result.code, result.rule) == (code, rule)


@pytest.mark.parametrize(("description", "code", "rule"), ALL_DESCRIPTIONS)
def test_it_reads_descriptions_by_grammar(description: str, code: str, rule: str) -> None:
    result = normalize("", description, titles={})

    assert (result.code, result.rule) == (code, rule)


@pytest.mark.parametrize("rules", [ENGLISH_TITLES, ENGLISH, SPANISH])
def test_it_names_every_rule_once(rules: tuple[Rule, ...]) -> None:
    names = [rule.reading.rule for rule in rules]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("code", "titles"), [*phrases.TITLES.items(), *free_words.TITLES.items()])
def test_it_reads_each_phrase_of_a_title(code: str, titles: tuple[str, ...]) -> None:
    assert {title: normalize(title, titles={}).code for title in titles} == dict.fromkeys(titles, code)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        item
        for words in (phrases, free_words)
        for table in (words.DESCRIPTIONS, words.SPANISH)
        for item in table.items()
    ],
)
def test_it_reads_each_phrase_of_a_description(code: str, texts: tuple[str, ...]) -> None:
    assert {text: normalize("", text, titles={}).code for text in texts} == dict.fromkeys(texts, code)
