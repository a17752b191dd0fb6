"""Paper that does not come: awaited once per change, raised once, and never given up in silence."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.core.outbox import drain
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import make_change, make_deadline, make_news
from tests.workflows.notices.sheets import NUMBER, log, make_entry
from tracking.models import StatusChange
from tracking.overrides import override_status
from workflows.checklists.services import complete_item
from workflows.models import ChecklistItem, ChecklistRun, NoticeWatch, Notification
from workflows.notices import overdue, watch
from workflows.notices.intake import correct_notice

ACTED = date(2026, 2, 27)
LATER = NOW + timedelta(days=30)


def begin(change: StatusChange, *, now: datetime = NOW) -> NoticeWatch | None:
    return watch.begin(change.pk, actor=SYSTEM, now=now)


def awaited(firm: Firm, code: str = "NOID_ISSUED") -> NoticeWatch:
    """Return the wait for the paper of a new status on a case of Dana's."""
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)
    make_change(receipt, "IN_REVIEW", at=NOW - timedelta(days=60), event_date=date(2026, 1, 1))
    found = begin(make_change(receipt, code, event_date=ACTED))
    assert found is not None
    return found


def raised(firm: Firm, code: str = "NOID_ISSUED") -> NoticeWatch:
    found = awaited(firm, code)
    overdue.run_due(now=LATER, actor=SYSTEM)
    found.refresh_from_db()
    assert found.state == "raised"
    return found


def told() -> set[str]:
    return {row.user.name for row in Notification.objects.filter(kind="paper")}


def test_a_status_that_promises_paper_begins_a_wait(firm: Firm) -> None:
    found = awaited(firm)

    assert (found.state, found.code, found.since) == ("waiting", "NOID_ISSUED", ACTED)
    assert found.due_at == datetime.fromisoformat("2026-03-09T08:00-04:00")


def test_the_event_of_a_change_begins_it_once(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "DENIED", event_date=ACTED)
    drain(now=NOW)
    begin(change)

    assert NoticeWatch.objects.get().change == change


@pytest.mark.parametrize(
    ("code", "event_date", "expected"),
    [
        ("BIOMETRICS_RESCHEDULED", ACTED, True),
        ("BIOMETRICS_CANCELLED", ACTED, False),
        ("NTA_ISSUED", ACTED, True),
        ("RFE_ISSUED", NOW.date() - timedelta(days=80), True),
        ("RFE_ISSUED", NOW.date() - timedelta(days=100), False),
        ("DENIED", NOW.date() - timedelta(days=40), True),
        ("DENIED", NOW.date() - timedelta(days=60), False),
        ("IN_REVIEW", ACTED, False),
        ("DOC_MAILED", ACTED, False),
    ],
)
def test_old_history_and_other_statuses_begin_none(
    firm: Firm, code: str, event_date: date, expected: bool
) -> None:
    change = make_change(make_receipt(NUMBER, matter=firm.danas_matter), code, event_date=event_date)

    assert bool(begin(change)) is expected


def test_paper_on_the_desk_gets_two_days_to_be_logged(firm: Firm) -> None:
    change = make_change(
        make_receipt(NUMBER, matter=firm.danas_matter),
        "RFE_ISSUED",
        event_date=NOW.date() - timedelta(days=50),
    )
    found = begin(change)

    assert found is not None
    assert found.due_at == datetime.fromisoformat("2026-03-04T08:00-05:00")


def test_paper_that_came_first_ends_the_wait_at_once(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm, "noid")

    found = begin(make_change(receipt, "NOID_ISSUED", event_date=ACTED))

    assert found is not None
    found.refresh_from_db()
    assert (found.state, found.notice) == ("satisfied", notice)


def test_logging_the_paper_ends_the_wait(firm: Firm) -> None:
    found = awaited(firm)
    notice = log(firm, "noid")

    found.refresh_from_db()
    assert (found.state, found.notice, found.due_at) == ("satisfied", notice, None)
    assert not overdue.has_due(LATER)


def test_another_paper_does_not(firm: Firm) -> None:
    found = awaited(firm)
    log(firm, "biometrics")
    log(firm, "noid", notice_date=ACTED - timedelta(days=11))

    found.refresh_from_db()
    assert found.state == "waiting"


def test_it_is_raised_once_with_what_to_do(firm: Firm) -> None:
    found = awaited(firm)
    assert not overdue.has_due(NOW)

    for _ in range(2):
        overdue.run_due(now=LATER, actor=SYSTEM)

    found.refresh_from_db()
    checklist = ChecklistRun.objects.get(key="missing_paper")
    assert (found.state, found.checklist) == ("raised", checklist)
    assert {"address", "account", "client", "call", "request"} <= set(
        checklist.items.values_list("key", flat=True)
    )
    assert told() == {"Paul"}
    assert (
        AuditEntry.objects.filter(action="workflows.paper_missing", scope=firm.danas_matter.pk).count() == 1
    )


def test_a_request_says_how_many_days_are_left(firm: Firm) -> None:
    log_first = make_receipt(NUMBER, matter=firm.danas_matter)
    make_deadline(firm, date(2026, 5, 1), receipt_id=log_first.pk)
    begin(make_change(log_first, "RFE_ISSUED", event_date=ACTED))
    overdue.run_due(now=LATER, actor=SYSTEM)

    text = ChecklistItem.objects.get(key="window").label
    assert "May 1, 2026" in text
    assert "30 days are left" in text


