"""Whatever a status is read as: a day to come that it names stands, and is asked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from legist.core.outbox import drain
from portal import selectors
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, make_receipt, read
from tests.workflows.test_no_request_lost import NOTHING
from tracking import services
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.observations.changes import build, write
from tracking.observations.meaning import NewStatus, dated
from tracking.states import MANUAL
from tracking.statuses import CODES, StatusCode
from workflows.models import Deadline
from workflows.plain_language import LANGUAGES
from workflows.playbooks import engine

DAY = timedelta(days=1)
ON = date(2026, 3, 20)
EXAM = "On March 1, 2026, we received your Form I-539. You must send us your medical exam by March 20, 2026."
MEETING = "Your interview is on March 20, 2026 at 9:00 AM."


def say(receipt: Receipt, title: str, text: str, *, day: float = 0) -> None:
    read(receipt, title, text, at=NOW + day * DAY, form_type="I-539")
    drain(now=NOW + day * DAY)


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        (RECEIVED, EXAM, "rfe"),
        ("Case Is Still Being Processed By USCIS", MEETING, "interview"),
        (
            "Case Was Received",
            "We received your Form N-400. Your biometrics appointment is on March 20, 2026.",
            "biometrics",
        ),
    ],
)
def test_a_day_beside_calm_news_stands_and_is_asked_about(
    title: str, text: str, kind: str, firm: Firm
) -> None:
    receipt = make_receipt(matter=firm.danas_matter)

    say(receipt, title, text)

    standing = Deadline.objects.get(receipt=receipt)
    assert (standing.kind, standing.due_date, standing.status) == (kind, ON, "provisional")
    assert ReviewItem.objects.filter(receipt=receipt, kind="check_reading", state="open").exists()
    for language in LANGUAGES:
        case = selectors.access_case(firm.actor("dana"), receipt.pk, language=language, now=NOW)
        assert case.has_to_act
        assert not any(words in case.todo for words in NOTHING)


def test_a_day_told_again_stands_once(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    say(receipt, RECEIVED, EXAM)
    say(receipt, "Case Is Still Being Processed By USCIS", EXAM, day=1)
    change = StatusChange.objects.filter(receipt=receipt).latest("sequence")
    engine.run_for_change(change.pk, now=NOW + DAY, actor=SYSTEM)

    assert Deadline.objects.filter(receipt=receipt).count() == 1


def test_an_appointment_without_its_day_gets_it(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    say(
        receipt, "Interview Was Scheduled", "On March 1, 2026, we scheduled an interview for your Form N-400."
    )
    say(receipt, "Case Is Still Being Processed By USCIS", MEETING, day=1)

    assert Deadline.objects.get(receipt=receipt).due_date == ON


def test_a_receipt_without_a_matter_brings_its_days_along(firm: Firm) -> None:
    receipt = make_receipt()
    say(receipt, RECEIVED, EXAM)
    assert not Deadline.objects.exists()

    services.assign_receipt(receipt.pk, matter_id=firm.danas_matter.pk, actor=firm.actor("paul"), now=NOW)
    drain(now=NOW)

    assert Deadline.objects.get(receipt=receipt).due_date == ON


def test_a_day_that_has_passed_is_no_more_than_a_fact(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)

    say(receipt, "Case Is Still Being Processed By USCIS", "Your interview is on February 20, 2026.")

    assert not Deadline.objects.exists()


def test_no_status_names_a_day_that_nothing_carries(firm: Firm) -> None:
    named = {"deadline": "2026-03-20", "appointment": {"day": "2026-03-22"}}
    for number, code in enumerate(StatusCode):
        receipt = make_receipt(matter=firm.danas_matter, number=f"IOE09{number:08}")
        said = NewStatus(code, CODES[code].bucket, MANUAL, title_en=code, facts=dict(named))
        status = dated(said, read_at=NOW)
        change = build(receipt, status, detected_at=NOW, detected_after=None, actor=SYSTEM)
        write(receipt, change, actor=SYSTEM)
        drain(now=NOW)

        rows = Deadline.objects.filter(receipt=receipt, state="open")
        on_board = {day for row in rows for _source, day in row.known_dates}
        assert {ON, ON + 2 * DAY} <= on_board, code
        assert status.needs_review or code in (StatusCode.NTA_ISSUED, StatusCode.COURT_REFERRAL)
        case = selectors.access_case(firm.actor("dana"), receipt.pk, language="en", now=NOW)
        assert not any(words in case.todo for words in NOTHING), code
