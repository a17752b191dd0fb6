"""Logging a paper notice: matched by its number, its date entered, and a second one no harm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from legist.core.errors import Forbidden, InvalidInput, NotFound
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import make_news, run
from tests.workflows.notices.sheets import CAME, DATED, DUE, NUMBER, log, make_entry
from tracking.receipts import ReceiptNumber
from workflows.deadlines import services
from workflows.law.business_days import roll_forward
from workflows.models import Deadline, UscisNotice
from workflows.notices.entries import NewNotification, read_number
from workflows.notices.intake import log_notice
from workflows.notices.matching import index_of


def test_it_finds_the_receipt_by_the_printed_number(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)

    notice = log(firm, number="ioe-09 1234.0001")

    assert (notice.state, notice.receipt, notice.logged_by) == ("logged", receipt, firm.paul)


def test_a_letter_that_came_has_its_receipt_asked_about_more_often(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)
    log(firm)
    receipt.refresh_from_db()
    assert (receipt.tier, receipt.tier_why["event"]) == ("near_real_time", "letter")


separators = st.text(alphabet=" -./_", max_size=3)


@given(st.lists(separators, min_size=12, max_size=12), st.booleans())
def test_any_way_to_write_a_number_means_the_same_receipt(gaps: list[str], small: bool) -> None:
    written = "".join(char + gap for char, gap in zip(NUMBER, [*gaps, ""], strict=True))
    read = read_number(written.lower() if small else written)

    assert index_of(read) == index_of(ReceiptNumber.parse(NUMBER))


def test_it_waits_to_be_matched_when_nobody_tracks_the_number(firm: Firm) -> None:
    notice = log(firm)

    assert (notice.state, notice.receipt, notice.deadline) == ("to_match", None, None)


def test_what_is_closed_to_the_person_is_a_stranger_to_them(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    notice = log(firm, who="charlie")

    assert (notice.state, notice.receipt) == ("to_match", None)
    assert not Deadline.objects.exists()


def test_a_chosen_receipt_must_bear_the_printed_number(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)

    with pytest.raises(InvalidInput) as refused:
        log(firm, receipt_id=receipt.pk, number="IOE0912349999")

    assert "number" in refused.value.errors
    assert log(firm, receipt_id=receipt.pk, number="").number == NUMBER


def test_a_chosen_receipt_that_is_closed_to_the_person_is_not_found(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)

    with pytest.raises(NotFound):
        log(firm, who="charlie", receipt_id=receipt.pk)


def test_it_confirms_the_deadline_that_waits_for_the_paper(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    waiting = Deadline.objects.get()
    assert waiting.receipt is not None

    notice = log(firm, receipt_id=waiting.receipt.pk, number="", response_due=DUE)

    waiting.refresh_from_db()
    assert notice.deadline == waiting
    assert (waiting.status, waiting.due_date, waiting.confirmed_by) == ("confirmed", DUE, firm.paul)
    assert waiting.difference_days == (DUE - (waiting.provisional_due or DUE)).days


def test_it_makes_the_deadline_that_nobody_expected(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter, form_type="I-140")

    deadline = log(firm, "noid", response_due=date(2026, 3, 28)).deadline

    assert deadline is not None
    assert (deadline.kind, deadline.status, deadline.matter) == ("noid", "confirmed", firm.danas_matter)
    assert deadline.provisional_due is not None
    assert deadline.reminders.filter(state="pending").exists()


def test_without_a_printed_date_the_rule_counts_from_the_notice(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    deadline = log(firm, "noid").deadline

    assert deadline is not None
    assert (deadline.status, deadline.issued_on) == ("provisional", DATED)


def test_a_second_request_gets_a_deadline_of_its_own(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    first = log(firm, response_due=DUE).deadline

    later = log(firm, notice_date=DATED + timedelta(days=2), response_due=DUE + timedelta(days=2)).deadline

    assert first is not None
    first.refresh_from_db()
    assert (first.due_date, later and later.due_date) == (DUE, DUE + timedelta(days=2))
    assert Deadline.objects.count() == 2


@pytest.mark.parametrize("kind", ["biometrics", "interview", "oath"])
def test_an_appointment_is_a_date_to_keep(firm: Firm, kind: str) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    notice = log(
        firm,
        kind,
        appointment_day=date(2026, 3, 30),
        appointment_time="9:00 AM",
        appointment_place="26 Federal Plaza",
    )

    assert notice.deadline is not None
    assert (notice.deadline.kind, notice.deadline.due_date) == (kind, date(2026, 3, 30))
    assert notice.appointment_words == {"time": "9:00 AM", "place": "26 Federal Plaza"}


def test_a_new_appointment_notice_moves_the_day_of_the_old_one(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    old = log(firm, "biometrics", appointment_day=date(2026, 3, 20)).deadline

    new = log(firm, "biometrics", notice_date=date(2026, 3, 1), appointment_day=date(2026, 4, 2)).deadline

    assert old is not None
    assert new is not None
    old.refresh_from_db()
    assert (old.state, new.previous, new.due_date) == ("moved", old, date(2026, 4, 2))


@pytest.mark.parametrize(
    ("kind", "form", "days"),
    [
        ("denial", "I-765", {"i290b_motion": 30}),
        ("denial", "I-485", {"i290b_motion": 30, "i290b_appeal": 30}),
        ("denial", "I-130", {"i290b_motion": 30, "eoir29_appeal": 30}),
        ("denial", "", {"i290b_motion": 30, "i290b_appeal": 30}),
        ("denial", "I-821D", {}),
        ("termination", "I-130", {"revocation_appeal": 15, "i290b_motion": 30}),
        ("termination", "I-765", {"i290b_motion": 30}),
    ],
)
def test_a_decision_without_a_date_starts_the_clock_of_every_remedy(
    firm: Firm, kind: str, form: str, days: dict[str, int]
) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter, form_type=form)

    first = log(firm, kind).deadline

    found = dict(Deadline.objects.values_list("kind", "due_date"))
    assert found == {each: roll_forward(DATED + timedelta(days=count)) for each, count in days.items()}
    assert (first and first.due_date) == min(filter(None, found.values()), default=None)


def test_a_remedy_that_was_waived_is_not_started_again_by_the_paper(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "DENIED", form="I-765")
    run(change)
    services.waive_deadline(
        Deadline.objects.get().pk, reason="We file anew.", actor=firm.actor("alice"), now=NOW
    )

    log(firm, "denial", number=change.receipt.number)

    assert Deadline.objects.get().state == "waived"


def test_an_approval_starts_no_clock(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    assert log(firm, "approval").deadline is None


@pytest.mark.parametrize(
    ("form", "kind"), [("N-400", "n336_hearing"), ("I-130", "eoir29_appeal"), ("I-485", "i290b_motion")]
)
def test_a_denial_is_fought_as_its_form_allows(firm: Firm, form: str, kind: str) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter, form_type=form)

    deadline = log(firm, "denial", response_due=date(2026, 3, 30)).deadline

    assert deadline is not None
    assert deadline.kind == kind


def test_the_same_form_sent_twice_logs_once(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    submission = uuid4()

    first, second = (log(firm, submission=submission, response_due=DUE) for _ in range(2))

    assert first == second
    assert UscisNotice.objects.count() == Deadline.objects.count() == 1
    assert AuditEntry.objects.filter(action="workflows.deadline_confirmed").count() == 1


def test_the_record_holds_no_number_and_no_words_of_the_notice(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    log(firm, note="Dana was very worried.", response_due=DUE)

    kept = " ".join(str(entry.data) for entry in AuditEntry.objects.all())
    assert NUMBER not in kept
    assert "worried" not in kept


def test_the_database_holds_no_plain_number(firm: Firm) -> None:
    log(firm, note="Dana was very worried.")

    with connection.cursor() as cursor:
        cursor.execute("select number, note, appointment from workflows_papernotice")
        row = str(cursor.fetchall())
    assert NUMBER not in row
    assert "worried" not in row


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"received_on": CAME + timedelta(days=1)}, "received_on"),
        ({"notice_date": CAME + timedelta(days=1)}, "notice_date"),
        ({"response_due": DATED - timedelta(days=1)}, "response_due"),
        ({"appointment_day": DATED - timedelta(days=1)}, "appointment_day"),
        ({"number": "09123400"}, "number"),
        ({"number": "IOE0912340001 IOE0912340002"}, "number"),
        ({"note": "x" * 4001}, "note"),
        ({"kind": "poem"}, "kind"),
    ],
)
def test_it_says_what_cannot_stand_on_a_notice(firm: Firm, fields: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        log(firm, **fields)

    assert name in refused.value.errors
    assert not UscisNotice.objects.exists()


def test_it_is_logged_by_those_who_work_on_cases(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        log(firm, who="olga")


def test_a_manager_logs_a_notice_of_nobodys_case_and_of_those_she_works_on(firm: Firm) -> None:
    assert log(firm, who="mary").state == "to_match"

    make_receipt(NUMBER, matter=firm.danas_matter)
    with pytest.raises(Forbidden):
        log(firm, who="mary", notice_date=DATED - timedelta(days=1))


def test_clients_and_machines_log_nothing(firm: Firm) -> None:
    with pytest.raises(NotFound):
        log(firm, who="dana")
    with pytest.raises(Forbidden):
        log_notice(NewNotification(make_entry(), uuid4()), actor=SYSTEM, now=NOW)


def test_the_database_refuses_a_matched_notice_without_a_receipt(firm: Firm) -> None:
    notice = log(firm)

    with pytest.raises(IntegrityError), transaction.atomic():
        UscisNotice.objects.filter(pk=notice.pk).update(state="logged")


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_due": date(9999, 12, 31)},
        {"response_due": date(2126, 5, 1)},
        {"notice_date": date(1, 1, 1), "received_on": date(1, 1, 2)},
    ],
)
def test_it_refuses_years_that_cannot_be(firm: Firm, wrong: dict[str, Any]) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    with pytest.raises(InvalidInput, match="cannot be saved"):
        log(firm, **wrong)

    assert not UscisNotice.objects.exists()
