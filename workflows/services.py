"""What people do with deadlines. A deadline is never deleted: it is met, moved or waived, on the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, WrongState
from legist.core.uow import unit_of_work
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability
from legist.practice.roles import Role
from workflows import audit_actions as actions
from workflows import checklists, reminders
from workflows.models import Deadline, PlaybookRun
from workflows.models.deadlines import DeadlineState, DeadlineStatus
from workflows.people import get_person
from workflows.selectors.access import access_deadline


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A date to keep: counted by a rule, or to be read from the paper notice (`due` is None)."""

    kind: str
    title: str
    due: date | None = None
    rule: str = ""
    citation: str = ""
    steps: list[str] = field(default_factory=list)
    reminder_offsets: list[int] = field(default_factory=list)
    receipt_id: UUID | None = None


def add_deadline(
    new: NewDeadline, *, matter: Matter, run: PlaybookRun | None, actor: Actor, now: datetime
) -> Deadline:
    """Add a provisional deadline and plan its reminders."""
    with unit_of_work(actor=actor):
        deadline = Deadline.objects.create(
            matter=matter,
            run=run,
            receipt_id=new.receipt_id,
            kind=new.kind,
            title=new.title,
            status=DeadlineStatus.PROVISIONAL,
            due_date=new.due,
            provisional_due=new.due,
            rule=new.rule,
            citation=new.citation,
            steps=new.steps,
            reminder_offsets=new.reminder_offsets,
            created_at=now,
        )
        reminders.plan(deadline, now=now)
        data = {"kind": new.kind, "status": "provisional", "due": _iso(new.due), "rule": new.rule}
        _record(actions.DEADLINE_ADDED, deadline, actor=actor, now=now, **data)
    return deadline


def confirm_deadline(deadline_id: UUID | str, *, due: date, actor: Actor, now: datetime) -> Deadline:
    """Enter the date printed on the notice; it counts from now on, the computed one stays beside it.

    Reminders and the checklist items that hang on the date follow. May be repeated to mend a slip.
    """
    person = _require_person(actor)
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        deadline.status, deadline.due_date, deadline.confirmed_due = DeadlineStatus.CONFIRMED, due, due
        deadline.confirmed_by, deadline.confirmed_at = person, now
        deadline.save(update_fields=["status", "due_date", "confirmed_due", "confirmed_by", "confirmed_at"])
        reminders.plan(deadline, now=now)
        checklists.follow_deadline(deadline.run, due, today=timezone.localtime(now).date())
        data = {
            "kind": deadline.kind,
            "due": _iso(due),
            "provisional": _iso(deadline.provisional_due),
            "days": deadline.difference_days,
        }
        _record(actions.DEADLINE_CONFIRMED, deadline, actor=actor, now=now, **data)
    return deadline


def meet_deadline(deadline_id: UUID | str, *, actor: Actor, now: datetime) -> Deadline:
    """Note that what was due is done."""
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        _close(deadline, DeadlineState.MET, actor=actor, now=now)
        _record(actions.DEADLINE_MET, deadline, actor=actor, now=now, kind=deadline.kind)
    return deadline


def waive_deadline(deadline_id: UUID | str, *, reason: str, actor: Actor, now: datetime) -> Deadline:
    """Give a deadline up; only an attorney of the matter may, and says why."""
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        if _require_person(actor).role != Role.ATTORNEY:
            message = "Only an attorney of the matter may waive a deadline. Ask the attorney."
            raise Forbidden(message)
        _close(deadline, DeadlineState.WAIVED, actor=actor, now=now, reason=_reason(reason))
        _record(actions.DEADLINE_WAIVED, deadline, actor=actor, now=now, kind=deadline.kind)
    return deadline


def move_deadline(
    deadline_id: UUID | str, *, due: date, reason: str, actor: Actor, now: datetime
) -> Deadline:
    """Replace a deadline by one on another day; returns the new one, which knows the one before it."""
    person = _require_person(actor)
    with unit_of_work(actor=actor):
        old = _lock_open(deadline_id, actor=actor)
        _close(old, DeadlineState.MOVED, actor=actor, now=now, reason=_reason(reason))
        new = Deadline.objects.create(
            matter=old.matter,
            receipt_id=old.receipt_id,
            run=old.run,
            previous=old,
            kind=old.kind,
            title=old.title,
            status=DeadlineStatus.CONFIRMED,
            due_date=due,
            provisional_due=old.provisional_due,
            confirmed_due=due,
            rule=old.rule,
            citation=old.citation,
            steps=old.steps,
            reminder_offsets=old.reminder_offsets,
            confirmed_by=person,
            confirmed_at=now,
            created_at=now,
        )
        reminders.plan(new, now=now)
        checklists.follow_deadline(new.run, due, today=timezone.localtime(now).date())
        data = {"kind": new.kind, "due": _iso(due), "previous": _iso(old.due_date)}
        _record(actions.DEADLINE_MOVED, new, actor=actor, now=now, **data)
    return new


def _lock_open(deadline_id: UUID | str, *, actor: Actor) -> Deadline:
    deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER, lock=True)
    if deadline.state != DeadlineState.OPEN:
        message = "This deadline is closed already. Reload the page to see what became of it."
        raise WrongState(message)
    return deadline


def _close(
    deadline: Deadline, state: DeadlineState, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    deadline.state, deadline.closed_by, deadline.closed_at = state, _require_person(actor), now
    deadline.reason = reason
    deadline.save(update_fields=["state", "closed_by", "closed_at", "reason"])
    reminders.cancel(deadline)


def _require_person(actor: Actor) -> User:
    person = get_person(actor)
    if person is None:
        message = "A deadline is decided about by a person."
        raise Forbidden(message)
    return person


def _reason(reason: str) -> str:
    if not reason.strip():
        message = "Say why; the reason is kept on the record."
        raise InvalidInput(message, {"reason": [message]})
    return reason.strip()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _record(action: audit.Action, deadline: Deadline, *, actor: Actor, now: datetime, **data: Any) -> None:
    audit.record(action, actor=actor, subject=deadline, scope=deadline.matter_id, now=now, data=data)