def test_untouched_it_climbs_to_the_attorney_and_then_the_managers(firm: Firm) -> None:
    found = raised(firm)

    overdue.run_due(now=LATER + timedelta(days=2), actor=SYSTEM)
    assert told() == {"Paul", "Alice"}
    overdue.run_due(now=LATER + timedelta(days=4), actor=SYSTEM)
    assert told() == {"Paul", "Alice", "Mary"}
    found.refresh_from_db()
    assert (found.level, found.due_at, found.state) == (2, None, "raised")


@pytest.mark.parametrize("how", ["take", "item"])
def test_nobody_else_is_told_while_somebody_looks(firm: Firm, how: str) -> None:
    found, paul = raised(firm), firm.actor("paul")
    if how == "take":
        watch.take(found.pk, actor=paul, now=LATER)
    else:
        complete_item(ChecklistItem.objects.get(key="call").pk, actor=paul, now=LATER)

    overdue.run_due(now=LATER + timedelta(days=2), actor=SYSTEM)
    assert told() == {"Paul"}
    overdue.run_due(now=LATER + timedelta(days=8), actor=SYSTEM)
    assert told() == {"Paul", "Alice"}


def test_a_receipt_without_a_matter_goes_to_those_who_triage(firm: Firm) -> None:
    begin(make_change(make_receipt(NUMBER, matter=None), "DENIED", event_date=ACTED))
    overdue.run_due(now=LATER, actor=SYSTEM)

    assert told() == {"Alice", "Paul", "Charlie", "Olga", "Mary"}
    assert not ChecklistRun.objects.exists()


def test_the_steps_go_when_the_paper_comes_and_what_was_done_stays(firm: Firm) -> None:
    raised(firm)
    complete_item(ChecklistItem.objects.get(key="call").pk, actor=firm.actor("paul"), now=LATER)
    log(firm, "noid")

    assert [item.key for item in ChecklistItem.objects.all()] == ["call"]
    assert AuditEntry.objects.get(action="workflows.paper_steps_dropped").data["items"] == 4


@pytest.mark.parametrize("was_raised", [True, False])
def test_it_says_when_the_case_moved_on(firm: Firm, was_raised: bool) -> None:
    found = raised(firm) if was_raised else awaited(firm)
    begin(make_change(found.receipt, "RESPONSE_RECEIVED", at=LATER, event_date=None), now=LATER)

    found.refresh_from_db()
    assert (found.state, found.end) == ("dismissed", "moved_on")
    assert AuditEntry.objects.get(action="workflows.paper_not_awaited").data["why"] == "moved_on"
    assert Notification.objects.filter(data__what="moved_on").exists() is was_raised


def test_a_corrected_status_takes_its_wait_along(firm: Firm) -> None:
    found = awaited(firm, "NOTICE_MAILED")
    change = override_status(
        found.receipt_id, actor=firm.actor("alice"), code="IN_REVIEW", reason="Misread.", now=NOW
    ).changes.get()
    begin(change)

    found.refresh_from_db()
    assert (found.state, found.end) == ("dismissed", "corrected")


def test_a_person_says_that_nobody_needs_it(firm: Firm) -> None:
    found = raised(firm)
    ended = watch.dismiss(found.pk, reason="We have it by e-mail.", actor=firm.actor("paul"), now=LATER)

    assert (ended.state, ended.reason) == ("dismissed", "We have it by e-mail.")
    with pytest.raises(WrongState):
        watch.take(found.pk, actor=firm.actor("paul"), now=LATER)


@pytest.mark.parametrize(("who", "error"), [("charlie", NotFound), ("mary", Forbidden), ("dana", NotFound)])
def test_it_is_decided_by_who_works_on_the_case(firm: Firm, who: str, error: type[Exception]) -> None:
    found = raised(firm)

    with pytest.raises(error):
        watch.dismiss(found.pk, reason="No.", actor=firm.actor(who), now=LATER)
    with pytest.raises(InvalidInput):
        watch.dismiss(found.pk, reason=" ", actor=firm.actor("paul"), now=LATER)


def test_a_returned_notice_is_raised_at_once(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)
    begin(make_change(receipt, "MAIL_RETURNED", event_date=ACTED))

    overdue.run_due(now=NOW, actor=SYSTEM)

    assert NoticeWatch.objects.get().state == "raised"


def test_a_wait_that_a_misreading_ended_begins_again(firm: Firm) -> None:
    found = awaited(firm)
    notice = log(firm, "noid")
    correct_notice(notice.pk, entry=make_entry("approval"), version=1, actor=firm.actor("paul"), now=NOW)

    found.refresh_from_db()
    assert (found.state, found.notice) == ("waiting", None)


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Response To Notice Of Intent To Deny Was Received", "dismissed"),
        ("Response To USCIS' Request For Evidence Was Received", "waiting"),
    ],
)
def test_the_answer_to_another_request_ends_no_wait(title: str, state: str, firm: Firm) -> None:
    found = awaited(firm)
    begin(make_change(found.receipt, "RESPONSE_RECEIVED", title_en=title))

    found.refresh_from_db()
    assert found.state == state
