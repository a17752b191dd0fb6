"""Several credentials of one source: each is a lane with pace, calls, breaker and dial of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings

from legist.core import incidents
from legist.core.errors import WrongState
from legist.core.models import LaneState, QuotaDay, QuotaLane
from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipts
from tests.support.simulator import CLIENT_ID, CLIENT_SECRET, RunningSimulator
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling import dials, leasing, placing, planning, reserve
from tracking.polling.run import poll_due, poll_receipt
from tracking.registrations import check_access, check_lanes
from tracking.selectors import source_health
from tracking.sources import get_source, label_of, lanes_of, limits_of
from tracking.sources.base import Limits
from tracking.states import ReviewKind
from workflows.models import Notification

pytestmark = pytest.mark.django_db
FIRST, SECOND = "uscis", "uscis-2"
HOUR = timedelta(hours=1)
WRONG = "somebody-elses-secret"


@pytest.fixture(autouse=True)
def _two_lanes(simulator: RunningSimulator, settings: LazySettings) -> None:
    for name, value in simulator.settings.items():
        setattr(settings, name, value)
    settings.USCIS_TPS, settings.USCIS_DAILY_QUOTA = 100_000, 1_000
    settings.USCIS_LANES = 2
    # The simulated USCIS knows one credential; what tells lanes apart here is which they are given.
    settings.USCIS_MORE_CLIENTS = {2: (CLIENT_ID, CLIENT_SECRET)}


def charged() -> dict[str, int]:
    return dict(QuotaDay.objects.values_list("lane", "used"))


def test_one_lane_is_the_default(settings: LazySettings) -> None:
    settings.USCIS_LANES = 1
    assert lanes_of("uscis") == (FIRST,)


def test_each_lane_asks_with_its_own_credential() -> None:
    assert lanes_of("uscis") == (FIRST, SECOND)
    assert get_source(FIRST) is not get_source(SECOND)
    assert get_source(SECOND).key == "uscis"
    assert label_of(SECOND) == "USCIS, lane 2"
    with pytest.raises(LookupError):
        get_source("uscis-3")


def test_the_second_lane_goes_on_where_the_calls_of_the_first_are_used_up(settings: LazySettings) -> None:
    make_receipts(25)
    settings.USCIS_DAILY_QUOTA = 10
    result = poll_due(now=NOW)
    assert (result.counters.ok, charged()) == (20, {FIRST: 10, SECOND: 10})
    assert StatusQuery.objects.filter(source=SECOND, outcome="ok").count() == 10
    assert not Receipt.objects.filter(source=SECOND).exists()
    assert Receipt.objects.filter(lease_token=None, last_good_at=None).count() == 5


def test_one_lane_that_is_refused_does_not_stop_the_other(settings: LazySettings) -> None:
    make_receipts(30)
    settings.USCIS_CLIENT_SECRET = WRONG
    result = poll_due(now=NOW)
    assert (breaker.is_open(FIRST, NOW), breaker.is_open(SECOND, NOW)) == (True, False)
    assert ReviewItem.objects.get(kind=ReviewKind.ACCESS_REFUSED).source == FIRST
    assert not result.is_refused
    assert result.counters.ok > 0
    lanes = {lane.key: lane for lane in source_health(NOW).lanes}
    assert (lanes[FIRST].breaker.state, lanes[SECOND].breaker.state) == ("open", "closed")
    assert lanes[SECOND].calls_today >= result.counters.ok


def test_what_failed_on_one_lane_is_not_asked_about_on_another_within_a_minute(
    settings: LazySettings,
) -> None:
    (receipt,) = make_receipts(1)
    settings.USCIS_CLIENT_SECRET = WRONG
    poll_due(now=NOW)
    asked = StatusQuery.objects.filter(receipt=receipt)
    assert [query.source for query in asked] == [FIRST]
    # It stays due: access was refused, not the receipt.
    assert not leasing.is_any_due(NOW + timedelta(seconds=30))
    poll_receipt(receipt.pk, now=NOW + timedelta(seconds=30))
    assert asked.count() == 1
    assert poll_due(now=NOW + timedelta(minutes=2)).counters.ok == 1
    assert [query.source for query in asked.order_by("started_at")] == [FIRST, SECOND]


def test_a_dial_on_one_lane_leaves_the_other_its_calls() -> None:
    make_receipts(4)
    dials.turn(0, scope=dials.Scope(lane=FIRST), actor=SYSTEM, now=NOW, reason="budget")
    assert poll_due(now=NOW).counters.ok == 4
    assert charged().get(FIRST, 0) == 0
    assert [turned.is_on_whole for turned in dials.list_turned(leasing.in_force(NOW), now=NOW)] == [True]
    assert source_health(NOW).quota == 1_000


def test_calls_are_shared_out_of_all_lanes_together() -> None:
    make_receipts(3)
    planning.share_out(on=True, actor=SYSTEM, now=NOW)
    share = planning.current("uscis", now=NOW)
    assert share is not None
    assert share.budget.calls == 2_000


def test_a_lane_may_have_been_granted_other_limits(settings: LazySettings) -> None:
    settings.USCIS_MORE_TPS, settings.USCIS_MORE_QUOTAS = {2: 5.0}, {2: 7}
    assert [limits_of(lane) for lane in (FIRST, SECOND)] == [Limits(100_000, 1_000), Limits(5.0, 7)]
    settings.USCIS_DAILY_QUOTA = 10
    make_receipts(25)
    poll_due(now=NOW)
    assert charged() == {FIRST: 10, SECOND: 7}
    assert source_health(NOW).quota == 17


def down(lane: str) -> None:
    """Have a lane fail until its pause grows no more."""
    for _failure in range(breaker.THRESHOLD + breaker.LONG_AFTER):
        breaker.failure(lane, reason="http_503", now=NOW)
        LaneState.objects.filter(lane=lane).update(state="half_open")


def blocked(lane: str) -> None:
    """Have a lane asked to wait until midnight."""
    quota.configure(lane, per_second=10, per_day=10)
    quota.block_until(lane, NOW + 8 * HOUR)


def access_refused(lane: str) -> None:
    """Have a lane refused for hours, with a probe now and then."""
    for _probe in range(breaker.LONG_AFTER):
        breaker.trip(lane, reason="unauthorized", now=NOW, retry_at=NOW)
        LaneState.objects.filter(lane=lane).update(state="half_open")


@pytest.mark.parametrize("lose", [down, blocked, access_refused])
def test_what_a_lane_that_is_down_cannot_do_is_not_planned(
    lose: Callable[[str], None], settings: LazySettings
) -> None:
    settings.USCIS_MORE_QUOTAS = {2: 200}
    assert leasing.calls_of("uscis", now=NOW) == {FIRST: 1_000, SECOND: 200}
    lose(FIRST)
    assert leasing.calls_of("uscis", now=NOW) == {SECOND: 200}
    with pytest.raises(WrongState, match="20 of the 20 checks"):
        reserve.take_asked(21, now=NOW)
    cost = placing.cost(now=NOW)
    assert (cost.quota, cost.down_words) == (200, "USCIS")
    lose(SECOND)
    assert leasing.calls_of("uscis", now=NOW) == {FIRST: 1_000, SECOND: 200}, "for when they are back"


def test_a_short_pause_of_a_lane_changes_no_plan() -> None:
    breaker.trip(SECOND, reason="http_503", now=NOW, retry_at=NOW + timedelta(minutes=1))
    quota.configure(FIRST, per_second=10, per_day=10)
    quota.block_until(FIRST, NOW + timedelta(minutes=10))
    assert set(leasing.calls_of("uscis", now=NOW)) == {FIRST, SECOND}


def test_no_check_is_brought_forward_for_a_lane_that_is_down(settings: LazySettings) -> None:
    settings.USCIS_MORE_QUOTAS = {2: 1}
    receipts = make_receipts(20)
    planning.share_out(on=True, actor=SYSTEM, now=NOW)
    ahead = {"next_poll_at": NOW + HOUR, "next_poll_reason": "shared", "last_checked_at": NOW - 9 * HOUR}
    Receipt.objects.update(**ahead)
    down(FIRST)
    planning.steer(now=NOW)
    assert Receipt.objects.filter(next_poll_at__lte=NOW).count() <= 1
    breaker.reset(FIRST)
    planning.steer(now=NOW)
    assert Receipt.objects.filter(next_poll_at__lte=NOW).count() == len(receipts)


def test_urgent_calls_of_a_lane_are_counted_for_it_alone() -> None:
    quota.configure(SECOND, per_second=10, per_day=100)
    QuotaDay.objects.create(lane=QuotaLane.objects.get(key=SECOND), day=NOW.date(), used=50)
    before = reserve.room(SECOND, now=NOW).claimable
    reserve.count_urgent(SECOND, 4, now=NOW)
    reserve.count_urgent(SECOND, 2, now=NOW)
    assert reserve.room(SECOND, now=NOW).claimable == before + 6 or before == 0


@pytest.mark.parametrize(
    ("lane", "said"), [(1, ["tracking.E010"]), (2, []), (3, ["tracking.E010"]), (9, ["tracking.E010"])]
)
def test_a_limit_that_no_lane_reads_is_refused(lane: int, said: list[str], settings: LazySettings) -> None:
    settings.USCIS_MORE_CLIENTS = {2: ("second-client", CLIENT_SECRET)}
    settings.USCIS_MORE_QUOTAS = {lane: 500}
    assert [each.id for each in check_lanes()] == said
    settings.USCIS_MORE_QUOTAS, settings.USCIS_MORE_TPS = {}, {lane: 5.0}
    assert [each.id for each in check_lanes()] == said


@pytest.mark.parametrize(
    ("pairs", "lanes", "said"),
    [
        ({2: ("second-client", "")}, 2, ["tracking.E007"]),
        ({2: ("", CLIENT_SECRET)}, 2, ["tracking.E007"]),
        ({2: ("second-client", CLIENT_SECRET)}, 1, ["tracking.E008"]),
        ({2: (CLIENT_ID, CLIENT_SECRET)}, 2, ["tracking.E009"]),
        ({2: ("second-client", CLIENT_SECRET)}, 2, []),
    ],
)
def test_credentials_that_do_not_fit_the_lanes_are_refused(
    pairs: dict[int, tuple[str, str]], lanes: int, said: list[str], settings: LazySettings
) -> None:
    settings.USCIS_LANES, settings.USCIS_MORE_CLIENTS = lanes, pairs
    found = check_lanes()
    assert [each.id for each in found] == said
    assert CLIENT_SECRET not in " ".join(f"{each.msg} {each.hint}" for each in found)


def test_a_lane_without_a_credential_is_refused_where_it_polls(settings: LazySettings) -> None:
    settings.USCIS_MORE_CLIENTS = {2: ("", "")}
    assert [each.msg for each in check_access()] == [
        "USCIS_CLIENT_ID_2 is not set.",
        "USCIS_CLIENT_SECRET_2 is not set.",
    ]


def test_people_are_told_once_that_access_is_refused_and_again_when_it_is_refused_anew(
    firm: Firm, settings: LazySettings
) -> None:
    make_receipts(5)
    settings.USCIS_LANES, settings.USCIS_CLIENT_SECRET = 1, WRONG
    told = Notification.objects.filter(data__cause="access_refused", data__stage="opened")

    def look(hours: float) -> int:
        poll_due(now=NOW + hours * HOUR)
        incidents.watch(now=NOW + hours * HOUR)
        return told.count()

    assert [look(hours) for hours in (0, 0.3, 0.6)] == [2, 2, 2]
    assert {notice.user for notice in told.all()} == {firm.olga, firm.mary}

    dials.reset_source("uscis", actor=firm.actor("olga"), now=NOW + HOUR)
    assert not breaker.is_open(FIRST, NOW + HOUR)
    for hours in (1.1, 1.3):
        incidents.watch(now=NOW + hours * HOUR)
    assert not incidents.list_open().exists()
    assert look(3) == 4
