"""Step `deadline`: a provisional date, counted by a rule with its citation."""

from __future__ import annotations

from workflows.actions.base import Result, StepContext
from workflows.deadlines import compute
from workflows.rules import Params
from workflows.services import NewDeadline, add_deadline


def count_step(context: StepContext, params: Params) -> Result:
    """Count the deadline from the day USCIS acted and plan its reminders."""
    counted = compute(params["kind"], context.issued, form=context.change.form or None)
    new = NewDeadline(
        kind=params["kind"],
        title=params["title"],
        due=counted.due,
        rule=str(counted.rule),
        citation=counted.citation,
        steps=[str(step) for step in counted.steps],
        reminder_offsets=list(params["reminders"]),
        receipt_id=context.change.receipt_id,
    )
    matter = context.matter_for(params)
    return Result.of(add_deadline(new, matter=matter, run=context.run, actor=context.actor, now=context.now))
