"""Every rule, phrase and mark of the grammar is needed: a mistake in any of them shows somewhere."""

from __future__ import annotations

from functools import cache

import pytest

from tests.tracking.normalizer import examples, free_words, phrases, turned
from tests.tracking.normalizer.corpus import load
from tests.tracking.normalizer.mutants import Judge, Matched, suite
from tracking.normalizer import dates, title_key
from tracking.normalizer.accounting import is_accounted_for
from tracking.normalizer.clauses import statements, without_names
from tracking.normalizer.grammar import (
    ENGLISH,
    ENGLISH_GROUPS,
    ENGLISH_TITLE_GROUPS,
    ENGLISH_TITLES,
    IS_SPANISH,
    SPANISH,
    SPANISH_GROUPS,
)
from tracking.normalizer.grammar.rules import Rule, find_first
from tracking.normalizer.scoring import body
from tracking.normalizer.text import plain
from tracking.statuses import StatusCode


def said(text: str) -> str:
    return statements(without_names(plain(text), dates.find(plain(text))))


def title_keys() -> list[str]:
    titles = [title for title, *_ in (*examples.TITLES, *examples.SPANISH_TITLES)]
    titles += [title for table in (phrases, free_words) for group in table.TITLES.values() for title in group]
    titles += turned.TITLE_FORMS
    return [title_key(title) for title in [*titles, *(record["title"] for record in load("status_titles"))]]


def clauses() -> list[str]:
    texts = [text for text, *_ in (*examples.DESCRIPTIONS, *examples.SPANISH_DESCRIPTIONS)]
    texts += [
        text
        for words in (phrases, free_words)
        for table in (words.DESCRIPTIONS, words.SPANISH)
        for group in table.values()
        for text in group
    ]
    texts += turned.TEXT_FORMS
    return [said(text) for text in [*texts, *(body(record) for record in load("status_texts"))]]


UNREAD = (StatusCode.UNKNOWN, None, None, True, False)


def judged_title(key: str, found: Matched | None) -> object:
    """What a title alone is taken for, and whether it is trusted."""
    if found is None:
        return UNREAD
    reading = found[0]
    sure = not reading.weak and is_accounted_for(key, found)
    return reading.code, reading.client_action, reading.terminal, reading.weak, sure


def judged_clause(_said: str, found: Matched | None) -> object:
    """What a description is taken for, and whether an agreeing title makes it sure."""
    if found is None:
        return None
    reading = found[0]
    return reading.code, reading.client_action, reading.terminal, reading.weak


@cache
def suites() -> dict[str, tuple[tuple[Rule, ...], list[str], Judge]]:
    keys, texts = title_keys(), clauses()
    english = [key for key in keys if not IS_SPANISH.search(key)]
    return {
        "English titles": (ENGLISH_TITLES, english, judged_title),
        "English descriptions": (
            ENGLISH,
            [text for text in texts if not IS_SPANISH.search(text)],
            judged_clause,
        ),
        "Spanish": (SPANISH, [text for text in keys + texts if IS_SPANISH.search(text)], judged_clause),
    }


@pytest.mark.parametrize("name", ["English titles", "English descriptions", "Spanish"])
def test_it_needs_every_rule_phrase_and_mark(name: str) -> None:
    rules, texts, judge = suites()[name]

    assert list(suite(rules, texts, judge).survivors()) == []


ORDERS = {
    "English titles": ENGLISH_TITLE_GROUPS,
    "English descriptions": ENGLISH_GROUPS,
    "Spanish": SPANISH_GROUPS,
}


@pytest.mark.parametrize("name", ORDERS)
def test_it_needs_what_turns_a_meaning_first_and_what_says_little_last(name: str) -> None:
    _, texts, judge = suites()[name]
    groups = ORDERS[name]
    right = [judge(text, find_first(in_order(groups), text)) for text in texts]

    for index in (0, 1, 2, len(groups) - 1):
        moved = in_order(moved_away(groups, index))
        assert right != [judge(text, find_first(moved, text)) for text in texts], f"group {index}"


def in_order(groups: tuple[tuple[Rule, ...], ...]) -> tuple[Rule, ...]:
    return tuple(rule for group in groups for rule in group)


def moved_away(groups: tuple[tuple[Rule, ...], ...], index: int) -> tuple[tuple[Rule, ...], ...]:
    """The last group put first, any other one put last."""
    rest = (*groups[:index], *groups[index + 1 :])
    return (groups[index], *rest) if index == len(groups) - 1 else (*rest, groups[index])
