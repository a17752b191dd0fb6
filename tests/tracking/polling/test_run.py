"""A polling run: what it takes, what it leaves, and what it says."""

from __future__ import annotations

from datetime import timedelta
from secrets import SystemRandom

import pytest
from django.conf import LazySettings

from legist.core import flags, heartbeat
from legist.core.models import AuditEntry
from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import POLLER, later, make_policy, make_receipt, make_receipts, numbers
from tests.support.forgery import alter
from tests.support.simulator import RunningSimulator
from tracking.models import Receipt, ReviewItem, StatusChange, StatusQuery
from tracking.polling import leasing
from tracking.polling.fetching import Fetched
from tracking.polling.persisting import Counters, RunContext, persist_batch
from tracking.polling.run import is_awaited, poll_due, poll_receipt
from tracking.sources import POLLED
from tracking.sources.base import Reading
from tracking.sources.uscis import UscisSource
from tracking.states import NextCheck

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_asks_about_everything_that_is_due(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipts(130)
    make_receipt("EAC9999103400", due=later(1))
    document = poll_due(source=uscis, now=NOW).as_json()
    counts = {name: document[name] for name in ("claimed", "ok", "changed", "unchanged", "skipped_budget")}
    assert counts == {"claimed": 130, "ok": 130, "changed": 130, "unchanged": 0, "skipped_budget": 0}
    assert simulator.calls().total == 130
    assert StatusQuery.objects.filter(outcome="ok", decision="first").count() == 130


def test_it_plans_the_next_check_and_says_why(uscis: UscisSource, simulator: RunningSimulator) -> None:
    receipt = make_receipt(numbers(1)[0])
    simulator.set_status(receipt.number, "in_review")
    poll_due(source=uscis, now=NOW)
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert timedelta(hours=5) < receipt.next_poll_at - NOW < timedelta(hours=7)
    assert (receipt.next_poll_reason, receipt.next_poll_values) == (
        "by_tier",
        {"tier": "standard", "every": 21_600},
    )


def test_intervals_are_the_policys(uscis: UscisSource) -> None:
    make_policy("near_real_time=2s,standard=4s,low=8s")
    receipt = make_receipt(numbers(1)[0])
    poll_due(source=uscis, now=NOW)
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at < NOW + timedelta(seconds=20)


def test_it_asks_no_more_than_the_limit(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipts(9)
    assert poll_due(source=uscis, now=NOW, limit=4).claimed == 4
    assert simulator.calls().total == 4
    assert Receipt.objects.exclude(lease_token=None).count() == 0


def test_an_answer_that_asks_a_person_is_one_call_as_any_other(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    asks, _fails = (make_receipt(number).number for number in (numbers(1)[0], "IOE0000000117"))
    simulator.set_title(asks, "A title that nobody has seen")
    result = poll_due(source=uscis, now=NOW)
    done = result.counters
    assert (done.ok, done.review, done.retry, done.calls) == (1, 2, 0, 2)
    assert result.answered == result.claimed == 2


def test_it_leaves_what_the_day_has_no_calls_for(
    settings: LazySettings, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    settings.USCIS_DAILY_QUOTA = 3
    make_receipts(5)
    result = poll_due(source=uscis, now=NOW)
    assert (result.claimed, result.counters.ok, result.skipped_budget) == (5, 3, 2)
    assert "used up" in result.note
    assert simulator.calls().total == 3
    assert Receipt.objects.filter(next_poll_at__lte=NOW, lease_until=None).count() == 2


def test_it_keeps_the_pace(settings: LazySettings, simulator: RunningSimulator, uscis: UscisSource) -> None:
    settings.USCIS_TPS = 20
    make_receipts(25)
    result = poll_due(source=uscis, now=NOW)
    assert result.seconds >= 24 / 20
    assert simulator.calls().max_per_second <= 21


def test_every_call_is_charged_before_it_leaves_and_nothing_else_is(
    settings: LazySettings, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    settings.USCIS_DAILY_QUOTA = 30
    make_receipts(40)
    for number in numbers(10):
        simulator.fault("unauthorized_fault", receipt=number)
    poll_due(source=uscis, now=NOW)
    assert simulator.calls().total == quota.usage("uscis", NOW.date()).used == 30
    assert not Receipt.objects.exclude(lease_token=None).exists()
    assert not StatusQuery.objects.filter(outcome="started").exists()


def test_a_process_that_is_told_to_stop_gives_back_what_it_took(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(60)

    def is_stopped() -> bool:
        return simulator.calls().total >= 10

    result = poll_due(source=uscis, now=NOW, is_stopped=is_stopped)
    asked = simulator.calls().total
    assert 10 <= asked < 60
    assert (result.counters.ok, quota.usage("uscis", NOW.date()).used) == (asked, asked)
    assert result.claimed == result.counters.ok + result.given_back
    assert not Receipt.objects.exclude(lease_token=None).exists()


def test_it_asks_nothing_while_polling_is_switched_off(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipt()
    flags.set_flag(flags.POLLING, on=False, actor=SYSTEM, now=NOW)
    result = poll_due(source=uscis, now=NOW)
    assert (result.claimed, result.note) == (0, "Polling is switched off; nothing was asked.")
    assert (simulator.calls().total, Receipt.objects.get().lease_token) == (0, None)


def test_it_tries_the_way_again_although_everybody_was_put_off_until_tomorrow(uscis: UscisSource) -> None:
    for number in numbers(3):
        make_receipt(number, due=NOW + DAY, next_poll_reason=NextCheck.NO_ANSWER, last_error="unavailable")
    breaker.failure(POLLED, reason="unavailable", now=NOW, at_once=True)
    assert not is_awaited(NOW)
    assert poll_due(source=uscis, now=NOW).claimed == 0

    probed = poll_due(source=uscis, now=NOW + breaker.PAUSE_CAP)
    followed = poll_due(source=uscis, now=NOW + breaker.PAUSE_CAP + timedelta(seconds=2))

    assert (probed.counters.ok, followed.counters.ok) == (1, 2)
    assert not is_awaited(NOW + breaker.PAUSE_CAP + timedelta(minutes=1))


def test_it_asks_about_one_receipt_that_is_not_due(simulator: RunningSimulator, uscis: UscisSource) -> None:
    receipt = make_receipt(numbers(1)[0], due=NOW + DAY)
    assert poll_receipt(receipt.pk, source=uscis, now=NOW).counters.changed == 1
    assert simulator.calls().total == 1


def test_it_does_not_ask_twice_at_once_about_one_receipt(uscis: UscisSource) -> None:
    receipt = make_receipt()
    leasing.claim_due(limit=1, now=NOW)
    result = poll_receipt(receipt.pk, source=uscis, now=NOW)
    assert (result.claimed, "right now" in result.note) == (0, True)


def test_every_call_is_on_the_record(uscis: UscisSource) -> None:
    receipt = make_receipt(numbers(1)[0])
    poll_due(source=uscis, now=NOW)
    entry = AuditEntry.objects.get(action="tracking.source_called")
    assert (entry.actor_id, entry.subject_id) == ("poller", str(receipt.pk))
    assert (entry.data["outcome"], entry.data["decision"]) == ("ok", "first")
    query = StatusQuery.objects.get()
    assert entry.data["query"] == StatusChange.objects.get().correlation_id == str(query.pk)


def test_it_shows_a_sign_of_life(uscis: UscisSource) -> None:
    poll_due(source=uscis, now=NOW)
    assert heartbeat.latest(heartbeat.POLLER) == NOW


class Surprised:
    """A source with a bug in it."""

    key = "uscis"

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:
        raise ZeroDivisionError(receipt_number, request_id)

    def knock(self) -> bool:
        return True


def test_a_bug_in_reading_an_answer_is_a_failure_like_another() -> None:
    receipt = make_receipt()
    assert poll_due(source=Surprised(), now=NOW).counters.retry == 1
    receipt.refresh_from_db()
    assert (receipt.last_error, receipt.attempts, receipt.lease_token) == ("unexpected", 1, None)


def test_a_result_that_outlived_its_lease_leaves_the_schedule_to_the_new_holder(uscis: UscisSource) -> None:
    receipt = make_receipt(numbers(1)[0])
    held = leasing.claim_due(limit=1, now=NOW)
    queries = leasing.open_queries(held, lane="uscis", now=NOW)
    poll_due(source=uscis, now=NOW + leasing.LEASE)
    receipt.refresh_from_db()
    planned = receipt.next_poll_at
    reading = uscis.fetch(receipt.number, request_id="late")
    late = Fetched(held[0], queries[receipt.pk], NOW, NOW + leasing.LEASE, reading)
    context = RunContext("uscis", POLLER, SystemRandom(), Counters())
    persist_batch([late], context=context, now=NOW + leasing.LEASE)
    receipt.refresh_from_db()
    assert (receipt.next_poll_at, StatusChange.objects.count()) == (planned, 1)
    assert sorted(StatusQuery.objects.values_list("decision", flat=True)) == ["first", "late"]


def test_a_number_that_cannot_be_read_keeps_no_other_waiting(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    broken, *_others = make_receipts(3)
    alter(broken, number="v1.00000000.AAAA", next_poll_at=NOW - DAY)

    result = poll_due(source=uscis, now=NOW)

    assert (result.counters.ok, simulator.calls().total) == (2, 2)
    broken = Receipt.objects.get(pk=broken.pk)
    assert broken.next_poll_at is not None
    assert (broken.last_error, broken.next_poll_at > NOW, broken.lease_token) == (
        "number_unreadable",
        True,
        None,
    )
    item = ReviewItem.objects.get(receipt=broken)
    assert (item.kind, item.code, item.occurrences) == ("unreadable", "number_unreadable", 1)


def test_a_result_that_cannot_be_written_down_keeps_no_other_waiting(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    """Its change was taken away past the application, so the number of the next one is refused."""
    receipts = make_receipts(3)
    poll_due(source=uscis, now=NOW)
    broken = receipts[0]
    for receipt in receipts:
        simulator.set_status(receipt.number, "approved")
        alter(receipt, next_poll_at=NOW)
    alter(broken, sequence=0)

    result = poll_due(source=uscis, now=NOW + DAY)

    assert (result.counters.ok, result.counters.changed, result.counters.review) == (2, 2, 1)
    assert result.counters.errors == {"django.db.utils.IntegrityError": 1}
    assert StatusQuery.objects.get(receipt=broken, error_code="unforeseen").outcome == "lost"
    assert ReviewItem.objects.get(receipt=broken).code == "unforeseen"
    broken.refresh_from_db()
    assert broken.lease_token is None
