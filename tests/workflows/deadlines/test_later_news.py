"""What USCIS has reported since: shown beside the deadline, never acted on alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from legist.core.errors import Forbidden, InvalidInput, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_deadline, make_draft, make_news, make_receipt, run
from tracking.statuses import StatusCode
from workflows.deadlines import services
from workflows.deadlines.later_news import LaterNews, later_news
from workflows.law.kinds import PERIODS
from workflows.law.outcomes import MOOT, OUTCOMES, REPLACED_BY
from workflows.matters import services as matters
from workflows.models import ClosingReason, Deadline

LATER = NOW + timedelta(days=20)
DAY = date(2026, 3, 20)


def begun(firm: Firm, code: str, **options: str) -> Deadline:
    """A deadline that a change of this code has started."""
    run(make_news(firm.danas_matter, code, **options))
    return Deadline.objects.select_related("run__change", "receipt").latest("created_at")


def since(deadline: Deadline, code: str) -> LaterNews | None:
    assert deadline.receipt is not None
    deadline.receipt.refresh_from_db()
    make_change(deadline.receipt, code, at=LATER, event_date=DAY)
    return later_news([deadline]).get(deadline.pk)


@pytest.mark.parametrize(
    ("began", "reported"),
    [
        ("RFE_ISSUED", "RESPONSE_RECEIVED"),
        ("RFE_ISSUED", "APPROVED"),
        ("NOID_ISSUED", "DENIED"),
        ("BIOMETRICS_SCHEDULED", "BIOMETRICS_DONE"),
        ("INTERVIEW_SCHEDULED", "INTERVIEW_CANCELLED"),
        ("BIOMETRICS_SCHEDULED", "BIOMETRICS_CANCELLED"),
        ("OATH_CEREMONY", "OATH_CANCELLED"),
        ("RFE_ISSUED", "REQUEST_CANCELLED"),
        ("RFE_ISSUED", "COURT_REFERRAL"),
        ("DENIED", "REOPENED"),
        ("MAIL_RETURNED", "DOC_MAILED"),
    ],
)
def test_it_says_what_was_reported_since(firm: Firm, began: str, reported: str) -> None:
    deadline = begun(firm, began)

    assert since(deadline, reported) == LaterNews(reported, DAY, is_moot=reported in MOOT)
    deadline.refresh_from_db()
    assert deadline.state == "open"


@pytest.mark.parametrize("reported", ["IN_REVIEW", "TRANSFERRED", "FEE_PAYMENT", "RFE_ISSUED"])
def test_it_is_quiet_about_what_changes_nothing(firm: Firm, reported: str) -> None:
    assert since(begun(firm, "RFE_ISSUED"), reported) is None


def test_it_looks_at_what_came_after_only(firm: Firm) -> None:
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, "BIOMETRICS_DONE", at=NOW - timedelta(days=9))
    run(make_change(receipt, "BIOMETRICS_SCHEDULED"))

    assert later_news(Deadline.objects.select_related("run__change")) == {}


def test_it_knows_outcomes_of_kinds_and_codes_that_exist() -> None:
    assert OUTCOMES.keys() == PERIODS.keys()
    assert {code for codes in OUTCOMES.values() for code in codes} <= set(StatusCode)
    assert REPLACED_BY.keys() <= OUTCOMES.keys()


def test_a_new_appointment_takes_the_place_of_the_one_before(firm: Firm) -> None:
    old = begun(firm, "INTERVIEW_SCHEDULED")
    assert since(old, "INTERVIEW_SCHEDULED") == LaterNews("INTERVIEW_SCHEDULED", DAY, is_replacement=True)
    assert old.receipt is not None
    run(old.receipt.changes.latest("sequence"), now=LATER)

    new = services.replace_deadline(old.pk, actor=firm.actor("paul"), now=LATER)

    old.refresh_from_db()
    assert (old.state, old.closed_by, new.previous_id, new.state) == ("moved", firm.paul, old.pk, "open")


def test_a_rescheduled_appointment_takes_the_place_of_the_one_before(firm: Firm) -> None:
    old = begun(firm, "OATH_CEREMONY")

    assert since(old, "OATH_RESCHEDULED") == LaterNews("OATH_RESCHEDULED", DAY, is_replacement=True)


def test_nothing_replaces_a_date_that_nothing_followed(firm: Firm) -> None:
    with pytest.raises(WrongState):
        services.replace_deadline(make_deadline(firm).pk, actor=firm.actor("paul"), now=NOW)


def test_a_matter_with_open_dates_is_closed_with_a_reason_only(firm: Firm) -> None:
    make_deadline(firm)
    make_draft(firm)
    alice, matter = firm.actor("alice"), firm.danas_matter
    with pytest.raises(InvalidInput):
        matters.close(matter.pk, actor=alice, now=NOW, reason=" ")

    matters.close(matter.pk, actor=alice, now=NOW, reason="The client moved to another firm.")

    kept = ClosingReason.objects.get()
    assert (kept.deadlines, kept.drafts, kept.closed_by) == (1, 1, firm.alice)
    assert kept.reason == "The client moved to another firm."
    assert Deadline.objects.get().state == "open"
    assert "firm" not in str(AuditEntry.objects.get(action="workflows.closed_with_reason").data)


def test_a_matter_with_nothing_open_is_closed_without_one(firm: Firm) -> None:
    matters.close(firm.danas_matter.pk, actor=firm.actor("mary"), now=NOW)

    assert not ClosingReason.objects.exists()
    with pytest.raises(Forbidden):
        matters.close(firm.danas_matter.pk, actor=firm.actor("paul"), now=NOW)


@pytest.mark.parametrize(
    ("title", "is_said"),
    [
        ("Response To Notice Of Intent To Deny Was Received", True),
        ("Response Was Received", True),
        ("Response To USCIS' Request For Evidence Was Received", False),
    ],
)
def test_the_answer_to_another_request_is_no_news_of_a_deadline(
    *, title: str, is_said: bool, firm: Firm
) -> None:
    deadline = begun(firm, "NOID_ISSUED")
    assert deadline.receipt is not None
    make_change(deadline.receipt, "RESPONSE_RECEIVED", title_en=title, at=NOW + timedelta(days=1))

    assert bool(later_news([deadline])) == is_said
