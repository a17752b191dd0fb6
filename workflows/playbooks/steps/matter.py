"""Step `matter`: open a matter of its own under the case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from legist.practice.services import open_matter, set_matter_stage
from legist.practice.states import MatterKind, MatterStage
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, one_of, text
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {"kind": Part(one_of(MatterKind.values)), "title": Part(text(120))}


def open_step(context: StepContext, params: Params) -> Result:
    """Open a child matter with the case's people and walls, and note on the case that we are responding."""
    matter = open_matter(
        title=_(params["title"]),
        client=context.client,
        parent=context.matter,
        kind=MatterKind(params["kind"]),
        actor=context.actor,
        now=context.now,
    )
    set_matter_stage(
        context.matter, MatterStage.RESPONDING, actor=context.actor, now=context.now, reason="playbook"
    )
    return Result.of(matter)
