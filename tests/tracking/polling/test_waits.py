"""How long a change waits where fixed intervals ask for more than a day has, as the scheduler has it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from tests.factories.practice import NOW
from tests.factories.tracking import make_policy, make_receipt, numbers
from tests.tracking.polling.world import World
from tracking.models import Receipt
from tracking.polling.allocation import Budget, lateness, waits_of
from tracking.polling.run import poll_due

DAY, STEP = timedelta(days=1), timedelta(minutes=20)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
HOUR, SIX_HOURS = 1 / 24, 0.25


def test_within_the_calls_of_a_day_it_is_half_the_interval() -> None:
    assert waits_of({HOUR: 2, 7.0: 28}, budget=Budget(100)) == {HOUR: HOUR / 2, 7.0: 3.5}


def test_what_is_asked_about_at_once_waits_for_the_rest_of_the_day() -> None:
    """Dry after minutes: 16 hours without a look, and eight in which the reserve gives each ten."""
    (wait,) = waits_of({5 / 86_400: 100}, budget=Budget(10_000)).values()
    assert 16 / 24 * 8 <= wait * 24 <= 16 / 24 * 8 + 1


def test_where_nobody_gets_a_turn_a_day_all_are_late_by_the_same() -> None:
    late = lateness({SIX_HOURS: 20_000, 7.0: 1000}, calls=1000)
    waits = waits_of({SIX_HOURS: 20_000, 7.0: 1000}, budget=Budget(1000))
    assert waits[SIX_HOURS] == pytest.approx((SIX_HOURS + late) / 2, rel=0.05)
    assert waits[7.0] == pytest.approx((7 + late) / 2, rel=0.05)


@pytest.mark.django_db
@pytest.mark.parametrize(("near", "standard", "quota"), [(6, 0, 20), (2, 12, 40)])
def test_the_scheduler_has_it_as_it_was_foreseen(
    settings: LazySettings, near: int, standard: int, quota: int
) -> None:
    settings.USCIS_DAILY_QUOTA, settings.USCIS_TPS = quota, 100_000
    make_policy("near_real_time=1h,standard=6h")
    tiers = ["near_real_time"] * near + ["standard"] * standard
    for place, (number, tier) in enumerate(zip(numbers(len(tiers)), tiers, strict=True)):
        due = MIDNIGHT + place * timedelta(minutes=3)
        make_receipt(number, tier=tier, due=due, next_poll_reason="by_tier")

    ages = mean_ages(days=3)

    wanted = waits_of({HOUR: near, SIX_HOURS: standard} if standard else {HOUR: near}, budget=Budget(quota))
    assert ages["near_real_time"] * 24 == pytest.approx(wanted[HOUR] * 24, rel=0.25)
    if standard:
        assert ages["standard"] * 24 == pytest.approx(wanted[SIX_HOURS] * 24, rel=0.25)


def mean_ages(*, days: int) -> dict[str, float]:
    """Let the scheduler run; return the mean days since the latest look by tier, the first day left out."""
    tier_of = {receipt.number: receipt.tier for receipt in Receipt.objects.all()}
    world = World(said=dict.fromkeys(tier_of, 0))
    latest: dict[str, datetime] = {}
    ages: defaultdict[str, list[float]] = defaultdict(list)
    now = MIDNIGHT
    while now < MIDNIGHT + days * DAY:
        world.calls.clear()
        poll_due(source=world, now=now)
        latest |= dict.fromkeys(world.calls, now)
        if now >= MIDNIGHT + DAY:
            for number, at in latest.items():
                ages[tier_of[number]].append((now + STEP / 2 - at) / DAY)
        now += STEP
    return {tier: sum(found) / len(found) for tier, found in ages.items()}
