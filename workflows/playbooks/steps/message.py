"""Step `message`: draft a message to the client and put it before an attorney."""

from __future__ import annotations

from workflows.messages.consent import is_over
from workflows.messages.drafts import NewDraft, create_draft
from workflows.messages.facts import facts_used, values
from workflows.messages.templates import store as templates
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, slug
from workflows.playbooks.steps.base import Result, StepContext

PARAMS = {"template": Part(slug)}


def draft_step(context: StepContext, params: Params) -> Result:
    """Fill the message template in every language; nothing leaves before an attorney approves.

    The client of a closed matter is not written to: the step is done with that.
    """
    matter = context.matter_for(params)
    if is_over(matter):
        return Result.of(matter)
    source = context.source()
    by_language = {language: values(source, language) for language in templates.LANGUAGES}
    texts, version = templates.render(params["template"], by_language)
    new = NewDraft(
        matter=matter,
        client=context.client,
        purpose=params["template"],
        texts=texts,
        facts=facts_used(source),
        template_version=version,
        change_id=context.change.change_id,
        run=context.run,
    )
    return Result.of(create_draft(new, actor=context.actor, now=context.now))
