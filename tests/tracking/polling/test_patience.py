"""Whatever some receipts answer for ever, it costs few calls, a person is asked once, and no other waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Min

from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW
from tests.factories.tracking import make_receipts
from tests.support.forgery import alter
from tests.support.simulator import RunningSimulator
from tests.support.soak import of_today
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling.run import poll_due
from tracking.sources.uscis import UscisSource

HOURS = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SWEEP = timedelta(seconds=6)
# The interval of the good ones with its jitter, the step of the clock, and the pauses of a trial.
SILENCE = 6.6 * HOURS + 15 * MINUTE
# In eight hours: what a receipt of the fastest tier is tried before a person is asked, and some calls more.
AT_MOST = 12
KINDS: dict[str, dict[str, Any]] = {
    "429": {"kind": "rate_limited"},
    "429, Retry-After 0": {"kind": "rate_limited", "retry_after": 0},
    "429, Retry-After 1": {"kind": "rate_limited", "retry_after": 1},
    "429, Retry-After 30": {"kind": "rate_limited", "retry_after": 30},
    "429, flat": {"kind": "answer", "status": 429, "json": {"message": "Too many requests"}},
    "503 that means a limit": {"kind": "answer", "status": 503, "text": "Spike arrest violation"},
    "quota": {"kind": "quota"},
    "403, quota": {"kind": "answer", "status": 403, "json": {"message": "Quota exceeded"}},
    "401": {"kind": "unauthorized"},
    "403": {"kind": "forbidden"},
    "404": {"kind": "unknown_receipt"},
    "404, page": {"kind": "answer", "status": 404, "text": "<h1>Not Found</h1>"},
    "422": {"kind": "malformed_receipt"},
    "500": {"kind": "http_500"},
    "503, Retry-After 1": {"kind": "http_503", "retry_after": 1},
    "fault in a 200": {"kind": "answer", "json": {"fault": {"faultstring": "Execution failed"}}},
    "page": {"kind": "html"},
    "empty": {"kind": "empty"},
    "half a document": {"kind": "truncated"},
    "too large": {"kind": "huge"},
    "redirect": {"kind": "redirect"},
    "cut": {"kind": "cut"},
    "reset": {"kind": "reset"},
    "hang": {"kind": "hang"},
    "no status": {"kind": "missing_fields"},
}


def eight_hours(uscis: UscisSource, bad: list[Receipt], *, since: datetime) -> datetime:
    """Let the poller run whenever a bad receipt is due and the source lets it, and every ten minutes."""
    now, end = since, since + 8 * HOURS
    while now < end:
        poll_due(source=uscis, now=now)
        due = Receipt.objects.filter(pk__in=[receipt.pk for receipt in bad]).aggregate(at=Min("next_poll_at"))
        held = (breaker.status("uscis").retry_at, quota.blocked_until("uscis", now=now))
        first = max(filter(None, (now + SWEEP, due["at"], *held)))
        now = min(first, now + 10 * MINUTE)
    return end


EVERY_CASE = [*((name, 1) for name in KINDS), ("429", 5), ("429, Retry-After 1", 5), ("500", 5)]
CASES = of_today(EVERY_CASE, days=3)


@pytest.mark.parametrize(("name", "count"), CASES, ids=[f"{name}, {count}" for name, count in CASES])
def test_receipts_that_never_answer_well_harm_no_other(
    name: str, count: int, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipts = make_receipts((40 if count > 1 else 20) + count)
    bad, good = receipts[:count], receipts[count:]
    for receipt in bad:
        alter(receipt, tier="near_real_time")
    poll_due(source=uscis, now=NOW)
    before = simulator.calls().by_receipt
    for receipt in bad:
        simulator.fault(receipt=receipt.number, times=None, **KINDS[name])

    end = eight_hours(uscis, bad, since=NOW + 17 * MINUTE)

    after = simulator.calls().by_receipt
    spent = [after[receipt.number] - before[receipt.number] for receipt in bad]
    assert 1 <= min(spent) <= max(spent) <= AT_MOST
    is_asked = ReviewItem.objects.filter(state="open").exclude(kind="past_request")
    asked = is_asked.values_list("receipt", flat=True)
    assert sorted(asked, key=str) == sorted((receipt.pk for receipt in bad), key=str)
    assert [receipt.number for receipt in good if longest_silence(receipt, end) > SILENCE] == []
    assert quota.blocked_until("uscis", now=end) is None
    next_calls = Receipt.objects.filter(pk__in=[receipt.pk for receipt in bad])
    assert not next_calls.filter(next_poll_at__lt=end + 8 * HOURS).exists()


def longest_silence(receipt: Receipt, end: datetime) -> timedelta:
    """The longest time without a good answer."""
    answers = StatusQuery.objects.filter(receipt=receipt, outcome="ok").order_by("started_at")
    instants = [*answers.values_list("started_at", flat=True), end]
    return max(after - before for before, after in pairwise(instants))
