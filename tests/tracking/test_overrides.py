"""Statuses set by hand: with a reason, on the record, and reversible."""

from __future__ import annotations

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry, OutboxEvent
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, REVIEW, RFE, later, make_change, make_receipt, read
from tracking.models import Override, Receipt, StatusChange
from tracking.overrides import override_status, revert_override
from tracking.selectors import get_change_facts

pytestmark = pytest.mark.django_db
WHY = "The notice in hand says approved."


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW)
    return receipt


def override(firm: Firm, receipt: Receipt, code: str = "APPROVED", *, by: str = "olga") -> Override:
    done = override_status(receipt.pk, actor=firm.actor(by), code=code, reason=WHY, now=later())
    receipt.refresh_from_db()
    return done


def test_olga_corrects_a_status(firm: Firm, receipt: Receipt) -> None:
    done = override(firm, receipt)
    assert (receipt.current_code, receipt.current_bucket, receipt.source) == (
        "APPROVED",
        "APPROVED",
        "manual",
    )
    assert (done.by, done.previous_code, done.reason) == (firm.olga, "IN_REVIEW", WHY)
    change = StatusChange.objects.get(override=done)
    assert (change.sequence, change.from_code, change.to_code) == (2, "IN_REVIEW", "APPROVED")
    entry = AuditEntry.objects.get(action="tracking.status_overridden")
    assert (entry.actor_id, entry.scope) == (str(firm.olga.pk), firm.danas_matter.pk)
    assert WHY not in str(entry.data)


def test_other_apps_hear_of_it_as_of_any_change(firm: Firm, receipt: Receipt) -> None:
    change = StatusChange.objects.get(override=override(firm, receipt))
    assert OutboxEvent.objects.filter(key=f"change:{change.pk}").exists()
    facts = get_change_facts(change.pk)
    assert (facts.source, facts.is_override, facts.is_restored) == ("manual", True, False)


def test_taking_it_back_shows_what_the_source_last_said(firm: Firm, receipt: Receipt) -> None:
    done = override(firm, receipt)
    change = revert_override(done.pk, actor=firm.actor("alice"), reason="Wrong notice.", now=later(2))
    receipt.refresh_from_db()
    assert (receipt.current_code, receipt.current_title, receipt.source) == ("IN_REVIEW", REVIEW, "uscis")
    assert get_change_facts(change.pk).is_restored
    done.refresh_from_db()
    assert (done.state, done.ended_by, done.end_reason) == ("reverted", firm.alice, "Wrong notice.")


def test_it_cannot_be_taken_back_twice(firm: Firm, receipt: Receipt) -> None:
    done = override(firm, receipt)
    revert_override(done.pk, actor=firm.actor("olga"), reason="Wrong.", now=later(2))
    with pytest.raises(WrongState):
        revert_override(done.pk, actor=firm.actor("olga"), reason="Wrong.", now=later(3))


def test_it_holds_while_the_source_repeats_itself(firm: Firm, receipt: Receipt) -> None:
    override(firm, receipt)
    read(receipt, REVIEW, at=later(5))
    assert (receipt.current_code, receipt.source) == ("APPROVED", "manual")
    assert Override.objects.get().state == "active"


def test_something_new_from_the_source_replaces_it(firm: Firm, receipt: Receipt) -> None:
    override(firm, receipt)
    change = make_change(receipt, RFE, at=later(5))
    assert (change.from_code, change.to_code) == ("APPROVED", "RFE_ISSUED")
    assert Override.objects.get().state == "superseded"
    assert AuditEntry.objects.filter(action="tracking.override_superseded").count() == 1


def test_a_second_correction_replaces_the_first(firm: Firm, receipt: Receipt) -> None:
    first = override(firm, receipt)
    second = override(firm, receipt, "DENIED")
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "active")
    revert_override(second.pk, actor=firm.actor("olga"), reason="Wrong.", now=later(2))
    receipt.refresh_from_db()
    assert receipt.current_code == "IN_REVIEW"


def test_without_any_reading_nothing_is_known_after_taking_it_back(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    done = override(firm, receipt)
    revert_override(done.pk, actor=firm.actor("olga"), reason="Wrong.", now=later(2))
    receipt.refresh_from_db()
    assert receipt.current_code == "UNKNOWN"
    assert make_change(receipt, APPROVED, at=later(3)).to_code == "APPROVED"


@pytest.mark.parametrize(("code", "reason"), [("APPROVED", "  "), ("NO_SUCH_CODE", WHY), ("UNKNOWN", WHY)])
def test_it_needs_a_reason_and_a_known_status(
    *, code: str, reason: str, firm: Firm, receipt: Receipt
) -> None:
    with pytest.raises(InvalidInput):
        override_status(receipt.pk, actor=firm.actor("olga"), code=code, reason=reason, now=NOW)


def test_it_refuses_the_status_that_is_there_already(firm: Firm, receipt: Receipt) -> None:
    with pytest.raises(WrongState):
        override(firm, receipt, "IN_REVIEW")


@pytest.mark.parametrize(
    ("who", "error"), [("paul", Forbidden), ("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)]
)
def test_others_may_not(*, who: str, error: type[Exception], firm: Firm, receipt: Receipt) -> None:
    with pytest.raises(error):
        override(firm, receipt, by=who)
    assert Override.objects.count() == 0
