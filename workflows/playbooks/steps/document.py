"""Step `document`: a letter or filing, prefilled from a Word template."""

from __future__ import annotations

from workflows.documents.services import get_template, make_document
from workflows.messages.facts import values
from workflows.messages.templates.store import LANGUAGES
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, one_of, optional, slug
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {"template": Part(slug), "language": optional(one_of(LANGUAGES))}


def fill_step(context: StepContext, params: Params) -> Result:
    """Fill the template in the given language (for authorities) or the client's."""
    template = get_template(params["template"], params.get("language", context.client.language))
    document = make_document(
        template,
        values=values(context.source(), template.language),
        matter=context.matter_for(params),
        run=context.run,
        actor=context.actor,
        now=context.now,
    )
    return Result.of(document)
