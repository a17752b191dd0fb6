"""The index in memory: no spelling of a name that people type misses it, and one typing error is forgiven."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from legist.core.crypto import Sealed
from legist.practice.models import Client
from legist.practice.same_name import is_part_of_name, name_readings
from legist.practice.search import finders, shelves
from legist.practice.search.index import Entry, Index
from legist.practice.search.services import Query, first_open
from tests.factories.practice import NOW, Firm, make_client
from tests.practice.test_same_name import ACCENTS, NAME, NO_PARTS, PARTS

OTHERS = (
    "Dana Demo",
    "María de la Cruz",
    "O’Neil Zoë-Ruiz",
    "王小明",
    "Đặng Văn Đức",
    "Anna Maria Rodriguez Garcia",
)
CHANCE = st.randoms(use_true_random=False)


def index_of(*names: str) -> Index:
    index = Index()
    for key, name in enumerate(names):
        index.put(key, Entry((name,)))
    return index


def respelled(parts: list[str], chance: random.Random) -> str:
    """A name as somebody else writes it: another order, accents, capitals, hyphens or nothing between."""
    shuffled = chance.sample(parts, len(parts))
    typed = chance.choice([" ", "-", " ", ", "]).join(shuffled)
    return "".join(chance.choice([*ACCENTS.get(char, char), char.upper()]) for char in typed)


def mistyped(word: str, chance: random.Random) -> str:
    at, letter = chance.randrange(len(word)), chance.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            swapped,
        ]
    )


@given(NAME, CHANCE)
def test_a_name_is_found_however_it_is_written(parts: list[str], chance: random.Random) -> None:
    index = index_of(*OTHERS, " ".join(parts).title())

    assert len(OTHERS) in index.named(respelled(parts, chance))


@given(NAME, CHANCE)
def test_a_name_written_with_a_hyphen_is_found_without_it_and_run_together(
    parts: list[str], chance: random.Random
) -> None:
    index = index_of(*OTHERS, "-".join(parts))

    found = [index.named(between.join(parts)) for between in (" ", "-", "")]

    assert all(len(OTHERS) in each for each in found)


@given(NAME, CHANCE)
def test_any_pieces_find_what_the_comparison_of_names_finds(parts: list[str], chance: random.Random) -> None:
    pieces = [part[chance.randrange(len(part)) :][: chance.randint(2, 6)] for part in parts]
    names = [*OTHERS, " ".join(parts)]
    typed = " ".join(piece for piece in pieces if len(piece) > 1)

    found = index_of(*names).named(typed)

    assert set(found) == {at for at, name in enumerate(names) if is_part_of_name(typed, name_readings(name))}


@given(NAME, CHANCE)
def test_one_typing_error_is_forgiven(parts: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(parts))
    typed = [*parts[:at], mistyped(parts[at], chance), *parts[at + 1 :]]
    index = index_of(*OTHERS, " ".join(parts))

    assert len(typed[at]) < 3 or len(OTHERS) in index.mistyped(" ".join(typed))


@pytest.mark.parametrize(("typed", "name"), [pair for pair in PARTS if "," not in pair[0]])
def test_it_finds_what_is_a_part_of_a_name(typed: str, name: str) -> None:
    assert index_of(name).named(typed) == [0]


@pytest.mark.parametrize(("typed", "name"), NO_PARTS)
def test_it_finds_nothing_else(typed: str, name: str) -> None:
    assert index_of(name).named(typed) == []


def test_the_nearest_come_first() -> None:
    index = index_of("Ana Marinova", "Mari Ana", "Tamari Xu", "Mari Bo")

    assert index.named("mari") == [3, 1, 0, 2]


def test_a_row_that_is_put_again_is_found_by_what_it_says_now_only() -> None:
    index = index_of("Dana Demo", "Dana Other")
    index.put(0, Entry(("Zoe Ruiz",), ("zoe@mail.example", "12025550143")))

    assert (index.named("dana"), index.named("ruiz"), index.named("demo")) == ([1], [0], [])
    assert (index.coded("0143"), index.coded("zoe@"), index.coded("43")) == ([0], [0], [])
    index.drop(0)
    assert (index.named("zoe"), index.coded("0143"), len(index)) == ([], [], 1)


def ids_of(text: str) -> list[UUID]:
    return finders.ids_of_clients(Query(text, NOW))


def test_a_search_opens_new_and_changed_rows_only(firm: Firm) -> None:
    assert ids_of("dana") == [firm.danas_matter.client_id]
    added = make_client("Zuleika", with_user=False)
    Client.objects.filter(pk=firm.eves_matter.client_id).update(name=Sealed("v1.00000000.AAAA"))

    with CaptureQueriesContext(connection) as queries:
        assert (ids_of("zuleika"), ids_of("eve")) == ([added.pk], [])

    assert len(queries) == 4, "what is new or changed, those rows, what they were called, and what is new"


def test_a_row_that_was_missed_is_noticed_when_they_are_counted(firm: Firm) -> None:
    ids_of("dana")
    client = make_client("Zuleika", with_user=False)
    Client.objects.filter(pk=client.pk).update(touched_at=NOW - timedelta(days=9))

    assert ids_of("zuleika") == []
    found = finders.ids_of_clients(Query("zuleika", NOW + shelves.COUNTED_EVERY))

    assert found == [client.pk]


def test_many_rows_are_read_behind_and_it_is_said_meanwhile(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[threading.Thread] = []
    monkeypatch.setattr(shelves, "AT_ONCE", 1)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: begun.append(thread))  # noqa: PLW0108  a method
    monkeypatch.setattr(connection, "close", lambda: None)

    assert ids_of("dana") == []
    assert finders.clients.is_behind
    assert ids_of("dana") == []
    begun.pop().run()

    assert (begun, ids_of("dana")) == ([], [firm.danas_matter.client_id])


def test_what_is_open_is_found_behind_any_number_of_others(firm: Firm) -> None:
    others, wanted = range(1, 10_000), firm.danas_matter.client_id

    found = first_open(Client.objects.all(), "pk", [*others, wanted.int], limit=20)

    assert found == [Client(pk=wanted)]
