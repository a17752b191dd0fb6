"""Step `document`: a letter or filing, prefilled from a Word template."""

from __future__ import annotations

from workflows.actions.base import Result, StepContext
from workflows.documents import get_template, make_document
from workflows.drafting.facts import values
from workflows.drafting.messages import LANGUAGES
from workflows.rules import Params
from workflows.shapes import Part, one_of, optional, slug

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
