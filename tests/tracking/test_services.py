"""What people do with receipts, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core import flags
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.core.resilience import breaker
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import (
    APPROVED,
    NUMBER,
    RECEIVED,
    RFE,
    later,
    make_change,
    make_receipt,
    make_receipts,
    numbers,
)
from tests.support.simulator import RunningSimulator
from tracking import services
from tracking.models import Acknowledgement, Receipt, StatusQuery
from tracking.polling import dials
from tracking.polling.run import poll_due
from tracking.selectors import ChangeFilters, Scope
from tracking.selectors.health import source_health
from tracking.sources.uscis import UscisSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(matter=firm.danas_matter)


def actions_on(subject: Receipt) -> list[str]:
    entries = AuditEntry.objects.filter(subject_id=str(subject.pk)).order_by("sequence")
    return list(entries.values_list("action", flat=True))


def test_paul_tracks_one_receipt_by_hand(firm: Firm) -> None:
    paul = firm.actor("paul")
    tracked = services.track_receipt(
        "ioe-09-123-45678", matter_id=firm.danas_matter.pk, form="i 765", actor=paul, now=NOW
    )
    assert (tracked.number, tracked.form_type, tracked.next_poll_at) == (NUMBER, "I-765", NOW)
    with pytest.raises(WrongState):
        services.track_receipt(NUMBER, actor=paul, now=NOW)
    with pytest.raises(InvalidInput):
        services.track_receipt("12345", actor=paul, now=NOW)


def test_looking_at_a_status_is_on_the_record(firm: Firm, receipt: Receipt) -> None:
    detail = services.open_receipt(receipt.pk, actor=firm.actor("paul"), now=NOW)
    assert detail.receipt == receipt
    assert actions_on(receipt) == ["tracking.receipt_viewed"]


def test_the_full_number_is_shown_on_the_record(firm: Firm, receipt: Receipt) -> None:
    shown = services.reveal_number(receipt.pk, actor=firm.actor("olga"), now=NOW)
    assert shown.grouped == "IOE 091 234 5678"
    assert actions_on(receipt) == ["tracking.number_revealed"]


def test_the_raw_answer_is_shown_on_the_record(
    firm: Firm, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    receipt = make_receipt(numbers(1)[0], matter=firm.danas_matter)
    poll_due(source=uscis, now=NOW)
    query = StatusQuery.objects.get()
    view = services.view_payload(query.pk, actor=firm.actor("olga"), now=NOW)
    assert (view.is_json, receipt.number in view.body, "\n" in view.body) == (True, True, True)
    assert "tracking.payload_viewed" in actions_on(receipt)
    with pytest.raises(Forbidden):
        services.view_payload(query.pk, actor=firm.actor("mary"), now=NOW)
    with pytest.raises(NotFound):
        services.view_payload(query.pk, actor=firm.actor("charlie"), now=NOW)


def test_a_call_without_an_answer_has_nothing_to_show(firm: Firm, receipt: Receipt) -> None:
    query = StatusQuery(receipt=receipt, source="uscis", run=receipt.pk, started_at=NOW)
    query.save()
    with pytest.raises(NotFound, match="no answer to show"):
        services.view_payload(query.pk, actor=firm.actor("olga"), now=NOW)


def test_paul_takes_a_receipt_out_of_the_tray(firm: Firm) -> None:
    waiting, paul = make_receipt(), firm.actor("paul")
    services.assign_receipt(waiting.pk, matter_id=firm.danas_matter.pk, actor=paul, now=NOW)
    waiting.refresh_from_db()
    assert waiting.matter == firm.danas_matter
    assert AuditEntry.objects.get(action="tracking.receipt_assigned").scope == firm.danas_matter.pk
    with pytest.raises(NotFound):
        services.assign_receipt(waiting.pk, matter_id=firm.eves_matter.pk, actor=paul, now=NOW)


def test_olga_takes_a_receipt_out_of_the_tray(firm: Firm) -> None:
    waiting = make_receipt()
    services.assign_receipt(waiting.pk, matter_id=firm.eves_matter.pk, actor=firm.actor("olga"), now=NOW)
    assert Receipt.objects.get().matter == firm.eves_matter


def test_a_tier_changes_when_it_is_asked_about(firm: Firm, receipt: Receipt) -> None:
    paul = firm.actor("paul")
    services.set_tier(receipt.pk, tier="paused", actor=paul, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.tier, receipt.next_poll_at) == ("paused", None)
    services.set_tier(receipt.pk, tier="near_real_time", actor=paul, now=later())
    receipt.refresh_from_db()
    assert (receipt.next_poll_at, receipt.next_poll_reason) == (later(), "first_check")
    with pytest.raises(InvalidInput):
        services.set_tier(receipt.pk, tier="hourly", actor=paul, now=NOW)


def test_tracking_stops_with_a_reason_and_goes_on(firm: Firm, receipt: Receipt) -> None:
    paul = firm.actor("paul")
    with pytest.raises(InvalidInput):
        services.stop_tracking(receipt.pk, reason=" ", actor=paul, now=NOW)
    services.stop_tracking(receipt.pk, reason="The client left.", actor=paul, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.next_poll_at, receipt.stopped_reason) == (
        "stopped",
        None,
        "The client left.",
    )
    with pytest.raises(WrongState):
        services.request_check(receipt.pk, actor=paul, now=NOW)
    services.resume_tracking(receipt.pk, actor=paul, now=later())
    receipt.refresh_from_db()
    assert (receipt.state, receipt.next_poll_at) == ("tracked", later())


def test_a_check_can_be_asked_for(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter, due=later(300))
    services.request_check(receipt.pk, actor=firm.actor("olga"), now=NOW)
    receipt.refresh_from_db()
    assert (receipt.next_poll_at, receipt.next_poll_reason) == (NOW, "person_asked")


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_others_may_not_work_on_it(*, who: str, error: type[Exception], firm: Firm, receipt: Receipt) -> None:
    actor = firm.actor(who)
    with pytest.raises(error):
        services.request_check(receipt.pk, actor=actor, now=NOW)
    with pytest.raises(error):
        services.set_tier(receipt.pk, tier="low", actor=actor, now=NOW)
    with pytest.raises(error):
        services.stop_tracking(receipt.pk, reason="No.", actor=actor, now=NOW)
    with pytest.raises(error):
        services.assign_receipt(receipt.pk, matter_id=firm.eves_matter.pk, actor=actor, now=NOW)


def test_taking_note_twice_is_taking_note_once(firm: Firm, receipt: Receipt) -> None:
    change = make_change(receipt, RFE)
    assert services.acknowledge(change.pk, actor=firm.actor("paul"), now=NOW)
    assert not services.acknowledge(change.pk, actor=firm.actor("paul"), now=NOW)
    assert services.acknowledge(change.pk, actor=firm.actor("alice"), now=NOW)
    assert Acknowledgement.objects.count() == 2
    with pytest.raises(NotFound):
        services.acknowledge(change.pk, actor=firm.actor("charlie"), now=NOW)


def test_everything_of_one_view_is_taken_note_of(firm: Firm) -> None:
    receipts = make_receipts(3, matter=firm.danas_matter)
    for each, title in zip(receipts, (RECEIVED, RFE, APPROVED), strict=True):
        make_change(each, title)
    filters = ChangeFilters(scope=Scope.MINE, attention="note")
    assert services.acknowledge_all(filters, actor=firm.actor("paul"), now=NOW) == 2
    assert services.acknowledge_all(ChangeFilters(), actor=firm.actor("paul"), now=NOW) == 1
    assert services.acknowledge_all(ChangeFilters(), actor=firm.actor("paul"), now=NOW) == 0


def test_only_operations_switch_polling(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        dials.switch_polling(on=False, actor=firm.actor("paul"), now=NOW)
    assert dials.switch_polling(on=False, actor=firm.actor("olga"), now=NOW)
    assert not flags.is_on(flags.POLLING)


def test_only_operations_let_calls_through_again(firm: Firm) -> None:
    breaker.trip("uscis", reason="refused", now=NOW)
    with pytest.raises(Forbidden):
        dials.reset_source("uscis", actor=firm.actor("alice"), now=NOW)
    assert dials.reset_source("uscis", actor=firm.actor("olga"), now=NOW)
    assert not breaker.is_open("uscis", NOW)
    assert AuditEntry.objects.filter(action="tracking.source_reset").count() == 1
    assert not dials.reset_source("uscis", actor=firm.actor("olga"), now=NOW)


def test_letting_calls_through_ends_every_wait_that_the_source_asked_for(
    firm: Firm, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    for number in numbers(3):
        make_receipt(number, due=NOW)
    simulator.fault("rate_limited", times=1, retry_after=99999999999)
    poll_due(source=uscis, now=NOW)
    (asked,) = Receipt.objects.filter(next_poll_reason="asked_to_wait")
    assert asked.next_poll_at is not None
    assert asked.next_poll_at < NOW + timedelta(days=1, minutes=1)
    assert source_health(NOW).put_off == 1

    assert dials.reset_source("uscis", actor=firm.actor("olga"), now=later())
    assert source_health(later()).put_off == 0
    poll_due(source=uscis, now=later())
    assert Receipt.objects.filter(last_good_at__isnull=False, last_error="").count() == 3
