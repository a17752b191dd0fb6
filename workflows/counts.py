"""Numbers for the rail and for `stats`; each is one query."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from legist.core.actors import Actor
from legist.practice.permissions import Capability, can, visible_matters, visible_to
from workflows.deadlines.selectors import DeadlineFilters, open_deadlines
from workflows.law.outcomes import REPLACED_BY
from workflows.models import ActionRun, ChecklistItem, Deadline, Delivery, Draft, Notification, PlaybookRun
from workflows.models.deadlines import DeadlineState
from workflows.models.deliveries import DeliveryState
from workflows.models.drafts import DraftState
from workflows.notices.access import visible_notices, visible_watches

SOON = timedelta(days=14)


def count_waiting_drafts(actor: Actor) -> int:
    """Return how many drafts this person can approve now; for others, how many wait on their matters."""
    capability = Capability.APPROVE_DRAFT if can(actor, Capability.APPROVE_DRAFT) else Capability.VIEW_MATTER
    waiting = Draft.objects.filter(state=DraftState.IN_REVIEW)
    return visible_to(actor, waiting, via="matter", capability=capability).count()


def count_near_deadlines(actor: Actor, *, today: date) -> int:
    """Return how many of the person's own open deadlines are overdue, due within 14 days, or run unseen."""
    mine = open_deadlines(actor, DeadlineFilters(whose="mine"))
    runs_unseen = Q(due_date__isnull=True) & ~Q(issued_known="") & ~Q(kind__in=list(REPLACED_BY))
    return mine.filter(Q(due_date__lte=today + SOON) | runs_unseen).count()


def undecided_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return the deliveries a person must decide about, oldest first."""
    states = (DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.HELD)
    found = Delivery.objects.filter(state__in=states).select_related("draft__matter", "draft__client")
    return visible_to(actor, found, via="draft__matter").order_by("created_at")


def list_notices(actor: Actor, *, unread_only: bool = True) -> QuerySet[Notification]:
    """Return the person's own notices, newest first, without matters that were closed to them since.

    One about a paper that had no matter when it was told follows the paper to the matter it has got.
    """
    own = Notification.objects.filter(user=_user_id(actor)).select_related("matter")
    papers = ~Q(subject_kind__in=("papernotice", "paperwatch"))
    papers |= Q(subject_id__in=visible_notices(actor).values("pk"))
    papers |= Q(subject_id__in=visible_watches(actor).values("pk"))
    open_to = own.filter((Q(matter=None) & papers) | Q(matter__in=visible_matters(actor).values("pk")))
    return open_to.filter(read_at=None) if unread_only else open_to


def _user_id(actor: Actor) -> UUID | None:
    return actor.user.pk if actor.user else None


def delivery_health() -> dict[str, int]:
    """Return how many deliveries are in each state, for operations."""
    return _by(Delivery.objects.all(), "state", DeliveryState.values)


def workflow_stats() -> dict[str, object]:
    """Return the counts that `stats` prints for this app."""
    deliveries: dict[str, dict[str, int]] = {}
    rows = Delivery.objects.order_by().values_list("channel", "state").annotate(Count("id"))
    for channel, state, count in rows:
        deliveries.setdefault(channel, {})[state] = count
    return {
        "playbook_runs": PlaybookRun.objects.count(),
        "actions": ActionRun.objects.filter(state="done").count(),
        "tasks": ChecklistItem.objects.count(),
        "deadlines": Deadline.objects.filter(~Q(state=DeadlineState.MOVED)).count(),
        "drafts": _by(Draft.objects.all(), "state", DraftState.values),
        "deliveries": deliveries,
    }


def _by(rows: QuerySet[Draft] | QuerySet[Delivery], field: str, values: list[str]) -> dict[str, int]:
    found = dict(rows.order_by().values_list(field).annotate(Count("id")))
    return {value: found.get(value, 0) for value in values}
