"""Steps about the matter itself, and those that say something in it.

`assign`, `billing`, `checklist`, `clear`, `matter`, `stage`; `document` to an authority, `message` to the
client, `notice` to the staff.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from legist.core.reasons import Unable
from legist.practice.models import Matter, User
from legist.practice.roles import Role
from legist.practice.services import assign_matter, open_matter, set_matter_stage
from legist.practice.states import MatterKind, MatterStage
from workflows.billing import Milestone, record_event
from workflows.checklists.services import NewChecklist, open_checklist
from workflows.documents.services import get_template, make_document
from workflows.messages.consent import is_over
from workflows.messages.drafts import NewDraft, create_draft
from workflows.messages.facts import client_values, facts_used, values
from workflows.messages.templates import store as templates
from workflows.messages.templates.store import LANGUAGES
from workflows.notifications import services as notifications
from workflows.overtaken.services import clear
from workflows.playbooks.rules import Params
from workflows.playbooks.shapes import LARGEST, Many, Part, Record, Slug, Text, Whole, one_of, optional
from workflows.playbooks.steps.base import Result, StepContext
from workflows.recipients import assigned, managers, may_see
from workflows.states import (
    STEP_FAILURE,
    ApprovalRule,
    ItemRole,
    NotificationKind,
    NotificationLevel,
    StepFailure,
)

ASSIGN: dict[str, Part] = {}


def assign_step(context: StepContext, params: Params) -> Result:
    """Keep the attorney the matter has, else take the only one who already works on it.

    One who has left the firm is none. Raises Unable when the choice is not clear: a person decides.
    """
    matter = context.matter_for(params)
    if matter.attorney is None or not matter.attorney.is_active:
        assign_matter(matter, attorney=_only_attorney(matter), actor=context.actor, now=context.now)
    return Result("matter", matter.pk)


def _only_attorney(matter: Matter) -> User:
    attorneys = may_see(matter, User.objects.filter(role=Role.ATTORNEY, is_active=True))
    if len(attorneys) != 1:
        raise Unable(STEP_FAILURE, StepFailure.NO_ATTORNEY)
    return attorneys[0]


BILLING = {"kind": Part(Slug()), "title": Part(Text(160))}


def record_step(context: StepContext, params: Params) -> Result:
    """Record the milestone `kind` on the day USCIS acted."""
    milestone = Milestone(params["kind"], params["title"], context.issued)
    matter = context.matter_for(params)
    event = record_event(milestone, matter=matter, run=context.run, actor=context.actor, now=context.now)
    return Result.of(event)


ITEM = {
    "key": Part(Slug()),
    "role": Part(one_of(ItemRole.values)),
    "text": Part(Text(300)),
    "days": optional(Whole(0)),
    "anchor": optional(Whole(-LARGEST)),
}
CHECKLIST = {"key": Part(Slug()), "title": Part(Text(160)), "items": Part(Many(Record(ITEM), least=1))}


def checklist_step(context: StepContext, params: Params) -> Result:
    """Open the checklist with `key`, `title` and `items` in the matter."""
    new = NewChecklist(params["key"], params["title"], params["items"])
    matter = context.matter_for(params)
    return Result.of(
        open_checklist(new, matter=matter, run=context.run, actor=context.actor, now=context.now)
    )


MATTER = {"kind": Part(one_of(MatterKind.values)), "title": Part(Text(120))}


def matter_step(context: StepContext, params: Params) -> Result:
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


# Closing a matter stays with a person.
STAGE = {"stage": Part(one_of(stage for stage in MatterStage.values if stage != MatterStage.CLOSED))}


def move_step(context: StepContext, params: Params) -> Result:
    """Move the matter to `stage`. Closing it stays with a person: `to_close` only proposes it."""
    matter = context.matter_for(params)
    set_matter_stage(matter, params["stage"], actor=context.actor, now=context.now, reason="playbook")
    return Result("matter", matter.pk)


DOCUMENT = {"template": Part(Slug()), "language": optional(one_of(LANGUAGES))}


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


MESSAGE = {"template": Part(Slug()), "approval": optional(one_of(ApprovalRule.values))}


def draft_step(context: StepContext, params: Params) -> Result:
    """Fill the message template in every language; nothing leaves before an attorney approves.

    The client of a closed matter is not written to: the step is done with that.
    """
    matter = context.matter_for(params)
    if is_over(matter):
        return Result.of(matter)
    source = context.source()
    by_language = {language: client_values(source, language) for language in templates.LANGUAGES}
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
        approval_rule=params.get("approval", ApprovalRule.ONE),
    )
    return Result.of(create_draft(new, actor=context.actor, now=context.now))


CLEAR = {"messages": optional(Many(Slug())), "checklists": optional(Many(Slug()))}


def clear_step(context: StepContext, params: Params) -> Result:
    """Withdraw unapproved messages and close steps of the named kinds that the newest status has overtaken.

    Of this receipt only. Dates are never touched: a person decides about each.
    """
    clear(
        context.change.receipt_id,
        purposes=params.get("messages", ()),
        checklists=params.get("checklists", ()),
        actor=context.actor,
        now=context.now,
    )
    return Result("matter", context.matter.pk)


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
