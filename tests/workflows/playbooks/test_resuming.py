"""Playbooks that wait for a person go on by themselves once the person has acted."""

from __future__ import annotations

from datetime import timedelta

from legist.core.reasons import Reason
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import ENGINE, make_change, make_news, run
from tracking import reviews
from tracking.models import ReviewItem, StatusChange
from tracking.services import assign_receipt
from tracking.states import ReviewClosing, ReviewKind
from workflows.models import Draft, Playbook, PlaybookRun
from workflows.playbooks import resuming

LATER = NOW + timedelta(hours=1)


def resume() -> int:
    return resuming.resume_ready(now=LATER, actor=ENGINE)


def ask(change: StatusChange, kind: ReviewKind = ReviewKind.CHECK_READING) -> ReviewItem:
    return reviews.open_item(
        kind, receipt=change.receipt, source="uscis", code="", detail="", now=NOW, actor=SYSTEM, change=change
    )


def check(firm: Firm, item: ReviewItem) -> None:
    reviews.resolve_review(item.pk, actor=firm.actor("paul"), resolution="It says so", now=LATER)


def state() -> str:
    return PlaybookRun.objects.get().state


def test_it_starts_when_the_receipt_gets_a_matter(firm: Firm) -> None:
    change = make_news(None, "APPROVED")
    run(change)
    assert (resume(), state()) == (0, "parked")

    assign_receipt(change.receipt_id, matter_id=firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)

    assert (resume(), state(), resume()) == (1, "done", 0)
    assert Draft.objects.get().matter == firm.danas_matter


def test_it_goes_on_when_a_person_has_checked_the_reading(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    item = ask(change)
    run(change)
    assert (resume(), state()) == (0, "held")

    check(firm, item)

    assert (resume(), state(), resume()) == (1, "done", 0)


def test_an_answer_to_another_question_confirms_nothing(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    ask(change)
    run(change)
    check(firm, ask(change, ReviewKind.KEEPS_FAILING))

    assert (resume(), state()) == (0, "held")


def test_the_machine_confirms_nothing(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    ask(change)
    run(change)
    settled = [ReviewKind.CHECK_READING]
    gone = Reason(ReviewClosing.ANSWERED_AGAIN)
    reviews.settle(settled, receipt=change.receipt, source="uscis", reason=gone, now=LATER, actor=SYSTEM)

    assert (resume(), state()) == (0, "held")


def test_a_correction_in_the_meantime_is_not_a_confirmation(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    item = ask(change)
    run(change)
    make_change(change.receipt, "DENIED", at=LATER)
    check(firm, item)

    assert resume() == 0
    assert not Draft.objects.exists()


def test_it_gives_up_when_the_playbook_was_switched_off(firm: Firm) -> None:
    change = make_news(None, "APPROVED")
    run(change)
    Playbook.objects.update(enabled=False)
    assign_receipt(change.receipt_id, matter_id=firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)

    assert (resume(), state(), resume()) == (1, "skipped", 0)
