"""What makes a change, what only touches, and what is set aside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from legist.core.models import AuditEntry, OutboxEvent
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, RFE, later, make_change, make_receipt, read
from tracking.models import HistoryIsFixed, Receipt, ReviewItem, StatusChange
from tracking.states import Decision

pytestmark = pytest.mark.django_db

ON_MARCH_1 = "On March 1, 2026, we received your Form I-765. We will send you a notice."
ON_MARCH_2 = "On March 2, 2026, we received your Form I-765. We will send you a notice."
REWORDED = "On March 1, 2026, we received your Form I-765 and will send you a notice by mail."
JANUARY, FEBRUARY = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)


def test_it_records_a_first_status() -> None:
    receipt = make_receipt()
    change = make_change(receipt, RECEIVED, ON_MARCH_1)
    assert (change.sequence, change.from_code, change.to_code) == (1, "", "RECEIVED")
    assert change.event_date == date(2026, 3, 1)
    assert (receipt.current_code, receipt.current_bucket, receipt.current_title) == (
        "RECEIVED",
        "RECEIVED",
        RECEIVED,
    )
    assert (receipt.latest_change_id, receipt.last_good_at) == (change.pk, NOW)


def test_it_says_between_which_instants_the_change_was_made() -> None:
    receipt = make_receipt()
    make_change(receipt, RECEIVED)
    change = make_change(receipt, APPROVED, at=later(5))
    assert (change.detected_after, change.detected_at) == (NOW, later(5))


def test_it_publishes_one_event_and_one_entry_per_change(firm: Firm) -> None:
    change = make_change(make_receipt(matter=firm.danas_matter), RECEIVED)
    event = OutboxEvent.objects.get(topic="tracking.status_changed")
    assert (event.key, event.data) == (f"change:{change.pk}", {"change_id": str(change.pk)})
    entry = AuditEntry.objects.get(action="tracking.status_changed")
    assert (entry.scope, entry.data["to"]) == (firm.danas_matter.pk, "RECEIVED")


def test_it_only_touches_when_nothing_changed() -> None:
    receipt = make_receipt()
    make_change(receipt, RECEIVED, ON_MARCH_1)
    recorded = read(receipt, RECEIVED, f"  {ON_MARCH_1.upper()} ", at=later())
    assert recorded.decision == Decision.UNCHANGED
    assert receipt.last_good_at == later()
    assert StatusChange.objects.count() == 1


def test_it_knows_a_silent_update() -> None:
    receipt = make_receipt()
    make_change(receipt, RECEIVED, modified_at=JANUARY)
    recorded = read(receipt, RECEIVED, at=later(), modified_at=FEBRUARY)
    assert (recorded.decision, receipt.modified_at) == (Decision.SILENT_UPDATE, FEBRUARY)


def test_it_knows_the_same_meaning_in_other_words() -> None:
    receipt = make_receipt()
    make_change(receipt, RECEIVED, ON_MARCH_1)
    assert read(receipt, RECEIVED, REWORDED, at=later()).decision == Decision.REWORDED
    assert read(receipt, RECEIVED, REWORDED, at=later(2)).decision == Decision.UNCHANGED


def test_it_records_the_same_status_with_another_date() -> None:
    receipt = make_receipt()
    make_change(receipt, RECEIVED, ON_MARCH_1)
    change = make_change(receipt, RECEIVED, ON_MARCH_2, at=later())
    assert (change.from_code, change.to_code, change.event_date) == (
        "RECEIVED",
        "RECEIVED",
        date(2026, 3, 2),
    )


def test_it_keeps_the_bucket_at_a_side_event() -> None:
    receipt = make_receipt()
    make_change(receipt, REVIEW)
    change = make_change(receipt, "Expedite Request Received", at=later())
    assert (change.to_code, change.from_bucket, change.to_bucket) == ("EXPEDITE", "IN_REVIEW", "IN_REVIEW")
    assert (receipt.current_code, receipt.current_bucket) == ("EXPEDITE", "IN_REVIEW")


def test_it_asks_a_person_about_a_status_it_has_never_seen() -> None:
    receipt = make_receipt()
    make_change(receipt, REVIEW)
    change = make_change(receipt, "Zebra Crossing Was Repainted", at=later())
    assert (change.to_code, change.to_bucket, change.needs_review) == ("UNKNOWN", "IN_REVIEW", True)
    item = ReviewItem.objects.get(receipt=receipt)
    assert (item.kind, item.detail, item.change) == ("unknown_status", "Zebra Crossing Was Repainted", change)


def test_it_never_lets_a_late_reading_overwrite_a_newer_one() -> None:
    receipt = make_receipt()
    make_change(receipt, APPROVED, at=later(10))
    assert read(receipt, RECEIVED, at=later(5)).decision == Decision.LATE
    assert (receipt.current_code, receipt.last_good_at) == ("APPROVED", later(10))


def test_it_sets_an_older_reading_of_the_source_aside_and_asks() -> None:
    receipt = make_receipt()
    make_change(receipt, APPROVED, modified_at=FEBRUARY)
    for minute in (1, 2):
        assert read(receipt, RECEIVED, at=later(minute), modified_at=JANUARY).decision == Decision.OLDER
    assert (receipt.current_code, receipt.last_good_at) == ("APPROVED", NOW)
    item = ReviewItem.objects.get(receipt=receipt)
    assert (item.kind, item.occurrences, item.detail) == ("went_back", 2, RECEIVED)


@pytest.mark.parametrize(
    "heading", ["CASE STATUS", "Check Case Status", " ", "Estado de su caso", "N/A", "Loading...", "null"]
)
def test_a_heading_is_no_status(heading: str) -> None:
    receipt = make_receipt()
    make_change(receipt, RFE)
    assert read(receipt, heading, at=later()).decision == Decision.REVIEW
    assert read(receipt, RFE, at=later(2)).decision == Decision.UNCHANGED
    assert StatusChange.objects.count() == 1


def test_a_heading_over_a_text_that_says_something_is_read() -> None:
    receipt = make_receipt()
    assert make_change(receipt, "Check Case Status", ON_MARCH_1).to_code == "RECEIVED"


EASTERN = ZoneInfo("America/New_York")
AFTERNOON = datetime(2026, 2, 5, 14, 28, tzinfo=EASTERN)
MIDNIGHT, UTC_MIDNIGHT = datetime(2026, 2, 5, tzinfo=EASTERN), datetime(2026, 2, 5, tzinfo=UTC)
IN_AUTUMN = datetime(2026, 11, 1, 1, 50, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("known", "given", "went_back"),
    [
        (AFTERNOON, MIDNIGHT, False),
        (AFTERNOON, UTC_MIDNIGHT, False),
        (AFTERNOON, MIDNIGHT - timedelta(days=1), True),
        (MIDNIGHT, AFTERNOON - timedelta(days=1), True),
        (IN_AUTUMN, IN_AUTUMN - timedelta(minutes=40), False),
        (IN_AUTUMN + timedelta(minutes=20), IN_AUTUMN - timedelta(minutes=40), True),
        (IN_AUTUMN, IN_AUTUMN - timedelta(minutes=51), True),
        (AFTERNOON, AFTERNOON - timedelta(minutes=1), True),
    ],
)
def test_only_what_is_surely_older_went_back(*, known: datetime, given: datetime, went_back: bool) -> None:
    receipt = make_receipt()
    make_change(receipt, APPROVED, modified_at=known.astimezone(UTC))
    recorded = read(receipt, RECEIVED, at=later(), modified_at=given.astimezone(UTC))
    assert (recorded.decision == Decision.OLDER) is went_back
    assert receipt.modified_at == max(known.astimezone(UTC), given.astimezone(UTC))


ATTENTION = [
    # before, title, what it asks of the firm
    ("", RECEIVED, "note"),
    ("", APPROVED, "note"),
    ("", RFE, "act"),
    (RECEIVED, RFE, "act"),
    (RECEIVED, "Case Was Denied", "act"),
    (RECEIVED, "Zebra Crossing Was Repainted", "act"),
    (RECEIVED, APPROVED, "tell"),
    (RECEIVED, REVIEW, "tell"),
    (REVIEW, "Case Remains Pending", "note"),
    (REVIEW, "Duplicate Notice Was Mailed", "note"),
]


@pytest.mark.parametrize(("before", "title", "attention"), ATTENTION)
def test_it_sorts_changes_by_what_they_ask_of_the_firm(before: str, title: str, attention: str) -> None:
    receipt = make_receipt()
    if before:
        make_change(receipt, before)
    assert make_change(receipt, title, at=later()).attention == attention


def test_a_change_is_never_altered() -> None:
    change = make_change(make_receipt(), RECEIVED)
    with pytest.raises(HistoryIsFixed):
        change.save(update_fields=["to_code"])
    with pytest.raises(HistoryIsFixed):
        change.delete()
    with pytest.raises(HistoryIsFixed):
        StatusChange.objects.filter(pk=change.pk).update(to_code="APPROVED")
    with pytest.raises(HistoryIsFixed):
        StatusChange.objects.all().delete()


def test_the_database_refuses_two_changes_of_one_number() -> None:
    change = make_change(make_receipt(), RECEIVED)
    change.pk, change._state.adding = make_receipt("EAC9999103400").pk, True
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save(force_insert=True)


def test_the_database_refuses_a_watched_receipt_without_a_next_check() -> None:
    receipt = make_receipt()
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(next_poll_at=None)


def test_it_names_no_person_in_text_form() -> None:
    receipt = make_receipt()
    change = make_change(receipt, RECEIVED)
    assert receipt.number not in f"{receipt} {change} {change.query}"
