"""Step `billing`: record a billable milestone."""

from __future__ import annotations

from workflows.billing import Milestone, record_event
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, slug, text
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {"kind": Part(slug), "title": Part(text(160))}


def record_step(context: StepContext, params: Params) -> Result:
    """Record the milestone `kind` on the day USCIS acted."""
    milestone = Milestone(params["kind"], params["title"], context.issued)
    matter = context.matter_for(params)
    event = record_event(milestone, matter=matter, run=context.run, actor=context.actor, now=context.now)
    return Result.of(event)
