"""Polling is turned down without a deploy: for all, a tier or a team, to a share of it or to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from legist.core import flags
from legist.core.errors import Forbidden, InvalidInput
from legist.core.models import AuditEntry, QuotaDay
from legist.core.resilience import quota
from legist.core.web.views import check_readiness
from legist.practice.models import Team
from legist.practice.permissions import grant_matter
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, make_receipts
from tests.support.simulator import RunningSimulator
from tracking.models import PollingDial, Receipt, ReviewItem
from tracking.polling import dials, leasing, planning
from tracking.polling.dials import Scope
from tracking.polling.run import poll_due, poll_receipt
from tracking.selectors import ReviewFilters, list_reviews
from tracking.selectors.health import source_health
from tracking.sources.uscis import UscisSource

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOW = Scope(tier="low")


def turn(firm: Firm, percent: int, scope: Scope = LOW, *, now: datetime = NOW, **more: Any) -> bool:
    return dials.turn(percent, scope=scope, actor=firm.actor("olga"), now=now, reason="budget", **more)


def claimed(now: datetime = NOW) -> set[str]:
    claims = leasing.claim_due(limit=50, now=now)
    leasing.release(claims)
    return {claim.number for claim in claims}


def test_at_nothing_not_one_of_it_is_claimed_whoever_asks(firm: Firm, uscis: UscisSource) -> None:
    low = make_receipt(tier="low", next_poll_reason="person_asked")
    other = make_receipt("IOE9100000002")
    assert turn(firm, 0)

    assert claimed() == {other.number}
    assert leasing.claim_receipt(low.pk, now=NOW) is None
    done = poll_receipt(low.pk, source=uscis, now=NOW)
    assert (done.claimed, "turned down" in done.note) == (0, True)

    turn(firm, 100)
    assert claimed() == {low.number, other.number}


def test_at_nothing_for_all_nothing_is_asked_nor_charged(
    firm: Firm, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    make_receipts(3)
    turn(firm, 0, Scope())
    done = poll_due(now=NOW, source=uscis)

    assert (done.claimed, done.note) == (0, "Polling is turned down to nothing; nothing was asked.")
    assert not QuotaDay.objects.filter(used__gt=0).exists()
    assert not leasing.is_any_due(NOW)

    turn(firm, 100, Scope())
    assert poll_due(now=NOW, source=uscis).claimed == 3


@pytest.mark.parametrize("percent", [25, 50, 75])
def test_a_share_makes_planned_checks_wait_so_many_times_longer(firm: Firm, percent: int) -> None:
    make_receipt(tier="low", next_poll_reason="by_tier", last_checked_at=NOW - HOUR)
    turn(firm, percent)
    due_at = NOW - HOUR + HOUR * 100 / percent

    assert claimed(due_at - timedelta(seconds=1)) == set()
    assert len(claimed(due_at)) == 1


def test_a_share_keeps_nobody_waiting_who_asked(firm: Firm) -> None:
    for number, reason in enumerate(("person_asked", "first_check", "matter_reopened", "try_failed"), 1):
        make_receipt(f"IOE910000000{number}", tier="low", next_poll_reason=reason, last_checked_at=NOW - DAY)
    turn(firm, 10)
    assert len(claimed()) == 4


def test_a_share_of_all_leaves_that_share_of_the_days_calls(
    firm: Firm, settings: LazySettings, uscis: UscisSource
) -> None:
    settings.USCIS_DAILY_QUOTA = 8
    make_receipts(8)
    turn(firm, 50, Scope())

    done = poll_due(now=NOW, source=uscis)
    assert (done.answered, done.skipped_budget) == (4, 4)
    assert quota.usage("uscis", NOW.date()).used == 4

    assert (source_health(NOW).calls_today, source_health(NOW).quota) == (4, 4)
    turn(firm, 100, Scope())
    assert poll_due(now=NOW, source=uscis).answered == 4
    turn(firm, 25, Scope())
    assert source_health(NOW).quota == 2


def test_what_is_shared_out_is_shared_out_of_less(firm: Firm, settings: LazySettings) -> None:
    settings.USCIS_DAILY_QUOTA = 100
    planning.share_out(on=True, actor=firm.actor("olga"), now=NOW)
    for percent, calls in ((50, 50), (0, 1), (100, 100)):
        turn(firm, percent, Scope())
        share = planning.current("uscis", now=NOW)
        assert share is not None
        assert share.budget.calls == calls
        planning.steer(now=NOW)


def test_a_team_is_turned_down_by_the_matters_it_was_given(firm: Firm) -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    grant_matter(firm.danas_matter, team)
    make_receipt(matter=firm.danas_matter)
    free = make_receipt("IOE9100000002")
    turn(firm, 0, Scope(team=team.pk))
    assert claimed() == {free.number}


def test_it_ends_by_itself_and_each_scope_holds_alone(firm: Firm) -> None:
    low = make_receipt(tier="low")
    turn(firm, 0, until=NOW + HOUR)
    turn(firm, 0, Scope(tier="standard"))
    assert claimed() == set()
    assert claimed(NOW + HOUR) == {low.number}
    assert turn(firm, 0, now=NOW + DAY)


def test_only_operations_may_and_every_turn_is_on_the_record(firm: Firm) -> None:
    for name in ("paul", "alice", "mary"):
        with pytest.raises(Forbidden):
            dials.turn(0, scope=LOW, actor=firm.actor(name), now=NOW, reason="budget")
    assert turn(firm, 0)
    assert not turn(firm, 0)
    assert turn(firm, 50)
    assert turn(firm, 100)
    assert not turn(firm, 100)

    told = AuditEntry.objects.filter(action__startswith="tracking.polling_turned").order_by("sequence")
    assert [entry.data["percent"] for entry in told] == [0, 50, 100]
    assert PollingDial.objects.filter(ended_at=None).count() == 0
    assert PollingDial.objects.count() == 2


@pytest.mark.parametrize(
    ("percent", "scope", "more", "field"),
    [
        (-1, LOW, {}, "percent"),
        (101, LOW, {}, "percent"),
        (0, Scope(tier="paused"), {}, "tier"),
        (0, Scope(tier="quick"), {}, "tier"),
        (0, Scope(team=uuid4()), {}, "team"),
        (0, Scope(lane="third"), {}, "lane"),
        (0, LOW, {"until": NOW}, "until"),
    ],
)
def test_what_cannot_be_turned_is_refused_by_name(
    firm: Firm, percent: int, scope: Scope, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        turn(firm, percent, scope, **more)
    assert list(refused.value.errors) == [field]
    assert not PollingDial.objects.exists()


def test_the_database_keeps_one_dial_for_each_scope(firm: Firm) -> None:
    turn(firm, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PollingDial(source="uscis", tier="low", percent=50, since=NOW).save(force_insert=True)


def test_what_waits_for_a_dial_is_counted_and_is_not_overdue(firm: Firm) -> None:
    make_receipts(3, tier="low", due=NOW - DAY)
    make_receipt(due=NOW - timedelta(minutes=1))
    turn(firm, 0)

    health = source_health(NOW)
    assert (health.due, health.held, health.overdue, health.watched) == (1, 3, 0, 4)
    assert [(each.words, each.waiting) for each in health.turned_down] == [("USCIS, Low tier", 3)]
    assert check_readiness(now=NOW)["polling"] == "turned_down"
    turn(firm, 100)
    assert "polling" not in check_readiness(now=NOW)


@time_machine.travel(NOW, tick=False)
def test_stats_count_what_is_turned_down(firm: Firm) -> None:
    make_receipts(3, tier="low")
    turn(firm, 0)
    out = StringIO()
    call_command("stats", "--json", stdout=out)
    counts = json.loads(out.getvalue())
    assert (counts["turned_down"], counts["receipts_held"]) == (1, 3)


def test_what_is_left_turned_down_for_a_day_is_put_to_a_person_once(firm: Firm) -> None:
    turn(firm, 50)
    assert not dials.remind(now=NOW + DAY - HOUR)
    assert dials.remind(now=NOW + DAY)
    assert not dials.remind(now=NOW + DAY + HOUR)
    item = ReviewItem.objects.get(kind="turned_down")
    assert (item.state, item.occurrences, item.receipt) == ("open", 1, None)
    assert item in list_reviews(firm.actor("olga"), ReviewFilters())

    turn(firm, 100, now=NOW + DAY + HOUR)
    item.refresh_from_db()
    assert (item.state, item.closing) == ("resolved", "turned_up")


def test_so_is_the_master_switch_and_a_dial_that_ends_by_itself_is_over(firm: Firm) -> None:
    flags.set_flag(flags.POLLING, on=False, actor=firm.actor("olga"), now=NOW)
    turn(firm, 0, until=NOW + 2 * DAY)
    assert dials.remind(now=NOW + DAY)
    flags.set_flag(flags.POLLING, on=True, actor=firm.actor("olga"), now=NOW + DAY)
    dials.remind(now=NOW + 2 * DAY)
    assert ReviewItem.objects.get(kind="turned_down").state == "resolved"


def test_olga_turns_it_down_on_source_health_and_back(firm: Firm, browser_of: Browser) -> None:
    olga = browser_of("olga")
    given = {"percent": "0", "tier": "low", "reason": "source_trouble", "until": "4"}
    make_receipt(tier="low")
    assert olga.post("/health/dial/", given).status_code == 302

    page = " ".join(olga.get("/health/").content.decode().split())
    assert "USCIS, Low tier" in page
    assert "1 receipt is due and waits for this" in page
    assert "Trouble at USCIS" in page
    assert "Olga" in page

    olga.post("/health/dial/", {"percent": "100", "tier": "low", "reason": "mended"})
    assert "Turned down" not in olga.get("/health/").content.decode()
    assert "Choose a reason" in olga.post("/health/dial/", {"percent": "0"}).content.decode()
    assert "Turn back" not in browser_of("mary").get("/health/").content.decode()


def test_who_asks_for_a_check_hears_that_it_waits(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter, tier="low")
    turn(firm, 0)
    asked = browser_of("paul").post(f"/receipts/{receipt.pk}/check/", follow=True).content.decode()
    assert "The check waits, because polling is turned down." in asked
    assert "polling is turned down" in browser_of("paul").get("/receipts/").content.decode()


@settings_of(max_examples=60, deadline=None)
@given(
    percent=st.integers(1, 99),
    wait=st.integers(1, 10**6),
    ago=st.integers(0, 10**6),
)
def test_it_waits_exactly_as_many_times_longer_as_the_dial_says(percent: int, wait: int, ago: int) -> None:
    """The database decides as the arithmetic does, but for the microsecond in which the wait is over."""
    checked = NOW - timedelta(seconds=ago)
    with transaction.atomic():
        dial = PollingDial(source="uscis", tier="low", percent=percent, since=NOW)
        receipt = make_receipt(
            due=checked + timedelta(seconds=wait),
            tier="low",
            next_poll_reason="by_tier",
            last_checked_at=checked,
        )
        over = timedelta(seconds=wait) * (100 / percent) - timedelta(seconds=ago)
        is_held = Receipt.objects.filter(leasing.held(NOW, dials=[dial]), pk=receipt.pk).exists()
        if abs(over) > timedelta(milliseconds=1):
            assert is_held == (over > timedelta(0))
        transaction.set_rollback(True)
