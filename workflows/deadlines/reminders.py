"""Reminders of deadlines: planned in days before the date, shown, and climbing until somebody has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit, instants
from legist.core.actors import Actor
from legist.core.errors import Forbidden, WrongState
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import acting, unit_of_work
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, acting_person, can
from legist.practice.roles import Role
from workflows import audit_actions as actions
from workflows.access import access_deadline
from workflows.deadlines.reminder_days import LONGEST_DELAY, RuleOfKind, rule_of
from workflows.law.business_days import add_business_days
from workflows.law.outcomes import REPLACED_BY
from workflows.models import Deadline, Notification, Reminder
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import (
    DeadlineState,
    EscalationLevel,
    NotificationKind,
    NotificationLevel,
    ReminderState,
)

MORNING = time(8, 0)
# So near to the date everybody is told at once; what is overdue is nearer still.
TIGHT_DAYS = 3
# The longest that the business days which a firm may leave between two rungs last on any calendar.
FURTHEST = timedelta(days=2 * LONGEST_DELAY + 7)


def people_at(matter: Matter, rung: int) -> list[User]:
    """Return everybody who has been told once this rung is reached.

    First whoever works on the matter, then the attorney, then the managers. A rung without anybody new is
    passed over, so that silence never comes from an empty place.
    """
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
    return due_at(day)


# The morning after the date: nobody met, moved or waived it.
OVERDUE = -1
# A period runs, but nobody knows since when: said at once, and until somebody finds the notice.
UNDATED = 999
URGENT_FROM_DAYS = 7


def due_at(due: date, offset_days: int = 0) -> datetime:
    """Return the instant of a reminder: eight in the morning of the firm's day, so many days before."""
    day = due - timedelta(days=offset_days)
    return timezone.make_aware(datetime.combine(day, MORNING)).astimezone(UTC)


def plan(deadline: Deadline, *, now: datetime) -> None:
    """Plan (or plan anew, when the date or the days have changed) the reminders of a deadline.

    What was shown for the same day stays shown. Reminders whose time has passed are not sent in a burst:
    only the latest of them is due at once, unless it was shown before.
    """
    wanted = _wanted(deadline)
    known = {reminder.offset_days: reminder for reminder in deadline.reminders.all()}
    for offset, at in wanted.items():
        earlier = known.get(offset)
        if earlier is None or earlier.due_at != at or earlier.state == ReminderState.CANCELLED:
            Reminder.objects.update_or_create(
                deadline=deadline, offset_days=offset, defaults={"due_at": at, **FRESH}
            )
    _withdraw(Reminder.objects.filter(deadline=deadline).exclude(offset_days__in=wanted))
    of_date = Reminder.objects.filter(deadline=deadline, offset_days__in=wanted, due_at__lt=now)
    passed = of_date.exclude(state=ReminderState.CANCELLED).order_by("-due_at")
    stale = list(passed.values_list("pk", flat=True)[1:])
    Reminder.objects.filter(pk__in=stale, state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)


FRESH = {
    "state": ReminderState.PENDING,
    "sent_at": None,
    "rung": EscalationLevel.NOBODY,
    "next_rung_at": None,
    "acknowledged_by": None,
    "acknowledged_at": None,
}


def _wanted(deadline: Deadline) -> dict[int, datetime]:
    if deadline.due_date is not None:
        due = deadline.due_date
        return {offset: due_at(due, offset) for offset in {*deadline.reminder_offsets, OVERDUE}}
    return {UNDATED: deadline.created_at} if is_running_unseen(deadline) else {}


def is_running_unseen(deadline: Deadline) -> bool:
    """True when a period runs without a date: nobody knows since when, or no rule says how long."""
    return deadline.due_date is None and bool(deadline.issued_known) and deadline.kind not in REPLACED_BY


def cancel(deadline: Deadline) -> None:
    """Cancel what is still planned for a deadline that is closed, and stop what climbs."""
    _withdraw(Reminder.objects.filter(deadline=deadline))


def _withdraw(found: QuerySet[Reminder]) -> None:
    found.filter(state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)
    found.filter(next_rung_at__isnull=False).update(next_rung_at=None)


def _due(now: datetime) -> Q:
    return Q(state=ReminderState.PENDING, due_at__lte=now) | Q(next_rung_at__lte=now)


def has_due(now: datetime) -> bool:
    """Return whether `run_due` would find something to do."""
    return Reminder.objects.filter(_due(now)).exists()


def run_due(*, now: datetime, actor: Actor, limit: int = 200) -> int:
    """Show what is due and tell the next person of what nobody answered, each once; return how many."""
    due = Reminder.objects.filter(_due(now)).order_by("due_at", "pk").values_list("pk", flat=True)
    shown = each_alone(
        list(due),
        partial(_go_on, now=now, actor=actor),
        failed=partial(_tell_plainly, now=now, actor=actor),
        limit=limit,
    )
    return sum(shown)


def _tell_plainly(reminder_id: UUID, attempt: ErrorCapture, *, now: datetime, actor: Actor) -> None:
    """Tell the people of the matter, once, of a reminder that could not be shown as it should."""
    del attempt
    with unit_of_work(actor=actor):
        reminder = _related().get(pk=reminder_id)
        matter = reminder.deadline.matter
        message = replace(_message(reminder, is_escalated=False), key=f"reminder:{reminder.pk}:failed")
        notifications.notify([*assigned(matter), *managers(matter)], message, now=now)


