"""Grammars with one mistake in them, and whether the known texts notice.

A text notices when what it is taken for changes: its code, who must act, whether it is over, or
whether a person is asked. The name of the rule does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from tracking.normalizer.grammar.rules import Rule
from tracking.normalizer.results import Reading
from tracking.statuses import StatusCode

Matched = tuple[Reading, re.Match[str]]
Judge = Callable[[str, Matched | None], object]


@dataclass(frozen=True)
class Text:
    """A known text and every rule of the grammar that matches it, in order."""

    said: str
    matched: tuple[tuple[int, re.Match[str]], ...]


@dataclass(frozen=True)
class Suite:
    """A grammar, the texts it must read and how a reading of one of them is judged."""

    rules: tuple[Rule, ...]
    texts: tuple[Text, ...]
    judge: Judge

    def survivors(self) -> Iterator[str]:
        """Names of the mistakes that no text notices."""
        for index, rule in enumerate(self.rules):
            mine = [text for text in self.texts if text.matched and text.matched[0][0] == index]
            for name, mutant in mutants(rule):
                if not any(self._notices(text, mutant) for text in mine):
                    yield f"{rule.reading.rule}: {name}"

    def _notices(self, text: Text, mutant: Rule | None) -> bool:
        index, match = text.matched[0]
        before = (self.rules[index].reading, match)
        after = self._next(text)
        if mutant is not None and (again := mutant.pattern.search(text.said)):
            after = (mutant.reading, again)
        return self.judge(text.said, before) != self.judge(text.said, after)

    def _next(self, text: Text) -> Matched | None:
        if len(text.matched) < 2:
            return None
        index, match = text.matched[1]
        return self.rules[index].reading, match


def suite(rules: tuple[Rule, ...], said: Iterable[str], judge: Judge) -> Suite:
    """Match every rule with every text once; mutants are then judged without matching all again."""
    texts = [
        Text(
            text,
            tuple(
                (index, match)
                for index, rule in enumerate(rules)
                if (match := rule.pattern.search(text)) is not None
            ),
        )
        for text in dict.fromkeys(said)
    ]
    return Suite(rules, tuple(texts), judge)


def mutants(rule: Rule) -> Iterator[tuple[str, Rule | None]]:
    """The rule left out, each phrase left out, and each mark of its reading turned around."""
    yield "left out", None
    if len(rule.phrases) > 1:
        for phrase in rule.phrases:
            rest = tuple(other for other in rule.phrases if other != phrase)
            yield f"without {phrase}", replace(rule, phrases=rest)
    reading = rule.reading
    other = StatusCode.UNKNOWN if reading.code is not StatusCode.UNKNOWN else StatusCode.APPROVED
    yield "another code", replace(rule, reading=replace(reading, code=other))
    yield "weak turned", replace(rule, reading=replace(reading, weak=not reading.weak))
    if reading.whole:
        yield "whole turned", replace(rule, reading=replace(reading, whole=False))
    if reading.client_action is not None:
        yield "action dropped", replace(rule, reading=replace(reading, client_action=None))
    if reading.terminal is not None:
        yield "terminal dropped", replace(rule, reading=replace(reading, terminal=None))
