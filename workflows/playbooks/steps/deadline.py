"""Step `deadline`: a provisional date, counted by a rule with its citation."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format

from workflows.deadlines.services import NewDeadline, add_deadline
from workflows.law.counting import KINDS, DeadlineResult, compute
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import LARGEST, Part, many, one_of, optional, text, whole
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {
    "kind": Part(one_of(KINDS)),
    "title": Part(text(160)),
    "reminders": optional(many(whole(-LARGEST))),
}


def count_step(context: StepContext, params: Params) -> Result:
    """Count the deadline from the day USCIS acted and plan its reminders."""
    new, matter = count(context, params), context.matter_for(params)
    return Result.of(add_deadline(new, matter=matter, run=context.run, actor=context.actor, now=context.now))


def count(context: StepContext, params: Params) -> NewDeadline:
    """Return the deadline as counted.

    A day that the status text itself names is kept beside it; the earlier one drives.
    """
    issued, known = context.clock
    counted = compute(params["kind"], issued, forms=context.change.forms, known=known)
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


def _compared(counted: DeadlineResult, stated: date | None) -> list[str]:
    """Say how the day in the status text and the counted one compare."""
    if stated is None:
        return []
    said = f"The status text itself names {date_format(stated, 'l, F j, Y')}"
    if counted.due is None:
        return [f"{said}; it drives until the notice is read."]
    if stated == counted.due:
        return [f"{said}, the same day."]
    earlier = "earlier" if stated < counted.due else "later"
    days = abs((stated - counted.due).days)
    drives = "it" if stated < counted.due else "the counted day"
    return [f"{said}, {days} days {earlier}; {drives} drives until the notice is read."]
