"""Steps that set a date: `deadline` counts it by a cited rule, `appointment` leaves it to the paper."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from django.db.models import Max

from tracking.observations.standing import LONGEST_PERIOD
from workflows.deadlines.services import NewDeadline, add_deadline
from workflows.law.counting import KINDS, DeadlineResult, Known, Step, compute, given_days
from workflows.models import Deadline
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import LARGEST, Many, Part, Text, Whole, one_of, optional
from workflows.playbooks.steps.base import Result, StepContext

# What is to be explained once it was missed, and the appointment.
MISSED = MappingProxyType({"n400_absence": "interview", "oath_absence": "oath"})
APPOINTMENT = {
    "kind": Part(one_of(KINDS)),
    "title": Part(Text(160)),
    "reminders": optional(Many(Whole(-LARGEST))),
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
        stated=context.change.appointment_on,
        rule=str(known.rule),
        citation=known.citation,
        steps=known.steps,
        reminder_offsets=list(params.get("reminders", [])),
        receipt_id=context.change.receipt_id,
    )


DEADLINE = {
    "kind": Part(one_of(KINDS)),
    "title": Part(Text(160)),
    "reminders": optional(Many(Whole(-LARGEST))),
}


def count_step(context: StepContext, params: Params) -> Result:
    """Count the deadline from the day USCIS acted and plan its reminders."""
    new, matter = count(context, params), context.matter_for(params)
    return Result.of(add_deadline(new, matter=matter, run=context.run, actor=context.actor, now=context.now))


def count(context: StepContext, params: Params) -> NewDeadline:
    """Return the deadline as counted.

    A day that the status text itself names is kept beside it; the earlier one drives. So does a shorter
    period that it gives. What runs from a missed appointment runs from its day, however late USCIS says that
    nobody came.
    """
    issued, known = _missed(context, params["kind"]) or context.clock
    counted = compute(
        params["kind"],
        issued,
        forms=context.change.forms,
        known=known,
        within=given_days(context.change.facts),
    )
    stated = context.stated_deadline
    return NewDeadline(
        kind=params["kind"],
        title=params["title"],
        due=counted.due,
        stated=stated,
        rule=str(counted.rule),
        citation=counted.citation,
        steps=[*counted.steps[:-1], *_compared(counted, stated), counted.steps[-1]],
        reminder_offsets=list(params.get("reminders", [])),
        receipt_id=context.change.receipt_id,
        issued_on=issued,
        issued_known=known,
    )


def _missed(context: StepContext, kind: str) -> tuple[date, Known] | None:
    """Return the day of the appointment that was missed, where the board has it."""
    by, _known = context.clock
    days = Deadline.objects.filter(
        receipt=context.change.receipt_id,
        kind=MISSED.get(kind, ""),
        due_date__range=(by - LONGEST_PERIOD, by),
    )
    day = days.aggregate(day=Max("due_date"))["day"]
    return (day, Known.STATED) if day else None


def _compared(counted: DeadlineResult, stated: date | None) -> list[Step]:
    """Say how the day in the status text and the counted one compare."""
    if stated is None:
        return []
    if counted.due is None:
        return [Step.of("text_alone", stated=stated)]
    if stated == counted.due:
        return [Step.of("text_same_day", stated=stated)]
    code = "text_earlier" if stated < counted.due else "text_later"
    return [Step.of(code, stated=stated, apart=abs((stated - counted.due).days))]
