"""Step `checklist`: open a checklist."""

from __future__ import annotations

from workflows.actions.base import Result, StepContext
from workflows.checklists import NewChecklist, open_checklist
from workflows.rules import Params


def open_step(context: StepContext, params: Params) -> Result:
    """Open the checklist with `key`, `title` and `items` in the matter."""
    new = NewChecklist(params["key"], params["title"], params["items"])
    matter = context.matter_for(params)
    return Result.of(
        open_checklist(new, matter=matter, run=context.run, actor=context.actor, now=context.now)
    )
