"""The shape of a plain-words text, and who wrote its words: whoever proposed any of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from workflows.plain_language.signs import composed, without_accents

LANGUAGES = ("en", "es")


class Wording(NamedTuple):
    """The answers to a client's three questions, each one or two short sentences."""

    meaning: str
    todo: str
    next: str


PARTS = Wording._fields


def clean(parts: Mapping[str, str]) -> Wording:
    """Return the text with each part as one line: what is pasted brings line ends and double spaces."""
    return Wording(*(composed(" ".join(parts.get(part, "").split())) for part in PARTS))


Texts = Mapping[str, Wording]
WORD = re.compile(r"\w+")


def shares_words(earlier: Texts, later: Texts, *, before: Texts) -> bool:
    """Return whether any change of `earlier` to the words before stands in `later` too.

    It errs towards yes: a word that both added to a part counts, wherever in the part it stands.
    """
    return any(
        _shares(*(getattr(texts[language], part) for texts in (earlier, later, before)))
        for language in LANGUAGES
        for part in PARTS
    )


def _shares(earlier: str, later: str, before: str) -> bool:
    if before in (earlier, later):
        return False
    if earlier == later:
        return True
    added, removed = _changes(before, earlier)
    also_added, also_removed = _changes(before, later)
    if added:
        return bool(added & also_added)
    return bool(removed & also_removed) if removed else True


def _changes(before: str, after: str) -> tuple[set[str], set[str]]:
    """Return the words that were put in and those that were taken out."""
    old, new = _words(before), _words(after)
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    added = {word for _kind, _a, _b, start, end in changed for word in new[start:end]}
    return added, {word for _kind, start, end, _a, _b in changed for word in old[start:end]}


def _words(text: str) -> list[str]:
    return WORD.findall(without_accents(text))
