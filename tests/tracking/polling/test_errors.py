"""Every way a call can go wrong, against the simulated USCIS: nothing lost or doubled, somebody told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW
from tests.factories.tracking import later, make_receipt, make_receipts, numbers
from tests.support.simulator import RunningSimulator
from tracking.models import Payload, Receipt, ReviewItem, StatusChange, StatusQuery
from tracking.polling.fetching import THREADS
from tracking.polling.run import poll_due
from tracking.sources.uscis import UscisSource

NUMBER = numbers(1)[0]
DAY = timedelta(days=1)

ERRORS = [
    # fault, http status, outcome, error code, decision
    ("http_500", 500, "transient", "http_500", "retry"),
    ("http_503", 503, "transient", "http_503", "retry"),
    ("hang", None, "transient", "timeout", "retry"),
    ("truncated", 200, "transient", "malformed_json", "retry"),
    ("html", 200, "transient", "html", "retry"),
    ("reset", None, "transient", "connection", "retry"),
    ("rate_limited", 429, "transient", "rate_limited", "deferred"),
    ("quota", 429, "transient", "quota", "deferred"),
    ("unknown_receipt", 404, "permanent", "unknown_receipt", "review"),
    ("malformed_receipt", 422, "permanent", "malformed_receipt", "review"),
    ("missing_fields", 200, "permanent", "missing_fields", "review"),
    ("wrong_receipt", 200, "permanent", "wrong_receipt", "review"),
    ("forbidden", 403, "permanent", "forbidden", "review"),
]


@pytest.mark.parametrize(("fault", "status", "outcome", "code", "decision"), ERRORS)
def test_it_recovers_from(
    *,
    fault: str,
    status: int | None,
    outcome: str,
    code: str,
    decision: str,
    simulator: RunningSimulator,
    uscis: UscisSource,
) -> None:
    receipt = make_receipt(NUMBER)
    simulator.fault(fault)
    poll_due(source=uscis, now=NOW)
    call = StatusQuery.objects.get()
    assert (call.http_status, call.outcome, call.error_code, call.decision) == (
        status,
        outcome,
        code,
        decision,
    )
    receipt.refresh_from_db()
    assert (receipt.last_error, receipt.current_code, receipt.lease_token) == (code, "", None)
    assert receipt.next_poll_at is not None
    again = poll_due(source=uscis, now=max(receipt.next_poll_at, later(60)) + DAY)
    assert (again.counters.ok, again.counters.changed) == (1, 1)
    receipt.refresh_from_db()
    assert (receipt.last_error, receipt.attempts, StatusChange.objects.count()) == ("", 0, 1)
    assert not ReviewItem.objects.filter(state="open").exists()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("unknown_receipt", "not_recognised"),
        ("malformed_receipt", "refused"),
        ("missing_fields", "unreadable"),
    ],
)
def test_it_asks_a_person_at_once_and_keeps_a_slow_retry(
    *, fault: str, kind: str, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipt = make_receipt(NUMBER)
    simulator.fault(fault, times=None)
    assert poll_due(source=uscis, now=NOW).counters.review == 1
    assert poll_due(source=uscis, now=NOW + 2 * DAY).counters.review == 1
    item = ReviewItem.objects.get()
    assert (item.receipt, item.kind, item.state, item.occurrences) == (receipt, kind, "open", 2)
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at > NOW + 2 * DAY + timedelta(hours=20)
    assert receipt.next_poll_reason == kind


def test_a_number_that_is_not_recognised_is_never_called_invalid(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipt(NUMBER)
    simulator.fault("unknown_receipt")
    poll_due(source=uscis, now=NOW)
    assert "invalid" not in str(ReviewItem.objects.get().detail).lower()
    assert "invalid" not in Receipt.objects.get().next_poll_reason


def test_it_asks_a_person_after_the_last_try_and_goes_on_slowly(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipt = make_receipt(NUMBER)
    simulator.fault("html", times=None)
    for attempt in range(6):
        breaker.reset("uscis")
        poll_due(source=uscis, now=NOW + attempt * DAY)
    item = ReviewItem.objects.get()
    assert (item.receipt, item.kind, item.code) == (receipt, "keeps_failing", "html")
    assert list(StatusQuery.objects.order_by("id").values_list("attempt", flat=True)) == [1, 2, 3, 4, 5, 6]
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at - (NOW + 5 * DAY) >= DAY


def test_it_never_comes_back_before_retry_after(simulator: RunningSimulator, uscis: UscisSource) -> None:
    receipts = make_receipts(30)
    simulator.fault("rate_limited", retry_after=600, times=None)
    result = poll_due(source=uscis, now=NOW)
    asked = simulator.calls().total
    assert (result.claimed, result.counters.retry, asked < 30) == (30, asked, True)
    assert quota.blocked_until("uscis", now=NOW) is not None
    assert poll_due(source=uscis, now=later(9)).skipped_budget > 0
    assert simulator.calls().total == asked
    simulator.clear_faults()
    assert poll_due(source=uscis, now=later(60)).counters.changed == len(receipts)


def test_a_used_up_quota_waits_for_midnight(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipt(NUMBER)
    simulator.fault("quota")
    poll_due(source=uscis, now=NOW)
    until = quota.blocked_until("uscis", now=NOW)
    assert until is not None
    assert (until.hour, until.minute, until.date() - NOW.date()) == (0, 0, DAY)
    assert ReviewItem.objects.count() == 0


def test_a_token_that_expires_mid_batch_is_replaced(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipts(20)
    simulator.fault("unauthorized_fault", receipt=numbers(10)[-1])
    result = poll_due(source=uscis, now=NOW)
    assert (result.counters.ok, result.counters.changed, result.as_json()["errors"]) == (20, 20, {})
    assert quota.usage("uscis", NOW.date()).used == simulator.calls().total == 21
    simulator.expire_tokens()
    assert poll_due(source=uscis, now=NOW + DAY).counters.ok == 20


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "wrong_address"])
def test_refused_access_stops_everything_and_tells_operations(
    *, fault: str, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(40)
    simulator.fault(fault, times=None)
    result = poll_due(source=uscis, now=NOW)
    assert simulator.calls().total < 40
    assert set(result.as_json()["errors"]) == {"misconfigured"}
    assert breaker.is_open("uscis", NOW)
    item = ReviewItem.objects.get()
    assert (item.receipt, item.source, item.kind) == (None, "uscis", "access_refused")
    assert not Receipt.objects.exclude(lease_token=None).exists()
    held = poll_due(source=uscis, now=later(1))
    assert (held.claimed, held.note.startswith("Calls are held back")) == (0, True)


def test_mended_access_is_noticed_by_a_single_probe(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipts(10)
    simulator.fault("forbidden", times=None)
    poll_due(source=uscis, now=NOW)
    simulator.clear_faults()
    asked = simulator.calls().total
    assert poll_due(source=uscis, now=later(16)).counters.ok == 10
    assert simulator.calls().total == asked + 10
    assert ReviewItem.objects.get().state == "resolved"


@pytest.mark.parametrize("fault", ["http_503", "html", "reset"])
def test_an_outage_stops_a_run_within_its_batch(
    fault: str, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(90)
    simulator.fault(fault, times=None)
    found = poll_due(source=uscis, now=NOW)
    # What is under way when the fifth in a row fails has left already.
    assert simulator.calls().total <= breaker.THRESHOLD + 2 * THREADS
    assert found.claimed == found.counters.retry + found.given_back == 90
    assert breaker.is_open("uscis", NOW)


def test_an_outage_opens_the_breaker_and_ends_by_itself(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(40)
    simulator.fault("http_503", times=None)
    poll_due(source=uscis, now=NOW)
    assert breaker.is_open("uscis", NOW)
    simulator.clear_faults()
    assert poll_due(source=uscis, now=NOW + DAY).counters.ok == 40
    assert StatusChange.objects.count() == 40
    assert not ReviewItem.objects.exclude(kind="past_request").exists()


@pytest.mark.parametrize("fault", ["extra_fields", "only_title"])
def test_it_reads_answers_with_more_or_fewer_fields(
    *, fault: str, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipt(NUMBER)
    simulator.fault(fault)
    assert poll_due(source=uscis, now=NOW).counters.changed == 1


def test_a_status_never_seen_before_keeps_the_stage_and_asks(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipt = make_receipt(NUMBER)
    simulator.set_status(NUMBER, "in_review")
    poll_due(source=uscis, now=NOW)
    simulator.set_title(NUMBER, "Zebra Crossing Was Repainted", "We painted it.")
    result = poll_due(source=uscis, now=NOW + DAY)
    assert (result.counters.changed, result.counters.review) == (1, 1)
    receipt.refresh_from_db()
    assert (receipt.current_code, receipt.current_bucket) == ("UNKNOWN", "IN_REVIEW")
    assert ReviewItem.objects.get().detail == "Zebra Crossing Was Repainted"


def test_it_keeps_each_distinct_answer_once_and_encrypted(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipt(NUMBER)
    simulator.set_status(NUMBER, "in_review")
    for day in range(3):
        poll_due(source=uscis, now=NOW + day * DAY)
    payload = Payload.objects.get()
    assert payload.queries.count() == 3
    assert NUMBER in payload.body
    stored = Payload.objects.values_list("body", flat=True).get()
    assert NUMBER not in stored


def test_a_heading_instead_of_a_status_is_asked_about_until_there_is_one(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipt = make_receipt(NUMBER)
    simulator.set_title(NUMBER, "CASE STATUS")
    poll_due(source=uscis, now=NOW)
    query = StatusQuery.objects.get()
    assert (query.decision, ReviewItem.objects.get().code) == ("review", "no_status")
    receipt.refresh_from_db()
    assert (receipt.sequence, receipt.last_error) == (0, "no_status")
    assert receipt.next_poll_at is not None

    simulator.set_status(NUMBER, "in_review")
    poll_due(source=uscis, now=NOW + 2 * DAY)
    receipt.refresh_from_db()
    assert (receipt.current_code, receipt.last_error) == ("IN_REVIEW", "")
    assert ReviewItem.objects.get().state == "resolved"
