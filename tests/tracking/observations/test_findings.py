"""What an answer shows that is no new status: a silent update, and two sources that differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from legist.core.models import AuditEntry, OutboxEvent
from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import (
    APPROVED,
    POLLER,
    RECEIVED,
    REVIEW,
    later,
    make_change,
    make_reading,
    make_receipt,
    read,
)
from tracking import reviews
from tracking.models import Finding, Receipt, ReviewItem, StatusChange
from tracking.observations.services import Observed, observe, save
from tracking.overrides import override_status, revert_override
from tracking.selectors import ReceiptFilters, list_receipts
from tracking.states import Decision, FindingKind

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 5, 14, 28, tzinfo=UTC) for month in (1, 2, 3))


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, REVIEW, modified_at=JANUARY)
    return receipt


def second_source_says(receipt: Receipt, title: str, *, at: datetime) -> Observed:
    with unit_of_work(actor=POLLER):
        observed = observe(receipt, make_reading(title), via="gateway", at=at, actor=POLLER)
        save(receipt)
    return observed


def open_questions(receipt: Receipt) -> int:
    return receipt.reviews.filter(kind="sources_differ", state="open").count()


def test_a_silent_update_is_an_event_of_its_own_and_nobody_outside_hears_of_it(
    firm: Firm, receipt: Receipt
) -> None:
    told = OutboxEvent.objects.count()
    assert read(receipt, REVIEW, at=later(), modified_at=FEBRUARY).decision == Decision.SILENT_UPDATE
    assert read(receipt, REVIEW, at=later(2), modified_at=FEBRUARY).decision == Decision.UNCHANGED

    found = Finding.objects.get()
    assert (found.kind, found.source, found.code) == (FindingKind.SILENT_UPDATE, "uscis", "IN_REVIEW")
    assert (found.record_before, found.record_now) == (JANUARY, FEBRUARY)
    assert (found.detected_after, found.detected_at) == (NOW, later())
    assert (StatusChange.objects.count(), OutboxEvent.objects.count()) == (1, told)
    entry = AuditEntry.objects.get(action="tracking.silent_update_seen")
    assert (entry.scope, entry.data["finding"]) == (firm.danas_matter.pk, str(found.pk))


@pytest.mark.parametrize("title", [APPROVED, RECEIVED])
def test_a_newer_date_with_new_words_is_no_silent_update(receipt: Receipt, title: str) -> None:
    read(receipt, title, at=later(), modified_at=FEBRUARY)
    assert not Finding.objects.exists()


@pytest.mark.parametrize("dates", [(None, None), (None, FEBRUARY), (FEBRUARY, None), (FEBRUARY, JANUARY)])
def test_without_two_dates_that_grow_nothing_is_claimed(
    dates: tuple[datetime | None, datetime | None],
) -> None:
    receipt = make_receipt()
    make_change(receipt, REVIEW, modified_at=dates[0])
    read(receipt, REVIEW, at=later(), modified_at=dates[1])
    assert not Finding.objects.exists()


def test_a_status_set_by_hand_that_uscis_goes_on_to_contradict_is_asked_about_once(
    firm: Firm, receipt: Receipt
) -> None:
    set_by_hand(firm, receipt)
    for minutes in (2, 3, 4):
        assert read(receipt, REVIEW, at=later(minutes), modified_at=JANUARY).decision == Decision.UNCHANGED

    found = Finding.objects.get()
    assert (found.kind, found.source, found.code) == (FindingKind.DISAGREEMENT, "uscis", "IN_REVIEW")
    assert (found.other_source, found.stands) == ("manual", "APPROVED")
    item = ReviewItem.objects.get(kind="sources_differ")
    assert (item.occurrences, receipt.current_code) == (1, "APPROVED")

    reviews.resolve_review(item.pk, actor=firm.actor("olga"), resolution="Seen on paper.", now=later(5))
    read(receipt, REVIEW, at=later(6), modified_at=JANUARY)
    assert open_questions(receipt) == 0


def set_by_hand(firm: Firm, receipt: Receipt) -> str:
    actor = firm.actor("olga")
    done = override_status(receipt.pk, actor=actor, code="APPROVED", reason="The notice.", now=later())
    receipt.refresh_from_db()
    return str(done.pk)


def test_the_question_is_over_when_the_source_says_the_same_or_the_correction_is_taken_back(
    firm: Firm, receipt: Receipt
) -> None:
    done = set_by_hand(firm, receipt)
    read(receipt, REVIEW, at=later(2), modified_at=JANUARY)
    assert open_questions(receipt) == 1

    revert_override(done, actor=firm.actor("olga"), reason="Wrong notice.", now=later(3))
    assert open_questions(receipt) == 0
    assert Finding.objects.get().ended_at == later(3)

    receipt.refresh_from_db()
    set_by_hand(firm, receipt)
    read(receipt, REVIEW, at=later(4), modified_at=JANUARY)
    assert open_questions(receipt) == 1
    read(receipt, APPROVED, at=later(5), modified_at=FEBRUARY)
    assert (open_questions(receipt), receipt.current_code) == (0, "APPROVED")


def test_a_correction_of_words_in_doubt_is_no_disagreement(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    make_change(receipt, "Zebra Crossing Was Repainted")
    set_by_hand(firm, receipt)
    read(receipt, "Zebra Crossing Was Repainted", at=later(2))
    assert not Finding.objects.exists()


def test_a_second_source_is_compared_and_moves_nothing(receipt: Receipt) -> None:
    freshness = receipt.last_good_at
    for minutes in (1, 2):
        assert second_source_says(receipt, APPROVED, at=later(minutes)).decision == Decision.DIFFERS
    assert read(receipt, REVIEW, at=later(3), modified_at=JANUARY).decision == Decision.UNCHANGED

    assert (receipt.current_code, StatusChange.objects.count()) == ("IN_REVIEW", 1)
    assert (Finding.objects.count(), open_questions(receipt)) == (1, 1)
    assert freshness == NOW

    assert second_source_says(receipt, REVIEW, at=later(4)).decision == Decision.UNCHANGED
    item = receipt.reviews.get(kind="sources_differ")
    assert (item.state, item.closing, Finding.objects.get().ended_at) == ("resolved", "agreed", later(4))


def test_what_they_differed_about_is_over_when_a_newer_status_comes(receipt: Receipt) -> None:
    second_source_says(receipt, APPROVED, at=later())
    read(receipt, APPROVED, at=later(2), modified_at=FEBRUARY)
    item = receipt.reviews.get(kind="sources_differ")
    assert (item.state, item.closing) == ("resolved", "overtaken")


def test_the_database_keeps_one_open_disagreement_with_a_source(receipt: Receipt) -> None:
    second_source_says(receipt, APPROVED, at=later())
    again = Finding(receipt=receipt, kind="disagreement", source="gateway", code="X", detected_at=later())
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_both_are_counted_and_found_in_the_list(firm: Firm, receipt: Receipt) -> None:
    read(receipt, REVIEW, at=later(), modified_at=FEBRUARY)
    second_source_says(receipt, APPROVED, at=later(2))

    out = StringIO()
    call_command("stats", "--json", stdout=out)
    counts = json.loads(out.getvalue())
    assert (counts["silent_updates"], counts["disagreements"]) == (1, 1)
    for kind in FindingKind:
        found = list_receipts(firm.actor("paul"), ReceiptFilters(found=kind), now=later(3))
        assert list(found) == [receipt]

    read(receipt, APPROVED, at=later(3), modified_at=MARCH)
    for kind in FindingKind:
        assert not list_receipts(firm.actor("paul"), ReceiptFilters(found=kind), now=later(4)).exists()


def test_the_page_tells_of_them_and_says_where_it_cannot_be_seen(
    firm: Firm, receipt: Receipt, browser_of: Browser
) -> None:
    read(receipt, REVIEW, at=later(), modified_at=FEBRUARY)
    second_source_says(receipt, APPROVED, at=later(2))
    electronic = make_receipt("IOE0912345679", matter=firm.danas_matter)
    make_change(electronic, REVIEW)
    paul = browser_of("paul")

    page = paul.get(f"/receipts/{receipt.pk}/").content.decode()
    assert "touched its record without new words" in page
    assert "A person was asked which is so." in page
    assert "cannot be seen" not in page
    assert (
        "a change without new words cannot be seen"
        in paul.get(f"/receipts/{electronic.pk}/").content.decode()
    )
    assert "Dana" in paul.get("/receipts/?found=silent_update").content.decode()
