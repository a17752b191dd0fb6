"""Whom a bad answer concerns: one receipt that is refused must not stop the others."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW
from tests.factories.tracking import later, make_receipts
from tests.support.forgery import alter
from tests.support.simulator import RunningSimulator
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling.run import poll_due, poll_receipt
from tracking.sources.uscis import UscisSource

DAY = timedelta(days=1)
NOT_HERE = {"message": "Case Status Online does not recognize the receipt number."}
REFUSALS: list[dict[str, Any]] = [
    {"status": 403, "json": {"message": "Forbidden"}},
    {"status": 401, "json": {"error": {"message": "Invalid Access Token"}}},
    {"status": 404, "text": "<h1>Not Found</h1>", "content_type": "text/html"},
    {"status": 410, "json": {"title": "Gone"}},
    {"status": 451, "text": ""},
]


def open_kinds() -> list[str]:
    return sorted(ReviewItem.objects.filter(state="open").values_list("kind", flat=True))


@pytest.mark.parametrize("refusal", REFUSALS, ids=[str(each["status"]) for each in REFUSALS])
def test_one_refused_receipt_keeps_no_other_waiting(
    refusal: dict[str, Any], simulator: RunningSimulator, uscis: UscisSource
) -> None:
    refused, *_others = make_receipts(40)
    alter(refused, next_poll_at=NOW - DAY)
    simulator.fault("answer", receipt=refused.number, times=None, **refusal)

    for day in range(0, 6, 2):
        assert poll_due(source=uscis, now=NOW + day * DAY).counters.ok == 39

    item = ReviewItem.objects.get(kind="not_answered")
    assert (item.receipt, item.kind, item.occurrences) == (refused, "not_answered", 3)
    refused.refresh_from_db()
    assert refused.next_poll_at is not None
    assert refused.next_poll_at > NOW + 4 * DAY + timedelta(hours=20)
    assert not breaker.is_open("uscis", NOW + 4 * DAY)


def test_the_probe_is_never_the_receipt_that_closed_the_way(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(10)
    poll_due(source=uscis, now=NOW)
    refused = Receipt.objects.order_by("pk")[:3]
    for receipt in refused:
        simulator.fault("forbidden", receipt=receipt.number, times=None)
    Receipt.objects.update(next_poll_at=NOW + DAY)
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in refused]).update(next_poll_at=NOW)
    poll_due(source=uscis, now=later(1))
    assert breaker.is_open("uscis", later(1))
    assert open_kinds() == ["access_refused"]

    asked_before = [simulator.calls(receipt.number).total for receipt in refused]
    held = poll_receipt(refused[0].pk, source=uscis, now=later(20))
    assert (held.claimed, "another receipt is tried" in held.note) == (0, True)
    result = poll_due(source=uscis, now=later(20), limit=1)

    assert (result.counters.ok, breaker.is_open("uscis", later(20))) == (1, False)
    assert [simulator.calls(receipt.number).total for receipt in refused] == asked_before
    assert open_kinds() == []


def test_receipts_that_are_refused_while_others_are_answered_end_up_with_a_person(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipts = make_receipts(20)
    refused = receipts[:5]
    for receipt in refused:
        alter(receipt, next_poll_at=NOW - DAY)
        simulator.fault("forbidden", receipt=receipt.number, times=None)

    for minutes in range(0, 120, 16):
        poll_due(source=uscis, now=later(minutes))

    assert open_kinds() == ["not_answered"] * 5
    assert Receipt.objects.filter(last_error="", last_good_at__isnull=False).count() == 15
    assert breaker.status("uscis").state == "closed"
    assert simulator.calls().by_status["403"] <= 15


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_the_token_endpoint_says_is_never_about_a_receipt(
    status: int, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(5)
    simulator.fault("answer", target="token", times=None, status=status, json=NOT_HERE)
    result = poll_due(source=uscis, now=NOW)
    assert (result.is_refused, simulator.calls().total) == (True, 0)
    item = ReviewItem.objects.get()
    assert (item.receipt, item.kind) == (None, "access_refused")
    assert NOT_HERE["message"] in str(item.detail)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "json": NOT_HERE},
        {"status": 404, "text": "<h1>Not Found</h1>"},
        {"status": 422, "json": {"errors": [{"message": "The receipt number is malformed."}]}},
        {"status": 200, "json": {"case_status": {}}},
    ],
    ids=["unknown", "page", "malformed", "empty"],
)
def test_fault_found_at_once_with_what_was_good_yesterday_is_an_outage(
    fault: dict[str, Any], simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(12)
    poll_due(source=uscis, now=NOW)
    simulator.fault("answer", times=None, **fault)
    poll_due(source=uscis, now=NOW + DAY)
    assert breaker.is_open("uscis", NOW + DAY)
    assert breaker.status("uscis").reason == "forgetful"
    assert open_kinds() == []
    simulator.clear_faults()
    assert poll_due(source=uscis, now=NOW + DAY + timedelta(hours=3)).counters.ok == 12
    assert open_kinds() == []


def test_one_that_was_good_yesterday_and_is_unknown_today_asks_a_person(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    gone, *_others = make_receipts(12)
    poll_due(source=uscis, now=NOW)
    simulator.fault("answer", receipt=gone.number, times=None, status=404, json=NOT_HERE)
    assert poll_due(source=uscis, now=NOW + DAY).counters.ok == 11
    item = ReviewItem.objects.get()
    assert (item.receipt, item.kind, item.detail) == (gone, "not_recognised", NOT_HERE["message"])


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "json": {"message": "Quota Violation"}},
        {"status": 403, "json": {"message": "Quota exceeded"}},
        {"status": 429, "json": {"error": {"reason": "Quota exceeded"}}, "headers": {"Retry-After": 2}},
    ],
    ids=["flat", "403", "with a header"],
)
def test_a_quota_in_any_words_rests_until_midnight(
    fault: dict[str, Any], simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(100)
    simulator.fault("answer", times=None, **fault)
    poll_due(source=uscis, now=NOW)
    midnight = datetime.combine(NOW.date() + DAY, time(), tzinfo=NOW.tzinfo)
    assert quota.blocked_until("uscis", now=NOW) == midnight
    assert (open_kinds(), simulator.calls().total < 100) == ([], True)


@pytest.mark.parametrize("header", [None, "0", "1"])
def test_a_limit_that_never_ends_is_met_ever_less_often(
    header: str | None, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(30)
    simulator.fault("rate_limited", times=None, retry_after=header)
    now = NOW
    while now < NOW + timedelta(hours=8):
        poll_due(source=uscis, now=now)
        status = breaker.status("uscis")
        now = max(now + timedelta(seconds=6), status.retry_at or now)
    assert simulator.calls().total < 100
    simulator.clear_faults()
    assert poll_due(source=uscis, now=now + timedelta(hours=1)).counters.ok == 30


SHAPES: list[dict[str, Any]] = [
    {"json": {"message": "Said in our own words."}},
    {"json": {"error": {"message": "Said in our own words."}}},
    {"json": {"errors": [{"code": "1", "message": "Said in our own words.", "traceId": "x"}]}},
    {"json": {"fault": {"faultstring": "Said in our own words.", "detail": {"errorcode": "a.b"}}}},
    {"json": {"type": "about:blank", "title": "Bad", "detail": "Said in our own words."}},
    {"text": "<title>Bad</title><h1>Said in our own words.</h1>", "content_type": "text/html"},
]


@pytest.mark.parametrize("shape", SHAPES, ids=["flat", "error", "errors", "fault", "problem", "page"])
@pytest.mark.parametrize("status", [400, 403, 404, 410, 500, 503])
def test_the_words_of_the_api_are_kept(
    shape: dict[str, Any], status: int, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(1)
    simulator.fault("answer", status=status, **shape)
    poll_due(source=uscis, now=NOW)
    assert StatusQuery.objects.get().words == "Said in our own words."
    assert [item.detail for item in ReviewItem.objects.all()] in ([], ["Said in our own words."])
    stored = StatusQuery.objects.values_list("words", flat=True).get()
    assert "Said" not in str(stored)
