"""A stage that lies behind a decision: a person is asked, nothing is drafted, a date it names stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from legist.core.outbox import drain
from portal import selectors
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import APPROVED, RECEIVED, RFE, make_receipt, read
from tracking import reviews
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.observations.standing import may_lie_behind, standing_decision
from tracking.sources.base import HistoryItem
from tracking.statuses import CODES
from workflows.models import Deadline, Draft, PlaybookRun
from workflows.playbooks import resuming

DAY = timedelta(days=1)
DECISION = "On March 1, 2026, we approved your Form I-485."
BIOMETRICS = "Biometrics Appointment Was Scheduled"
ON_THE_20TH = "On March 2, 2026, we scheduled you for a biometrics appointment on March 20, 2026 at 9:00 AM."
WITHOUT_DAY = "On March 2, 2026, we scheduled you for a biometrics appointment."


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    found = make_receipt(matter=firm.danas_matter)
    say(found, RECEIVED, "On January 5, 2026, we received your Form I-485.", day=0)
    say(found, APPROVED, DECISION, day=1)
    return found


def say(receipt: Receipt, title: str, text: str = "", *, day: float) -> None:
    at = NOW + day * DAY
    read(receipt, title, text, at=at, form_type="I-485")
    drain(now=at)


def answer(firm: Firm, choice: str) -> None:
    item = ReviewItem.objects.get(kind="behind_decision", state="open")
    at = NOW + 5 * DAY
    reviews.resolve_review(item.pk, actor=firm.actor("alice"), resolution="Called.", answer=choice, now=at)
    resuming.resume_ready(now=at, actor=SYSTEM)


def test_a_person_is_asked_and_nothing_is_drafted(firm: Firm, receipt: Receipt) -> None:
    before = Draft.objects.count()
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)

    item = ReviewItem.objects.get(kind="behind_decision")
    assert (item.state, item.code, item.detail) == ("open", "APPROVED", BIOMETRICS)
    assert Draft.objects.count() == before
    run = PlaybookRun.objects.get(playbook_key="biometrics")
    assert (run.state, run.reason) == ("held", "behind_decision")


@pytest.mark.parametrize("text", [ON_THE_20TH, WITHOUT_DAY, "We scheduled you for a biometrics appointment."])
def test_it_is_asked_once_however_often_it_comes(text: str, firm: Firm, receipt: Receipt) -> None:
    for round_ in range(3):
        say(receipt, BIOMETRICS, text, day=2 * round_ + 2)
        say(receipt, APPROVED, DECISION, day=2 * round_ + 3)

    item = ReviewItem.objects.get(kind="behind_decision")
    assert (item.state, item.occurrences) == ("open", 3)
    answer(firm, "start")
    assert PlaybookRun.objects.get(playbook_key="biometrics").state == "done"
    assert Deadline.objects.filter(kind="biometrics").count() == 1


def test_a_day_that_it_names_stands_meanwhile(firm: Firm, receipt: Receipt) -> None:
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)

    standing = Deadline.objects.get(kind="biometrics")
    assert (standing.status, standing.due_date) == ("provisional", date(2026, 3, 20))


def test_without_a_day_nothing_is_put_on_the_board(firm: Firm, receipt: Receipt) -> None:
    say(receipt, BIOMETRICS, WITHOUT_DAY, day=2)

    assert not Deadline.objects.exists()


def test_a_request_behind_a_decision_has_its_clock(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, "On March 2, 2026, we mailed a request for evidence for your Form I-485.", day=2)

    assert Deadline.objects.get(kind="rfe").status == "provisional"
    assert not Draft.objects.filter(purpose="rfe_received").exists()


def test_what_it_calls_for_starts_when_a_person_says_so(firm: Firm, receipt: Receipt) -> None:
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)
    answer(firm, "start")

    assert PlaybookRun.objects.get(playbook_key="biometrics").state == "done"
    assert Draft.objects.filter(purpose="biometrics_instructions").count() == 1
    assert Deadline.objects.filter(kind="biometrics").count() == 1


def test_it_starts_nothing_when_the_decision_stands(firm: Firm, receipt: Receipt) -> None:
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)
    answer(firm, "leave")

    assert PlaybookRun.objects.get(playbook_key="biometrics").state == "skipped"
    assert not Draft.objects.filter(purpose="biometrics_instructions").exists()


def test_a_later_status_does_not_answer_for_a_person(firm: Firm, receipt: Receipt) -> None:
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)
    say(receipt, "Card Was Produced", "On March 4, 2026, we produced your card.", day=3)
    answer(firm, "start")

    assert PlaybookRun.objects.get(playbook_key="biometrics").state == "done"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Case Was Reopened", "On March 2, 2026, we reopened your Form I-485."),
        ("Card Was Produced", "On March 2, 2026, we produced your card."),
        ("Notice Of Intent To Revoke Was Sent", "On March 2, 2026, we sent a notice of intent to revoke."),
        ("Oath Ceremony Notice Was Mailed", "On March 2, 2026, we mailed an oath ceremony notice."),
        ("Expedite Request Received", "On March 2, 2026, we received your request to expedite."),
        ("Interview Cancelled", "On March 2, 2026, we cancelled the interview for your Form I-485."),
    ],
)
def test_what_may_follow_a_decision_is_no_question(
    *, title: str, text: str, firm: Firm, receipt: Receipt
) -> None:
    say(receipt, title, text, day=2)

    assert not ReviewItem.objects.filter(kind="behind_decision").exists()


def test_a_case_that_was_reopened_goes_its_way_again(firm: Firm, receipt: Receipt) -> None:
    say(receipt, "Case Was Reopened", "On March 2, 2026, we reopened your Form I-485.", day=2)
    say(receipt, BIOMETRICS, ON_THE_20TH, day=3)

    assert not ReviewItem.objects.filter(kind="behind_decision").exists()
    assert PlaybookRun.objects.get(playbook_key="biometrics").state == "done"


@pytest.mark.parametrize(("later", "text"), [(BIOMETRICS, ON_THE_20TH), (RECEIVED, "We received your case.")])
def test_the_portal_shows_both_and_no_path(
    *, later: str, text: str, firm: Firm, receipt: Receipt, dana: Client
) -> None:
    say(receipt, later, text, day=2)

    case = selectors.access_case(firm.actor("dana"), receipt.pk, language="en", now=NOW)
    assert (case.contradicted, case.stages) == ("Approved", [])
    page = dana.get(f"/portal/cases/{receipt.pk}/").content.decode()
    assert "Dos mensajes de USCIS no encajan entre sí" in page
    assert "Primero USCIS nos dijo: Aprobado." in page


def test_staff_see_both(firm: Firm, receipt: Receipt, paul: Client) -> None:
    say(receipt, BIOMETRICS, ON_THE_20TH, day=2)

    page = paul.get(f"/reviews/{ReviewItem.objects.get().pk}/").content.decode()
    assert "Decision reported before" in page
    assert BIOMETRICS in page
    assert StatusChange.objects.get(sequence=3).attention == "act"


def test_every_code_is_either_a_decision_or_may_stand_before_one_or_neither() -> None:
    for code in CODES:
        assert not (standing_decision([code]) and may_lie_behind(code)), code
    assert standing_decision(["EXPEDITE", "APPROVED"]) == "APPROVED"
    assert standing_decision(["REOPENED", "DENIED"]) == ""
    assert standing_decision(["TRANSFERRED", "RECEIVED"]) == ""


@pytest.mark.parametrize("title", [RECEIVED, RFE, BIOMETRICS])
def test_a_decision_that_only_the_history_shows_is_asked_about_once(firm: Firm, title: str) -> None:
    found = make_receipt("IOE0912345679", matter=firm.danas_matter)
    history = [HistoryItem(date(2026, 2, 1), APPROVED), HistoryItem(date(2025, 6, 1), RECEIVED)]
    for day in (0, 1, 2):
        at = NOW + day * DAY
        more = [HistoryItem(date(2026, 2, 2), "Case Was Transferred")] * (day // 2)
        read(found, title, at=at, form_type="I-485", history=[*more, *history])
        drain(now=at)
        ReviewItem.objects.filter(kind="behind_decision").update(state="resolved", resolved_at=at)

    item = ReviewItem.objects.get(kind="behind_decision")
    assert (item.code, item.detail) == ("APPROVED", title)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("day", [0, 1])
def test_a_history_that_tells_of_a_decision_later_is_asked_about(firm: Firm, day: int) -> None:
    found = make_receipt("IOE0912345679", matter=firm.danas_matter)
    for at, history in [(NOW, []), (NOW + DAY, [HistoryItem(date(2026, 2, 1), APPROVED)])][1 - day :]:
        read(found, RECEIVED, at=at, form_type="I-485", history=history)

    assert ReviewItem.objects.filter(kind="behind_decision").exists()


@pytest.mark.parametrize(
    ("title", "history"),
    [
        ("Card Was Mailed To Me", [APPROVED, RECEIVED]),
        (RECEIVED, ["Case Was Reopened", "Case Was Denied", RECEIVED]),
        (RECEIVED, [RECEIVED]),
    ],
)
def test_a_history_that_fits_the_status_is_not_asked_about(
    firm: Firm, title: str, history: list[str]
) -> None:
    found = make_receipt("IOE0912345679", matter=firm.danas_matter)
    days = [date(2025, 9 - place, 1) for place in range(len(history))]
    told = [HistoryItem(day, each) for day, each in zip(days, history, strict=True)]
    read(found, title, at=NOW, form_type="I-485", history=told)

    assert not ReviewItem.objects.exists()
