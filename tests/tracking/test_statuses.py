"""The vocabulary of statuses is complete and consistent."""

from __future__ import annotations

from tracking.statuses import BUCKETS, CODES, Bucket, StatusCode, Tone


def test_it_has_36_codes_in_12_buckets_and_no_stage() -> None:
    assert len(StatusCode) == 36
    assert len(Bucket) == 13


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
    }
    assert not any(CODES[code].terminal or CODES[code].client_action for code in beside)


def test_it_asks_for_action_wherever_the_tone_says_so() -> None:
    requested = [info for info in CODES.values() if info.bucket is Bucket.ACTION_REQUESTED]

    assert all(info.client_action for info in requested)
    assert BUCKETS[Bucket.ACTION_REQUESTED].tone is Tone.ACTION
    assert BUCKETS[Bucket.DENIED].tone is Tone.BAD
