"""The deadline board, one deadline with how it was counted, and the deadlines of a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.web.pagination import ordered
from legist.practice.counts import count_for
from legist.practice.models import User
from legist.practice.permissions import Capability, can, visible_to
from workflows.access import access_deadline
from workflows.deadlines.later_news import LaterNews, later_news
from workflows.models import Deadline, Reminder
from workflows.models.deadlines import RUNS_UNSEEN
from workflows.states import DateSource, DeadlineState, ReminderState

LIMIT = 500


@dataclass(frozen=True, slots=True)
class DeadlineFilters:
    """Whose deadlines (`mine`, `team`, `all`), how sure (`provisional`, `confirmed` or both), which kind."""

    whose: str = "mine"
    status: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One deadline; `days` is negative when it has passed and None when the date is not known yet.

    `news` is what USCIS has reported since; `waits` says that a reminder was shown and nobody has it.
    """

    deadline: Deadline
    days: int | None
    difference: int | None
    news: LaterNews | None = None
    waits: bool = False


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
    can_take: bool


GROUPS: tuple[tuple[str, str | Promise], ...] = (
    ("overdue", _("Overdue")),
    ("running", _("Runs already, day not known")),
    ("soon", _("Next 14 days")),
    ("unknown", _("Date not known yet")),
    ("later", _("Next 60 days")),
    ("far", _("Later")),
)


def on_board(actor: Actor, filters: DeadlineFilters) -> QuerySet[Deadline]:
    """Return the open deadlines that the filters leave, with what `board_rows` reads of each."""
    found = open_deadlines(actor, filters).annotate(waits=Exists(unanswered())).defer("steps")
    return found.select_related(
        "matter__client", "matter__attorney", "matter__paralegal", "receipt", "confirmed_by", "run__change"
    )


def board_rows(found: Sequence[Deadline], *, today: date) -> list[DeadlineRow]:
    """Return the rows of deadlines that `on_board` has found."""
    news = later_news(found)
    return [_row(each, today, news=news.get(each.pk), waits=vars(each)["waits"]) for each in found]


def board(found: QuerySet[Deadline], *, today: date, order: tuple[str, ...] = ()) -> list[DeadlineGroup]:
    """Return the nearest deadlines in groups, each in an order, else nearest first; empty groups are kept."""
    nearest = found[:LIMIT]
    if order:
        chosen = list(nearest.values_list("pk", flat=True))
        nearest = ordered(found.filter(pk__in=chosen), order)
    rows = board_rows(list(nearest), today=today)
    return [DeadlineGroup(key, label, [row for row in rows if _group(row) == key]) for key, label in GROUPS]


def of_receipt(actor: Actor, receipt_id: UUID) -> list[DeadlineRow]:
    """Return the open deadlines of a receipt that the actor may see, nearest first."""
    of_it = Deadline.objects.filter(receipt=receipt_id, state=DeadlineState.OPEN)
    visible = visible_to(actor, of_it, via="matter").select_related("matter", "run__change")
    found = list(visible.defer("steps"))
    news = later_news(found)
    return [DeadlineRow(each, None, each.difference_days, news.get(each.pk)) for each in found]


def unanswered() -> QuerySet[Reminder]:
    """Return the reminders of the outer deadline that were shown and that nobody has taken on."""
    return Reminder.objects.filter(
        deadline=OuterRef("pk"), state=ReminderState.SENT, acknowledged_at__isnull=True
    )


def open_deadlines(actor: Actor, filters: DeadlineFilters) -> QuerySet[Deadline]:
    """Return the open deadlines that the filters leave."""
    deadlines = visible_to(actor, Deadline.objects.filter(state=DeadlineState.OPEN), via="matter")
    if filters.status:
        deadlines = deadlines.filter(status=filters.status)
    if filters.kind:
        deadlines = deadlines.filter(kind=filters.kind)
    return of_people(actor, deadlines, filters)


def of_people(actor: Actor, deadlines: QuerySet[Deadline], filters: DeadlineFilters) -> QuerySet[Deadline]:
    """Narrow deadlines to those of the actor, of their team, or of everybody."""
    people = _whose(actor, filters.whose)
    if people is None:
        return deadlines
    return deadlines.filter(Q(matter__attorney__in=people) | Q(matter__paralegal__in=people))


