"""The firm's own reminders of a kind, and those chosen for one deadline."""

from __future__ import annotations

from datetime import date

import pytest

from legist.core.definitions.services import Unchanged
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import decide_reminders, make_deadline, make_news, run
from workflows.deadlines import reminder_rules, services
from workflows.deadlines.reminder_days import DEFAULT_OFFSETS, RuleOfKind, list_rules, offsets_of
from workflows.models import Deadline, ReminderRule

DUE = date(2026, 6, 1)


def planned(deadline: Deadline) -> list[int]:
    pending = deadline.reminders.filter(state="pending", offset_days__gte=0)
    return sorted(pending.values_list("offset_days", flat=True), reverse=True)


def decide(firm: Firm, offsets: tuple[int, ...], who: str = "mary", kind: str = "rfe") -> None:
    decide_reminders(firm, RuleOfKind(kind, offsets), who=who)


def test_it_ships_with_five_reminders_for_every_kind(firm: Firm) -> None:
    assert {rule.offsets for rule in list_rules()} == {DEFAULT_OFFSETS} == {(30, 14, 7, 3, 1)}


def test_a_new_deadline_follows_the_firm(firm: Firm) -> None:
    decide(firm, (45, 20, 2))
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert offsets_of("rfe") == [45, 20, 2]
    assert planned(Deadline.objects.get()) == [45, 20, 2]


def test_open_ones_follow_a_change_and_chosen_ones_do_not(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    following, own = Deadline.objects.get(), make_deadline(firm, DUE)
    decide(firm, (60, 5))

    assert (planned(following), planned(own)) == ([60, 5], [30, 7])
    entry = AuditEntry.objects.get(action="workflows.reminder_rule_set")
    assert (entry.data["offsets"], entry.data["deadlines"]) == ("60, 5", 1)


def test_a_change_is_a_version_and_a_save_without_one_is_none(firm: Firm) -> None:
    decide(firm, (60, 5))
    with pytest.raises(Unchanged):
        decide(firm, (60, 5))
    decide(firm, (7,), who="alice")

    versions = ReminderRule.objects.filter(kind="rfe").values_list("version", "offsets", "updated_by__name")
    assert list(versions) == [(1, [60, 5], "Mary"), (2, [7], "Alice")]
    assert ReminderRule.objects.get(kind="rfe", version=1).reason == "As we work."
    assert offsets_of("rfe") == [7]


def test_the_second_of_two_who_decide_at_once_is_told(firm: Firm) -> None:
    seen = reminder_rules.TOPIC.read("rfe").hash
    decide(firm, (60, 5))

    with pytest.raises(WrongState, match="changed since"):
        decide_reminders(firm, RuleOfKind("rfe", (7,)), who="alice", seen=seen)

    assert offsets_of("rfe") == [60, 5]


def test_one_deadline_may_have_its_own_and_go_back_to_the_firms(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    paul = firm.actor("paul")
    reminder_rules.choose_for(deadline.pk, offsets=[10], actor=paul, now=NOW)
    assert planned(deadline) == [10]

    back = reminder_rules.choose_for(deadline.pk, offsets=None, actor=paul, now=NOW)

    assert (planned(deadline), back.own_reminders) == ([30, 14, 7, 3, 1], False)


def test_what_was_shown_is_not_shown_again_by_a_change(firm: Firm) -> None:
    deadline = make_deadline(firm, DUE)
    deadline.reminders.filter(offset_days=30).update(state="sent", sent_at=NOW)
    reminder_rules.choose_for(deadline.pk, offsets=[30, 2], actor=firm.actor("paul"), now=NOW)

    assert deadline.reminders.get(offset_days=30).state == "sent"
    assert planned(deadline) == [2]


@pytest.mark.parametrize("offsets", [(), (-1,), (181,), tuple(range(11))])
def test_it_refuses_days_that_make_no_sense(firm: Firm, offsets: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput):
        decide(firm, offsets)


@pytest.mark.parametrize(("who", "error"), [("paul", Forbidden), ("olga", Forbidden), ("dana", NotFound)])
def test_it_is_for_attorneys_and_managers(firm: Firm, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        decide(firm, (5,), who=who)


def test_it_asks_why(firm: Firm) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide_reminders(firm, RuleOfKind("rfe", (5,)), reason=" ")

    assert list(refused.value.errors) == ["reason"]
    assert not ReminderRule.objects.exists()


def test_it_knows_its_kinds_and_its_delays(firm: Firm) -> None:
    with pytest.raises(NotFound):
        decide(firm, (5,), kind="tax_return")
    with pytest.raises(InvalidInput):
        decide_reminders(firm, RuleOfKind("rfe", (5,), 11))


def test_a_moved_one_keeps_its_own(firm: Firm) -> None:
    old = make_deadline(firm, DUE)
    new = services.move_deadline(
        old.pk, due=date(2026, 7, 1), reason="New notice", actor=firm.actor("paul"), now=NOW
    )

    assert (planned(new), new.own_reminders) == ([30, 7], True)
