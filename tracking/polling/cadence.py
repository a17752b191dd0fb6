"""When to ask about a receipt again, and why then. Pure: values in, values out.

A tier gives the interval, the stage of the case stretches or shortens it, a small jitter spreads
receipts that were imported together. A failure waits for a backoff drawn elsewhere; after
`retries.tries` failures in a row the receipt is asked about slowly until it answers. There is always
a next time.

Where the calls of a day are shared out instead (`allocation`), tiers bound how often, priorities weigh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, Final

from legist.core.resilience import backoff
from tracking.polling.allocation import (
    RESERVE,
    Bounds,
    Budget,
    instant_of,
    moment_of,
)
from tracking.statuses import Bucket, StatusCode

TIERS: Final = ("near_real_time", "standard", "low")
DEFAULT_INTERVALS: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        "near_real_time": timedelta(minutes=15),
        "standard": timedelta(hours=6),
        "low": timedelta(days=7),
    }
)
# How often at least and at most where calls are shared out: nobody waits for over a week if there are calls.
BOUNDS: Final[Mapping[str, Bounds]] = MappingProxyType(
    {
        "near_real_time": Bounds(least=24, most=288),
        "standard": Bounds(least=1 / 7, most=24),
        "low": Bounds(least=1 / 7, most=1),
    }
)
# The root counts: twice as often, and half as often.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({"high": 4.0, "normal": 1.0, "low": 0.25})
# What a promotion adds, beside the bounds of its tier: four times as often, and at least so much more often
# than the tier below has to be.
LIFTED, LIFTED_LEAST = 16.0, 4.0
# The budget keeps us polite; the clamps keep a typing error from stopping or flooding everything.
FLOOR: Final = timedelta(seconds=1)
CEILING: Final = timedelta(days=7)
# What keeps failing or is not recognised may hide news: it is tried more often than what is over.
SLOW: Final = timedelta(days=1)
# A source that asks a receipt to wait for longer is asked again all the same.
ASKED_AT_MOST: Final = timedelta(days=1)
JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class CadencePolicy:
    """How often each tier is asked about, and how patient we are with failures.

    `intervals` hold where each tier keeps a pace of its own, `bounds` where calls are shared out.
    """

    intervals: Mapping[str, timedelta] = field(default_factory=lambda: DEFAULT_INTERVALS)
    bounds: Mapping[str, Bounds] = field(default_factory=lambda: BOUNDS)
    retries: backoff.Policy = backoff.CHECKS

    @property
    def slow(self) -> timedelta:
        """Interval for what keeps failing or is not recognised: that of the lowest tier, at most a day."""
        return clamp(min(self.intervals["low"], SLOW))


@dataclass(frozen=True, slots=True)
class NextPoll:
    """The instant and why then: a code of `tracking.states.NextCheck`, with the values of its sentence."""

    at: datetime
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """The three columns of a receipt that keep it."""
        return {
            "next_poll_at": self.at,
            "next_poll_reason": self.reason,
            "next_poll_values": dict(self.values),
        }


@dataclass(frozen=True, slots=True)
class _Stage:
    factor: float
    reason: str


_SOON: Final = 0.5
_OVER: Final = 4.0
_MAIL = _Stage(_SOON, "by_tier_document")
_DONE = _Stage(_OVER, "by_tier_over")
_STAGES: Final[Mapping[str, _Stage]] = MappingProxyType(
    {
        Bucket.BIOMETRICS: _Stage(_SOON, "by_tier_biometrics"),
        Bucket.ACTION_REQUESTED: _Stage(_SOON, "by_tier_request"),
        Bucket.INTERVIEW_OATH: _Stage(_SOON, "by_tier_interview"),
        Bucket.DOCUMENT: _MAIL,
        Bucket.RETURNED_MAIL: _Stage(_SOON, "by_tier_returned"),
        Bucket.DENIED: _DONE,
        Bucket.REJECTED: _DONE,
        Bucket.CLOSED: _DONE,
    }
)


def clamp(interval: timedelta) -> timedelta:
    """Keep an interval between one second and one week."""
    return min(max(interval, FLOOR), CEILING)


def is_over(bucket: str, code: str) -> bool:
    """True when the case has come to its end."""
    return code == StatusCode.DOC_DELIVERED or _STAGES.get(bucket) is _DONE


def pace(
    *, tier: str, bucket: str, code: str, policy: CadencePolicy, is_closed: bool = False
) -> tuple[timedelta, str]:
    """Return the fixed interval after a good reading, and why; in a closed matter that of the lowest tier."""
    stage = _DONE if code == StatusCode.DOC_DELIVERED else _STAGES.get(bucket)
    interval, factor = policy.intervals[tier], stage.factor if stage else 1.0
    if is_closed:
        return clamp(max(policy.intervals["low"], interval) * max(factor, 1.0)), "matter_closed"
    return clamp(interval * factor), stage.reason if stage else "by_tier"


def after_success(
    *,
    tier: str,
    bucket: str,
    code: str,
    policy: CadencePolicy,
    now: datetime,
    rng: Random,
    is_closed: bool = False,
) -> NextPoll:
    """Plan the next call after a good reading; in a closed matter as seldom as in the lowest tier."""
    wait, reason = pace(tier=tier, bucket=bucket, code=code, policy=policy, is_closed=is_closed)
    values = _every(wait) if is_closed else {"tier": tier} | _every(wait)
    return NextPoll(now + _jittered(wait, rng), reason, values)


def bounds_of(
    tier: str, *, is_closed: bool, is_lifted: bool = False, policy: CadencePolicy | None = None
) -> Bounds:
    """Return the bounds of a tier; in a closed matter those of the lowest, lifted a floor above the next."""
    bounds = policy.bounds if policy else BOUNDS
    found = bounds["low" if is_closed else tier]
    if not is_lifted or tier == TIERS[-1]:
        return found
    least = LIFTED_LEAST * bounds[TIERS[TIERS.index(tier) + 1]].least
    return Bounds(min(max(found.least, least), found.most), found.most)


def weight_of(priority: str, *, is_lifted: bool) -> float:
    """Return what a look at a receipt is worth."""
    return WEIGHTS[priority] * (LIFTED if is_lifted else 1.0)


def by_share(*, tier: str, days: float, budget: Budget, now: datetime) -> NextPoll:
    """Plan the next call after a good reading, so many days' worth of calls from now."""
    at = instant_of(budget.after(moment_of(now), days))
    return NextPoll(at, "shared", {"tier": tier} | _every(timedelta(days=days)))


