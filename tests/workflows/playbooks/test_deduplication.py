"""Words read anew: what is done for them is done once, and a new meaning starts what it calls for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from legist.core.outbox import drain
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import ENGINE, make_change, make_news, make_receipt, run
from tracking import overrides
from tracking.models import Override, Receipt, StatusChange
from tracking.observations.meaning import NewStatus
from tracking.observations.services import observe
from tracking.statuses import CODES, StatusCode
from workflows.deadlines.later_news import later_news
from workflows.deadlines.services import waive_deadline
from workflows.messages.selectors import list_waiting_drafts
from workflows.models import ChecklistRun, Deadline, Draft, NoticeWatch, PlaybookRun
from workflows.notices import overdue
from workflows.playbooks import resuming

LATER = NOW + timedelta(days=30)


def reread(change: StatusChange, code: str, **more: Any) -> StatusChange:
    """Read the words that the case stands on anew, a month later."""
    info = CODES[StatusCode(code)]
    event_date = more.pop("event_date", change.event_date)
    status = NewStatus(
        code=StatusCode(code),
        bucket=info.bucket,
        source="uscis",
        title_en=change.title_en,
        event_date=event_date,
        client_action=info.client_action,
        in_place=True,
        **more,
    )
    receipt = Receipt.objects.get(pk=change.receipt_id)
    with unit_of_work(actor=SYSTEM):
        return observe(receipt, status, via="uscis", at=LATER, actor=SYSTEM).written


def made() -> dict[str, int]:
    models = (Deadline, ChecklistRun, Draft, PlaybookRun, NoticeWatch)
    counts = {model.__name__: model.objects.count() for model in models}
    return {**counts, "Answers": Matter.objects.filter(kind="rfe").count()}


ONCE = {"Deadline": 1, "ChecklistRun": 1, "Draft": 1, "PlaybookRun": 1, "NoticeWatch": 1, "Answers": 1}


def test_the_same_meaning_read_anew_does_nothing_twice(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED")
    drain(now=NOW)
    assert made() == ONCE

    reread(request, "RFE_ISSUED", terminal=True)
    drain(now=LATER)

    assert made() == ONCE
    assert NoticeWatch.objects.get().state == "waiting"


def test_it_is_once_whichever_reading_is_handled_first(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED")
    again = reread(request, "RFE_ISSUED", terminal=True)
    run(again)
    run(request)

    assert Deadline.objects.get(run__change=again) == Deadline.objects.get()


def test_a_new_meaning_starts_what_it_calls_for(firm: Firm) -> None:
    text = make_news(firm.danas_matter, "UNKNOWN")
    drain(now=NOW)
    assert not Deadline.objects.exists()

    reread(text, "RFE_ISSUED")
    drain(now=LATER)

    assert made() == ONCE


def test_a_new_request_in_new_words_has_its_own_deadline(firm: Firm) -> None:
    first = make_news(firm.danas_matter, "RFE_ISSUED")
    reread(first, "RFE_ISSUED", terminal=True)
    make_change(Receipt.objects.get(), "RFE_ISSUED", at=LATER, event_date=date(2026, 3, 28))
    drain(now=LATER)

    assert Deadline.objects.count() == 2


def test_what_an_attorney_gave_up_starts_anew_when_the_words_mean_it_again(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED")
    drain(now=NOW)
    waive_deadline(Deadline.objects.get().pk, reason="No request.", actor=firm.actor("alice"), now=LATER)
    reread(reread(request, "RECEIVED"), "RFE_ISSUED")
    drain(now=LATER)

    assert Deadline.objects.filter(state="open").count() == 1


def test_words_read_otherwise_start_nothing_when_their_case_gets_a_matter(firm: Firm) -> None:
    request = make_news(None, "RFE_ISSUED")
    run(request)
    run(reread(request, "RECEIVED"))
    Receipt.objects.filter(pk=request.receipt_id).update(matter=firm.danas_matter)

    resuming.resume_parked(request.receipt_id, now=LATER, actor=ENGINE)

    assert not Deadline.objects.exists()
    assert {each.state for each in PlaybookRun.objects.filter(playbook_key="rfe")} == {"skipped"}


def test_two_readings_that_waited_for_a_matter_start_once(firm: Firm) -> None:
    request = make_news(None, "RFE_ISSUED")
    run(request)
    run(reread(request, "RFE_ISSUED", terminal=True))
    Receipt.objects.filter(pk=request.receipt_id).update(matter=firm.danas_matter)

    resuming.resume_parked(request.receipt_id, now=LATER, actor=ENGINE)

    assert Deadline.objects.count() == 1
    assert Draft.objects.count() == 1
    states = PlaybookRun.objects.order_by("started_at", "id").values_list("state", "reason")
    assert list(states) == [("done", ""), ("skipped", "repeated")]


def test_a_held_reading_does_not_wait_for_ever_when_the_words_are_read_as_nothing(firm: Firm) -> None:
    doubtful = make_news(firm.danas_matter, "APPROVED", needs_review=True)
    run(doubtful)
    run(reread(doubtful, "UNKNOWN", needs_review=True))

    assert PlaybookRun.objects.get().state == "skipped"


def test_a_deadline_says_when_its_words_are_read_as_something_else(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED")
    run(request)
    (deadline,) = Deadline.objects.select_related("run__change")
    again = reread(request, "RFE_ISSUED", terminal=True)
    assert later_news([deadline]) == {}

    reread(again, "APPROVED")
    news = later_news([deadline])[deadline.pk]
    assert (news.code, news.day, news.is_reread, news.is_moot) == ("APPROVED", LATER.date(), True, True)


def test_a_draft_is_not_overtaken_by_its_own_words(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "INTERVIEW_SCHEDULED")
    drain(now=NOW)
    reread(request, "INTERVIEW_SCHEDULED", terminal=True)
    drain(now=LATER)

    assert not any(draft.is_overtaken for draft in list_waiting_drafts(firm.actor("alice")))
    assert later_news(Deadline.objects.select_related("run__change")) == {}


def test_the_wait_for_a_paper_goes_on_through_a_new_reading(firm: Firm) -> None:
    denial = make_news(firm.danas_matter, "DENIED")
    drain(now=NOW)
    overdue.run_due(now=LATER, actor=SYSTEM)
    reread(denial, "DENIED", terminal=True)
    drain(now=LATER)

    assert NoticeWatch.objects.get().state == "raised"


@pytest.mark.parametrize("code", ["NOTICE_MAILED", "UNKNOWN"])
def test_nobody_waits_for_a_paper_that_was_only_misread(firm: Firm, code: str) -> None:
    misread = make_news(firm.danas_matter, "DENIED")
    drain(now=NOW)
    reread(misread, code)
    drain(now=LATER)

    found = NoticeWatch.objects.get(code="DENIED")
    assert (found.state, found.end) == ("dismissed", "corrected")


def test_the_wait_begins_again_when_the_words_mean_it_again(firm: Firm) -> None:
    misread = make_news(firm.danas_matter, "DENIED")
    drain(now=NOW)
    again = reread(reread(misread, "NOTICE_MAILED"), "DENIED")
    drain(now=LATER)

    assert NoticeWatch.objects.get(code="DENIED", state="waiting").change == again


def test_paper_is_awaited_from_when_the_words_were_first_seen(firm: Firm) -> None:
    text = make_news(firm.danas_matter, "UNKNOWN", event_date=None)
    reread(text, "DENIED")
    drain(now=LATER)

    found = NoticeWatch.objects.get()
    assert found.since == NOW.date()
    assert found.due_at is not None
    assert found.due_at > LATER


def test_a_period_counts_from_when_its_words_were_first_seen(firm: Firm) -> None:
    """A correction taken back in between does not make the words any newer."""
    text = make_news(firm.danas_matter, "UNKNOWN", event_date=None)
    override = overrides.override_status(
        text.receipt_id, actor=firm.actor("alice"), code="IN_REVIEW", reason="Called.", now=NOW
    )
    Receipt.objects.filter(pk=text.receipt_id).update(last_good_at=LATER)
    overrides.revert_override(override.pk, actor=firm.actor("alice"), reason="Wrong.", now=LATER)
    reread(text, "RFE_ISSUED")
    drain(now=LATER)

    deadline = Deadline.objects.get()
    assert (deadline.issued_known, deadline.issued_on) == ("seen", NOW.date())


def test_a_status_set_by_hand_is_not_dated_by_what_the_source_said_last(firm: Firm) -> None:
    """That the source had not shown the request an hour ago says nothing about when it was sent."""
    before = make_news(firm.danas_matter, "IN_REVIEW")
    Receipt.objects.filter(pk=before.receipt_id).update(last_good_at=NOW)
    overrides.override_status(
        before.receipt_id, actor=firm.actor("alice"), code="RFE_ISSUED", reason="The letter came.", now=NOW
    )
    drain(now=NOW)

    deadline = Deadline.objects.get()
    assert (deadline.issued_known, deadline.due_date) == ("seen", None)


def set_by_hand(firm: Firm, change: StatusChange, code: str) -> Override:
    return overrides.override_status(
        change.receipt_id, actor=firm.actor("alice"), code=code, reason="Called.", now=NOW
    )


def take_back(firm: Firm, override: Override) -> None:
    overrides.revert_override(override.pk, actor=firm.actor("alice"), reason="Wrong.", now=LATER)
    drain(now=LATER)


def test_taking_a_correction_back_starts_what_nobody_had_begun(firm: Firm) -> None:
    doubtful = make_news(firm.danas_matter, "RFE_ISSUED", needs_review=True)
    drain(now=NOW)
    override = set_by_hand(firm, doubtful, "IN_REVIEW")
    drain(now=NOW)
    assert PlaybookRun.objects.get(change=doubtful).state == "skipped"

    take_back(firm, override)
    run(StatusChange.objects.get(receipt=doubtful.receipt_id, sequence=4), now=LATER, confirmed=True)

    assert Deadline.objects.get().kind == "rfe"
    assert ChecklistRun.objects.get().key == "rfe"


def test_a_doubtful_request_keeps_its_date_and_the_rest_once_a_person_has_looked(firm: Firm) -> None:
    """Title and text disagreed: the clock runs from the first day, the client hears nothing yet."""
    doubtful = make_news(firm.danas_matter, "RFE_ISSUED", needs_review=True)
    drain(now=NOW)
    assert {name: count for name, count in made().items() if count} == {
        "Deadline": 1,
        "PlaybookRun": 1,
        "NoticeWatch": 1,
    }
    assert PlaybookRun.objects.get().state == "held"

    run(doubtful, now=LATER, confirmed=True)

    assert made() == ONCE
    assert Deadline.objects.get().matter == firm.danas_matter


def test_a_doubtful_request_goes_on_under_the_reading_that_took_its_place(firm: Firm) -> None:
    doubtful = make_news(firm.danas_matter, "RFE_ISSUED", needs_review=True)
    drain(now=NOW)

    sure = reread(doubtful, "RFE_ISSUED")
    drain(now=LATER)

    assert made() == ONCE
    assert PlaybookRun.objects.get().change == sure


def test_a_doubtful_request_that_was_none_leaves_its_date_to_a_person(firm: Firm) -> None:
    doubtful = make_news(firm.danas_matter, "RFE_ISSUED", needs_review=True)
    drain(now=NOW)
    reread(doubtful, "RESPONSE_RECEIVED")
    drain(now=LATER)

    (deadline,) = Deadline.objects.select_related("run__change")
    assert (deadline.state, later_news([deadline])[deadline.pk].is_moot) == ("open", True)
    assert PlaybookRun.objects.get(playbook_key="rfe").state == "skipped"


def test_taking_a_correction_back_starts_nothing_that_was_done_or_is_history(firm: Firm) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED")
    old = make_change(make_receipt(firm.danas_matter), "DENIED", event_date=date(2024, 1, 2))
    drain(now=NOW)
    for change in (request, old):
        take_back(firm, set_by_hand(firm, change, "IN_REVIEW"))

    assert Deadline.objects.get().kind == "rfe"


@pytest.mark.parametrize("event_date", [NOW.date() - timedelta(days=70), None])
def test_old_words_read_anew_are_history(firm: Firm, event_date: date | None) -> None:
    """A rule that comes late must not open the remedies of a denial whose days are over."""
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, "IN_REVIEW", at=NOW - timedelta(days=80), event_date=None)
    text = make_change(receipt, "UNKNOWN", at=NOW - timedelta(days=70), event_date=event_date)
    reread(text, "DENIED")
    drain(now=LATER)

    assert not Deadline.objects.exists()
    assert not NoticeWatch.objects.exists()
