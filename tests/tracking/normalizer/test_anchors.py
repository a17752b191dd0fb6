"""The words a rule looks for first: a shortcut that must never hide a match."""

from __future__ import annotations

import pytest

from tests.tracking.normalizer.test_mutation import suites
from tracking.normalizer.grammar.rules import Rule, anchors, find_first


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bon hold\b", {"on hold"}),
        (r"denied your|refused", {"denied your", "refused"}),
        (r"(?:your |the )?case was", {"case was"}),
        (r"transferr?ed\b", {"transfer"}),
        (r"request (?:initial|additional) evidence", {" evidence"}),
        (r"(?:sent|mailed) a", {"sent", "mailed"}),
        (r"(?<!request )withdrew", {"withdrew"}),
        (r"(?:no one )+appeared", {"appeared"}),
        (r"(?:case ){0,3}closed", {"closed"}),
        (r"[a-z]+ing", {"ing"}),
    ],
)
def test_it_finds_what_every_match_contains(pattern: str, expected: set[str]) -> None:
    assert anchors(pattern) == expected


@pytest.mark.parametrize(
    "pattern", [r"g ?28", r"denied|\w+ed", r"(?:denied|)", r"(?:denied)?", r"(?!denied)"]
)
def test_it_finds_nothing_where_nothing_is_certain(pattern: str) -> None:
    assert anchors(pattern) == frozenset()


@pytest.mark.parametrize("name", ["English titles", "English descriptions", "Spanish"])
def test_it_hides_no_match_of_a_known_text(name: str) -> None:
    rules, texts, _ = suites()[name]

    assert [text for text in texts if reading(rules, text) != slow(rules, text)] == []


def reading(rules: tuple[Rule, ...], text: str) -> str | None:
    found = find_first(rules, text)
    return found[0].rule if found else None


def slow(rules: tuple[Rule, ...], text: str) -> str | None:
    return next((rule.reading.rule for rule in rules if rule.pattern.search(text)), None)
