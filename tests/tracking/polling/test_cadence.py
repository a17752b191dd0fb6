"""When a receipt is asked about again, and the sentence that says why."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from legist.core.resilience import backoff
from tests.factories.practice import NOW
from tracking.polling import cadence
from tracking.polling.cadence import CadencePolicy, NextPoll
from tracking.states import NEXT_CHECK, Tier
from tracking.statuses import BUCKETS

POLICY = CadencePolicy()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

GOOD = [
    # tier, bucket, code, interval, reason
    ("standard", "IN_REVIEW", "IN_REVIEW", 6 * HOUR, "standard tier: every 6 hours"),
    ("standard", "", "", 6 * HOUR, "standard tier: every 6 hours"),
    ("near_real_time", "IN_REVIEW", "IN_REVIEW", 15 * MINUTE, "near real time tier: every 15 minutes"),
    ("low", "RECEIVED", "RECEIVED", 7 * DAY, "low tier: every 1 week"),
    ("standard", "APPROVED", "APPROVED", 6 * HOUR, "standard tier: every 6 hours"),
    (
        "standard",
        "INTERVIEW_OATH",
        "INTERVIEW_SCHEDULED",
        3 * HOUR,
        "standard tier: every 3 hours, twice as often around an interview or oath",
    ),
    (
        "standard",
        "BIOMETRICS",
        "BIOMETRICS_SCHEDULED",
        3 * HOUR,
        "standard tier: every 3 hours, twice as often around biometrics",
    ),
    (
        "low",
        "ACTION_REQUESTED",
        "RFE_ISSUED",
        84 * HOUR,
        "low tier: every 84 hours, twice as often while USCIS asks for something",
    ),
    (
        "standard",
        "DOCUMENT",
        "DOC_MAILED",
        3 * HOUR,
        "standard tier: every 3 hours, twice as often while a card or document is on its way",
    ),
    (
        "standard",
        "DOCUMENT",
        "DOC_DELIVERED",
        24 * HOUR,
        "standard tier: every 24 hours, less often because the case is over",
    ),
    ("low", "DENIED", "DENIED", 7 * DAY, "low tier: every 1 week, less often because the case is over"),
]


def said(planned: NextPoll) -> str:
    return NEXT_CHECK.say(planned.reason, planned.values)


def repeatable(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a test wants the same jitter each time


def plan(tier: str, bucket: str, code: str, *, policy: CadencePolicy = POLICY, seed: int = 1) -> NextPoll:
    return cadence.after_success(
        tier=tier, bucket=bucket, code=code, policy=policy, now=NOW, rng=repeatable(seed)
    )


@pytest.mark.parametrize(("tier", "bucket", "code", "interval", "reason"), GOOD)
def test_it_plans_by_tier_and_stage(
    *, tier: str, bucket: str, code: str, interval: timedelta, reason: str
) -> None:
    planned = plan(tier, bucket, code)
    assert abs(planned.at - NOW - interval) <= interval * cadence.JITTER
    assert said(planned) == reason


@pytest.mark.parametrize("bucket", list(BUCKETS))
@pytest.mark.parametrize("tier", cadence.TIERS)
def test_it_asks_no_more_often_than_the_lowest_tier_in_a_closed_matter(tier: str, bucket: str) -> None:
    def wait(tier: str, *, is_closed: bool) -> timedelta:
        planned = cadence.after_success(
            tier=tier,
            bucket=bucket,
            code="IN_REVIEW",
            policy=POLICY,
            now=NOW,
            rng=repeatable(1),
            is_closed=is_closed,
        )
        return planned.at - NOW

    assert wait(tier, is_closed=True) >= max(7 * DAY * 0.9, wait(tier, is_closed=False))


@pytest.mark.parametrize("bucket", list(BUCKETS))
def test_it_always_has_a_next_time(bucket: str) -> None:
    assert all(plan(tier, bucket, "IN_REVIEW").at > NOW for tier in cadence.TIERS)


def test_it_spreads_receipts_that_came_together() -> None:
    assert len({plan("standard", "IN_REVIEW", "IN_REVIEW", seed=seed).at for seed in range(20)}) == 20


def test_it_knows_every_tier_that_is_asked_about_by_itself() -> None:
    assert set(Tier.values) - {"paused", "on_demand"} == set(cadence.TIERS)


@pytest.mark.parametrize(
    ("asked", "clamped"), [(timedelta(0), timedelta(seconds=1)), (30 * DAY, 7 * DAY), (HOUR, HOUR)]
)
def test_it_clamps_intervals(asked: timedelta, clamped: timedelta) -> None:
    assert cadence.clamp(asked) == clamped


def test_it_retries_after_the_drawn_pause() -> None:
    planned = cadence.after_failure(attempts=2, wait=MINUTE, retry_after=None, policy=POLICY, now=NOW)
    assert planned.at == NOW + MINUTE
    assert said(planned) == "try 2 of 6 failed: again after a pause"


@pytest.mark.parametrize("attempts", [1, 6])
def test_it_never_retries_before_retry_after(attempts: int) -> None:
    wait = timedelta(seconds=5)
    planned = cadence.after_failure(attempts=attempts, wait=wait, retry_after=900, policy=POLICY, now=NOW)
    assert planned.at >= NOW + timedelta(seconds=905)


def test_it_slows_down_after_the_last_try_but_never_stops() -> None:
    planned = cadence.after_failure(attempts=6, wait=MINUTE, retry_after=None, policy=POLICY, now=NOW)
    assert planned.at == NOW + DAY
    assert said(planned) == "no answer after 6 tries: every 24 hours while a person looks"


def test_it_does_not_wait_for_ever_for_a_mad_retry_after() -> None:
    planned = cadence.after_deferral(wait=MINUTE, retry_after=1e12, now=NOW)
    assert planned.at == NOW + cadence.ASKED_AT_MOST + MINUTE


def test_it_asks_slowly_about_a_number_that_was_refused() -> None:
    planned = cadence.after_refusal(reason="not_recognised", policy=POLICY, now=NOW, rng=repeatable(1))
    assert planned.at - NOW > 20 * HOUR
    why = "USCIS does not recognise the number"
    assert said(planned) == f"{why}: every 24 hours while a person looks"


def test_it_retries_soon_what_is_asked_often() -> None:
    fast = CadencePolicy(intervals={**cadence.DEFAULT_INTERVALS, "standard": timedelta(seconds=4)})
    assert cadence.retries("standard", fast) == backoff.Policy(
        timedelta(seconds=4), timedelta(seconds=4), tries=6
    )
    assert cadence.retries("low", POLICY) == backoff.CHECKS