def after_failure(
    *, attempts: int, wait: timedelta, retry_after: float | None, policy: CadencePolicy, now: datetime
) -> NextPoll:
    """Plan the next try after `attempts` transient failures in a row, never before Retry-After.

    `wait` is the backoff already drawn. From the last of `retries` on the slow interval takes over.
    """
    if attempts >= policy.retries.tries:
        wait = max(wait, policy.slow)
        reason, values = "no_answer", {"attempts": attempts} | _every(policy.slow)
    else:
        reason, values = "try_failed", {"attempts": attempts, "most": policy.retries.tries}
    return NextPoll(now + _not_before(wait, retry_after), reason, values)


def after_refusal(*, reason: str, policy: CadencePolicy, now: datetime, rng: Random) -> NextPoll:
    """Plan the slow retry after a permanent error; a refusal does not prove that the number is wrong."""
    return NextPoll(now + _jittered(policy.slow, rng), reason, _every(policy.slow))


def after_deferral(*, wait: timedelta, retry_after: float | None, now: datetime) -> NextPoll:
    """Plan the next call when the source asked everybody to wait: not the receipt's fault, no try counted."""
    return NextPoll(now + _not_before(wait, retry_after), "asked_to_wait")


def retries(tier: str, policy: CadencePolicy) -> backoff.Policy:
    """Return how a failure is tried again: a receipt that is asked often is also retried soon."""
    interval = clamp(policy.intervals.get(tier, policy.slow))
    base, cap = min(policy.retries.base, interval), max(min(policy.retries.cap, interval), FLOOR)
    return replace(policy.retries, base=base, cap=cap)


def furthest(
    tier: str, policy: CadencePolicy, *, is_failing: bool, floors_kept: float | None = None
) -> timedelta:
    """Return how far ahead a call can have been planned at most, whatever the stage of the case is by now.

    `floors_kept` is that of the allocation; None where calls are not shared out.
    """
    if floors_kept is not None:
        # The budget opens more slowly while it holds the reserve.
        least = min(bounds.least for bounds in policy.bounds.values())
        longest = timedelta(days=1 / (least * floors_kept * (1 - RESERVE)))
        return max(longest, CEILING * (1 + JITTER))
    interval = CEILING if is_failing else policy.intervals.get(tier, policy.slow) * _OVER
    return clamp(interval) * (1 + JITTER)


def first_poll(*, tier: str, now: datetime) -> NextPoll:
    """Plan the first call of a receipt that has just begun to be tracked, or is watched again."""
    return NextPoll(now, "first_check", {"tier": tier})


def _every(interval: timedelta) -> dict[str, Any]:
    return {"every": round(interval.total_seconds())}


def _not_before(wait: timedelta, retry_after: float | None) -> timedelta:
    """The jittered wait comes on top of what the source asked for, so that not everybody is back at once."""
    asked = timedelta(seconds=min(max(retry_after or 0, 0), ASKED_AT_MOST.total_seconds()))
    return clamp(asked + max(wait, FLOOR))


def _jittered(interval: timedelta, rng: Random) -> timedelta:
    return interval * (1 + rng.uniform(-JITTER, JITTER))
