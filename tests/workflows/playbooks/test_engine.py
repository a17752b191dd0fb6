"""Playbooks at work: each step once per change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from legist.core import outbox
from legist.core.models import AuditEntry
from legist.practice.models import Matter
from legist.practice.permissions import walls_over
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import ENGINE, make_change, make_news, make_receipt, run
from tracking.models import Receipt
from workflows.models import (
    ActionRun,
    BillingEvent,
    ChecklistRun,
    Deadline,
    Document,
    Draft,
    MessageTemplate,
    Notification,
    PlaybookRun,
)
from workflows.playbooks import resuming


def test_it_prepares_a_biometrics_appointment(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED"))

    deadline = Deadline.objects.get()
    assert (deadline.kind, deadline.due_date, deadline.own_reminders) == ("biometrics", None, False)
    assert {item.role for item in ChecklistRun.objects.get().items.all()} == {"paralegal", "client"}
    assert Draft.objects.get().state == "in_review"
    assert "huellas" in Draft.objects.get().texts["es"]["body"]


def test_it_opens_an_rfe_matter_with_an_owner_a_date_and_a_first_answer(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    child = Matter.objects.get(parent=firm.danas_matter)
    deadline = Deadline.objects.get(matter=child)
    assert (child.kind, child.stage, child.attorney) == ("rfe", "responding", firm.alice)
    assert (deadline.status, deadline.due_date) == ("provisional", deadline.provisional_due)
    assert deadline.citation
    assert deadline.steps
    assert set(deadline.reminders.values_list("offset_days", flat=True)) == {30, 14, 7, 3, 1, -1}
    assert Document.objects.get().matter == child
    assert Draft.objects.get().purpose == "rfe_received"
    assert Notification.objects.filter(kind="change", user=firm.alice).exists()


def test_it_celebrates_and_bills_an_approval(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED", form="I-130"))

    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.stage == "post_adjudication", "a petition opens the next step"
    assert BillingEvent.objects.get().kind == "approval"
    assert Document.objects.values_list("template__language", flat=True).get() == "es"
    assert Draft.objects.get().purpose == "petition_approved"


def test_it_waits_for_the_card_after_approving_a_work_permit(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED", form="I-765"))

    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.stage == "post_adjudication"


def test_it_does_nothing_twice(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED")
    first, second = run(change), run(change)

    assert (first.done, second.done, second.failed) == (5, 0, 0)
    assert [model.objects.count() for model in (PlaybookRun, Draft, BillingEvent, Document)] == [1, 1, 1, 1]


def test_the_database_refuses_a_second_run_of_a_step(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))
    step = ActionRun.objects.first()
    assert step is not None
    step.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        step.save(force_insert=True)


def test_it_parks_a_receipt_without_a_matter_and_starts_when_it_gets_one(firm: Firm) -> None:
    change = make_news(None, "APPROVED")
    assert run(change).done == 0
    assert PlaybookRun.objects.get().state == "parked"

    Receipt.objects.filter(pk=change.receipt_id).update(matter=firm.danas_matter)
    resuming.resume_parked(change.receipt_id, now=NOW, actor=ENGINE)

    assert PlaybookRun.objects.get().state == "done"
    assert Draft.objects.get().matter == firm.danas_matter


def test_it_skips_parked_news_that_was_overtaken(firm: Firm) -> None:
    change = make_news(None, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(days=1))
    Receipt.objects.filter(pk=change.receipt_id).update(matter=firm.danas_matter)

    resuming.resume_parked(change.receipt_id, now=NOW, actor=ENGINE)

    assert PlaybookRun.objects.get().state == "skipped"
    assert not Draft.objects.exists()


def test_it_does_not_lose_a_running_period_to_the_answer_of_another_request(firm: Firm) -> None:
    change = make_news(None, "NOID_ISSUED")
    run(change)
    make_change(
        change.receipt,
        "RESPONSE_RECEIVED",
        title_en="Response To USCIS' Request For Evidence Was Received",
        at=NOW + timedelta(days=1),
    )
    Receipt.objects.filter(pk=change.receipt_id).update(matter=firm.danas_matter)

    resuming.resume_parked(change.receipt_id, now=NOW, actor=ENGINE)

    assert Deadline.objects.get().kind == "noid"


def test_it_does_not_lose_a_running_period_to_news_that_answers_nothing(firm: Firm) -> None:
    change = make_news(None, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "TRANSFERRED", at=NOW + timedelta(days=1))
    Receipt.objects.filter(pk=change.receipt_id).update(matter=firm.danas_matter)

    resuming.resume_parked(change.receipt_id, now=NOW, actor=ENGINE)

    assert Deadline.objects.get().kind == "rfe"
    assert not Draft.objects.filter(purpose="rfe_received").exists()


def test_it_holds_a_reading_that_needs_review_until_a_person_confirms_it(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    run(change)
    assert (PlaybookRun.objects.get().state, ActionRun.objects.count()) == ("held", 0)

    run(change, confirmed=True)

    assert PlaybookRun.objects.get().state == "done"


def test_it_retires_held_runs_when_a_newer_status_answers_the_question(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    run(change)
    run(make_change(change.receipt, "DENIED", at=NOW + timedelta(hours=1)))

    assert PlaybookRun.objects.get(playbook_key="approval").state == "skipped"


def test_it_drafts_nothing_about_a_status_that_was_overtaken(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    make_change(change.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(days=1))
    run(change)

    assert Deadline.objects.exists()
    assert not Draft.objects.exists()


def test_it_does_not_take_a_side_event_for_newer_news(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "APPROVED")
    make_change(change.receipt, "FEE_PAYMENT", at=NOW + timedelta(days=1))
    run(change)

    assert Draft.objects.get().purpose == "approval_news"


def test_it_starts_nothing_for_a_status_it_cannot_read(firm: Firm) -> None:
    assert run(make_news(firm.danas_matter, "UNKNOWN")).runs == 0


def test_it_goes_on_past_a_step_that_fails_and_tells_a_person(firm: Firm) -> None:
    MessageTemplate.objects.filter(key="approval_news").update(active=False)
    summary = run(make_news(firm.danas_matter, "APPROVED"))

    failed = ActionRun.objects.get(state="failed")
    assert (summary.failed, failed.action_key) == (1, "message")
    assert (failed.reason, "approval_news" in failed.why) == ("no_message", True)
    assert BillingEvent.objects.exists()
    assert Notification.objects.filter(kind="step", user=firm.paul).exists()


def test_it_repeats_only_the_failed_step(firm: Firm) -> None:
    MessageTemplate.objects.filter(key="approval_news").update(active=False)
    run(make_news(firm.danas_matter, "APPROVED"))
    MessageTemplate.objects.filter(key="approval_news").update(active=True)

    summary = resuming.repeat_run(PlaybookRun.objects.get().pk, now=NOW, actor=firm.actor("paul"))

    assert (summary.done, PlaybookRun.objects.get().state) == (1, "done")


def test_it_asks_for_an_attorney_where_none_is_clear(firm: Firm) -> None:
    Matter.objects.filter(pk=firm.danas_matter.pk).update(attorney=None)
    firm.danas_matter.refresh_from_db()
    firm.alice.is_active = False
    firm.alice.save(update_fields=["is_active"])
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    failed = ActionRun.objects.get(state="failed")
    assert (failed.action_key, failed.reason) == ("attorney", "no_attorney")
    assert Notification.objects.filter(kind="step", user=firm.mary).exists()


def test_it_keeps_a_walled_off_person_out_of_the_new_matter(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert not Notification.objects.filter(user=firm.charlie).exists()
    child = Matter.objects.get(parent=firm.danas_matter)
    assert walls_over(child).filter(user=firm.charlie).exists()


def test_it_is_started_by_the_event_of_a_change(firm: Firm) -> None:
    make_news(firm.danas_matter, "APPROVED")
    drained = outbox.drain(now=NOW + timedelta(minutes=1))

    assert drained.failed == drained.retried == 0
    assert PlaybookRun.objects.get().state == "done"


def test_it_says_on_the_record_what_acted(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    entries = AuditEntry.objects.filter(scope=firm.danas_matter.pk, actor_id="playbooks")
    assert "workflows.playbook_started" in entries.values_list("action", flat=True)
    assert not [entry for entry in entries if "Dana" in str(entry.data)]


def test_it_starts_at_a_first_reading_too(firm: Firm) -> None:
    change = make_change(make_receipt(firm.danas_matter), "BIOMETRICS_SCHEDULED")

    assert run(change).done == 3
