"""Deciding when deadlines remind and escalate: for a kind, or for one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from workflows import audit_actions as actions
from workflows.access import access_deadline
from workflows.deadlines import reminders
from workflows.deadlines.escalation import LONGEST_DELAY
from workflows.deadlines.reminder_days import RuleOfKind, offsets_of
from workflows.law.kinds import PERIODS
from workflows.models import Deadline, ReminderRule
from workflows.recipients import get_person
from workflows.states import DeadlineState

FURTHEST_DAYS, MOST_REMINDERS = 180, 10


def set_rule(rule: RuleOfKind, *, actor: Actor, now: datetime) -> ReminderRule:
    """Decide how a kind reminds; open deadlines that follow the firm are planned anew.

    Raises InvalidInput for days that cannot be used.
    """
    require(actor, Capability.EDIT_DEADLINE_RULES)
    person = get_person(actor)
    if rule.kind not in PERIODS or person is None:
        message = "There is no such kind of deadline. Reload the page and choose again."
        raise InvalidInput(message)
    offsets = checked_offsets(rule.offsets)
    values = {
        "offsets": offsets,
        "attorney_after": _checked_delay(rule.attorney_after),
        "manager_after": _checked_delay(rule.manager_after),
        "updated_by": person,
        "updated_at": now,
    }
    with unit_of_work(actor=actor, now=now) as unit:
        row, _is_new = ReminderRule.objects.update_or_create(kind=rule.kind, defaults=values)
        following = Deadline.objects.filter(kind=rule.kind, state=DeadlineState.OPEN, own_reminders=False)
        moved = [_replan(deadline, offsets, now=now) for deadline in following.select_for_update()]
        data = {
            "kind": rule.kind,
            "offsets": ", ".join(map(str, offsets)),
            "deadlines": len(moved),
        }
        unit.record(actions.REMINDER_RULE_SET, row, **data)
    return row


def choose_for(
    deadline_id: UUID | str, *, offsets: Iterable[int] | None, actor: Actor, now: datetime
) -> Deadline:
    """Choose the reminders of one deadline; None has it follow the firm again."""
    with unit_of_work(actor=actor, now=now) as unit:
        deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER, lock=True)
        if deadline.state != DeadlineState.OPEN:
            message = "This deadline is closed already. Reload the page to see what became of it."
            raise WrongState(message)
        days = offsets_of(deadline.kind) if offsets is None else checked_offsets(offsets)
        deadline.own_reminders = offsets is not None
        deadline.save(update_fields=["own_reminders"])
        _replan(deadline, days, now=now)
        data = {"kind": deadline.kind, "offsets": ", ".join(map(str, days))}
        unit.record(actions.REMINDERS_CHOSEN, deadline, **data)
    return deadline


def _replan(deadline: Deadline, offsets: list[int], *, now: datetime) -> Deadline:
    deadline.reminder_offsets = offsets
    deadline.save(update_fields=["reminder_offsets"])
    reminders.plan(deadline, now=now)
    return deadline


def checked_offsets(offsets: Iterable[int]) -> list[int]:
    """Return the days, furthest first, each once; raise InvalidInput for too many, too far, or none."""
    days = sorted(set(offsets), reverse=True)
    if not days or len(days) > MOST_REMINDERS or days[0] > FURTHEST_DAYS or days[-1] < 0:
        message = f"Give one to {MOST_REMINDERS} numbers of days, each from 0 to {FURTHEST_DAYS}."
        raise InvalidInput(message, {"offsets": [message]})
    return days


def _checked_delay(days: int) -> int:
    if not 0 <= days <= LONGEST_DELAY:
        message = f"Give a number of business days from 0 to {LONGEST_DELAY}."
        raise InvalidInput(message, {"attorney_after": [message]})
    return days
