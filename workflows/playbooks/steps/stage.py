"""Step `stage`: move the firm's own stage of the matter."""

from __future__ import annotations

from legist.practice.services import set_matter_stage
from legist.practice.states import MatterStage
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, one_of
from workflows.playbooks.steps.base import Result, StepContext

# Closing a matter stays with a person.
PARAMS = {"stage": Part(one_of(stage for stage in MatterStage.values if stage != MatterStage.CLOSED))}


def move_step(context: StepContext, params: Params) -> Result:
    """Move the matter to `stage`. Closing it stays with a person: `to_close` only proposes it."""
    matter = context.matter_for(params)
    set_matter_stage(matter, params["stage"], actor=context.actor, now=context.now, reason="playbook")
    return Result("matter", matter.pk)
