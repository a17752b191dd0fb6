"""YAML that people bring in: plain values, each name once, and the line of what is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.plain_yaml import NoYaml, read, write

# What breaks a line in YAML is folded there, as in any text field.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_written_is_read_as_it_was(content: Any) -> None:
    assert read(write(content)).value == content


@given(st.text(max_size=200))
def test_any_text_is_read_as_plain_values_or_refused(content: str) -> None:
    with suppress(NoYaml):
        json.dumps(read(content).value)


@pytest.mark.parametrize(
    "hostile",
    [
        "a: &a [x]\nb: *a",
        "[" * 20_000,
        "!!python/object/apply:os.system [id]",
        "x: 2026-01-01",
        "x: .nan",
        "? [a, b]\n: c",
        "x: " + "9" * 6_000,
        "a: b: c",
        "- " * 40_000,
        "x: !!bool maybe",
        "x: !!int ''",
        "x: !!timestamp soon",
        "x: !!binary zzz",
        "!!set {x}",
        "a: 1\nb: 2\na: 3",
        "- {a: {b: 1, 'b': 2}}",
    ],
)
def test_what_a_file_may_not_hold_is_refused(hostile: str) -> None:
    with pytest.raises(NoYaml):
        read(hostile)


def test_only_true_and_false_are_no_words() -> None:
    assert read("state: off\nmode: on\nyes: no\nname: trueish\nurgent: true").value == {
        "state": "off",
        "mode": "on",
        "yes": "no",
        "name": "trueish",
        "urgent": True,
    }


def test_what_stands_twice_is_named_with_its_line() -> None:
    with pytest.raises(NoYaml, match="Line 3 says “codes” a second time"):
        read("key: a\ncodes: [A]\ncodes: [B]")


def test_it_knows_in_which_line_something_stands() -> None:
    document = read("- key: a\n- key: b\n  actions:\n    - kind: message\n      when: {form_inn: [I-129]}\n")

    assert document.line((1,)) == 2
    assert document.line((1, "actions", 0)) == 4
    assert document.line((1, "actions", 0), naming=["form_inn"]) == 5
    assert document.line((1, "codes")) == 2
