"""Ids that sort by creation: histories read in the order in which things happened."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from uuid import RFC_4122

import time_machine

from legist.core.ids import uuid7

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_ids_of_one_moment_sort_by_creation() -> None:
    with time_machine.travel(NOON, tick=False):
        made = [uuid7() for _ in range(5000)]

    assert made == sorted(set(made))
    assert {each.int >> 80 for each in made} == {int(NOON.timestamp() * 1000)}
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}


def test_an_id_says_nothing_of_the_one_after_it() -> None:
    with time_machine.travel(NOON, tick=False):
        steps = {after.int - before.int for before, after in pairwise(uuid7() for _ in range(1000))}

    assert len(steps) == 999


def test_a_clock_that_went_back_makes_ids_of_its_own_time() -> None:
    with time_machine.travel(NOON, tick=False):
        now = uuid7()
    with time_machine.travel(NOON.replace(hour=11), tick=False):
        assert uuid7() < now
