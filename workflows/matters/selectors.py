"""A matter's work and its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q

from legist.core.actors import Actor
from legist.practice.models import Matter
from legist.practice.permissions import Capability, access_matter, can, visible_matters
from workflows.deadlines.later_news import LaterNews, later_news
from workflows.messages.selectors import overtaken
from workflows.models import BillingEvent, ChecklistItem, ChecklistRun, Deadline, Document, Draft, PlaybookRun
from workflows.states import DeadlineState, DraftState


@dataclass(frozen=True, slots=True)
class MatterWork:
    """What goes on in a matter and in the matters below it that the actor may read."""

    matter: Matter
    children: list[Matter]
    checklists: list[ChecklistRun]
    deadlines: list[Deadline]
    drafts: list[Draft]
    overtaken: set[UUID]
    documents: list[Document]
    billing_events: list[BillingEvent]
    runs: list[PlaybookRun]
    later: dict[UUID, LaterNews]
    can_work: bool
    can_approve: bool

    @property
    def next_deadline(self) -> Deadline | None:
        """The deadline that comes first of those that nothing USCIS has said since may have answered.

        One that runs although its day is not known comes before them.
        """
        counting = [row for row in self.unanswered_deadlines if row.due_date or row.runs_unseen]
        return min(counting, key=lambda row: row.due_date or date.min, default=None)

    @property
    def unanswered_deadlines(self) -> list[Deadline]:
        """The open deadlines of which USCIS has reported nothing since; what it has, a person settles."""
        return [row for row in self.deadlines if row.state == DeadlineState.OPEN and row.pk not in self.later]


def matter_work(actor: Actor, matter_id: UUID | str) -> MatterWork:
    """Return the work of a matter; a fixed number of queries, NotFound to strangers."""
    matter = access_matter(actor, matter_id)
    children = _children(actor, matter)
    family = [matter.pk, *(child.pk for child in children)]
    items = Prefetch("items", ChecklistItem.objects.select_related("done_by", "owner").order_by("position"))
    deadlines = Deadline.objects.filter(matter__in=family).select_related(
        "confirmed_by", "closed_by", "run__change", "matter"
    )
    runs = PlaybookRun.objects.filter(matter__in=family).select_related("playbook", "change")
    found, drafts = list(deadlines), _messages(family)
    return MatterWork(
        matter=matter,
        children=children,
        checklists=list(ChecklistRun.objects.filter(matter__in=family).prefetch_related(items)),
        deadlines=found,
        later=later_news(found),
        drafts=drafts,
        overtaken=overtaken(drafts),
        documents=list(Document.objects.filter(matter__in=family).defer("content")),
        billing_events=list(BillingEvent.objects.filter(matter__in=family)),
        runs=list(runs.prefetch_related("actions")),
        can_work=can(actor, Capability.WORK_MATTER, matter),
        can_approve=can(actor, Capability.APPROVE_DRAFT, matter) and not actor.is_system,
    )


def _messages(family: list[UUID]) -> list[Draft]:
    """Return the messages of matters; what is part of another is told there."""
    whole = Draft.objects.filter(matter__in=family).exclude(state=DraftState.JOINED)
    return list(whole.select_related("change"))


def family_of(actor: Actor, matter: Matter) -> list[UUID]:
    """Return the ids of the matter and of those below it that the actor may read."""
    return [matter.pk, *(child.pk for child in _children(actor, matter))]


def _children(actor: Actor, matter: Matter) -> list[Matter]:
    below = Q(parent=matter) | Q(parent__parent=matter)
    children = visible_matters(actor).filter(below).select_related("client", "attorney", "paralegal")
    return list(children.order_by("pk"))
