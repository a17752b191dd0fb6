"""Whatever is said after a duty, and however the duty was seen: it is said or asked about, and done once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.outbox import drain
from portal import selectors
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, make_receipt, read
from tests.workflows.test_no_request_lost import NOTHING
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from tracking.observations.standing import is_settled_by, starts_clock
from tracking.sources.base import HistoryItem
from tracking.states import ABOUT_ONE_CHANGE, ABOUT_THE_CASE
from workflows.checklists.duties import CODE_OF
from workflows.law.outcomes import OUTCOMES
from workflows.models import ActionRun, ChecklistItem, ChecklistRun, Deadline, PlaybookRun
from workflows.plain_language import LANGUAGES
from workflows.playbooks import resuming

DAY = timedelta(days=1)
# A sentence that nobody can read: what stands before it is flagged.
ODD = " The officer has doubts about the gremlins."
# What asks somebody to act: its code, its title, and what stands behind "On March 1, 2026, we".
DUTIES = {
    "RFE_ISSUED": ("Request for Additional Evidence Was Sent", "mailed a request for additional evidence."),
    "NOID_ISSUED": ("Notice of Intent to Deny Was Mailed", "mailed a notice of intent to deny."),
    "BIOMETRICS_SCHEDULED": ("Biometrics Appointment Was Scheduled", "scheduled a biometrics appointment."),
    "INTERVIEW_SCHEDULED": ("Interview Was Scheduled", "scheduled an interview for your Form N-400."),
    "OATH_CEREMONY": ("Oath Ceremony Notice Was Mailed", "mailed you a notice of your oath ceremony."),
    "NO_SHOW": ("Interview Was Missed", "saw that you did not appear for your interview."),
    "MAIL_RETURNED": ("Notice Was Returned To USCIS", "got back the notice that we had mailed to you."),
    "DENIED": ("Case Was Denied", "denied your Form N-400."),
    "NTA_ISSUED": ("Notice to Appear Was Issued", "issued a Notice to Appear."),
    "PAYMENT_DISHONORED": ("Your Payment Was Returned", "were told that your bank returned your payment."),
}
LATER = {
    "RECEIVED": (RECEIVED, "received your Form N-400."),
    "IN_REVIEW": ("Case Is Being Actively Reviewed By USCIS", "began to actively review your Form N-400."),
    "TRANSFERRED": ("Case Was Transferred", "transferred your Form N-400 to another office."),
    "BIOMETRICS_DONE": ("Case Was Updated To Show Fingerprints Were Taken", "took your fingerprints."),
    "RESPONSE_RECEIVED": ("Response To USCIS' Request For Evidence Was Received", "received your response."),
    "INTERVIEW_CANCELLED": ("Interview Cancelled", "cancelled your interview."),
    "EXPEDITE": ("Expedite Request Received", "received your request to expedite."),
    "REOPENED": ("Case Was Reopened", "reopened your Form N-400."),
    "APPROVED": ("Case Was Approved", "approved your Form N-400."),
    "DOC_MAILED": ("Card Was Mailed To Me", "mailed your card."),
}


def say(receipt: Receipt, title: str, text: str, *history: HistoryItem, day: int) -> None:
    at = NOW + day * DAY
    read(receipt, title, f"On March {day + 1}, 2026, we {text}", at=at, form_type="N-400", history=history)
    drain(now=at)


def settle(firm: Firm) -> None:
    """Have a person confirm all that is asked, and the work go on, twice."""
    at = NOW + 9 * DAY
    for item in ReviewItem.objects.filter(state="open", kind__in=ABOUT_THE_CASE):
        choice = "start" if item.kind in ABOUT_ONE_CHANGE else ""
        reviews.resolve_review(item.pk, actor=firm.actor("alice"), resolution="So.", answer=choice, now=at)
    for _again in range(2):
        resuming.resume_ready(now=at, actor=SYSTEM)
        drain(now=at)


def is_open(receipt: Receipt) -> bool:
    """True while a date, or a step of what asked the client to act, is open, or a person is asked."""
    steps = ChecklistItem.objects.filter(checklist__run__receipt=receipt, done_at=None)
    asked = ReviewItem.objects.filter(receipt=receipt, state="open", kind__in=ABOUT_THE_CASE)
    dates = Deadline.objects.filter(receipt=receipt, state="open")
    return (
        dates.exists() or asked.exists() or steps.filter(checklist__run__change__client_action=True).exists()
    )


def is_over(duty: str, later: str) -> bool:
    """True where the later event may have met the duty, so that it need not stand."""
    kinds = (kind for kind, code in CODE_OF.items() if code == duty)
    return is_settled_by(duty, later) or any(later in OUTCOMES[kind] for kind in kinds)


def check(firm: Firm, receipt: Receipt, duty: str, later: str, *, was_asked: bool) -> None:
    stands = is_open(receipt)
    assert stands or was_asked or is_over(duty, later), ("lost", duty, later)
    for language in LANGUAGES:
        case = selectors.access_case(firm.actor("dana"), receipt.pk, language=language, now=NOW)
        assert not (stands and any(words in case.todo for words in NOTHING)), ("all clear", duty, later)
        if not case.is_in_question:
            assert "We are checking" not in case.meaning, (duty, later)


def check_pair(firm: Firm, duty: str, later: str, *, is_flagged: bool, is_listed: bool) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    title, text = DUTIES[duty]
    say(receipt, RECEIVED, "received your Form N-400.", day=0)
    history = [HistoryItem((NOW + 2 * DAY).date(), title)] if is_listed else []
    if not is_listed:
        say(receipt, title, text + ODD * is_flagged, day=2)
    say(receipt, *LATER[later], *history, day=3)
    check(firm, receipt, duty, later, was_asked=False)

    settle(firm)
    # Of what has no clock and was only listed a person was asked, and that is all.
    is_asked_only = is_listed and not starts_clock(duty)
    check(firm, receipt, duty, later, was_asked=is_asked_only)
    runs = PlaybookRun.objects.filter(receipt=receipt)
    assert not runs.filter(state="held").exists(), ("still held", duty, later)
    lists = ChecklistRun.objects.filter(run__receipt=receipt).values("key").annotate(n=Count("pk"))
    steps = ActionRun.objects.filter(run__receipt=receipt).values("change", "action_key", "playbook_key")
    assert all(row["n"] == 1 for row in lists), ("twice", duty, later)
    assert all(row["n"] == 1 for row in steps.annotate(n=Count("pk"))), ("twice", duty, later)
    # What a person has confirmed and nothing has met has its work.
    has_work = runs.filter(change__to_code=duty, state="done").exists()
    assert has_work or is_asked_only or is_over(duty, later), ("no work", duty, later)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    duty=st.sampled_from([*DUTIES]),
    later=st.sampled_from([*LATER]),
    is_flagged=st.booleans(),
    is_listed=st.booleans(),
)
def test_no_duty_vanishes_unsaid(
    duty: str, later: str, is_flagged: bool, is_listed: bool, firm: Firm
) -> None:
    with transaction.atomic():
        check_pair(firm, duty, later, is_flagged=is_flagged, is_listed=is_listed)
        transaction.set_rollback(True)
