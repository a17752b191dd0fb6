"""The grammar as a table: which rule decides which text, and that every rule is needed."""

from __future__ import annotations

import pytest

from tests.tracking.normalizer import examples, phrases
from tests.tracking.normalizer.corpus import load
from tracking.normalizer import dates, normalize, title_key
from tracking.normalizer.clauses import statements, without_names
from tracking.normalizer.grammar import ENGLISH, ENGLISH_TITLES, IS_SPANISH, SPANISH
from tracking.normalizer.grammar.rules import Rule, first_match
from tracking.normalizer.text import plain

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


def test_it_has_an_example_for_every_rule() -> None:
    every = {rule.reading.rule for rule in (*ENGLISH_TITLES, *ENGLISH, *SPANISH)}

    assert every - deciding_rules() == set()


def deciding_rules() -> set[str]:
    """Names of the rules that decide some title or description that we know the answer of."""
    titles = [record["title"] for record in load("status_titles")] + [title for title, *_ in ALL_TITLES]
    bodies = [record["description"] for record in load("status_texts")] + [
        text for text, *_ in ALL_DESCRIPTIONS
    ]
    keys = [title_key(title) for title in titles]
    said = [statements(without_names(plain(text), dates.find(plain(text)))) for text in bodies]
    read = [first_match(SPANISH if IS_SPANISH.search(key) else ENGLISH_TITLES, key) for key in keys]
    read += [first_match(SPANISH if IS_SPANISH.search(text) else ENGLISH, text) for text in said]
    return {reading.rule for reading in read if reading}


@pytest.mark.parametrize(("code", "titles"), phrases.TITLES.items())
def test_it_reads_each_phrase_of_a_title(code: str, titles: tuple[str, ...]) -> None:
    assert {title: normalize(title, titles={}).code for title in titles} == dict.fromkeys(titles, code)


@pytest.mark.parametrize(("code", "texts"), [*phrases.DESCRIPTIONS.items(), *phrases.SPANISH.items()])
def test_it_reads_each_phrase_of_a_description(code: str, texts: tuple[str, ...]) -> None:
    assert {text: normalize("", text, titles={}).code for text in texts} == dict.fromkeys(texts, code)
