"""What lifts a receipt for a while: its own change, a neighbour's, a letter; and what lowers it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from legist.core import outbox
from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, REVIEW, RFE, make_receipt, numbers, read
from tests.support.forgery import alter
from tracking import services
from tracking.models import Receipt
from tracking.polling.lifting import note_event
from tracking.polling.policies import InForce
from workflows.deadlines import services as deadlines
from workflows.matters import services as matters

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DENIED = "Case Was Denied"


def hear(receipt: Receipt) -> Receipt:
    with time_machine.travel(NOW, tick=False):
        outbox.drain(now=NOW)
    receipt.refresh_from_db()
    return receipt


def known(firm: Firm, number: int = 0, **fields: Any) -> Receipt:
    """A receipt of Dana that was read as received, and is planned in six hours."""
    receipt = make_receipt(numbers(9)[number], matter=firm.danas_matter, **fields)
    read(receipt, RECEIVED)
    alter(receipt, next_poll_at=NOW + 6 * HOUR, next_poll_reason="by_tier", last_checked_at=NOW)
    return hear(receipt)


def test_a_request_lifts_its_receipt_and_the_check_comes_soon(firm: Firm) -> None:
    receipt = known(firm)
    read(receipt, RFE)
    hear(receipt)
    assert (receipt.tier, receipt.tier_why["event"]) == ("near_real_time", "rfe")
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at < NOW + HOUR


def test_a_change_lifts_the_neighbours_of_the_matter_and_nobody_else(firm: Firm) -> None:
    receipt, sibling = known(firm), known(firm, 1)
    other = make_receipt(numbers(9)[2], matter=firm.eves_matter)
    read(receipt, REVIEW)
    assert hear(sibling).tier_why["event"] == "sibling"
    assert hear(receipt).tier == "standard"
    assert hear(other).events == {}


def test_a_first_reading_is_no_event(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    read(receipt, RFE)
    assert hear(receipt).events == {}


def test_a_case_that_ends_leaves_the_tier_that_a_person_chose(firm: Firm) -> None:
    receipt = known(firm, tier="near_real_time")
    read(receipt, DENIED)
    hear(receipt)
    assert (receipt.tier, receipt.pinned_tier, receipt.tier_why["rule"]) == ("low", "", "The case is over")


def test_what_is_paused_by_a_person_stays_paused(firm: Firm) -> None:
    receipt = known(firm)
    services.set_tier(receipt.pk, tier="paused", actor=firm.actor("paul"), now=NOW)
    read(receipt, RFE)
    assert hear(receipt).tier == "paused"


def test_closing_the_matter_lowers_and_reopening_lifts(firm: Firm) -> None:
    receipt, alice = known(firm, priority="high"), firm.actor("alice")
    matters.close(firm.danas_matter.pk, actor=alice, now=NOW, reason="Done.")
    hear(receipt)
    assert (receipt.tier, receipt.tier_why["rule"]) == ("low", "The matter is closed")
    matters.reopen(firm.danas_matter.pk, actor=alice, now=NOW)
    hear(receipt)
    assert (receipt.tier, receipt.next_poll_reason) == ("near_real_time", "matter_reopened")


def test_a_letter_lifts_and_is_on_the_record(firm: Firm) -> None:
    receipt = known(firm)
    services.note_letter(receipt.pk, actor=firm.actor("paul"), now=NOW)
    receipt.refresh_from_db()
    assert receipt.tier_why == {
        "reason": "promoted",
        "event": "letter",
        "below": "standard",
        "until": (NOW + 3 * DAY).isoformat(),
    }
    assert AuditEntry.objects.filter(action="tracking.receipt_lifted").count() == 1


def test_a_letter_lifts_the_pace_in_a_closed_matter_too(firm: Firm) -> None:
    receipt, alice = known(firm), firm.actor("alice")
    matters.close(firm.danas_matter.pk, actor=alice, now=NOW, reason="Done.")
    hear(receipt)
    services.note_letter(receipt.pk, actor=alice, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.tier, receipt.next_poll_reason) == ("near_real_time", "by_tier")
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at <= NOW + timedelta(minutes=20)


def test_a_letter_is_for_those_who_work_on_it_and_for_what_is_watched(firm: Firm) -> None:
    receipt = known(firm)
    for name in ("charlie", "dana"):
        with pytest.raises((NotFound, Forbidden)):
            services.note_letter(receipt.pk, actor=firm.actor(name), now=NOW)
    services.set_tier(receipt.pk, tier="paused", actor=firm.actor("paul"), now=NOW)
    with pytest.raises(WrongState):
        services.note_letter(receipt.pk, actor=firm.actor("paul"), now=NOW)


def test_an_event_that_is_heard_of_late_undoes_no_later_one() -> None:
    receipt = Receipt()
    note_event(receipt, "rfe", NOW)
    note_event(receipt, "rfe", NOW - DAY)
    assert receipt.events == {"rfe": NOW.isoformat()}


def test_a_deadline_lifts_in_the_days_before_it_and_not_after_it_is_met(firm: Firm) -> None:
    receipt = known(firm)
    new = deadlines.NewDeadline("rfe", "Answer", due=(NOW + 9 * DAY).date(), receipt_id=receipt.pk)
    made = deadlines.add_deadline(new, matter=firm.danas_matter, run=None, actor=SYSTEM, now=NOW)
    hear(receipt)
    assert receipt.tier == "standard"
    assert receipt.events["deadline"].startswith((NOW + 9 * DAY).date().isoformat())
    placed = InForce().put(receipt, now=NOW + 8 * DAY)
    assert (placed.tier, placed.values) == (
        "near_real_time",
        {"event": "deadline", "below": "standard"},
    )
    deadlines.meet_deadline(made.pk, actor=firm.actor("paul"), now=NOW)
    assert hear(receipt).events == {}
