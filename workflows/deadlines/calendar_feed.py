"""The deadlines of a calendar, as its owner may see them at the moment it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from legist.core.actors import Actor
from legist.practice.permissions import visible_to
from workflows.deadlines.selectors import DeadlineFilters, of_people
from workflows.models import Deadline
from workflows.states import DateSource, DeadlineState

# What was closed longer ago has left every calendar that was read since.
CLOSED_DAYS = 120
LIMIT = 2000


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
    return [_entry(row, shows_names=shows_names) for row in rows[:LIMIT]]


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
