"""The health of the source: what Olga asks first, against the simulated USCIS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from legist.core import flags, heartbeat
from legist.core.errors import NotFound
from legist.core.resilience import breaker
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import later, make_receipt, make_receipts, numbers
from tests.support.simulator import RunningSimulator
from tracking.polling.run import poll_due
from tracking.selectors import source_health, view_source_health
from tracking.sources.uscis import UscisSource

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker_lives(db: None) -> None:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=later(5))


def test_it_counts_calls_answers_and_failures(simulator: RunningSimulator, uscis: UscisSource) -> None:
    make_receipts(10)
    refused, broken = numbers(2)
    simulator.fault("unknown_receipt", receipt=refused)
    simulator.fault("http_500", receipt=broken)
    poll_due(source=uscis, now=NOW)
    health = source_health(later(5))
    assert (health.calls_today, health.quota, health.calls_left) == (10, 1_000_000, 999_990)
    assert health.hour.outcomes == {"ok": 8, "permanent": 1, "transient": 1}
    assert health.hour.codes == {"unknown_receipt": 1, "http_500": 1}
    assert (health.hour.failed, health.hour.error_rate) == (1, 0.1)
    assert health.last_good_at is not None
    assert health.waiting_for_person == {"not_recognised": 1}
    assert (health.watched, health.state) == (10, "good")


def test_old_calls_leave_the_hour_and_then_the_day(uscis: UscisSource) -> None:
    make_receipt(numbers(1)[0])
    poll_due(source=uscis, now=NOW)
    calls = [
        (source_health(NOW + age).hour.calls, source_health(NOW + age).day.calls)
        for age in (timedelta(minutes=5), timedelta(hours=5), timedelta(days=2))
    ]
    assert calls == [(1, 1), (0, 1), (0, 0)]


def test_it_tells_due_from_overdue() -> None:
    one, two, three = numbers(3)
    make_receipt(one, due=NOW - timedelta(hours=2))
    make_receipt(two, due=NOW)
    make_receipt(three, due=later(60))
    health = source_health(later(5))
    assert (health.watched, health.due, health.overdue) == (3, 2, 1)
    assert health.oldest_due_at == NOW - timedelta(hours=2)
    assert (health.by_tier, health.state) == ({"standard": 3}, "late")


def test_one_word_for_the_dot() -> None:
    assert source_health(later(5)).state == "good"
    breaker.trip("uscis", reason="refused", now=NOW)
    assert source_health(later(5)).state == "failing"
    assert source_health(later(30)).state == "down"
    flags.set_flag(flags.POLLING, on=False, actor=SYSTEM, now=NOW)
    assert source_health(later(5)).state == "off"


def test_it_repeats_what_the_source_says_of_an_outage_until_it_answers(
    simulator: RunningSimulator, uscis: UscisSource
) -> None:
    refused, asked = numbers(2)
    make_receipt(refused)
    simulator.fault("unknown_receipt", receipt=refused)
    poll_due(source=uscis, now=NOW)
    assert source_health(later(1)).said is None

    make_receipt(asked)
    simulator.fault("http_503", receipt=asked)
    poll_due(source=uscis, now=later(2))
    said = source_health(later(3)).said
    assert said is not None
    assert (said.words, said.code) == ("Service temporarily unavailable", "http_503")


def test_before_the_first_run_the_quota_is_what_the_settings_say(settings: LazySettings) -> None:
    health = source_health(later(5))
    assert (health.calls_today, health.quota, health.last_good_at) == (0, settings.USCIS_DAILY_QUOTA, None)


def test_it_costs_a_fixed_number_of_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_receipts(20)
    with django_assert_num_queries(15):
        source_health(later(5))


@pytest.mark.parametrize("who", ["alice", "paul", "olga", "mary"])
def test_staff_see_it_and_clients_do_not(who: str, firm: Firm) -> None:
    assert view_source_health(firm.actor(who), now=NOW).source == "uscis"
    with pytest.raises(NotFound):
        view_source_health(firm.actor("dana"), now=NOW)
