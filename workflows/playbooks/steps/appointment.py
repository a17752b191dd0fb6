"""Step `appointment`: a date that the paper notice decides."""

from __future__ import annotations

from datetime import date

from workflows.deadlines.services import NewDeadline, add_deadline
from workflows.law.counting import KINDS, compute
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import LARGEST, Part, many, one_of, optional, text, whole
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {
    "kind": Part(one_of(KINDS)),
    "title": Part(text(160)),
    "reminders": optional(many(whole(-LARGEST))),
}


def expect_step(context: StepContext, params: Params) -> Result:
    """Add a deadline, as a rule without a date; its reminders begin when a person enters the printed one."""
    new, matter = expect(context, params), context.matter_for(params)
    return Result.of(add_deadline(new, matter=matter, run=context.run, actor=context.actor, now=context.now))


def expect(context: StepContext, params: Params) -> NewDeadline:
    """Return the appointment; where the status text itself names a day it is taken as provisional."""
    known = compute(params["kind"], context.issued)
    return NewDeadline(
        kind=params["kind"],
        title=params["title"],
        stated=named_day(context),
        rule=str(known.rule),
        citation=known.citation,
        steps=[str(step) for step in known.steps],
        reminder_offsets=list(params.get("reminders", [])),
        receipt_id=context.change.receipt_id,
    )


def named_day(context: StepContext) -> date | None:
    """Return the day of the appointment that the status text names, if it does."""
    appointment = context.change.facts.get("appointment") or {}
    return date.fromisoformat(appointment["day"]) if "day" in appointment else None
