"""Deadlines in the hands of people: confirmed, met, moved, waived, never deleted."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import hear, make_deadline, make_news, run
from workflows.deadlines import services
from workflows.models import ChecklistItem, Deadline, DeadlineIsKept

PRINTED = date(2026, 5, 8)


def confirm(firm: Firm, deadline: Deadline, due: date = PRINTED, who: str = "paul") -> Deadline:
    return services.confirm_deadline(deadline.pk, due=due, actor=firm.actor(who), now=NOW)


def test_it_keeps_the_computed_date_beside_the_printed_one(firm: Firm) -> None:
    deadline = confirm(firm, make_deadline(firm))

    assert (deadline.status, deadline.due_date) == ("confirmed", PRINTED)
    assert (deadline.provisional_due, deadline.difference_days) == (date(2026, 5, 1), 7)
    assert (deadline.confirmed_by, deadline.confirmed_at) == (firm.paul, NOW)


def test_it_puts_who_confirmed_and_the_difference_on_the_record(firm: Firm) -> None:
    confirm(firm, make_deadline(firm))

    entry = AuditEntry.objects.get(action="workflows.deadline_confirmed")
    assert entry.actor_id == str(firm.paul.pk)
    assert (entry.data["due"], entry.data["days"]) == ("2026-05-08", 7)


def test_its_reminders_follow_the_printed_date(firm: Firm) -> None:
    deadline = confirm(firm, make_deadline(firm))

    days = {reminder.due_at.date() for reminder in deadline.reminders.all()}
    assert days == {PRINTED - timedelta(days=30), PRINTED - timedelta(days=7), PRINTED + timedelta(days=1)}


def test_an_appointment_gets_its_reminder_when_a_person_enters_the_date(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED"))
    deadline = Deadline.objects.get()
    assert not deadline.reminders.exists()

    confirm(firm, deadline, date(2026, 3, 30))

    planned = deadline.reminders.filter(state="pending").values_list("offset_days", flat=True)
    assert set(planned) == {30, 14, 7, 3, 1, -1}
    hear()
    assert ChecklistItem.objects.get(key="bring").due_date == date(2026, 3, 30)
    assert ChecklistItem.objects.get(key="attended").due_date == date(2026, 3, 31)


def test_it_takes_a_day_that_the_status_text_names_as_provisional(firm: Firm) -> None:
    facts = {"appointment": {"day": "2026-03-30"}}
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED", facts=facts))

    deadline = Deadline.objects.get()
    assert (deadline.status, deadline.due_date) == ("provisional", date(2026, 3, 30))


def test_a_slip_is_mended_by_confirming_again(firm: Firm) -> None:
    deadline = confirm(firm, confirm(firm, make_deadline(firm)), date(2026, 5, 9))

    assert (deadline.due_date, deadline.difference_days) == (date(2026, 5, 9), 8)


def test_it_moves_to_a_new_deadline_that_knows_the_old_one(firm: Firm) -> None:
    old = make_deadline(firm)
    new = services.move_deadline(
        old.pk, due=date(2026, 6, 1), reason="New notice", actor=firm.actor("paul"), now=NOW
    )

    old.refresh_from_db()
    assert (old.state, old.reason, old.closed_by) == ("moved", "New notice", firm.paul)
    assert (new.previous, new.state, new.due_date) == (old, "open", date(2026, 6, 1))
    assert not old.reminders.filter(state="pending").exists()
    assert new.reminders.filter(state="pending").exists()


def test_a_met_deadline_reminds_nobody_any_more(firm: Firm) -> None:
    deadline = services.meet_deadline(make_deadline(firm).pk, actor=firm.actor("paul"), now=NOW)

    assert (deadline.state, deadline.closed_by) == ("met", firm.paul)
    assert set(deadline.reminders.values_list("state", flat=True)) == {"cancelled"}


def test_only_an_attorney_waives(firm: Firm) -> None:
    deadline = make_deadline(firm)
    with pytest.raises(Forbidden):
        services.waive_deadline(deadline.pk, reason="No need", actor=firm.actor("paul"), now=NOW)

    waived = services.waive_deadline(deadline.pk, reason="Withdrawn", actor=firm.actor("alice"), now=NOW)

    assert (waived.state, waived.reason) == ("waived", "Withdrawn")


@pytest.mark.parametrize("act", ["move", "waive"])
def test_it_asks_for_a_reason(firm: Firm, act: str) -> None:
    deadline, actor = make_deadline(firm), firm.actor("alice")

    with pytest.raises(InvalidInput):
        if act == "move":
            services.move_deadline(deadline.pk, due=PRINTED, reason=" ", actor=actor, now=NOW)
        else:
            services.waive_deadline(deadline.pk, reason="", actor=actor, now=NOW)
    deadline.refresh_from_db()
    assert deadline.state == "open"


def test_a_closed_deadline_stays_closed(firm: Firm) -> None:
    deadline = services.meet_deadline(make_deadline(firm).pk, actor=firm.actor("paul"), now=NOW)

    with pytest.raises(WrongState):
        confirm(firm, deadline)


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_it_is_kept_by_who_works_on_the_matter(firm: Firm, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        confirm(firm, make_deadline(firm), who=who)


def test_the_machine_confirms_nothing(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        services.confirm_deadline(make_deadline(firm).pk, due=PRINTED, actor=SYSTEM, now=NOW)


def test_the_database_refuses_a_confirmation_by_nobody(firm: Firm) -> None:
    deadline = make_deadline(firm)

    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(status="confirmed", confirmed_due=PRINTED)


def test_a_deadline_cannot_be_deleted_one_by_one_nor_together(firm: Firm) -> None:
    deadline = make_deadline(firm)

    with pytest.raises(DeadlineIsKept):
        deadline.delete()
    with pytest.raises(DeadlineIsKept):
        Deadline.objects.all().delete()


def test_the_database_refuses_to_lose_a_deadline_behind_our_back(firm: Firm) -> None:
    deadline = make_deadline(firm)

    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM workflows_deadline WHERE id = %s", [_raw(deadline)])
        connection.check_constraints()


def _raw(deadline: Deadline) -> UUID | str:
    return deadline.pk if connection.vendor == "postgresql" else deadline.pk.hex
