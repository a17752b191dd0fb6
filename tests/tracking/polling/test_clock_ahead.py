"""A worker whose clock ran ahead, and was set right: polling goes on within seconds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core import instants
from tests.factories.practice import NOW
from tests.factories.tracking import NUMBER, make_receipt
from tests.support.simulator import RunningSimulator
from tracking.models import Receipt
from tracking.polling import cadence, leasing
from tracking.polling.run import poll_due
from tracking.sources.uscis import UscisSource
from tracking.states import Tier

HOUR = timedelta(hours=1)
POLICY = cadence.CadencePolicy()


def test_a_receipt_polled_with_the_clock_ahead_is_polled_again(
    uscis: UscisSource, simulator: RunningSimulator
) -> None:
    simulator.set_status(NUMBER, "in_review")
    receipt = make_receipt(tier=Tier.NEAR_REAL_TIME)
    poll_due(source=uscis, now=NOW + 5 * HOUR)
    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at > NOW + 5 * HOUR

    healed = instants.heal(now=NOW)
    done = poll_due(source=uscis, now=NOW + timedelta(seconds=1))

    assert {"tracking_receipt.next_poll_at", "tracking_receipt.last_good_at"} <= set(healed)
    assert done.counters.ok == 1
    receipt.refresh_from_db()
    assert receipt.last_good_at is not None
    assert receipt.last_good_at < NOW + timedelta(minutes=1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tier=st.sampled_from(cadence.TIERS),
    share=st.floats(min_value=0, max_value=1),
    error=st.sampled_from(["", "timeout"]),
)
def test_what_a_tier_plans_stays_as_it_is(tier: str, share: float, error: str, db: None) -> None:
    Receipt.objects.all().delete()
    most = cadence.furthest(tier, POLICY, is_failing=bool(error))
    planned = make_receipt(due=NOW + share * most, tier=tier, last_error=error)
    leasing.claim_receipt(planned.pk, now=NOW)

    assert instants.heal(now=NOW) == {}
    assert Receipt.objects.get().next_poll_at == planned.next_poll_at
