"""The notice's own date: better than the earliest or latest day possible, whatever else is printed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.practice import Firm
from tests.factories.workflows import make_news, run
from tests.workflows.notices.sheets import log
from tracking.models import StatusChange
from workflows.models import Deadline

DENIED_ON = date(2026, 2, 26)


def unseen(firm: Firm, code: str) -> StatusChange:
    """Return a status that names no day, and stood already when it was first read."""
    change = make_news(firm.danas_matter, code, event_date=None, form="I-129")
    run(change)
    return change


def test_a_period_nobody_could_count_is_counted_from_the_notice(firm: Firm) -> None:
    change = unseen(firm, "NOID_ISSUED")
    assert Deadline.objects.get().due_date is None

    log(firm, "noid", number=change.receipt.number, notice_date=DENIED_ON)

    deadline = Deadline.objects.get()
    assert (deadline.status, deadline.due_date) == ("provisional", date(2026, 3, 30))
    assert (deadline.issued_known, deadline.issued_on) == ("stated", DENIED_ON)
    assert set(deadline.reminders.filter(state="pending").values_list("offset_days", flat=True)) >= {7, 3, 1}


def test_every_remedy_against_a_denial_is_counted_from_it(firm: Firm) -> None:
    change = unseen(firm, "DENIED")
    log(firm, "denial", number=change.receipt.number, notice_date=DENIED_ON)

    found = dict(Deadline.objects.values_list("kind", "due_date"))
    assert found == {"i290b_motion": date(2026, 3, 30), "i290b_appeal": date(2026, 3, 30)}


def test_the_printed_day_still_decides(firm: Firm) -> None:
    change = unseen(firm, "NOID_ISSUED")
    log(firm, "noid", number=change.receipt.number, notice_date=DENIED_ON, response_due=date(2026, 3, 20))

    deadline = Deadline.objects.get()
    assert (deadline.status, deadline.due_date) == ("confirmed", date(2026, 3, 20))
    assert deadline.provisional_due == date(2026, 3, 30)


@pytest.mark.parametrize(("known", "issued"), [("after", date(2026, 2, 28)), ("seen", date(2026, 2, 20))])
def test_a_notice_that_cannot_be_the_one_says_nothing(firm: Firm, known: str, issued: date) -> None:
    change = unseen(firm, "NOID_ISSUED")
    Deadline.objects.update(issued_known=known, issued_on=issued)

    log(firm, "noid", number=change.receipt.number, notice_date=DENIED_ON)

    assert Deadline.objects.get().issued_on == issued
