"""Whom an answer concerns: judged beside what is known of its receipt and the answers before it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.sources.failures import failure_of
from tracking.sources.judging import SEVERAL, Asked, weigh, weigh_all
from tracking.sources.transport import Answer

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOT_KNOWN = {"message": "Case Status Online does not recognize the receipt number."}
STATUSES = {"forbidden": 403, "token_refused": 401, "wrong_url": 404, "http_410": 410}
BODIES = {"unknown_receipt": (404, NOT_KNOWN), "malformed_receipt": (422, {"message": "Receipt format"})}
REFUSED = st.sampled_from(sorted(STATUSES))
ABOUT = st.sampled_from(sorted(BODIES))


def receipt(number: int) -> UUID:
    return UUID(int=number)


def answer(code: str) -> Answer:
    status, body = BODIES.get(code) or (STATUSES.get(code, 503), {})
    return Answer(status, {}, json.dumps(body).encode(), 5)


def asked(number: int, code: str = "", *, good: bool = True, refused: bool = False) -> Asked:
    return Asked(receipt(number), code, good, refused)


def concern(latest: Asked, *before: Asked) -> Concern:
    return weigh(failure_of(answer(latest.code), now=NOW), asked=latest, recent=before)


ANSWERS = st.builds(
    asked,
    st.integers(1, 6),
    st.one_of(st.just(""), REFUSED, ABOUT, st.just("http_503")),
    good=st.booleans(),
    refused=st.booleans(),
)


@given(st.lists(ANSWERS), st.builds(asked, st.integers(1, 2), REFUSED | ABOUT), st.lists(ANSWERS))
def test_two_receipts_alone_never_speak_for_everybody(
    before: list[Asked], latest: Asked, more: list[Asked]
) -> None:
    of_two = [each for each in more if each.receipt in (receipt(1), receipt(2))]
    assert concern(latest, *before, asked(9), *of_two) == Concern.RECEIPT


@given(st.lists(ANSWERS), st.lists(REFUSED, min_size=3, max_size=6))
def test_three_different_receipts_refused_in_a_row_are_believed(
    before: list[Asked], codes: list[str]
) -> None:
    row = [asked(number, code, good=False) for number, code in enumerate(codes, 20)]
    assert concern(row[-1], *before, *row[:-1]) == Concern.ACCESS


@given(st.lists(ANSWERS), st.lists(ABOUT, min_size=3, max_size=6))
def test_fault_found_with_several_good_receipts_in_a_row_is_an_outage(
    before: list[Asked], codes: list[str]
) -> None:
    row = [asked(number, code) for number, code in enumerate(codes, 20)]
    assert concern(row[-1], *before, *row[:-1]) == Concern.SERVICE


@given(st.lists(ANSWERS, max_size=8), st.lists(ANSWERS, min_size=1, max_size=8))
def test_hindsight_only_ever_takes_blame_from_receipts(before: list[Asked], batch: list[Asked]) -> None:
    answers = [(each, failure_of(answer(each.code), now=NOW) if each.code else None) for each in batch]
    judged = weigh_all(answers, recent=before)
    seen = list(before)
    for (each, failure), verdict in zip(answers, judged, strict=True):
        alone = weigh(failure, asked=each, recent=seen) if failure else None
        assert alone in {verdict, Concern.RECEIPT}
        seen.append(each)


def test_the_first_of_a_row_is_not_blamed_either() -> None:
    row = [asked(number, "forbidden") for number in range(SEVERAL)]
    answers = [(each, failure_of(answer(each.code), now=NOW)) for each in row]
    assert weigh_all(answers, recent=[]) == [Concern.ACCESS] * SEVERAL


@pytest.mark.parametrize("between", [asked(9), asked(9, "unknown_receipt", good=False)])
def test_an_answer_about_a_receipt_proves_our_access(between: Asked) -> None:
    row = [asked(1, "forbidden"), asked(2, "forbidden"), between, asked(3, "forbidden")]
    assert concern(row[-1], *row[:-1]) == Concern.RECEIPT


def test_a_receipt_that_was_refused_before_is_no_news() -> None:
    row = [asked(number, "forbidden", refused=True) for number in range(5)]
    assert concern(row[-1], *row[:-1]) == Concern.RECEIPT


def test_numbers_that_were_never_known_are_each_their_own_matter() -> None:
    row = [asked(number, "unknown_receipt", good=False) for number in range(5)]
    assert concern(row[-1], *row[:-1]) == Concern.RECEIPT


def test_an_address_that_worked_yesterday_is_an_outage_today() -> None:
    row = [asked(number, "wrong_url") for number in range(3)]
    assert concern(row[-1], *row[:-1]) == Concern.SERVICE


@given(st.lists(ANSWERS), st.sampled_from(list(ErrorKind)), st.sampled_from(["tls", "timeout", "quota"]))
def test_what_is_not_about_a_receipt_by_itself_never_becomes_so(
    before: list[Asked], kind: ErrorKind, code: str
) -> None:
    failure = SourceError(kind, code, public_message="")
    if failure.concern != Concern.RECEIPT:
        assert weigh(failure, asked=asked(1, code), recent=before) == failure.concern


def limit(number: int, *, before: bool = False) -> Asked:
    return Asked(receipt(number), "rate_limited", was_good=True, was_limited=before)


def limit_concern(latest: Asked, *before: Asked, retry_after: float | None = None) -> Concern:
    failure = SourceError(ErrorKind.TRANSIENT, latest.code, public_message="", retry_after=retry_after)
    return weigh(failure, asked=latest, recent=before)


@given(st.lists(ANSWERS), st.integers(0, 5))
def test_a_limit_without_a_time_is_the_receipts_own_until_several_meet_it(
    before: list[Asked], again: int
) -> None:
    alone = [limit(1)] * again + [limit(2)]
    assert limit_concern(alone[-1], *before, asked(9), *alone[:-1]) == Concern.SERVICE
    row = [limit(number) for number in range(SEVERAL)]
    assert limit_concern(row[-1], *before, asked(9), *row[:-1]) == Concern.PACE


def test_a_limit_with_a_time_is_kept_at_the_first_word_and_not_when_others_were_answered_since() -> None:
    assert limit_concern(limit(1), asked(9), retry_after=30) == Concern.PACE
    assert limit_concern(limit(1, before=True), asked(9), retry_after=30) == Concern.SERVICE


def test_receipts_that_are_limited_for_ever_are_no_news() -> None:
    row = [limit(number, before=True) for number in range(5)]
    assert limit_concern(row[-1], *row[:-1]) == Concern.SERVICE


def test_the_first_of_several_limits_is_not_blamed_either() -> None:
    row = [limit(number) for number in range(SEVERAL)]
    failure = SourceError(ErrorKind.TRANSIENT, "rate_limited", public_message="")
    assert weigh_all([(each, failure) for each in row], recent=[]) == [Concern.PACE] * SEVERAL
