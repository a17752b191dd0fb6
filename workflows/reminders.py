"""Reminders of deadlines: planned in days before the date, shown to more people the closer it gets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from legist.core import audit
from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice.models import User
from workflows import audit_actions as actions
from workflows import notices
from workflows.models import Deadline, Reminder
from workflows.models.deadlines import DeadlineState, ReminderState
from workflows.models.notices import NoticeKind, NoticeLevel
from workflows.people import assigned, managers

# The morning after the date: nobody met, moved or waived it.
OVERDUE = -1
MORNING = time(8, 0)
MANAGERS_FROM_DAYS = 3
URGENT_FROM_DAYS = 7


def due_at(due: date, offset_days: int) -> datetime:
    """Return the instant of a reminder: eight in the morning of the firm's day, so many days before."""
    day = due - timedelta(days=offset_days)
    return timezone.make_aware(datetime.combine(day, MORNING)).astimezone(UTC)


def plan(deadline: Deadline, *, now: datetime) -> None:
    """Plan (or plan anew, when the date has changed) the reminders of a deadline.

    Reminders whose time has passed are not sent in a burst: only the latest of them is due at once.
    """
    if deadline.due_date is None:
        return
    for offset in {*deadline.reminder_offsets, OVERDUE}:
        Reminder.objects.update_or_create(
            deadline=deadline,
            offset_days=offset,
            defaults={
                "due_at": due_at(deadline.due_date, offset),
                "state": ReminderState.PENDING,
                "sent_at": None,
            },
        )
    missed = Reminder.objects.filter(deadline=deadline, due_at__lt=now, state=ReminderState.PENDING)
    stale = missed.order_by("-due_at").values_list("pk", flat=True)[1:]
    Reminder.objects.filter(pk__in=list(stale)).update(state=ReminderState.CANCELLED)


def cancel(deadline: Deadline) -> None:
    """Cancel what is still planned for a deadline that is closed."""
    Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).update(
        state=ReminderState.CANCELLED
    )


def has_due(now: datetime) -> bool:
    """Return whether `run_due` would find something to do."""
    return Reminder.objects.filter(state=ReminderState.PENDING, due_at__lte=now).exists()


def run_due(*, now: datetime, actor: Actor, limit: int = 200) -> int:
    """Show the reminders that are due, each once; return how many."""
    due = Reminder.objects.filter(state=ReminderState.PENDING, due_at__lte=now).order_by("due_at")
    reminders = due.select_related("deadline__matter__attorney", "deadline__matter__paralegal")
    return sum(_remind(reminder, now=now, actor=actor) for reminder in reminders[:limit])


def _remind(reminder: Reminder, *, now: datetime, actor: Actor) -> bool:
    deadline = reminder.deadline
    is_open = deadline.state == DeadlineState.OPEN
    state = ReminderState.SENT if is_open else ReminderState.CANCELLED
    with unit_of_work(actor=actor):
        mine = Reminder.objects.filter(pk=reminder.pk, state=ReminderState.PENDING)
        if not mine.update(state=state, sent_at=now if is_open else None) or not is_open:
            return False
        people = notices.tell(audience(reminder), _message(reminder), now=now)
        data = {"kind": deadline.kind, "offset": reminder.offset_days, "people": people}
        audit.record(
            actions.REMINDED, actor=actor, subject=deadline, scope=deadline.matter_id, now=now, data=data
        )
    return True


def audience(reminder: Reminder) -> list[User]:
    """Return who is reminded: those who work on the matter, and managers when it becomes tight.

    A matter that nobody works on goes to the managers at once.
    """
    matter = reminder.deadline.matter
    people = assigned(matter)
    if reminder.offset_days <= MANAGERS_FROM_DAYS or not people:
        people += managers(matter)
    return people


def _message(reminder: Reminder) -> notices.Message:
    deadline, offset = reminder.deadline, reminder.offset_days
    is_urgent = offset <= URGENT_FROM_DAYS
    return notices.Message(
        key=f"reminder:{reminder.pk}:{deadline.due_date}",
        kind=NoticeKind.OVERDUE if offset == OVERDUE else NoticeKind.REMINDER,
        level=NoticeLevel.URGENT if is_urgent else NoticeLevel.ACTION,
        subject=deadline,
        matter=deadline.matter,
        data={
            "offset": offset,
            "kind": deadline.kind,
            "due": str(deadline.due_date),
            "status": deadline.status,
        },
    )
