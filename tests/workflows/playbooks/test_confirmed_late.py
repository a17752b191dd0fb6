"""A reading that a person confirms after something newer was said: its work is done once, if any is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.outbox import drain
from portal import selectors
from portal.cases import Case
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, make_receipt, read
from tracking import overrides, reviews
from tracking.models import Receipt, ReviewItem
from workflows.deadlines.services import waive_deadline
from workflows.models import ChecklistRun, Deadline, Draft, PlaybookRun
from workflows.playbooks import resuming

DAY = timedelta(days=1)
ODD = " The officer has doubts about the gremlins."
# Known titles; the sentence after them is one that nobody can read, so that a person is asked.
FLAGGED = {
    "rfe": (
        "Request for Additional Evidence Was Sent",
        "On March 1, 2026, we mailed a request for additional evidence for your Form I-485.",
    ),
    "noid": (
        "Notice of Intent to Deny Was Mailed",
        "On March 1, 2026, we mailed a notice of intent to deny for your Form I-485.",
    ),
    "biometrics": (
        "Biometrics Appointment Was Scheduled",
        "On March 1, 2026, we scheduled you for a biometrics appointment.",
    ),
    "interview": (
        "Interview Was Scheduled",
        "On March 1, 2026, we scheduled an interview for your Form I-485.",
    ),
    "returned_notice": (
        "Notice Was Returned To USCIS Because The Post Office Could Not Deliver It",
        "On March 1, 2026, the Post Office returned the notice we sent you for your Form I-485.",
    ),
}
RESPONSE = "Response To USCIS' Request For Evidence Was Received"


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    found = make_receipt(matter=firm.danas_matter)
    say(found, RECEIVED, day=0)
    return found


def say(receipt: Receipt, title: str, text: str = "", *, day: float) -> None:
    at = NOW + day * DAY
    read(receipt, title, text, at=at, form_type="I-485")
    drain(now=at)


def flag(receipt: Receipt, key: str = "rfe", *, day: float) -> None:
    title, text = FLAGGED[key]
    say(receipt, title, text + ODD, day=day)


def confirm(firm: Firm, *, day: float) -> None:
    """Have every reading in question confirmed by Alice, and the work go on, twice."""
    at = NOW + day * DAY
    for item in ReviewItem.objects.filter(kind="check_reading", state="open"):
        reviews.resolve_review(item.pk, actor=firm.actor("alice"), resolution="It says so.", now=at)
    for _again in range(2):
        resuming.resume_ready(now=at, actor=SYSTEM)
        drain(now=at)


def run_of(key: str = "rfe") -> PlaybookRun:
    return PlaybookRun.objects.get(playbook_key=key)


def made() -> tuple[int, int, int]:
    return (
        Deadline.objects.filter(kind="rfe").count(),
        ChecklistRun.objects.filter(key="rfe").count(),
        Draft.objects.filter(purpose="rfe_received").count(),
    )


@pytest.mark.parametrize("key", FLAGGED)
@pytest.mark.parametrize("later", [REVIEW, "Expedite Request Received"])
def test_what_is_still_to_be_done_is_done_once_when_it_is_confirmed(
    key: str, later: str, firm: Firm, receipt: Receipt
) -> None:
    flag(receipt, key, day=1)
    assert (run_of(key).state, run_of(key).reason) == ("held", "needs_review")
    say(receipt, later, day=2)
    assert not ChecklistRun.objects.filter(key=key).exists()

    confirm(firm, day=3)

    assert run_of(key).state == "done"
    assert ChecklistRun.objects.filter(key=key).count() == 1
    drafts = Draft.objects.filter(run=run_of(key))
    assert drafts.count() == (key in {"rfe", "noid", "biometrics"})


def test_it_is_done_when_the_same_request_stands_again(firm: Firm, receipt: Receipt) -> None:
    flag(receipt, day=1)
    say(receipt, RECEIVED, day=2)
    flag(receipt, day=3)
    assert made() == (1, 0, 0)

    confirm(firm, day=4)

    assert made() == (1, 1, 1)
    assert run_of().state == "done"


def test_it_is_done_when_the_same_notice_is_read_with_certainty(firm: Firm, receipt: Receipt) -> None:
    flag(receipt, day=1)
    say(receipt, RECEIVED, day=2)
    say(receipt, *FLAGGED["rfe"], day=3)

    assert made() == (1, 1, 1)
    confirm(firm, day=4)
    assert made() == (1, 1, 1)


@pytest.mark.parametrize("later", [RESPONSE, APPROVED, "Case Was Denied"])
def test_what_was_answered_or_decided_says_so_and_is_started_by_hand(
    later: str, firm: Firm, receipt: Receipt
) -> None:
    flag(receipt, day=1)
    say(receipt, later, day=2)
    confirm(firm, day=3)
    assert (run_of().state, run_of().reason) == ("skipped", "overtaken")
    assert made() == (1, 0, 0)

    resuming.repeat_run(run_of().pk, actor=firm.actor("paul"), now=NOW + 4 * DAY)

    # The client is told nothing of a request that was answered.
    assert (run_of().state, made()) == ("done", (1, 1, 0))


def test_what_people_gave_up_is_not_started(firm: Firm, receipt: Receipt) -> None:
    flag(receipt, day=1)
    deadline = Deadline.objects.get()
    waive_deadline(deadline.pk, reason="None came.", actor=firm.actor("alice"), now=NOW + DAY)
    say(receipt, RECEIVED, day=2)
    confirm(firm, day=3)

    assert (run_of().state, made()) == ("skipped", (1, 0, 0))


def test_a_correction_is_no_confirmation(firm: Firm, receipt: Receipt) -> None:
    flag(receipt, day=1)
    overrides.override_status(
        receipt.pk, actor=firm.actor("alice"), code="IN_REVIEW", reason="Read wrongly.", now=NOW + DAY
    )
    confirm(firm, day=2)
    drain(now=NOW + 2 * DAY)

    assert (run_of().state, made()) == ("skipped", (1, 0, 0))


def test_a_question_that_came_later_confirms_nothing_earlier(firm: Firm, receipt: Receipt) -> None:
    flag(receipt, day=1)
    ReviewItem.objects.update(state="resolved", resolved_at=NOW + DAY, resolved_by="system:x")
    flag(receipt, "biometrics", day=2)
    confirm(firm, day=3)

    assert run_of().state == "held"
    assert run_of("biometrics").state == "done"


def test_a_side_event_does_not_keep_good_news_waiting(firm: Firm, receipt: Receipt) -> None:
    say(receipt, APPROVED, "On March 1, 2026, we approved your Form I-485." + ODD, day=1)
    say(receipt, "Expedite Request Received", day=2)
    confirm(firm, day=3)

    assert run_of("approval").state == "done"


def test_nobody_is_told_that_an_interview_is_off_before_a_person_has_looked(
    firm: Firm, receipt: Receipt
) -> None:
    say(
        receipt,
        "Interview Was Scheduled",
        "On March 1, 2026, we scheduled an interview for your Form I-485 on April 20, 2026.",
        day=1,
    )
    told = Draft.objects.count()
    say(receipt, "Interview Cancelled", "On March 3, 2026, we cancelled your interview.", day=2)
    kept = case_of(firm, receipt)
    assert "Keep that day free." in kept.todo
    assert kept.is_in_question
    assert Draft.objects.count() == told

    confirm(firm, day=3)

    draft = Draft.objects.get(run__change__to_code="INTERVIEW_CANCELLED")
    for said in (case_of(firm, receipt).todo, draft.texts["en"]["body"]):
        assert "Do not go on the old date." in said
        assert "Keep that day free." not in said
    assert ChecklistRun.objects.filter(key="interview_cancelled").exists()


def test_an_interview_that_nobody_had_set_is_off_without_a_question(receipt: Receipt) -> None:
    say(receipt, "Interview Cancelled", "On March 3, 2026, we cancelled your interview.", day=2)

    assert not ReviewItem.objects.exists()
    assert run_of("interview_cancelled").state == "done"


def case_of(firm: Firm, receipt: Receipt) -> Case:
    return selectors.access_case(firm.actor("dana"), receipt.pk, language="en", now=NOW)
