"""The vocabulary of statuses is complete and consistent."""

from __future__ import annotations

import pytest

from tracking.statuses import (
    BUCKETS,
    CODES,
    Bucket,
    StatusCode,
    Tone,
    acts_as,
    is_called_off,
    older,
    with_newer,
)


def test_it_has_36_codes_and_10_that_refine_them_in_12_buckets_and_no_stage() -> None:
    refining = {code for code, info in CODES.items() if info.refines}

    assert (len(StatusCode), len(refining)) == (46, 10)
    assert len(Bucket) == 13


@pytest.mark.parametrize("code", [code for code, info in CODES.items() if info.refines])
def test_a_refining_code_stands_in_the_stage_of_the_older_one(code: StatusCode) -> None:
    refined = CODES[StatusCode(older(code))]

    assert refined.refines is None
    assert refined.bucket is CODES[code].bucket
    assert acts_as(code) == (code if CODES[code].called_off else older(code))
    assert code in with_newer([StatusCode(older(code))])


def test_what_was_called_off_asks_nothing_of_the_client() -> None:
    called_off = {code for code in StatusCode if is_called_off(code)}

    assert called_off == {
        StatusCode.REQUEST_CANCELLED,
        StatusCode.BIOMETRICS_CANCELLED,
        StatusCode.OATH_CANCELLED,
    }
    assert not any(CODES[code].client_action for code in called_off)


def test_a_code_that_refines_none_is_its_own() -> None:
    assert older("APPROVED") == acts_as("APPROVED") == "APPROVED"
    assert older("no code") == acts_as("no code") == "no code"


def test_it_describes_every_code_and_bucket() -> None:
    assert set(CODES) == set(StatusCode)
    assert set(BUCKETS) == set(Bucket)
    assert {info.bucket for info in CODES.values()} == set(Bucket)


def test_it_gives_every_code_and_bucket_a_label_of_its_own() -> None:
    assert len({info.label for info in CODES.values()}) == len(CODES)
    assert len({info.label for info in BUCKETS.values()}) == len(BUCKETS)


def test_it_keeps_side_events_from_moving_the_case() -> None:
    beside = {code for code, info in CODES.items() if info.bucket is Bucket.NO_STAGE}

    assert beside == {
        StatusCode.FEE_PAYMENT,
        StatusCode.EXPEDITE,
        StatusCode.ADMIN_UPDATE,
        StatusCode.UNKNOWN,
        StatusCode.PAYMENT_DISHONORED,
    }
    assert not any(CODES[code].terminal for code in beside)
    assert {code for code in beside if CODES[code].client_action} == {StatusCode.PAYMENT_DISHONORED}


def test_it_asks_for_action_wherever_the_tone_says_so() -> None:
    requested = [info for info in CODES.values() if info.bucket is Bucket.ACTION_REQUESTED]

    assert all(info.client_action for info in requested)
    assert BUCKETS[Bucket.ACTION_REQUESTED].tone is Tone.ACTION
    assert BUCKETS[Bucket.DENIED].tone is Tone.BAD
