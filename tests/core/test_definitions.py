"""What ships and what a firm wrote over it: which holds, where it stands, and how both are put together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.definitions.merging import MISSING, Change, fingerprint, merge, same
from legist.core.definitions.standing import Standing, State, Version, takes_over
from legist.core.states import Origin

LEAF = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from("abc")
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"key": st.sampled_from("pqr"), "is": inner}), max_size=3)
    ),
    max_leaves=10,
)


def ours(number: int = 1, content: Any = "old", *, faults: tuple[str, ...] = ()) -> Version:
    return Version(Origin.SHIPPED, number, content, faults=faults)


def firms(content: Any = "theirs", base: Any = "old", *, faults: tuple[str, ...] = ()) -> Version:
    return Version(Origin.FIRM, 1, content, base, faults)


@given(JSON, JSON)
def test_what_only_one_side_changed_is_taken_without_a_question(base: Any, changed: Any) -> None:
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert same(merged.content, changed)
        assert not merged.conflicts


@given(JSON, JSON, JSON)
def test_nothing_that_anybody_changed_is_lost_in_silence(base: Any, one: Any, two: Any) -> None:
    merged, other_way = merge(base, one, two), merge(base, two, one)

    assert {each.place for each in merged.conflicts} == {each.place for each in other_way.conflicts}
    if not merged.conflicts:
        assert leaves(merged.content) == leaves(other_way.content)
        assert leaves(merged.content) <= leaves(one) | leaves(two)


def leaves(content: Any, place: tuple[str, ...] = ()) -> set[tuple[Any, ...]]:
    if isinstance(content, dict):
        return {leaf for name, each in content.items() for leaf in leaves(each, (*place, name))}
    return {(*place, fingerprint(content))} if not isinstance(content, list) else set()


@given(JSON, JSON, JSON)
def test_each_part_is_kept_or_taken_as_somebody_chose(base: Any, own: Any, shipped: Any) -> None:
    offered = merge(base, own, shipped)
    kept = merge(base, own, shipped, takes={each.place: False for each in offered.changes})
    taken = merge(base, own, shipped, takes={each.place: True for each in offered.changes})

    assert not any(each.is_taken for each in kept.changes)
    assert all(each.is_taken for each in taken.changes)
    assert leaves(kept.content) == leaves(own)
    assert leaves(shipped) - leaves(base) <= leaves(taken.content)


@given(JSON)
def test_a_fingerprint_does_not_hang_on_the_order_of_names(content: Any) -> None:
    def turned(given: Any) -> Any:
        if isinstance(given, dict):
            return {name: turned(given[name]) for name in reversed(given)}
        return [turned(each) for each in given] if isinstance(given, list) else given

    assert fingerprint(turned(content)) == fingerprint(content)


@pytest.mark.parametrize(("one", "other"), [([1, 2], [2, 1]), ([1], [True]), ({}, []), ("1", 1), (None, "")])
def test_a_fingerprint_tells_apart_what_differs(one: Any, other: Any) -> None:
    assert not same(one, other)


def test_lists_are_merged_by_the_names_of_their_items() -> None:
    base = [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]
    renamed = [{"key": "a", "name": "Ours"}, {"key": "b", "name": "B"}]
    longer = [{"key": "a", "name": "A"}, {"key": "new", "name": "N"}, {"key": "b", "name": "B"}]

    merged = merge(base, renamed, longer)

    assert merged.content == [{"key": "a", "name": "Ours"}, longer[1], longer[2]]
    assert not merged.conflicts


def test_a_part_that_both_changed_stays_the_firms_and_is_shown_with_all_three() -> None:
    merged = merge({"x": 1, "y": 1}, {"x": 2, "y": 1}, {"x": 3})

    assert merged.content == {"x": 2}
    assert merged.conflicts == (Change(("x",), 1, 2, 3),)


def test_without_a_known_base_every_difference_is_a_question() -> None:
    merged = merge(MISSING, {"x": 1, "y": 1}, {"x": 2, "y": 1, "z": 1})

    assert merged.content == {"x": 1, "y": 1, "z": 1}
    assert [each.place for each in merged.conflicts] == [("x",)]


@pytest.mark.parametrize(
    ("standing", "state", "holds"),
    [
        (Standing(ours()), None, "old"),
        (Standing(ours(), firms()), State.CURRENT, "theirs"),
        (Standing(ours(2, "new"), firms()), State.OUTDATED, "theirs"),
        (Standing(ours(2, "theirs"), firms()), State.CURRENT, "theirs"),
        (Standing(ours(2, "new"), firms("old")), State.CURRENT, "new"),
        (Standing(ours(), firms(base=None)), State.OUTDATED, "theirs"),
        (Standing(None, firms(base=None)), State.CURRENT, "theirs"),
        (Standing(ours(), firms(faults=("x",))), State.INVALID, "old"),
        (Standing(ours(), firms(faults=("x",)), falls_back=False), State.INVALID, None),
        (Standing(ours(), is_off=True), None, None),
    ],
)
def test_it_tells_where_a_definition_stands_and_what_holds(
    standing: Standing, state: State | None, holds: str | None
) -> None:
    assert standing.state == state
    assert (standing.in_force.content if standing.in_force else None) == holds
    assert bool(standing.offer) == (state == State.OUTDATED)


@pytest.mark.parametrize(
    ("new", "holding", "is_known", "expected"),
    [
        (ours(1), None, False, True),
        (ours(1, faults=("x",)), None, False, True),
        (ours(2), ours(1), True, True),
        (ours(2), ours(3), True, False),
        (ours(2, faults=("x",)), ours(1), True, False),
        (ours(2), firms(), True, False),
        (ours(1), firms(), False, False),
        (ours(2), None, True, False),
    ],
)
def test_ours_takes_the_place_of_ours_alone(
    new: Version, holding: Version | None, *, is_known: bool, expected: bool
) -> None:
    assert takes_over(new, holding, is_known=is_known) == expected
