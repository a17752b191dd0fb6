"""Sharing out the calls of a day: the plan, the next checks that follow, and the reserve."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from legist.core import instants
from legist.core.actors import Actor
from legist.core.errors import Forbidden
from legist.core.models import AuditEntry, QuotaDay
from legist.core.resilience import quota
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, REVIEW, make_policy, make_receipt, make_receipts, numbers, read
from tests.support.simulator import RunningSimulator
from tracking.models import PollingPlan, Receipt
from tracking.polling import cadence, planning, reserve
from tracking.polling.allocation import Budget, waits_of
from tracking.polling.lifting import lift
from tracking.polling.run import poll_due
from tracking.selectors.health import source_health
from tracking.sources.uscis import UscisSource
from tracking.states import SLOW_REPEATS

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COMMAND = Actor.command("test")


def make_watched(count: int, *, ago: timedelta = HOUR, **fields: Any) -> list[Receipt]:
    """Receipts that were read with success, so long ago, and are planned an hour from now."""
    known: dict[str, Any] = {
        "form_type": "I-485",
        "stage_code": "IN_REVIEW",
        "current_bucket": "IN_REVIEW",
        "last_good_at": NOW - ago,
        "last_checked_at": NOW - ago,
        "next_poll_reason": "by_tier",
        "next_poll_values": {"tier": "standard", "every": 21_600},
        "due": NOW + HOUR,
    }
    return make_receipts(count, **(known | fields))


def share() -> None:
    assert planning.share_out(on=True, actor=COMMAND, now=NOW)


def spend(calls: int) -> None:
    quota.configure("uscis", per_second=10, per_day=100)
    QuotaDay.objects.update_or_create(lane_id="uscis", day=NOW.date(), defaults={"used": calls})


@pytest.fixture
def hundred(settings: LazySettings) -> None:
    """A hundred calls a day."""
    settings.USCIS_DAILY_QUOTA = 100


def test_fixed_intervals_are_the_default(uscis: UscisSource) -> None:
    make_receipt(numbers(1)[0])
    planning.steer(now=NOW)
    poll_due(source=uscis, now=NOW)
    assert Receipt.objects.get().next_poll_reason == "by_tier"


def test_a_good_answer_is_planned_by_its_share(uscis: UscisSource, hundred: None) -> None:
    make_receipt(numbers(1)[0])
    share()
    poll_due(source=uscis, now=NOW)
    receipt = Receipt.objects.get()
    assert receipt.next_poll_reason == "shared"
    assert receipt.next_poll_at is not None
    # Alone it gets the most that its tier allows, an hour; the budget opens a little slower before 16:00 UTC.
    assert HOUR * 0.8 < receipt.next_poll_at - NOW < HOUR * 1.2
    assert receipt.next_poll_values == {"tier": "standard", "every": 3600}


def test_turning_it_on_plans_everything_anew_within_the_quota(hundred: None) -> None:
    make_watched(50)
    share()
    # Two calls a day for each: twelve hours after the look an hour ago.
    assert {receipt.next_poll_reason for receipt in Receipt.objects.all()} == {"shared"}
    assert {receipt.next_poll_at for receipt in Receipt.objects.all()} == {NOW + 11 * HOUR}
    assert AuditEntry.objects.filter(action="tracking.sharing_turned").count() == 1
    assert not planning.share_out(on=True, actor=COMMAND, now=NOW)


def test_turning_it_off_goes_back_to_the_intervals(hundred: None) -> None:
    make_watched(50)
    share()
    assert planning.share_out(on=False, actor=COMMAND, now=NOW)
    assert {receipt.next_poll_reason for receipt in Receipt.objects.all()} == {"by_tier"}
    assert {receipt.next_poll_at for receipt in Receipt.objects.all()} == {NOW + 5 * HOUR}


def test_who_may_not_operate_the_poller_turns_nothing(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        planning.share_out(on=True, actor=firm.actor("mary"), now=NOW)
    assert not PollingPlan.objects.filter(is_shared=True).exists()


def test_what_weighs_more_is_asked_more_often(hundred: None) -> None:
    make_watched(20, priority="normal")
    heavy = make_receipt(
        "IOE0912345678",
        priority="high",
        due=NOW + HOUR,
        next_poll_reason="by_tier",
        form_type="I-485",
        stage_code="IN_REVIEW",
        last_checked_at=NOW - HOUR,
    )
    share()
    heavy.refresh_from_db()
    light = Receipt.objects.filter(priority="normal").first()
    assert light is not None
    every = [receipt.next_poll_values["every"] for receipt in (heavy, light)]
    assert every[0] * 2 == pytest.approx(every[1], rel=0.001)


def test_a_promotion_lifts_whatever_the_bounds_of_its_tier_say(hundred: None) -> None:
    same = {"every": "6h", "soonest": "1h", "longest": "7d"}
    make_policy(
        tiers=dict.fromkeys(("near_real_time", "standard", "low"), same),
        promotions={"rfe": {"tier": "near_real_time", "days": 2}},
    )
    lifted, *_others = make_watched(50)
    share()
    before = Receipt.objects.get(pk=lifted.pk).next_poll_values["every"]
    lift(lifted.pk, event="rfe", at=NOW, now=NOW)
    lifted.refresh_from_db()
    assert lifted.next_poll_values["every"] * 4 == pytest.approx(before, rel=0.01)

    later = NOW + 2 * DAY
    lift(lifted.pk, event="letter", at=NOW, now=later)
    lifted.refresh_from_db()
    assert lifted.tier == "standard"
    assert lifted.next_poll_values["every"] == pytest.approx(before, rel=0.1)


@pytest.mark.parametrize("tier", ["near_real_time", "standard"])
def test_a_promotion_lifts_where_floors_shrink_too(tier: str) -> None:
    low = cadence.BOUNDS[cadence.TIERS[cadence.TIERS.index(tier) + 1]]
    assert cadence.bounds_of(tier, is_closed=False, is_lifted=True).least >= 4 * low.least


def test_it_counts_days_and_changes_while_intervals_are_fixed() -> None:
    receipt = make_receipt(form_type="I-765")
    read(receipt, RECEIVED, at=NOW)
    planning.plan(now=NOW)
    read(receipt, REVIEW, at=NOW + 10 * HOUR)
    planning.plan(now=NOW + 12 * HOUR)
    seen = {tuple(row[:3]): row[3:] for row in PollingPlan.objects.get().seen}
    assert seen["I-765", "RECEIVED", 0][1] == pytest.approx(1, abs=0.01)
    assert sum(days for days, _changes in seen.values()) == pytest.approx(0.5, abs=0.01)


def test_the_first_plan_learns_from_the_past() -> None:
    receipt = make_receipt(form_type="I-765")
    read(receipt, RECEIVED, at=NOW - 30 * DAY)
    read(receipt, REVIEW, at=NOW - 10 * DAY)
    planning.plan(now=NOW)
    seen = {tuple(row[:3]): row[3:] for row in PollingPlan.objects.get().seen}
    assert seen["I-765", "RECEIVED", 0] == pytest.approx([20, 1], abs=0.01)
    assert seen["I-765", "IN_REVIEW", 0] == pytest.approx([10, 0], abs=0.01)


def test_checks_are_brought_forward_when_the_day_falls_behind(hundred: None) -> None:
    make_watched(50, due=NOW + 5 * HOUR, ago=6 * HOUR)
    share()
    Receipt.objects.update(next_poll_at=NOW + 5 * HOUR)
    opened = int(90 * (NOW.hour * 60 + NOW.minute) / 1440)
    spend(opened - 7)
    assert planning.steer(now=NOW) == pytest.approx(7, abs=1)
    assert Receipt.objects.filter(next_poll_at=NOW).count() == pytest.approx(7, abs=1)


def test_nothing_is_brought_forward_when_the_day_is_ahead(hundred: None) -> None:
    make_watched(50, due=NOW + 5 * HOUR)
    share()
    Receipt.objects.update(next_poll_at=NOW + 5 * HOUR)
    spend(95)
    assert planning.steer(now=NOW) == 0


def test_planned_checks_wait_and_people_do_not(
    uscis: UscisSource, simulator: RunningSimulator, hundred: None
) -> None:
    make_watched(20, due=NOW)
    share()
    Receipt.objects.update(next_poll_at=NOW)
    asked = Receipt.objects.all()[:3]
    Receipt.objects.filter(pk__in=[each.pk for each in asked]).update(next_poll_reason="person_asked")
    spend(90)
    done = poll_due(source=uscis, now=NOW)
    assert (done.claimed, done.counters.ok) == (3, 3)
    assert done.note == "Planned checks wait for their share of the calls of this day."
    assert PollingPlan.objects.get().urgent == 3


@pytest.mark.parametrize("reason", ["by_tier", "first_check", *SLOW_REPEATS])
@pytest.mark.parametrize("is_shared", [False, True])
def test_the_reserve_is_left_to_whom_people_ask_about(
    uscis: UscisSource, simulator: RunningSimulator, hundred: None, reason: str, *, is_shared: bool
) -> None:
    *many, asked = make_watched(111, due=NOW, next_poll_reason=reason)
    if is_shared:
        share()
        Receipt.objects.update(next_poll_at=NOW, next_poll_reason=reason)
    assert poll_due(source=uscis, now=NOW).counters.ok <= 90

    reserve.take_asked(10, now=NOW)
    Receipt.objects.filter(pk=asked.pk).update(next_poll_at=NOW, next_poll_reason="person_asked")
    assert poll_due(source=uscis, now=NOW).counters.ok == 1
    asked.refresh_from_db()
    assert asked.last_good_at is not None
    assert asked.last_good_at >= NOW
    assert len(many) > 90


def test_what_is_left_of_the_reserve_is_given_free_late_in_the_day(uscis: UscisSource, hundred: None) -> None:
    make_watched(100, due=NOW)
    late = NOW.replace(hour=23, minute=59)
    assert poll_due(source=uscis, now=NOW).counters.ok == 90
    assert poll_due(source=uscis, now=NOW).note.startswith("What is left of the calls")
    assert poll_due(source=uscis, now=late).counters.ok == 10
    Receipt.objects.update(next_poll_at=NOW)
    assert "used up" in poll_due(source=uscis, now=late).note


def test_a_planned_check_is_late_after_a_day_and_others_after_minutes(hundred: None) -> None:
    make_watched(2)
    share()
    first, second = Receipt.objects.all()
    Receipt.objects.filter(pk=first.pk).update(next_poll_at=NOW - HOUR)
    Receipt.objects.filter(pk=second.pk).update(next_poll_at=NOW - HOUR, next_poll_reason="person_asked")
    assert source_health(NOW).overdue == 1
    assert source_health(NOW + DAY).overdue == 2


def test_the_clock_is_not_thought_wrong_for_a_week_ahead(hundred: None) -> None:
    make_watched(1, due=NOW + 7 * DAY, tier="standard")
    share()
    Receipt.objects.update(next_poll_at=NOW + 7 * DAY)
    assert instants.heal(now=NOW) == {}


def test_the_command_says_what_it_costs_and_turns_it(hundred: None) -> None:
    make_watched(50)
    out = StringIO()
    call_command("polling_policy", "share", "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["shared"]
    assert document["turned"]
    assert (document["calls_per_day"], document["quota"]) == (pytest.approx(100), 100)
    assert document["receipts"] == {"standard": 50}
    assert document["expected_delay_hours"] == {"standard": pytest.approx(6)}
    call_command("polling_policy", "fixed", stdout=out)
    # The day is dry: no longer the three hours of an interval of six.
    hours = waits_of({0.25: 50}, budget=Budget(100))[0.25] * 24
    assert hours > 6
    assert f"standard: 50 receipts, a change is seen after {hours:.1f} hours" in out.getvalue()
