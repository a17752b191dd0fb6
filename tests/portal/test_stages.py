"""Stages in a client's words, and the short path they form."""

from __future__ import annotations

import pytest

from portal.cases import (
    POSITION,
    STAGE_WORDS,
    is_undone,
    stage_of,
    stage_path,
    stage_tone,
    stage_words,
    step_words,
)
from tracking.statuses import Bucket

STATES = [
    ("RECEIVED", "I-765", ["current", "todo", "todo", "todo"]),
    ("BIOMETRICS", "I-765", ["done", "current", "todo", "todo"]),
    ("IN_REVIEW", "", ["done", "current", "todo"]),
    ("IN_REVIEW", "I-918", ["done", "current", "todo"]),
    ("APPROVED", "I-129", ["done", "done", "current"]),
    ("ACTION_REQUESTED", "I-485", ["done", "current", "todo", "todo"]),
    ("APPROVED", "I-485", ["done", "done", "current", "todo"]),
    ("DOCUMENT", "I-485", ["done", "done", "done", "current"]),
    ("IN_REVIEW", "I-130", ["done", "current", "todo"]),
    ("APPROVED", "I-130", ["done", "done", "current"]),
    ("DOCUMENT", "I-130", ["done", "done", "done", "current"]),
    ("DENIED", "I-485", []),
    ("APPEAL_REOPEN", "I-485", []),
    ("REJECTED", "I-485", []),
    ("CLOSED", "I-485", []),
    ("RETURNED_MAIL", "I-485", []),
    ("NO_STAGE", "I-485", []),
    ("", "I-485", []),
]


@pytest.mark.parametrize("bucket", list(Bucket))
def test_every_stage_has_words_of_its_own(bucket: Bucket) -> None:
    assert stage_words(bucket) == str(STAGE_WORDS[bucket])


def test_no_status_yet_reads_as_waiting() -> None:
    assert stage_words("") == "Waiting for news from USCIS"


@pytest.mark.parametrize(("bucket", "form", "states"), STATES)
def test_the_path_leads_to_where_the_case_is(bucket: str, form: str, states: list[str]) -> None:
    assert [step["state"] for step in stage_path(bucket, form)] == states


@pytest.mark.parametrize("bucket", sorted(POSITION))
def test_a_path_has_one_place_where_the_case_is(bucket: str) -> None:
    assert [step["state"] for step in stage_path(bucket)].count("current") == 1


@pytest.mark.parametrize(
    ("buckets", "stage"),
    [
        (["APPROVED", "IN_REVIEW"], "APPROVED"),
        (["NO_STAGE", "NO_STAGE", "IN_REVIEW"], "IN_REVIEW"),
        (["NO_STAGE"], "NO_STAGE"),
        ([], "NO_STAGE"),
    ],
)
def test_an_event_without_a_stage_leaves_the_stage(buckets: list[str], stage: str) -> None:
    assert stage_of(buckets) == stage


def test_only_good_news_look_good() -> None:
    assert {bucket for bucket in Bucket if stage_tone(bucket) == "good"} == {Bucket.APPROVED, Bucket.DOCUMENT}


def test_a_step_without_a_stage_is_news() -> None:
    assert step_words("FEE_PAYMENT", "APPROVED") == "News from USCIS"
    assert step_words("APPROVED", "APPROVED") == "Approved"


@pytest.mark.parametrize(
    ("newest_first", "undone"),
    [
        (["BIOMETRICS", "APPROVED"], True),
        (["RECEIVED", "APPROVED"], True),
        (["ACTION_REQUESTED", "APPROVED"], True),
        (["APPEAL_REOPEN", "DENIED"], True),
        (["IN_REVIEW", "APPEAL_REOPEN", "DENIED", "RECEIVED"], True),
        (["NO_STAGE", "IN_REVIEW", "DOCUMENT"], True),
        (["APPROVED", "APPEAL_REOPEN", "DENIED"], False),
        (["DOCUMENT", "APPROVED", "IN_REVIEW"], False),
        (["APPROVED", "DOCUMENT"], False),
        (["IN_REVIEW", "RECEIVED"], False),
        (["IN_REVIEW", "APPEAL_REOPEN"], True),
        ([], False),
    ],
)
def test_what_a_later_event_undid_is_no_path(newest_first: list[str], undone: bool) -> None:
    assert is_undone(newest_first) is undone
