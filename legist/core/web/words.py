"""Small texts that components share: initials, grouped and masked numbers, word-by-word differences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

LETTERS_THEN_DIGITS = re.compile(r"^([A-Z]+)(\d+)$")
SHOWN_AT_THE_END = 3
WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of text that is the same in both versions, was added, or was removed."""

    kind: str
    text: str


def initials(name: str) -> str:
    """Return one or two capitals that stand for a name."""
    parts = [part for part in name.split() if part[0].isalpha()]
    if not parts:
        return ""
    ends = [parts[0]] if len(parts) == 1 else [parts[0], parts[-1]]
    return "".join(part[0].upper() for part in ends)


def grouped(number: str) -> str:
    """Return "ABC 123 456 7890" for "ABC1234567890"; anything else comes back as it is."""
    match = LETTERS_THEN_DIGITS.match(number)
    if not match:
        return number
    letters, digits = match.groups()
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join([letters, *groups])


def masked(number: str) -> str:
    """Return the number with all but its letters and last three digits hidden."""
    match = LETTERS_THEN_DIGITS.match(number)
    letters, rest = match.groups() if match else ("", number)
    hidden = max(len(rest) - SHOWN_AT_THE_END, 0)
    return letters + "•" * hidden + rest[hidden:]


def diff_words(old: str, new: str) -> list[DiffPart]:
    """Return the parts that lead from one text to the other, in reading order.

    A lone space between two changed words counts as changed, so that phrases stay whole.
    """
    before, after = WORD.findall(old), WORD.findall(new)
    parts: list[DiffPart] = []
    removed = added = ""
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = "".join(before[a1:a2])
        if kind == "equal" and (same.strip() or not (removed or added)):
            parts += [*_change(removed, added), DiffPart("same", same)]
            removed = added = ""
        else:
            removed += same
            added += "".join(after[b1:b2])
    return parts + _change(removed, added)


def _change(removed: str, added: str) -> list[DiffPart]:
    """What was removed and what was added; space that both end in belongs to neither."""
    tail = ""
    while removed and added and removed[-1] == added[-1] and removed[-1].isspace():
        tail, removed, added = removed[-1] + tail, removed[:-1], added[:-1]
    parts = [("removed", removed), ("added", added), ("same", tail)]
    return [DiffPart(kind, text) for kind, text in parts if text]
