"""Who is told of a reminder, and who next when nobody says "I have it".

First whoever works on the matter, then the attorney, then the managers. A rung without anybody new is
passed over, so that silence never comes from an empty place.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from legist.practice.models import Matter, User
from legist.practice.roles import Role
from workflows.deadlines.reminder_days import LONGEST_DELAY, RuleOfKind
from workflows.law.business_days import add_business_days
from workflows.models import Reminder
from workflows.recipients import assigned, managers
from workflows.states import EscalationLevel

MORNING = time(8, 0)
# So near to the date everybody is told at once; what is overdue is nearer still.
TIGHT_DAYS = 3
# The longest that the business days which a firm may leave between two rungs last on any calendar.
FURTHEST = timedelta(days=2 * LONGEST_DELAY + 7)


def people_at(matter: Matter, rung: int) -> list[User]:
    """Return everybody who has been told once this rung is reached."""
    found: list[User] = []
    if rung >= EscalationLevel.WORKER:
        found += assigned(matter, Role.PARALEGAL) or assigned(matter, Role.ATTORNEY)
    if rung >= EscalationLevel.ATTORNEY:
        found += assigned(matter, Role.ATTORNEY)
    if rung >= EscalationLevel.MANAGER:
        found += managers(matter)
    return list({person.pk: person for person in found}.values())


def first_rung(reminder: Reminder, *, reached: int, is_undated: bool) -> int:
    """Return how far up a reminder starts.

    `reached` is how far an earlier reminder of the deadline climbed without an answer: the next one does
    not begin at the bottom again.
    """
    matter = reminder.deadline.matter
    lowest = EscalationLevel.ATTORNEY if is_undated else EscalationLevel.WORKER
    start = EscalationLevel.MANAGER if reminder.offset_days <= TIGHT_DAYS else max(reached, lowest)
    while start < EscalationLevel.MANAGER and not people_at(matter, start):
        start += 1
    return int(start)


def next_rung(matter: Matter, rung: int) -> int | None:
    """Return the next rung on which somebody new is told, or None when everybody knows."""
    told = {person.pk for person in people_at(matter, rung)}
    higher = (each for each in EscalationLevel if each > rung)
    return next((int(each) for each in higher if {p.pk for p in people_at(matter, each)} - told), None)


def next_at(rule: RuleOfKind, rung: int | None, *, now: datetime) -> datetime | None:
    """Return when that rung is told: at eight in the firm's morning, so many business days from now."""
    if rung is None:
        return None
    days = rule.attorney_after if rung == EscalationLevel.ATTORNEY else rule.manager_after
    day = add_business_days(timezone.localtime(now).date(), days)
    return timezone.make_aware(datetime.combine(day, MORNING)).astimezone(UTC)
