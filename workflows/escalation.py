"""What has waited for a person for too long is told again, and then to the managers: once on each rung.

Counted in business days, and told at eight in the firm's morning, as reminders are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from legist.core.audit import name_on_record
from legist.core.resilience.error_capture import each_alone
from legist.core.uow import unit_of_work
from legist.practice.models import Matter, User
from legist.practice.roles import Role
from workflows.deadlines.reminders import due_at
from workflows.law.business_days import add_business_days
from workflows.messages.approval_rules import approvers
from workflows.messages.resolving import UNDECIDED
from workflows.models import ChecklistItem, Delivery, Draft, IncomingMessage, Notification
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import DraftState, ItemRole, NotificationKind, NotificationLevel

# Whatever is older was told on every rung, or lies in a firm that was not told of it before this was built.
OLDEST: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One sort of thing that waits: its rows, oldest first, since when each waits, and who may take it up."""

    what: str
    rows: Callable[[datetime], QuerySet[Any]]
    since: Callable[[Any], datetime]
    matter: Callable[[Any], Matter]
    people: Callable[[Any], list[User]]


def run_due(*, now: datetime) -> int:
    """Tell of everything that has reached a rung and was not told of on it; return how much that was.

    What somebody has taken up is told of no longer.
    """
    open_now = [(waiting, list(waiting.rows(now - OLDEST))) for waiting in WAITING]
    still = [row.pk for _waiting, rows in open_now for row in rows]
    told = Notification.objects.filter(kind=NotificationKind.WAITS, read_at=None)
    told.exclude(subject_id__in=still).update(read_at=now)
    due = [(waiting, row, rung) for waiting, rows in open_now for row, rung in _due(waiting, rows, now=now)]
    return len(each_alone(due, partial(_tell, now=now)))


def _due(waiting: Waiting, rows: list[Any], *, now: datetime) -> Iterable[tuple[Any, int]]:
    after = list(enumerate(settings.LEGIST_ESCALATE_DAYS, 1))
    keys = [_key(row, rung) for row in rows for rung, _days in after]
    told = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    for row in rows:
        reached = [rung for rung, days in after if _morning(waiting.since(row), days) <= now]
        if reached and _key(row, reached[-1]) not in told:
            yield row, reached[-1]


def _tell(due: tuple[Waiting, Any, int], *, now: datetime) -> bool:
    waiting, row, rung = due
    matter = waiting.matter(row)
    people = waiting.people(row) if rung == 1 else []
    with unit_of_work():
        message = notifications.Message(
            _key(row, rung),
            NotificationKind.WAITS,
            NotificationLevel.URGENT if rung > 1 else NotificationLevel.ACTION,
            row,
            matter,
            {"what": waiting.what, "since": timezone.localdate(waiting.since(row)).isoformat()},
        )
        # A rung without anybody is passed over, so that silence never comes from an empty place.
        notifications.notify(people or managers(matter), message, now=now)
    return True


def _key(row: Any, rung: int) -> str:
    return f"waits:{name_on_record(row).partition('.')[2]}:{row.pk}:{rung}"


def _morning(since: datetime, days: int) -> datetime:
    """Return the instant at which something has waited for so many business days."""
    day = add_business_days(timezone.localtime(since).date(), days)
    return due_at(day)


def _drafts(oldest: datetime) -> QuerySet[Draft]:
    waiting = Draft.objects.filter(state=DraftState.IN_REVIEW, submitted_at__gte=oldest)
    return waiting.select_related("matter__attorney", "matter__paralegal").order_by("submitted_at")


def _deliveries(oldest: datetime) -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(state__in=UNDECIDED, created_at__gte=oldest)
    return waiting.select_related("draft__matter__attorney", "draft__matter__paralegal").order_by(
        "created_at"
    )


def _replies(oldest: datetime) -> QuerySet[IncomingMessage]:
    waiting = IncomingMessage.objects.filter(answered_at=None, received_at__gte=oldest)
    return waiting.select_related("matter__attorney", "matter__paralegal").order_by("received_at")


def _tasks(oldest: datetime) -> QuerySet[ChecklistItem]:
    """The firm's own; what a client is to do is asked of the client."""
    day = timezone.localdate(oldest)
    ours = ~Q(role=ItemRole.CLIENT) & Q(done_at=None, due_date__gte=day)
    related = ("owner", "checklist__matter__attorney", "checklist__matter__paralegal")
    return ChecklistItem.objects.filter(ours).select_related(*related).order_by("due_date")


def _due_day(item: ChecklistItem) -> datetime:
    assert item.due_date is not None  # noqa: S101  `_tasks` asks for those that have one
    return due_at(item.due_date)


def _doers(item: ChecklistItem) -> list[User]:
    role = Role.ATTORNEY if item.role == ItemRole.ATTORNEY else Role.PARALEGAL
    matter = item.checklist.matter
    owner = [item.owner] if item.owner and item.owner.is_active else []
    return owner or assigned(matter, role) or assigned(matter)


WAITING: Final = (
    Waiting(
        "approval",
        _drafts,
        lambda draft: draft.submitted_at or draft.created_at,
        lambda draft: draft.matter,
        approvers,
    ),
    Waiting(
        "delivery",
        _deliveries,
        lambda delivery: delivery.created_at,
        lambda delivery: delivery.draft.matter,
        lambda delivery: assigned(delivery.draft.matter),
    ),
    Waiting(
        "reply",
        _replies,
        lambda message: message.received_at,
        lambda message: message.matter,
        lambda message: assigned(message.matter),
    ),
    Waiting(
        "task",
        _tasks,
        _due_day,
        lambda item: item.checklist.matter,
        _doers,
    ),
)
