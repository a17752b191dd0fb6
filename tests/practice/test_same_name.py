"""Two spellings of one name are one person; two names never are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.same_name import is_part_of_name, is_same_name, name_readings

SAME = [
    ("Dana Demo", "DANA DEMO"),
    ("Dana Demo", "Demo, Dana"),
    ("Dana  Demo ", "demo dana"),
    ("José Núñez", "Jose Nunez"),
    ("Jose\u0301 Nunez", "Jos\u00e9 N\u00fa\u00f1ez"),
    ("Siobhan O'Brien", "Siobhán O’Brien"),
    ("Siobhan O'Brien", "OBRIEN, SIOBHAN"),
    ("Siobhan O`Brien", "Siobhan O Brien"),
    ("Ana-Maria Cruz", "Ana Maria Cruz"),
    ("Omar Al-Hassan", "Omar Alhassan"),
    ("Đặng Văn Đức", "Dang Van Duc"),
    ("Jürgen Groß", "Jurgen Gross"),
    ("Jürgen Groß", "JUERGEN GROSS"),
    ("Søren Ødegård", "Soren Odegard"),
    ("Søren Ødegård", "Soeren Oedegaard"),
    ("Łukasz Żak", "Lukasz Zak"),
    ("İbrahim Işık", "Ibrahim Isik"),
    ("Amazon.com Services, LLC", "AMAZON.COM SERVICES LLC"),
    ("Ｄａｎａ Demo", "Dana Demo"),
    ("Dana M. Demo", "Dana M Demo"),
]
DIFFERENT = [
    ("Dana Demo", "Dina Demo"),
    ("Dana Demo", "Dana Demos"),
    ("Dana Demo", "Eve Demo"),
    ("Dana Demo", "Dana"),
    ("Dana Demo", "Dan Ademo"),
    ("Dana Demo", "Dana M. Demo"),
    ("Dana K. Demo", "Dana M. Demo"),
    ("John Demo", "John Demo Jr."),
    ("Maria Garcia", "Maria Garcia Lopez"),
    ("Dana Dana", "Dana"),
    ("कमल", "कुमल"),
    ("ほた", "ぼた"),
    ("Андрей Иванов", "Андреи Иванов"),
    ("...", "..."),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_it_knows_one_name_in_two_spellings(one: str, other: str) -> None:
    assert is_same_name(one, other)
    assert is_same_name(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_it_never_takes_one_person_for_another(one: str, other: str) -> None:
    assert not is_same_name(one, other)
    assert not is_same_name(other, one)


PART = st.text("abdeghiknorstuvz", min_size=2, max_size=6)
NAME = st.lists(PART, min_size=1, max_size=4)
ACCENTS = {"a": "aáàâãAÁ", "e": "eéèêëEÉ", "i": "iíìîIÍ", "o": "oóòôõO", "d": "dđĐD", "n": "nñNÑ", "s": "sšS"}


@given(NAME, st.randoms(use_true_random=False))
def test_any_spelling_of_a_name_is_that_name(parts: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(parts, len(parts))
    spelled = " ".join(shuffled)
    spelled = "".join(chance.choice(ACCENTS.get(char, char)) for char in spelled)

    assert is_same_name(" ".join(parts), spelled)
    assert is_same_name(spelled.upper(), ", ".join(parts))


@given(NAME, NAME)
def test_names_of_other_letters_are_other_people(one: list[str], other: list[str]) -> None:
    assert is_same_name(" ".join(one), " ".join(other)) == (sorted(one) == sorted(other))


@given(NAME, st.integers(0, 30), st.sampled_from("abdeghiknorstuvz"))
def test_one_other_letter_is_another_person(parts: list[str], at: int, letter: str) -> None:
    name = " ".join(parts)
    at %= len(name)
    changed = name[:at] + letter + name[at + 1 :]

    assert is_same_name(name, changed) == (sorted(changed.split()) == sorted(parts))


PARTS = [
    ("guez", "María Rodríguez"),
    ("RODRIGUEZ", "María Rodríguez"),
    ("rodriguez maria", "María Rodríguez"),
    ("obrien", "Siobhán O’Brien"),
    ("o'brien", "Siobhan Obrien"),
    ("brien", "Siobhán O’Brien"),
    ("al hassan", "Omar Alhassan"),
    ("alhassan", "Omar Al-Hassan"),
    ("al-hassan omar", "Omar Al Hassan"),
    ("delacruz", "Ana de la Cruz"),
    ("mueller", "Jürgen Müller"),
    ("Müller", "Juergen Mueller"),
    ("jurgen mueller", "Jürgen Müller"),
    ("duc", "Đặng Văn Đức"),
    ("Cruz, A", "Ana-Maria Cruz"),
    ("иван", "Андрей Иванов"),
    ("明", "王小明"),
]
NO_PARTS = [
    ("nad", "Dana Demo"),
    ("dana x", "Dana Demo"),
    ("modana", "Dana Demo"),
    ("", "Dana Demo"),
    (" - ' ", "Dana Demo"),
    ("dana", ""),
]


@pytest.mark.parametrize(("typed", "name"), PARTS)
def test_a_part_of_a_name_is_known(typed: str, name: str) -> None:
    assert is_part_of_name(typed, name_readings(name))


@pytest.mark.parametrize(("typed", "name"), NO_PARTS)
def test_what_is_no_part_of_a_name_is_not(typed: str, name: str) -> None:
    assert not is_part_of_name(typed, name_readings(name))


@given(NAME, st.randoms(use_true_random=False))
def test_any_pieces_of_any_spelling_find_the_name(parts: list[str], chance: random.Random) -> None:
    pieces = [part[chance.randrange(len(part)) :][: chance.randint(1, 6)] for part in parts]
    typed = " ".join(chance.sample(pieces, chance.randint(1, len(pieces))))
    typed = "".join(chance.choice(ACCENTS.get(char, char)) for char in typed)

    assert is_part_of_name(typed, name_readings(" ".join(parts).title()))


@given(NAME, NAME)
def test_the_same_name_is_a_part_of_itself(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)

    assert not is_same_name(first, second) or is_part_of_name(first, name_readings(second))
