"""The earlier one drives: by rule, stated in the text, keyed from paper, until a person confirms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import hear, make_change, make_deadline, make_news, make_receipt, run, said
from tests.workflows.web.asking import Browser, address
from tracking.observations.meaning import NewStatus
from tracking.observations.services import observe
from tracking.statuses import Bucket, StatusCode
from workflows.deadlines import reminders, services
from workflows.deadlines.recalculation import Service
from workflows.models import ChecklistItem, Deadline, Notification
from workflows.states import DateSource

# Issued on Friday, February 27, 2026: 84 days; nothing says that it was mailed.
BY_RULE = date(2026, 5, 22)


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
    assert (sources(deadline), deadline.spread_days) == (["text", "rule"], 21)
    assert any("21 days earlier; it drives" in step for step in said(deadline))
    assert deadline.reminders.get(offset_days=1).due_at.date() == date(2026, 4, 30)


def test_a_later_day_in_the_text_does_not(firm: Firm) -> None:
    deadline = counted(firm, deadline="2026-06-15")

    assert deadline.due_date == BY_RULE
    assert any("the counted day drives" in step for step in said(deadline))


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
        receipt.last_good_at = after
        change = observe(receipt, status, via="uscis", at=NOW, actor=SYSTEM).written
    run(change)
    return Deadline.objects.get(kind="rfe")


def test_it_counts_from_the_earliest_day_it_can_have_been_sent(firm: Firm) -> None:
    deadline = without_a_date(firm, after=datetime(2026, 2, 26, 18, 0, tzinfo=UTC))

    assert (deadline.issued_on, deadline.issued_known) == (date(2026, 2, 26), "after")
    assert deadline.due_date == date(2026, 5, 21)
    assert "the earliest day possible" in said(deadline)[0]


def test_it_makes_up_no_date_for_a_request_that_stood_already(firm: Firm) -> None:
    deadline = without_a_date(firm, after=None)

    assert (deadline.due_date, deadline.candidates, deadline.issued_known) == (None, [], "seen")
    assert any("or earlier" in step and "find it today" in step for step in said(deadline))


def test_a_period_without_a_date_asks_for_it_until_somebody_answers(firm: Firm) -> None:
    deadline = without_a_date(firm, after=None)
    reminders.run_due(now=NOW, actor=SYSTEM)
    first = set(Notification.objects.filter(kind="reminder").values_list("user__name", flat=True))
    reminders.run_due(now=NOW + timedelta(days=1), actor=SYSTEM)

    assert first == {"Paul", "Alice"}
    assert Notification.objects.filter(kind="reminder", user=firm.mary).exists()
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
    hear()
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


def of_form(firm: Firm, form: str, said: str | None, code: str = "RFE_ISSUED") -> Deadline:
    """A request about a receipt with this form, whose text names another one or none."""
    run(make_news(firm.danas_matter, code, form=form, facts={"form": said} if said else {}))
    return Deadline.objects.get()


@pytest.mark.parametrize("form", ["", "XYZ", "I-539 / I-485", "???"])
def test_the_form_that_the_text_names_is_used_where_the_receipt_has_none(firm: Firm, form: str) -> None:
    deadline = of_form(firm, form, "I-539")

    assert deadline.due_date == date(2026, 3, 30)
    assert not any("Assumed: Form" in step for step in said(deadline))


def test_the_form_that_an_earlier_text_named_is_used(firm: Firm) -> None:
    receipt = make_receipt(firm.danas_matter, form="")
    make_change(receipt, "RECEIVED", at=NOW - timedelta(days=60), facts={"form": "I-485"})
    run(make_change(receipt, "RFE_ISSUED"))

    assert Deadline.objects.get().due_date == BY_RULE


def test_a_form_that_nothing_names_takes_the_shortest_period_and_says_so(firm: Firm) -> None:
    deadline = of_form(firm, "", None)

    assert deadline.due_date == date(2026, 3, 30)
    assert any(step.startswith("Assumed: Form I-539") for step in said(deadline))
    assert any("not served by mail" in step for step in said(deadline))


def test_two_forms_that_contradict_each_other_take_the_shorter_period(firm: Firm) -> None:
    deadline = of_form(firm, "I-485", "I-539")

    assert deadline.due_date == date(2026, 3, 30)
    assert any("I-485, I-539" in step for step in said(deadline))


@pytest.mark.parametrize(
    ("code", "form", "due"),
    [
        ("NOID_ISSUED", "I-589", date(2026, 3, 15)),
        ("NOIR_ISSUED", "I-765", date(2026, 3, 16)),
        ("NOIR_ISSUED", "", date(2026, 3, 16)),
    ],
)
def test_a_notice_of_intent_takes_the_days_of_its_form(firm: Firm, code: str, form: str, due: date) -> None:
    assert of_form(firm, form, None, code).due_date == due


def test_a_date_that_becomes_later_says_so_on_its_page_and_on_the_record(firm: Firm) -> None:
    services.recount_deadline(counted(firm).pk, service=Service("mail"), actor=firm.actor("paul"), now=NOW)

    deadline = Deadline.objects.get()
    assert deadline.due_date == date(2026, 5, 26)
    assert any(
        "Until now Friday, May 22, 2026 was kept; it is 4 days later" in step for step in said(deadline)
    )
    assert AuditEntry.objects.get(action="workflows.deadline_recounted").data["before"] == "2026-05-22"


def test_a_way_of_service_that_somebody_stated_is_not_lost_to_an_empty_one(
    firm: Firm, browser_of: Browser
) -> None:
    deadline = counted(firm)
    services.recount_deadline(deadline.pk, service=Service("mail"), actor=firm.actor("paul"), now=NOW)

    browser_of("paul").post(address("deadline_confirm", deadline.pk), {"due": "2026-05-20", "served": ""})

    deadline.refresh_from_db()
    assert (deadline.served, deadline.provisional_due) == ("mail", date(2026, 5, 26))


def test_it_counts_anew_before_it_confirms(firm: Firm) -> None:
    deadline = services.confirm_deadline(
        counted(firm).pk,
        due=date(2026, 5, 20),
        actor=firm.actor("paul"),
        now=NOW,
        service=Service("electronic"),
    )

    assert (deadline.provisional_due, deadline.difference_days) == (date(2026, 5, 22), -2)
    assert any("No days are added for electronic service" in step for step in said(deadline))
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

    assert (board.state, board.due_date) == ("open", date(2026, 3, 30))
    assert ChecklistItem.objects.get(key="file").due_date == date(2026, 3, 25)
