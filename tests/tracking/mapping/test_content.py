"""Stages and rules as values: what a firm starts with, and every step by which it changes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.mapping.content import DEFAULT, STAGE_CODES, MappingError, StatusMapping, from_json, to_json
from tracking.mapping.edits import (
    DropRule,
    Edit,
    Merge,
    Move,
    Own,
    Recolour,
    Regroup,
    Rename,
    SetRule,
    Split,
    apply,
    edit_from_json,
    edit_to_json,
    replay,
    restore,
)
from tracking.statuses import CODES, Bucket, StatusCode, Tone, older

NAMES = [
    "Received",
    "Initial Review",
    "Biometrics",
    "In Review",
    "RFE / action requested",
    "Interview",
    "Approved",
    "Card / document",
    "Returned mail",
    "Denied",
    "Rejected",
    "Closed / archived",
    "Appeal / reopened",
]
TITLE = "Case Was Sent To The Moon"
EDITS: list[Edit] = [
    Rename("IN_REVIEW", "Pending", "Pendiente"),
    Recolour("RECEIVED", "good"),
    Own("DENIED", "a-team"),
    Move("DENIED", -3),
    Merge("REJECTED", "DENIED"),
    Split("IN_REVIEW", ("TRANSFERRED",), "Transferred"),
    Regroup("RESPONSE_RECEIVED", "ACTION_REQUESTED"),
    SetRule(TITLE, "TRANSFERRED", client_action=True),
    restore(DEFAULT),
]


def names(vocabulary: StatusMapping) -> list[str]:
    return [bucket.name for bucket in vocabulary.buckets]


def test_it_starts_with_the_names_that_firms_use() -> None:
    assert names(DEFAULT) == NAMES


def test_every_status_that_moves_a_case_has_one_stage() -> None:
    assert set(DEFAULT.by_code) == set(STAGE_CODES)
    assert DEFAULT.bucket_of("EXPEDITE") is None


def test_initial_review_stands_apart_from_review() -> None:
    assert DEFAULT.by_code["INITIAL_REVIEW"].name == "Initial Review"
    assert DEFAULT.by_code["TRANSFERRED"].name == "In Review"


def test_it_renames() -> None:
    renamed = apply(Rename("IN_REVIEW", " Pending "), to=DEFAULT)
    assert renamed.by_code["ON_HOLD"].name == "Pending"


def test_it_colours_by_tone() -> None:
    assert apply(Recolour("RECEIVED", "good"), to=DEFAULT).bucket("RECEIVED").tone is Tone.GOOD


def test_it_orders() -> None:
    moved = apply(Move("DENIED", -100), to=DEFAULT)
    assert names(moved)[:2] == ["Denied", "Received"]
    assert names(apply(Move("DENIED", 100), to=moved))[-1] == "Denied"


def test_it_merges() -> None:
    merged = apply(Merge("REJECTED", "DENIED"), to=DEFAULT)
    assert merged.by_code["REJECTED"].name == "Denied"
    assert len(merged.buckets) == len(DEFAULT.buckets) - 1


def test_it_splits_into_a_stage_right_after() -> None:
    split = apply(Split("IN_REVIEW", ("TRANSFERRED", "ON_HOLD"), "Elsewhere"), to=DEFAULT)
    assert names(split)[3:5] == ["In Review", "Elsewhere"]
    assert split.by_code["ON_HOLD"].name == "Elsewhere"
    assert split.by_code["ON_HOLD"].tone == DEFAULT.by_code["ON_HOLD"].tone


def test_it_moves_one_status_to_another_stage() -> None:
    moved = apply(Regroup("RESPONSE_RECEIVED", "ACTION_REQUESTED"), to=DEFAULT)
    assert moved.by_code["RESPONSE_RECEIVED"].key == "ACTION_REQUESTED"


def test_a_rule_is_found_however_the_title_is_spelled() -> None:
    ruled = apply(SetRule(TITLE, "TRANSFERRED"), to=DEFAULT)
    found = ruled.rule_for("case  was sent to THE moon.")
    assert found is not None
    assert found.code is StatusCode.TRANSFERRED


def test_a_later_rule_takes_the_place_of_an_earlier_one() -> None:
    twice = replay([SetRule(TITLE, "TRANSFERRED"), SetRule(TITLE.upper(), "DENIED")], on=DEFAULT)
    assert [rule.code for rule in twice.rules] == [StatusCode.DENIED]


def test_a_rule_is_taken_back() -> None:
    assert replay([SetRule(TITLE, "DENIED"), DropRule(TITLE)], on=DEFAULT) == DEFAULT


def test_it_goes_back_to_a_version_as_a_whole() -> None:
    changed = replay(EDITS[:-1], on=DEFAULT)
    assert apply(restore(DEFAULT), to=changed) == DEFAULT


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Rename("IN_REVIEW", "  "), "name"),
        (Rename("IN_REVIEW", "denied"), "Two stages"),
        (Rename("IN_REVIEW", "x" * 41), "40"),
        (Rename("NOWHERE", "Name"), "does not exist"),
        (Recolour("RECEIVED", "pink"), "tones"),
        (Merge("DENIED", "DENIED"), "another stage"),
        (Split("DENIED", ("DENIED",), "New"), "not all"),
        (Split("DENIED", (), "New"), "some of the statuses"),
        (Split("IN_REVIEW", ("APPROVED",), "New"), "of this stage"),
        (Split("IN_REVIEW", ("EXPEDITE",), "New"), "known"),
        (Regroup("DENIED", "APPROVED"), "never be seen"),
        (SetRule("  ", "DENIED"), "title"),
        (SetRule(TITLE, "UNKNOWN"), "no meaning"),
        (SetRule(TITLE, "NONSENSE"), "known"),
        (DropRule(TITLE), "no rule"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(edit: Edit, why: str) -> None:
    with pytest.raises(MappingError) as refused:
        apply(edit, to=DEFAULT)
    assert why in refused.value.message


@pytest.mark.parametrize("edit", EDITS)
def test_steps_and_results_survive_being_written_down(edit: Edit) -> None:
    written = edit_from_json(json.loads(json.dumps(edit_to_json(edit))))
    result = apply(written, to=DEFAULT)
    assert result == apply(edit, to=DEFAULT)
    assert from_json(json.loads(json.dumps(to_json(result))), number=0) == result


@given(st.data())
def test_whatever_is_done_every_status_keeps_exactly_one_stage(data: st.DataObject) -> None:
    vocabulary = DEFAULT
    for _step in range(6):
        key, into = (data.draw(st.sampled_from(vocabulary.buckets)).key for _ in range(2))
        code = str(data.draw(st.sampled_from(STAGE_CODES)))
        steps: list[Edit] = [Merge(key, into), Regroup(code, into), Split(key, (code,), code), Move(key, 2)]
        edit = data.draw(st.sampled_from(steps))
        try:
            vocabulary = apply(edit, to=vocabulary)
        except MappingError:
            continue
    held = [code for bucket in vocabulary.buckets for code in bucket.codes]
    assert sorted(held) == sorted(code for code in CODES if CODES[code].bucket != Bucket.NO_STAGE)


REFINED = [(older(code), str(code)) for code, info in CODES.items() if info.refines]
STAGED = [pair for pair in REFINED if CODES[StatusCode(pair[0])].bucket != Bucket.NO_STAGE]


def before_refining(vocabulary: StatusMapping) -> StatusMapping:
    """The vocabulary as a firm wrote it down before the refining codes existed."""
    written = to_json(vocabulary)
    newer = {code for _, code in REFINED}
    for bucket in written["buckets"]:
        bucket["codes"] = [code for code in bucket["codes"] if code not in newer]
    return from_json(written, number=3)


@pytest.mark.parametrize(("first", "code"), STAGED)
def test_a_stage_that_held_the_older_code_holds_the_newer(first: str, code: str) -> None:
    split = apply(Split(DEFAULT.by_code[first].key, (first,), "A stage of its own"), to=DEFAULT)
    firm = before_refining(split)

    assert firm.by_code[code] == firm.by_code[first]
    assert firm.by_code[first].name == "A stage of its own"
    assert apply(Rename("RECEIVED", "Arrived"), to=firm).by_code[code] == firm.by_code[first]


@pytest.mark.parametrize(("first", "code"), STAGED)
def test_a_newer_code_goes_where_the_older_one_goes_and_alone_where_it_is_sent(first: str, code: str) -> None:
    moved = apply(Regroup(first, "APPROVED"), to=DEFAULT)
    alone = apply(Regroup(code, "APPROVED"), to=DEFAULT)

    assert {moved.by_code[first].key, moved.by_code[code].key} == {"APPROVED"}
    assert alone.by_code[code].key == "APPROVED"
    assert alone.by_code[first] != alone.by_code[code]
    assert from_json(to_json(alone), number=0) == alone
