"""Steps that say something: `document` to an authority, `message` to the client, `notice` to the staff."""

from __future__ import annotations

from workflows.documents.services import get_template, make_document
from workflows.messages.consent import is_over
from workflows.messages.drafts import NewDraft, create_draft
from workflows.messages.facts import facts_used, values
from workflows.messages.templates import store as templates
from workflows.messages.templates.store import LANGUAGES
from workflows.notifications import services as notifications
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import Part, one_of, optional, slug
from workflows.playbooks.steps.base import Result, StepContext
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel

DOCUMENT = {"template": Part(slug), "language": optional(one_of(LANGUAGES))}


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


MESSAGE = {"template": Part(slug)}


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


NOTICE = {"level": optional(one_of(NotificationLevel.values))}


def tell_step(context: StepContext, params: Params) -> Result:
    """Tell attorney and paralegal, or the managers when nobody works on the matter."""
    matter = context.matter_for(params)
    message = notifications.Message(
        key=f"change:{context.change.change_id}",
        kind=NotificationKind.CHANGE,
        level=NotificationLevel(params.get("level", NotificationLevel.ACTION)),
        subject=context.run,
        matter=matter,
        data={"code": str(context.change.code), "change": str(context.change.change_id)},
    )
    notifications.notify(assigned(matter) or managers(matter), message, now=context.now)
    return Result("matter", matter.pk)