def _related() -> QuerySet[Reminder]:
    return Reminder.objects.select_related("deadline__matter__attorney", "deadline__matter__paralegal")


def _go_on(reminder_id: UUID, *, now: datetime, actor: Actor) -> bool:
    with unit_of_work(actor=actor):
        reminder = _related().get(pk=reminder_id)
        if reminder.deadline.state != DeadlineState.OPEN:
            _withdraw(Reminder.objects.filter(pk=reminder.pk))
            return False
        is_first = reminder.state == ReminderState.PENDING
        return _show(reminder, now=now, actor=actor) if is_first else _climb(reminder, now=now, actor=actor)


def _show(reminder: Reminder, *, now: datetime, actor: Actor) -> bool:
    """Show a reminder for the first time; one that nobody answered before it stops climbing."""
    unanswered = Reminder.objects.filter(
        deadline=reminder.deadline, state=ReminderState.SENT, acknowledged_at=None
    )
    reached = unanswered.aggregate(Max("rung"))["rung__max"] or EscalationLevel.NOBODY
    is_undated = reminder.offset_days == UNDATED
    rung = first_rung(reminder, reached=reached, is_undated=is_undated)
    mine = Reminder.objects.filter(pk=reminder.pk, state=ReminderState.PENDING, due_at__lte=now)
    after = _next_at(reminder, rung, now=now)
    if not mine.update(state=ReminderState.SENT, sent_at=now, rung=rung, next_rung_at=after):
        return False
    unanswered.exclude(pk=reminder.pk).update(next_rung_at=None)
    _tell(reminder, rung, action=actions.REMINDED, now=now, actor=actor)
    return True


def _climb(reminder: Reminder, *, now: datetime, actor: Actor) -> bool:
    """Tell the next person; the conditional update makes each rung happen once, whoever looks."""
    rung = next_rung(reminder.deadline.matter, reminder.rung)
    mine = Reminder.objects.filter(
        pk=reminder.pk, rung=reminder.rung, next_rung_at__lte=now, acknowledged_at=None
    )
    if rung is None:
        mine.update(next_rung_at=None)
        return False
    if not mine.update(rung=rung, next_rung_at=_next_at(reminder, rung, now=now)):
        return False
    _tell(reminder, rung, action=actions.REMINDER_ESCALATED, now=now, actor=actor)
    return True


def _next_at(reminder: Reminder, rung: int, *, now: datetime) -> datetime | None:
    deadline = reminder.deadline
    following = next_rung(deadline.matter, rung)
    return next_at(rule_of(deadline.kind), following, now=now)


def _tell(reminder: Reminder, rung: int, *, action: audit.Action, now: datetime, actor: Actor) -> None:
    deadline = reminder.deadline
    is_escalated = action is actions.REMINDER_ESCALATED
    message = _message(reminder, is_escalated=is_escalated)
    people = notifications.notify(people_at(deadline.matter, rung), message, now=now)
    data = {"kind": deadline.kind, "offset": reminder.offset_days, "people": people}
    if is_escalated:
        data["rung"] = EscalationLevel(rung).name.lower()
    acting(actor=actor, now=now).record(action, deadline, **data)


def _message(reminder: Reminder, *, is_escalated: bool) -> notifications.Message:
    deadline, offset = reminder.deadline, reminder.offset_days
    is_urgent = is_escalated or offset <= URGENT_FROM_DAYS or offset == UNDATED
    return notifications.Message(
        key=f"reminder:{reminder.pk}:{deadline.due_date}",
        kind=NotificationKind.OVERDUE if offset == OVERDUE else NotificationKind.REMINDER,
        level=NotificationLevel.URGENT if is_urgent else NotificationLevel.ACTION,
        subject=deadline,
        matter=deadline.matter,
        data={
            "offset": offset,
            "kind": deadline.kind,
            "due": str(deadline.due_date or ""),
            "status": deadline.status,
            "escalated": is_escalated,
        },
    )


def acknowledge(deadline_id: UUID | str, *, actor: Actor, now: datetime) -> Deadline:
    """Have a person say "I have it": the reminders shown so far climb no further.

    For those who work on the matter, and for those who manage it. Raises WrongState when none waits.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        deadline = access_deadline(actor, deadline_id, lock=True)
        person = acting_person(actor)
        may = (Capability.WORK_MATTER, Capability.MANAGE_MATTER)
        if person is None or not any(can(actor, each, deadline.matter) for each in may):
            message = _("You may read this, but not take it on. Ask the attorney of the matter.")
            raise Forbidden(message)
        waiting = Reminder.objects.filter(deadline=deadline, state=ReminderState.SENT, acknowledged_at=None)
        count = waiting.update(acknowledged_by=person, acknowledged_at=now, next_rung_at=None)
        if not count:
            message = _("No reminder of this deadline waits for an answer. Reload the page to see it.")
            raise WrongState(message)
        own = Notification.objects.filter(user=person, subject_id=deadline.pk, read_at=None)
        own.filter(kind__in=(NotificationKind.REMINDER, NotificationKind.OVERDUE)).update(read_at=now)
        unit.record(actions.REMINDER_ACKNOWLEDGED, deadline, kind=deadline.kind, reminders=count)
    return deadline


instants.register(Reminder, "next_rung_at", at_most=FURTHEST)