def _whose(actor: Actor, whose: str) -> list[UUID] | None:
    if actor.user is None or whose == "all":
        return None
    if whose == "team":
        groups = User.objects.filter(pk=actor.user.pk).values("groups")
        return [actor.user.pk, *User.objects.filter(groups__in=groups).values_list("pk", flat=True)]
    return [actor.user.pk]


def _row(
    deadline: Deadline, today: date, *, news: LaterNews | None = None, waits: bool = False
) -> DeadlineRow:
    days = (deadline.due_date - today).days if deadline.due_date else None
    return DeadlineRow(deadline, days, deadline.difference_days, news, waits)


def _group(row: DeadlineRow) -> str:
    if row.days is None:
        return "running" if row.deadline.runs_unseen else "unknown"
    limits = (("overdue", -1), ("soon", 14), ("later", 60))
    return next((key for key, most in limits if row.days <= most), "far")


def deadline_detail(actor: Actor, deadline_id: UUID | str, *, today: date) -> DeadlineDetail:
    """Return one deadline with its history; NotFound to strangers."""
    deadline = access_deadline(actor, deadline_id)
    is_open = deadline.state == DeadlineState.OPEN
    can_work = can(actor, Capability.WORK_MATTER, deadline.matter)
    reminders = list(deadline.reminders.select_related("acknowledged_by").order_by("due_at"))
    waits = is_open and any(
        each.state == ReminderState.SENT and not each.acknowledged_at for each in reminders
    )
    may_take = can_work or can(actor, Capability.MANAGE_MATTER, deadline.matter)
    return DeadlineDetail(
        row=_row(deadline, today, news=later_news([deadline]).get(deadline.pk), waits=waits),
        reminders=reminders,
        earlier=list(_earlier(deadline)),
        successor=Deadline.objects.filter(previous=deadline).first(),
        can_work=can_work and is_open,
        can_waive=is_open and can(actor, Capability.APPROVE_DRAFT, deadline.matter),
        can_take=waits and may_take,
    )


def _earlier(deadline: Deadline) -> Iterable[Deadline]:
    previous = deadline.previous
    while previous is not None:
        yield previous
        previous = previous.previous


def count_near_deadlines(actor: Actor, *, today: date) -> int:
    """Return how many of the person's own open deadlines are overdue, due within 14 days, or run unseen."""
    return count_for(actor, _near, until=today + timedelta(days=14))


def _near(actor: Actor, *, until: date) -> QuerySet[Deadline]:
    mine = open_deadlines(actor, DeadlineFilters(whose="mine"))
    return mine.filter(Q(due_date__lte=until) | RUNS_UNSEEN)


# What was closed longer ago has left every calendar that was read since.
CLOSED_DAYS = 120
CALENDAR_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One day of the calendar; `state` is open, met, moved or waived.

    `reference` and `client` are empty unless the owner chose to show names. `revision` grows with every
    change; `changed_at` is the latest one.
    """

    id: UUID
    kind: str
    day: date
    is_provisional: bool
    state: str
    dates: list[tuple[DateSource, date]]
    citation: str
    revision: int
    changed_at: datetime
    reference: str
    client: str


def calendar_entries(actor: Actor, *, scope: str, shows_names: bool, now: datetime) -> list[CalendarEntry]:
    """Return the dated deadlines that the actor may see now: the open ones, and those closed of late."""
    recent = Q(state=DeadlineState.OPEN) | Q(closed_at__gte=now - timedelta(days=CLOSED_DAYS))
    dated = Deadline.objects.filter(recent, due_date__isnull=False)
    mine = of_people(actor, visible_to(actor, dated, via="matter"), DeadlineFilters(whose=scope))
    rows = mine.select_related("matter__client").defer("steps", "reason").order_by("due_date", "pk")
    return [_entry(row, shows_names=shows_names) for row in rows[:CALENDAR_LIMIT]]


def _entry(row: Deadline, *, shows_names: bool) -> CalendarEntry:
    moments = [moment for moment in (row.created_at, row.confirmed_at, row.closed_at) if moment]
    return CalendarEntry(
        id=row.pk,
        kind=row.kind,
        day=row.due_date or row.created_at.date(),
        is_provisional=row.confirmed_due is None,
        state=row.state,
        dates=row.known_dates,
        citation=row.citation,
        revision=len(moments) + len(row.candidates),
        changed_at=max(moments),
        reference=row.matter.reference if shows_names else "",
        client=row.matter.client.name if shows_names else "",
    )
