"""Reasons that are kept are codes with values; each is said in the language of whoever reads it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from legist.core.errors import InvalidInput, WrongState
from legist.core.reasons import AS_WRITTEN, Reasons, Unable, reason_of, say_interval

EVERY = [(name, code) for name, family in Reasons.families.items() for code in family.sentences]
EXAMPLES = {
    **dict.fromkeys(("day", "last", "due", "stated", "before", "until"), "2026-12-01"),
    **dict.fromkeys(("left", "most", "n", "apart"), 3),
    **dict.fromkeys(("columns", "known"), ("client_name", "form")),
    "every": 3600,
    "status": "RFE_ISSUED",
    "tier": "low",
    "fault": "markup",
    **dict.fromkeys(("kind", "what"), "rfe"),
    "row": ["rfe", "I-539"],
    "skipped": [["2026-12-25", "Christmas Day"]],
}
"""What is kept as a value where it is no text, by the value's name."""


@pytest.mark.parametrize(("family", "code"), EVERY)
def test_it_says_every_code_with_its_values(family: str, code: str) -> None:
    reasons = Reasons.families[family]
    names = re.findall(r"%\((\w+)\)", str(reasons.sentences[code]))
    values = {name: EXAMPLES.get(name, "7") for name in names}

    said = reasons.say(code, values)

    assert said != code
    assert not re.search(r"%\(|%[sd]", said)
    assert re.sub(r"%\(\w+\)s", "", str(reasons.sentences[code]))[:20].strip() in said or names


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=3))
def test_it_says_what_nobody_knows_as_it_is(code: str, values: dict[str, str]) -> None:
    family = Reasons("", {})
    del Reasons.families[""]

    assert family.say(code, {"text": "As it was.", **values}) in {code, "As it was.", values.get("text")}


def test_what_was_written_once_is_read_as_it_was_written() -> None:
    assert Reasons.families["next_check"].say(AS_WRITTEN, {"text": "100 % later"}) == "100 % later"


def test_an_error_that_is_kept_is_kept_as_a_code() -> None:
    error = Unable(Reasons.families["step_failure"], "no_message", key="rfe")

    assert isinstance(error, InvalidInput)
    assert "“rfe”" in error.message
    assert (reason_of(error).code, reason_of(error).values) == ("no_message", {"key": "rfe"})
    assert reason_of(WrongState("Too late.")).values == {"text": "Too late."}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (90, "90 seconds"), (900, "15 minutes"), (3601, "1 hour"), (5430, "90 minutes")],
)
def test_it_says_intervals_in_words(seconds: int, words: str) -> None:
    assert say_interval(seconds) == words


def test_the_words_follow_the_reader_and_not_the_writer() -> None:
    check = Reasons.families["next_check"]
    with translation.override("es"):
        spanish = check.say("by_tier", {"tier": "low", "every": 21_600})

    assert "6" in spanish
    assert check.say("by_tier", {"tier": "low", "every": 21_600}) == "low tier: every 6 hours"
