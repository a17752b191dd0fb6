"""The deadline board, and one deadline with how it was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.practice.models import User
from legist.practice.permissions import Capability, can, visible_to
from workflows.models import Deadline, Reminder
from workflows.models.deadlines import DeadlineState
from workflows.selectors.access import access_deadline

LIMIT = 500


@dataclass(frozen=True, slots=True)
class DeadlineFilters:
    """Whose deadlines (`mine`, `team`, `all`), and how sure (`provisional`, `confirmed` or both)."""

    whose: str = "mine"
    status: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One deadline; `days` is negative when it has passed and None when the date is not known yet."""

    deadline: Deadline
    days: int | None
    difference: int | None


@dataclass(frozen=True, slots=True)
class DeadlineGroup:
    """A column or section of the board."""

    key: str
    label: str | Promise
    rows: list[DeadlineRow]


@dataclass(frozen=True, slots=True)
class DeadlineDetail:
    """A deadline with its steps, reminders and the deadlines it replaced."""

    row: DeadlineRow
    reminders: list[Reminder]
    earlier: list[Deadline]
    successor: Deadline | None
    can_work: bool
    can_waive: bool


GROUPS: tuple[tuple[str, str | Promise], ...] = (
    ("overdue", _("Overdue")),
    ("unknown", _("Date not known yet")),
    ("soon", _("Next 14 days")),
    ("later", _("Next 60 days")),
    ("far", _("Later")),
)


def list_deadlines(actor: Actor, filters: DeadlineFilters, *, today: date) -> list[DeadlineGroup]:
    """Return the open deadlines in groups, nearest first; groups without rows are kept, empty."""
    deadlines = open_deadlines(actor, filters).select_related(
        "matter__client", "matter__attorney", "confirmed_by"
    )
    rows = [_row(deadline, today) for deadline in deadlines[:LIMIT]]
    return [DeadlineGroup(key, label, [row for row in rows if _group(row) == key]) for key, label in GROUPS]


def open_deadlines(actor: Actor, filters: DeadlineFilters) -> QuerySet[Deadline]:
    """Return the open deadlines that the filters leave."""
    deadlines = visible_to(actor, Deadline.objects.filter(state=DeadlineState.OPEN), via="matter")
    if filters.status:
        deadlines = deadlines.filter(status=filters.status)
    people = _whose(actor, filters.whose)
    if people is not None:
        deadlines = deadlines.filter(Q(matter__attorney__in=people) | Q(matter__paralegal__in=people))
    return deadlines


def _whose(actor: Actor, whose: str) -> list[UUID] | None:
    if actor.user is None or whose == "all":
        return None
    if whose == "team":
        groups = User.objects.filter(pk=actor.user.pk).values("groups")
        return [actor.user.pk, *User.objects.filter(groups__in=groups).values_list("pk", flat=True)]
    return [actor.user.pk]


def _row(deadline: Deadline, today: date) -> DeadlineRow:
    days = (deadline.due_date - today).days if deadline.due_date else None
    return DeadlineRow(deadline, days, deadline.difference_days)


def _group(row: DeadlineRow) -> str:
    if row.days is None:
        return "unknown"
    limits = (("overdue", -1), ("soon", 14), ("later", 60))
    return next((key for key, most in limits if row.days <= most), "far")


def deadline_detail(actor: Actor, deadline_id: UUID | str, *, today: date) -> DeadlineDetail:
    """Return one deadline with its history; NotFound to strangers."""
    deadline = access_deadline(actor, deadline_id)
    can_work = can(actor, Capability.WORK_MATTER, deadline.matter)
    return DeadlineDetail(
        row=_row(deadline, today),
        reminders=list(deadline.reminders.order_by("due_at")),
        earlier=list(_earlier(deadline)),
        successor=Deadline.objects.filter(previous=deadline).first(),
        can_work=can_work and deadline.state == DeadlineState.OPEN,
        can_waive=can(actor, Capability.APPROVE_DRAFT, deadline.matter)
        and deadline.state == DeadlineState.OPEN,
    )


def _earlier(deadline: Deadline) -> Iterable[Deadline]:
    previous = deadline.previous
    while previous is not None:
        yield previous
        previous = previous.previous
