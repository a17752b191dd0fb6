"""Receipts in lists and on their page: who sees what, how fresh it is, in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from legist.core.errors import Forbidden, NotFound
from legist.core.models import QuotaDay
from legist.core.resilience import quota
from legist.practice.permissions import Capability
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import (
    NUMBER,
    RECEIVED,
    REVIEW,
    later,
    make_change,
    make_receipt,
    make_receipts,
    numbers,
)
from tracking.models import Receipt
from tracking.overrides import override_status
from tracking.polling import dials
from tracking.selectors import (
    Polling,
    ReceiptFilters,
    access_receipt,
    freshness,
    list_receipts,
    polling_of,
    receipt_detail,
)
from tracking.sources import POLLED
from tracking.states import Stale
from tracking.templatetags.tracking_ui import next_words

pytestmark = pytest.mark.django_db
ALL = ReceiptFilters()


@pytest.fixture
def receipts(firm: Firm) -> dict[str, Receipt]:
    """Return Dana's, Eve's and an unassigned receipt."""
    dana, eve, tray = numbers(3)
    return {
        "dana": make_receipt(dana, matter=firm.danas_matter, form_type="I-765"),
        "eve": make_receipt(eve, matter=firm.eves_matter, tier="low", last_error="http_500"),
        "tray": make_receipt(tray, due=NOW - timedelta(hours=1)),
    }


VISIBLE = [
    ("alice", {"dana", "eve", "tray"}),
    ("paul", {"dana", "tray"}),
    ("charlie", {"eve", "tray"}),
    ("olga", {"dana", "eve", "tray"}),
    ("mary", {"dana", "eve", "tray"}),
    ("dana", set()),
]


@pytest.mark.parametrize(("who", "seen"), VISIBLE)
def test_everybody_sees_their_own(
    *, who: str, seen: set[str], firm: Firm, receipts: dict[str, Receipt]
) -> None:
    actor = firm.actor(who)
    listed = set(list_receipts(actor, ALL, now=NOW))
    assert listed == {receipts[name] for name in seen}
    for name, receipt in receipts.items():
        if name in seen:
            assert access_receipt(actor, receipt.pk) == receipt
        else:
            with pytest.raises(NotFound):
                access_receipt(actor, receipt.pk)


def test_a_reader_who_may_not_write_is_refused(firm: Firm, receipts: dict[str, Receipt]) -> None:
    with pytest.raises(Forbidden):
        access_receipt(firm.actor("mary"), receipts["dana"].pk, capability=Capability.WORK_RECEIPT)


FILTERS = [
    (ReceiptFilters(tier="low"), {"eve"}),
    (ReceiptFilters(form="I-765"), {"dana"}),
    (ReceiptFilters(is_unassigned=True), {"tray"}),
    (ReceiptFilters(is_failing=True), {"eve"}),
    (ReceiptFilters(is_overdue=True), {"tray"}),
    (ReceiptFilters(is_mine=True), {"dana", "eve"}),
    (ReceiptFilters(number=" ioe-91-000-00002 "), {"eve"}),
    (ReceiptFilters(number="IOE9100000009"), set()),
    (ReceiptFilters(number="nonsense"), set()),
    (ReceiptFilters(state="stopped"), set()),
]


@pytest.mark.parametrize(("filters", "names"), FILTERS)
def test_filters_narrow_the_list(
    *, filters: ReceiptFilters, names: set[str], firm: Firm, receipts: dict[str, Receipt]
) -> None:
    listed = set(list_receipts(firm.actor("alice"), filters, now=NOW))
    assert listed == {receipts[name] for name in names}


def test_it_filters_by_matter_stage_and_open_question(firm: Firm, receipts: dict[str, Receipt]) -> None:
    make_change(receipts["dana"], REVIEW)
    make_change(receipts["eve"], "Zebra Crossing Was Repainted")
    alice = firm.actor("alice")
    assert list(list_receipts(alice, replace(ALL, bucket="IN_REVIEW"), now=NOW)) == [receipts["dana"]]
    assert list(list_receipts(alice, replace(ALL, matter_id=firm.eves_matter.pk), now=NOW)) == [
        receipts["eve"]
    ]
    assert list(list_receipts(alice, replace(ALL, needs_person=True), now=NOW)) == [receipts["eve"]]


def test_a_long_list_costs_as_many_queries_as_a_short_one(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_receipts(30, matter=firm.danas_matter)
    with django_assert_num_queries(1):
        rows = list(list_receipts(firm.actor("paul"), ALL, now=NOW)[:25])
        assert all(row.masked and row.matter and row.matter.client.name for row in rows)


STATES = [
    ({}, "never"),
    ({"last_good_at": NOW}, "fresh"),
    ({"last_good_at": NOW, "next_poll_at": NOW - timedelta(hours=1)}, "late"),
    ({"last_good_at": NOW, "last_error": "http_500"}, "failing"),
    ({"tier": "paused", "last_error": "http_500"}, "paused"),
    ({"state": "stopped"}, "stopped"),
]


@pytest.mark.parametrize(("fields", "state"), STATES)
def test_it_says_how_far_a_status_can_be_trusted(fields: dict[str, object], state: str) -> None:
    receipt = Receipt(next_poll_at=later(5))
    for name, value in fields.items():
        setattr(receipt, name, value)
    assert freshness(receipt, now=NOW).state == state


STALE = [
    ({"last_good_at": NOW - timedelta(hours=12)}, ""),
    ({"last_good_at": NOW - timedelta(hours=12, seconds=1)}, "waits"),
    ({"last_good_at": NOW - timedelta(hours=13), "last_error": "http_500"}, "failing"),
    ({"last_good_at": NOW - timedelta(hours=1), "last_error": "http_500"}, ""),
    ({"last_good_at": NOW - timedelta(days=13), "next_poll_values": {"every": 7 * 86_400}}, ""),
    ({"last_good_at": NOW - timedelta(days=15), "next_poll_values": {"every": 7 * 86_400}}, "waits"),
    ({"tier": "near_real_time", "last_good_at": NOW - timedelta(minutes=31)}, "waits"),
    ({"last_good_at": NOW - timedelta(minutes=9), "next_poll_values": {"every": 1}}, ""),
    ({"last_good_at": None}, ""),
    ({"tier": "paused", "last_good_at": NOW}, "paused"),
    ({"state": "stopped", "last_good_at": NOW}, "stopped"),
    ({"tier": "on_demand", "last_good_at": NOW, "next_poll_at": None}, "on_demand"),
    ({"tier": "on_demand", "last_good_at": NOW - timedelta(days=9), "next_poll_at": NOW}, ""),
]


@pytest.mark.parametrize(("fields", "why"), STALE)
def test_it_is_out_of_date_when_twice_as_old_as_it_should_get(fields: dict[str, object], why: str) -> None:
    receipt = Receipt(tier="standard", next_poll_at=later(5))
    for name, value in fields.items():
        setattr(receipt, name, value)
    assert freshness(receipt, now=NOW).stale == why


@pytest.mark.parametrize(("due", "why"), [(later(-1), "off"), (later(1), "")])
def test_it_is_out_of_date_when_it_would_have_been_asked_about_and_nobody_asks(
    due: datetime, why: str
) -> None:
    receipt = Receipt(tier="standard", next_poll_at=due, last_good_at=NOW)
    assert freshness(receipt, now=NOW, polling=Polling(is_on=False)).stale == why
    held = Polling(held=frozenset({receipt.pk}))
    assert freshness(receipt, now=NOW, polling=held).stale == why.replace("off", "turned_down")


@pytest.mark.parametrize(
    ("fields", "polling", "why"),
    [
        ({}, {}, ""),
        ({}, {"is_on": False}, "off"),
        ({"tier": "paused"}, {}, "paused"),
        ({"state": "stopped"}, {"is_on": False}, "stopped"),
        ({"tier": "on_demand", "next_poll_at": None}, {"is_on": False}, "on_demand"),
    ],
)
@pytest.mark.parametrize("due", [later(-1), later(1)])
def test_no_check_is_promised_that_nobody_will_make(
    due: datetime, fields: dict[str, Any], polling: dict[str, Any], why: str
) -> None:
    receipt = Receipt(**{"tier": "standard", "next_poll_at": due, "last_good_at": NOW} | fields)
    fresh = freshness(receipt, now=NOW, polling=Polling(**polling))
    assert fresh.waits_for == why
    words = next_words(fresh, NOW)
    assert ("next check" in words) == (not why)
    assert (str(Stale(why).label) in words) or not why
    held = Polling(held=frozenset({receipt.pk}))
    assert freshness(receipt, now=NOW, polling=held).waits_for in {"turned_down", why} - {"", "off"}


@pytest.mark.parametrize(
    ("used", "reason", "hour", "next_hour", "why"),
    [
        (100, "by_tier", 9, 24, "day_used"),
        (100, "person_asked", 9, 24, "day_used"),
        (90, "by_tier", 9, 16, "reserved"),
        (90, "first_check", 9, 16, "reserved"),
        (90, "person_asked", 9, 9, ""),
        (90, "by_tier", 17, 17, ""),
        (89, "by_tier", 9, 9, ""),
    ],
)
def test_the_next_check_is_when_the_calls_of_the_day_allow_it(
    settings: LazySettings, used: int, reason: str, hour: int, next_hour: int, why: str
) -> None:
    settings.USCIS_DAILY_QUOTA, midnight = 100, NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    now, read_at = midnight + timedelta(hours=hour), midnight
    receipt = make_receipt(due=now, last_good_at=read_at, next_poll_reason=reason, tier="near_real_time")
    quota.configure(POLLED, per_second=10, per_day=100)
    QuotaDay.objects.create(lane_id=POLLED, day=now.date(), used=used)

    fresh = freshness(receipt, now=now, polling=polling_of([receipt], now=now))

    assert fresh.coming_at == midnight + timedelta(hours=next_hour)
    assert fresh.stale == (why or "waits")
    assert not why or fresh.next_poll_reason == Stale(why).label


def test_who_waits_for_a_dial_is_looked_up_once_for_all(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    low, other = make_receipts(2, tier="low", due=later(-1))
    Receipt.objects.filter(pk=other.pk).update(tier="standard")
    with django_assert_num_queries(3):
        assert polling_of([low, other], now=NOW) == Polling()
    dials.turn(0, scope=dials.Scope(tier="low"), actor=firm.actor("olga"), now=NOW, reason="budget")
    with django_assert_num_queries(4):
        assert polling_of([low, other], now=NOW) == Polling(held=frozenset({low.pk}))


def test_freshness_names_age_source_and_next_check(firm: Firm) -> None:
    values = {"tier": "standard", "every": 21_600}
    receipt = make_receipt(due=later(60), next_poll_reason="by_tier", next_poll_values=values)
    make_change(receipt, RECEIVED)
    shown = freshness(receipt, now=later(5))
    assert (shown.age, shown.source, shown.last_good_at) == (timedelta(minutes=5), "uscis", NOW)
    assert (shown.next_poll_at, shown.next_poll_reason) == (later(60), "standard tier: every 6 hours")


def test_the_page_shows_everything_in_a_few_queries(
    firm: Firm, django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries]
) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)
    for minute, title in enumerate((RECEIVED, REVIEW, "Zebra Crossing Was Repainted")):
        make_change(receipt, title, at=later(minute))
    done = override_status(receipt.pk, actor=SYSTEM, code="APPROVED", reason="By notice.", now=later(9))
    with django_assert_max_num_queries(11):  # type: ignore[attr-defined]  # the plugin types it as a function
        detail = receipt_detail(firm.actor("paul"), receipt.pk, now=later(10))
    assert [change.to_code for change in detail.changes] == ["APPROVED", "UNKNOWN", "IN_REVIEW", "RECEIVED"]
    assert (len(detail.queries), len(detail.open_reviews), detail.active_override) == (3, 1, done)
    assert (detail.may_work, detail.may_override, detail.may_view_payload) == (True, False, True)


def test_the_tray_is_shown_to_those_who_may_sort_it(firm: Firm, receipts: dict[str, Receipt]) -> None:
    tray = ReceiptFilters(is_unassigned=True)
    seen = {who: list_receipts(firm.actor(who), tray, now=NOW).count() for who in ("paul", "olga", "dana")}

    assert seen == {"paul": 1, "olga": 1, "dana": 0}
