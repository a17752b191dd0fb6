"""Small texts that components share."""

from __future__ import annotations

import pytest

from legist.core.web.words import DiffPart, diff_words, grouped, initials, masked


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Paul Osei", "PO"), ("dana", "D"), ("Ana María Ramírez", "AR"), ("", ""), ("(none) 3", "")],
)
def test_it_takes_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("ABC0912345678", "ABC 091 234 5678"),
        ("ABC123", "ABC 123"),
        ("ABC1", "ABC 1"),
        ("x-1", "x-1"),
        ("", ""),
    ],
)
def test_it_groups_a_number(number: str, expected: str) -> None:
    assert grouped(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [("ABC0912345678", "ABC•••••••678"), ("12345", "••345"), ("12", "12")]
)
def test_it_masks_a_number(number: str, expected: str) -> None:
    assert masked(number) == expected


def test_it_keeps_a_changed_phrase_whole() -> None:
    parts = diff_words("by the end of the month. Thanks", "by May 12. Thanks")

    assert parts == [
        DiffPart("same", "by "),
        DiffPart("removed", "the end of the month."),
        DiffPart("added", "May 12."),
        DiffPart("same", " Thanks"),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("", "a b"), ("a b", ""), ("a\n\nb c", "a b  c d"), ("same", "same")]
)
def test_it_loses_no_character_of_either_text(old: str, new: str) -> None:
    parts = diff_words(old, new)

    assert "".join(part.text for part in parts if part.kind != "added") == old
    assert "".join(part.text for part in parts if part.kind != "removed") == new
