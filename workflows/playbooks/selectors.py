"""Playbooks, what they did, and what was done for a change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.permissions import Capability, can, require, visible_to
from workflows.models import ChecklistItem, Deadline, Draft, Playbook, PlaybookRun
from workflows.states import DraftState

RUNS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PlaybookDetail:
    """A playbook, its other versions, and its latest runs on matters the actor may read."""

    playbook: Playbook
    versions: list[Playbook]
    runs: list[PlaybookRun]


def list_playbooks(actor: Actor) -> QuerySet[Playbook]:
    """Return the current playbooks, each with `run_count`, `waiting_count` and `latest_run_at`.

    These speak of the matters the actor may read, for operations of those whose receipts they look after: a
    count of all would tell whom a wall shuts out that a case behind it has moved.
    """
    require(actor, Capability.VIEW_PLAYBOOKS)
    may_view = Capability.VIEW_MATTER if can(actor, Capability.VIEW_MATTER) else Capability.VIEW_RECEIPT
    open_runs = Q(runs__in=visible_to(actor, PlaybookRun.objects.all(), via="matter", capability=may_view))
    waiting = Q(runs__state__in=["partial", "held", "parked", "invalid"])
    return Playbook.objects.filter(pk__in=_shown().values()).annotate(
        run_count=Count("runs", filter=open_runs),
        waiting_count=Count("runs", filter=open_runs & waiting),
        latest_run_at=Max("runs__started_at", filter=open_runs),
    )


def playbook_detail(actor: Actor, playbook_id: UUID | str) -> PlaybookDetail:
    """Return one playbook; its runs only where the actor may read the matter."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    playbook = Playbook.objects.filter(pk=playbook_id).first()
    if playbook is None:
        raise NotFound
    runs = visible_to(actor, PlaybookRun.objects.filter(playbook_key=playbook.key), via="matter")
    related = runs.select_related("matter", "change", "receipt", "playbook").prefetch_related("actions")
    return PlaybookDetail(
        playbook=playbook,
        versions=list(Playbook.objects.filter(key=playbook.key).exclude(pk=playbook.pk)),
        runs=list(related[:RUNS_SHOWN]),
    )


def get_playbook(actor: Actor, key: str) -> PlaybookDetail:
    """Return the version of a playbook that holds by its key, or one version by its id."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    return playbook_detail(actor, _shown().get(key) or _as_id(key))


def _shown() -> dict[str, UUID]:
    """Return by key the version that holds, or else the latest that came."""
    ordered = Playbook.objects.order_by("enabled", "created_at", "version")
    return dict(ordered.values_list("key", "pk"))


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


@dataclass(slots=True)
class Made:
    """What one change led to: tasks, dates and messages; and its last run, which says why there are none."""

    tasks: int = 0
    tasks_done: int = 0
    matter_id: UUID | None = None
    dates: list[Deadline] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    run: PlaybookRun | None = None

    @property
    def is_nothing(self) -> bool:
        return not (self.tasks or self.dates or self.drafts)


def made_for(actor: Actor, changes: Collection[UUID]) -> dict[UUID, Made]:
    """Return what changes led to on matters that the actor may read, by change; four queries."""
    found = {change: Made() for change in changes}
    lists = visible_to(actor, ChecklistItem.objects.all(), via="checklist__matter")
    columns = ("checklist__run__change", "checklist__matter")
    counted = lists.filter(checklist__run__change__in=changes).order_by().values_list(*columns)
    for change, matter, total, done in counted.annotate(Count("pk"), Count("done_at")):
        made = found[change]
        made.matter_id, made.tasks, made.tasks_done = matter, made.tasks + total, made.tasks_done + done
    dates = visible_to(actor, Deadline.objects.all(), via="matter").filter(run__change__in=changes)
    for date in dates.select_related("run").defer("steps"):
        if date.run:
            found[date.run.change_id].dates.append(date)
    drafts = visible_to(actor, Draft.objects.all(), via="matter").filter(change__in=changes)
    told = drafts.exclude(state=DraftState.VOID).select_related("joined_into")
    shown = told.only("state", "change", "joined_into__state").order_by("created_at", "id")
    for draft in shown:
        if draft.change_id:
            # A part stands where the message stands that tells it.
            found[draft.change_id].drafts.append(draft.joined_into or draft)
    # A run that waits for a matter lies in none yet; its change is open to the actor.
    runs = PlaybookRun.objects.filter(change__in=changes)
    for run in runs.only("state", "reason", "change").order_by("started_at", "id"):
        found[run.change_id].run = run
    return found
