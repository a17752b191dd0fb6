"""What asked for something and stands in the history alone: its clock runs, and a person is asked once."""

from __future__ import annotations

import pytest

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, make_receipt
from tests.tracking.observations.test_history import DAY, TODAY, entry, listed, raised, say
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from workflows.models import ChecklistRun, Deadline
from workflows.playbooks import resuming


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(matter=firm.danas_matter)


LISTED = ["Zebra Crossing Was Repainted", "Fee Payment Was Dishonored", "Interview Was Scheduled"]
LISTED += [
    "Fingerprint Appointment Was Scheduled",
    "Oath Ceremony Notice Was Mailed",
    "Cita De Entrevista Fijada",
]
LISTED += ["Notice Was Returned To USCIS Because The Post Office Could Not Deliver It"]


@pytest.mark.parametrize("title", LISTED)
def test_an_entry_that_asked_for_something_is_asked_about_once(title: str, receipt: Receipt) -> None:
    say(receipt, RECEIVED)
    for day in (1, 2):
        say(receipt, REVIEW, entry(title, 5), entry(RECEIVED, 60), at=NOW + day * DAY)

    assert raised() == []
    assert [title in line for line in listed()] == [True]


CLOCK = {
    "Case Was Denied": {"n336_hearing"},
    "Case Was Administratively Closed": {"n400_reopen"},
    "Case Was Referred To Immigration Court": {"court_address", "court_hearing"},
    "Notice to Appear Was Issued": {"court_address", "court_hearing"},
    "Interview Was Missed": {"n400_absence"},
    "Your Payment Was Returned": {"fee_payment"},
}


@pytest.mark.parametrize("title", CLOCK)
def test_an_entry_that_has_a_clock_starts_it_and_asks_before_anything_else(
    title: str, firm: Firm, receipt: Receipt
) -> None:
    say(receipt, RECEIVED, form="N-400")
    for day in (1, 2):
        say(receipt, REVIEW, entry(title, 5), entry(RECEIVED, 60), at=NOW + day * DAY, form="N-400")

    assert [day for day, _code in raised()] == [TODAY - 5 * DAY]
    assert receipt.current_code == "IN_REVIEW"
    assert [title in line for line in listed()] == [True]
    dates = Deadline.objects.all()
    assert {(each.kind, each.status) for each in dates} >= {
        (kind, "provisional") for kind in CLOCK[title] if kind != "court_hearing"
    }
    assert not ChecklistRun.objects.exists()

    for item in ReviewItem.objects.filter(kind="past_request"):
        at = NOW + 3 * DAY
        reviews.resolve_review(item.pk, actor=firm.actor("alice"), resolution="It is so.", now=at)
    for _again in range(2):
        resuming.resume_ready(now=NOW + 3 * DAY, actor=SYSTEM)
    assert ChecklistRun.objects.count() == 1
    assert {each.kind for each in Deadline.objects.all()} == CLOCK[title]


@pytest.mark.parametrize(
    ("asked", "settled"),
    [
        ("Fingerprint Appointment Was Scheduled", "Case Was Updated To Show Fingerprints Were Taken"),
        ("Interview Was Scheduled", "Interview Was Completed And My Case Must Be Reviewed"),
        ("Interview Was Scheduled", "Interview Cancelled"),
        ("Interview Was Missed", "Interview Was Scheduled"),
        ("Oath Ceremony Notice Was Mailed", APPROVED),
    ],
)
def test_an_entry_that_was_taken_care_of_asks_nobody(asked: str, settled: str, receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(settled, 5), entry(asked, 20), entry(RECEIVED, 60))

    assert raised() == []
    assert not any(asked in lines for lines in listed())
