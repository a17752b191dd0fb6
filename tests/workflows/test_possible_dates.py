"""The earlier one drives: by rule, stated in the text, keyed from paper, until a person confirms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_deadline, make_news, make_receipt, run
from tracking.changes import NewStatus, append
from tracking.models import StatusChange
from tracking.statuses import Bucket, StatusCode
from workflows import reminders, services
from workflows.models import ChecklistItem, Deadline, Notice
from workflows.models.deadlines import DateSource
from workflows.recounting import Service

# Issued on Friday, February 27, 2026: 84 days and 3 for mail is Monday, May 25 (Memorial Day).
BY_RULE = date(2026, 5, 26)


def counted(firm: Firm, **facts: str) -> Deadline:
    run(make_news(firm.danas_matter, "RFE_ISSUED", facts=facts))
    return Deadline.objects.get(kind="rfe")


def sources(deadline: Deadline) -> list[str]:
    return [str(source) for source, _day in deadline.known_dates]


def test_the_rule_drives_when_the_text_says_nothing(firm: Firm) -> None:
    deadline = counted(firm)

    assert (deadline.due_date, sources(deadline), deadline.spread_days) == (BY_RULE, ["rule"], 0)
    assert (deadline.issued_on, deadline.issued_known) == (date(2026, 2, 27), "stated")


def test_an_earlier_day_in_the_text_drives(firm: Firm) -> None:
    deadline = counted(firm, deadline="2026-05-01")

    assert (deadline.due_date, deadline.provisional_due) == (date(2026, 5, 1), BY_RULE)
    assert (sources(deadline), deadline.spread_days) == (["text", "rule"], 25)
    assert any("25 days earlier; it drives" in step for step in deadline.steps)
    assert deadline.reminders.get(offset_days=1).due_at.date() == date(2026, 4, 30)


def test_a_later_day_in_the_text_does_not(firm: Firm) -> None:
    deadline = counted(firm, deadline="2026-06-15")

    assert deadline.due_date == BY_RULE
    assert any("the counted day drives" in step for step in deadline.steps)


def test_a_card_is_asked_for_by_the_day_the_text_names(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "MAIL_RETURNED", facts={"deadline": "2026-05-20"}))

    deadline = Deadline.objects.get(kind="returned_mail")
    assert (deadline.due_date, deadline.provisional_due) == (date(2026, 5, 20), date(2026, 5, 22))


def without_a_date(firm: Firm, *, after: datetime | None) -> Deadline:
    """A request whose text names no day; `after` is the last reading that said something else."""
    receipt = make_receipt(firm.danas_matter)
    if after is not None:
        make_change(receipt, "IN_REVIEW", at=after)
    status = NewStatus(StatusCode.RFE_ISSUED, Bucket.ACTION_REQUESTED, source="uscis", client_action=True)
    with unit_of_work(actor=SYSTEM):
        change: StatusChange = append(receipt, status, detected_at=NOW, detected_after=after, actor=SYSTEM)
    run(change)
    return Deadline.objects.get(kind="rfe")


def test_it_counts_from_the_earliest_day_it_can_have_been_sent(firm: Firm) -> None:
    deadline = without_a_date(firm, after=datetime(2026, 2, 26, 18, 0, tzinfo=UTC))

    assert (deadline.issued_on, deadline.issued_known) == (date(2026, 2, 26), "after")
    assert deadline.due_date == date(2026, 5, 26)
    assert "the earliest day possible" in deadline.steps[0]


def test_it_makes_up_no_date_for_a_request_that_stood_already(firm: Firm) -> None:
    deadline = without_a_date(firm, after=None)

    assert (deadline.due_date, deadline.candidates, deadline.issued_known) == (None, [], "seen")
    assert any("or earlier" in step and "find it today" in step for step in deadline.steps)


def test_a_period_without_a_date_asks_for_it_until_somebody_answers(firm: Firm) -> None:
    deadline = without_a_date(firm, after=None)
    reminders.run_due(now=NOW, actor=SYSTEM)
    first = set(Notice.objects.filter(kind="reminder").values_list("user__name", flat=True))
    reminders.run_due(now=NOW + timedelta(days=1), actor=SYSTEM)

    assert first == {"Paul", "Alice"}
    assert Notice.objects.filter(kind="reminder", user=firm.mary).exists()
    services.confirm_deadline(deadline.pk, due=date(2026, 4, 1), actor=firm.actor("paul"), now=NOW)
    assert not deadline.reminders.filter(offset_days=reminders.UNDATED, next_rung_at__isnull=False).exists()


def test_a_day_keyed_from_paper_joins_the_others(firm: Firm) -> None:
    deadline = counted(firm)
    noted = services.note_candidate(
        deadline.pk, source=DateSource.PAPER, day=date(2026, 5, 4), actor=firm.actor("paul"), now=NOW
    )

    assert (noted.due_date, sources(noted), noted.status) == (
        date(2026, 5, 4),
        ["paper", "rule"],
        "provisional",
    )
    assert ChecklistItem.objects.get(key="file").due_date == date(2026, 4, 27)
    assert AuditEntry.objects.filter(action="workflows.deadline_date_noted").exists()


def test_the_same_source_has_one_word(firm: Firm) -> None:
    deadline = counted(firm)
    for day in (date(2026, 5, 4), date(2026, 5, 8)):
        noted = services.note_candidate(
            deadline.pk, source=DateSource.PAPER, day=day, actor=firm.actor("paul"), now=NOW
        )

    assert noted.due_date == date(2026, 5, 8)


def test_nothing_moves_a_day_that_a_person_confirmed(firm: Firm) -> None:
    deadline = counted(firm)
    paul = firm.actor("paul")
    services.confirm_deadline(deadline.pk, due=date(2026, 5, 18), actor=paul, now=NOW)

    noted = services.note_candidate(
        deadline.pk, source=DateSource.TEXT, day=date(2026, 4, 1), actor=paul, now=NOW
    )

    assert (noted.due_date, noted.status) == (date(2026, 5, 18), "confirmed")


@pytest.mark.parametrize(
    ("service", "due"),
    [
        (Service("electronic"), date(2026, 5, 22)),
        (Service("personal"), date(2026, 5, 22)),
        (Service("mail", from_abroad=True), date(2026, 6, 5)),
        (Service("mail", dated=date(2026, 3, 2)), date(2026, 5, 28)),
    ],
)
def test_it_counts_anew_for_how_it_was_served(firm: Firm, service: Service, due: date) -> None:
    deadline = services.recount_deadline(counted(firm).pk, service=service, actor=firm.actor("paul"), now=NOW)

    assert (deadline.due_date, deadline.provisional_due, deadline.served) == (due, due, service.by)


def test_it_counts_anew_before_it_confirms(firm: Firm) -> None:
    deadline = services.confirm_deadline(
        counted(firm).pk,
        due=date(2026, 5, 20),
        actor=firm.actor("paul"),
        now=NOW,
        service=Service("electronic"),
    )

    assert (deadline.provisional_due, deadline.difference_days) == (date(2026, 5, 22), -2)
    assert any("No days are added for electronic service" in step for step in deadline.steps)
    assert AuditEntry.objects.get(action="workflows.deadline_recounted").data["served"] == "electronic"


def test_it_counts_nothing_where_no_rule_does(firm: Firm) -> None:
    by_rule, by_hand = counted(firm), make_deadline(firm)

    with pytest.raises(WrongState):
        services.recount_deadline(by_hand.pk, service=Service("mail"), actor=firm.actor("paul"), now=NOW)
    with pytest.raises(InvalidInput):
        services.recount_deadline(by_rule.pk, service=Service("pigeon"), actor=firm.actor("paul"), now=NOW)


def test_the_attorney_waives_the_remedies_that_are_not_used(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "DENIED", form="I-130"))
    alice = firm.actor("alice")
    motion, board = (Deadline.objects.get(kind=kind) for kind in ("i290b_motion", "eoir29_appeal"))
    services.waive_deadline(motion.pk, reason="We appeal.", actor=alice, now=NOW)

    assert (board.state, board.due_date) == ("open", date(2026, 4, 1))
    assert ChecklistItem.objects.get(key="file").due_date == date(2026, 3, 27)
