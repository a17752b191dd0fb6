"""Step `checklist`: open a checklist."""

from __future__ import annotations

from workflows.checklists.services import NewChecklist, open_checklist
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import LARGEST, Part, many, one_of, optional, record, slug, text, whole
from workflows.playbooks.steps.base import Result, StepContext
from workflows.states import ItemRole

ITEM = {
    "key": Part(slug),
    "role": Part(one_of(ItemRole.values)),
    "text": Part(text(300)),
    "days": optional(whole(0)),
    "anchor": optional(whole(-LARGEST)),
}
PARAMS = {"key": Part(slug), "title": Part(text(160)), "items": Part(many(record(ITEM), least=1))}


def open_step(context: StepContext, params: Params) -> Result:
    """Open the checklist with `key`, `title` and `items` in the matter."""
    new = NewChecklist(params["key"], params["title"], params["items"])
    matter = context.matter_for(params)
    return Result.of(
        open_checklist(new, matter=matter, run=context.run, actor=context.actor, now=context.now)
    )
