"""Several credentials of one source: each is a lane with pace, calls, breaker and dial of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from legist.core.models import QuotaDay, QuotaLane
from legist.core.resilience import breaker, quota
from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import make_receipts
from tests.support.simulator import CLIENT_ID, CLIENT_SECRET, RunningSimulator
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling import dials, leasing, planning
from tracking.polling.run import poll_due, poll_receipt
from tracking.registrations import check_access, check_lanes
from tracking.selectors import source_health
from tracking.sources import get_source, label_of, lanes_of
from tracking.states import ReviewKind

pytestmark = pytest.mark.django_db
FIRST, SECOND = "uscis", "uscis-2"
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


def test_urgent_calls_of_a_lane_are_counted_for_it_alone() -> None:
    quota.configure(SECOND, per_second=10, per_day=100)
    QuotaDay.objects.create(lane=QuotaLane.objects.get(key=SECOND), day=NOW.date(), used=50)
    before = planning.room(SECOND, now=NOW).claimable
    planning.count_urgent(SECOND, 4, now=NOW)
    planning.count_urgent(SECOND, 2, now=NOW)
    assert planning.room(SECOND, now=NOW).claimable == before + 6 or before == 0


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
