"""What people do with deadlines. A deadline is never deleted: it is met, moved or waived, on the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit, outbox
from legist.core.actors import Actor
from legist.core.errors import Forbidden, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, acting_person
from legist.practice.roles import Role
from tracking.polling.lifting import expect_deadline
from workflows import audit_actions as actions
from workflows.access import access_deadline, expect_open
from workflows.deadlines import recalculation, reminders
from workflows.deadlines.recalculation import Service
from workflows.deadlines.reminder_days import offsets_of
from workflows.deadlines.validation import check_due
from workflows.law.counting import Step
from workflows.models import Deadline, PlaybookRun
from workflows.states import DateSource, DeadlineClosing, DeadlineState, DeadlineStatus

CHANGED_TOPIC = "workflows.deadline_changed"


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A date to keep: counted by a rule, or to be read from the paper notice (`due` is None).

    `stated` is the day that the status text itself names; the earlier of the two drives until a person
    confirms. `issued_on` and `issued_known` say from which day the rule counted and how that day is known.
    `reminder_offsets` left empty follow the firm's own.
    """

    kind: str
    title: str
    due: date | None = None
    rule: str = ""
    citation: str = ""
    steps: Sequence[Step] = ()
    reminder_offsets: list[int] = field(default_factory=list)
    receipt_id: UUID | None = None
    stated: date | None = None
    issued_on: date | None = None
    issued_known: str = ""
    served: str = ""
    from_abroad: bool = False


def add_deadline(
    new: NewDeadline, *, matter: Matter, run: PlaybookRun | None, actor: Actor, now: datetime
) -> Deadline:
    """Add a provisional deadline and plan its reminders."""
    dates = {DateSource.RULE: new.due, DateSource.TEXT: new.stated}
    known = [day for day in dates.values() if day]
    with unit_of_work(actor=actor):
        deadline = Deadline.objects.create(
            matter=matter,
            run=run,
            receipt_id=new.receipt_id,
            kind=new.kind,
            title=new.title,
            status=DeadlineStatus.PROVISIONAL,
            due_date=min(known, default=None),
            provisional_due=new.due or new.stated,
            candidates=[candidate(source, day) for source, day in dates.items() if day],
            rule=new.rule,
            citation=new.citation,
            steps=[asdict(step) for step in new.steps],
            issued_on=new.issued_on,
            issued_known=new.issued_known,
            served=new.served,
            from_abroad=new.from_abroad,
            reminder_offsets=new.reminder_offsets or offsets_of(new.kind),
            own_reminders=bool(new.reminder_offsets),
            created_at=now,
        )
        reminders.plan(deadline, now=now)
        data = {
            "kind": new.kind,
            "status": "provisional",
            "due": _iso(deadline.due_date),
            "rule": new.rule,
        }
        _record(actions.DEADLINE_ADDED, deadline, actor=actor, now=now, **data)
        _publish(deadline, now=now)
    return deadline


def candidate(source: DateSource, day: date) -> dict[str, str]:
    """Return a possible date as a deadline keeps it."""
    return {"source": str(source), "due": day.isoformat()}


def confirm_deadline(
    deadline_id: UUID | str, *, due: date, actor: Actor, now: datetime, service: Service | None = None
) -> Deadline:
    """Enter the date printed on the notice; it counts from now on, the computed one stays beside it.

    Reminders follow, and soon after the checklist items that hang on the date. May be repeated to mend a
    slip. `service` says how the notice was served; the computed date is counted anew with it first.
    """
    person = _require_person(actor)
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        check_due(due, today=timezone.localtime(now).date())
        if service is not None and not recalculation.is_known(deadline, service):
            recalculation.apply(deadline, service, actor=actor, now=now)
        deadline.status, deadline.due_date, deadline.confirmed_due = DeadlineStatus.CONFIRMED, due, due
        deadline.confirmed_by, deadline.confirmed_at = person, now
        deadline.save(update_fields=["status", "due_date", "confirmed_due", "confirmed_by", "confirmed_at"])
        reminders.plan(deadline, now=now)
        _publish(deadline, now=now)
        data = {
            "kind": deadline.kind,
            "due": _iso(due),
            "provisional": _iso(deadline.provisional_due),
            "days": deadline.difference_days,
        }
        _record(actions.DEADLINE_CONFIRMED, deadline, actor=actor, now=now, **data)
    return deadline


def recount_deadline(deadline_id: UUID | str, *, service: Service, actor: Actor, now: datetime) -> Deadline:
    """Count the date anew for how the notice was served, without confirming anything.

    Raises WrongState for a date that no rule counts.
    """
    _require_person(actor)
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        recalculation.apply(deadline, service, actor=actor, now=now)
        _redate(deadline, now=now)
    return deadline


def note_candidate(
    deadline_id: UUID | str, *, source: DateSource, day: date, actor: Actor, now: datetime
) -> Deadline:
    """Keep another possible date of an open deadline; while it is provisional, the earliest one drives.

    For a date keyed in from paper that nobody has confirmed yet, or one that a later text states. The same
    source's earlier word is replaced.
    """
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        check_due(day, today=timezone.localtime(now).date())
        others = [row for row in deadline.candidates if row["source"] != source]
        deadline.candidates = [*others, candidate(source, day)]
        deadline.save(update_fields=["candidates"])
        data = {"kind": deadline.kind, "due": _iso(day), "source": str(source)}
        _record(actions.DEADLINE_DATE_NOTED, deadline, actor=actor, now=now, **data)
        _redate(deadline, now=now)
    return deadline


def keep_shorter_period(receipt_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Count the provisional dates of a receipt anew where its forms allow less time than was known.

    Returns how many became earlier; none becomes later.
    """
    waiting = Deadline.objects.filter(
        receipt=receipt_id,
        state=DeadlineState.OPEN,
        status=DeadlineStatus.PROVISIONAL,
        issued_on__isnull=False,
        provisional_due__isnull=False,
    )
    moved = 0
    with unit_of_work(actor=actor):
        for pk in waiting.order_by("pk").values_list("pk", flat=True):
            deadline = _lock_open(pk, actor=actor)
            service = Service(deadline.served, deadline.from_abroad)
            due, before = recalculation.recount(deadline, service, now=now).due, deadline.provisional_due
            if due and before and due < before:
                recalculation.apply(deadline, service, actor=actor, now=now)
                _redate(deadline, now=now)
                moved += 1
    return moved


def _redate(deadline: Deadline, *, now: datetime) -> None:
    """Let the earliest possible date of a provisional deadline drive."""
    days = [day for _source, day in deadline.known_dates]
    if deadline.status != DeadlineStatus.PROVISIONAL or deadline.due_date == min(days, default=None):
        return
    deadline.due_date = min(days)
    deadline.save(update_fields=["due_date"])
    reminders.plan(deadline, now=now)
    _publish(deadline, now=now)


def _publish(deadline: Deadline, *, now: datetime) -> None:
    """Tell the other rooms that an open deadline has a date, another one, or none any more."""
    outbox.publish(CHANGED_TOPIC, data={"deadline": str(deadline.pk)}, now=now)


def expect_news_before(deadline_id: UUID | str, *, now: datetime) -> None:
    """Have USCIS asked more often about a deadline's receipt in the days before its next open date."""
    receipt = Deadline.objects.values_list("receipt", flat=True).get(pk=deadline_id)
    if receipt is not None:
        ahead = Deadline.objects.filter(
            receipt=receipt, state=DeadlineState.OPEN, due_date__gte=timezone.localdate(now)
        )
        expect_deadline(receipt, due=ahead.aggregate(next=Min("due_date"))["next"], now=now)


def meet_deadline(deadline_id: UUID | str, *, actor: Actor, now: datetime) -> Deadline:
    """Note that what was due is done."""
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        _close(deadline, DeadlineState.MET, actor=actor, now=now)
        _record(actions.DEADLINE_MET, deadline, actor=actor, now=now, kind=deadline.kind)
    return deadline


def waive_deadline(deadline_id: UUID | str, *, reason: str, actor: Actor, now: datetime) -> Deadline:
    """Give a deadline up; only an attorney of the matter may, and says why."""
    with unit_of_work(actor=actor):
        deadline = _lock_open(deadline_id, actor=actor)
        if _require_person(actor).role != Role.ATTORNEY:
            message = _("Only an attorney of the matter may waive a deadline. Ask the attorney.")
            raise Forbidden(message)
        _close(deadline, DeadlineState.WAIVED, actor=actor, now=now, reason=required_reason(reason))
        _record(actions.DEADLINE_WAIVED, deadline, actor=actor, now=now, kind=deadline.kind)
    return deadline


KEPT_WHEN_MOVED = (
    "kind",
    "title",
    "provisional_due",
    "candidates",
    "rule",
    "citation",
    "steps",
    "issued_on",
    "issued_known",
    "served",
    "from_abroad",
    "reminder_offsets",
    "own_reminders",
)


def move_deadline(
    deadline_id: UUID | str, *, due: date, reason: str, actor: Actor, now: datetime
) -> Deadline:
    """Replace a deadline by one on another day; returns the new one, which knows the one before it."""
    person = _require_person(actor)
    with unit_of_work(actor=actor):
        old = _lock_open(deadline_id, actor=actor)
        check_due(due, today=timezone.localtime(now).date())
        _close(old, DeadlineState.MOVED, actor=actor, now=now, reason=required_reason(reason))
        new = Deadline.objects.create(
            matter=old.matter,
            receipt_id=old.receipt_id,
            run=old.run,
            previous=old,
            status=DeadlineStatus.CONFIRMED,
            due_date=due,
            confirmed_due=due,
            confirmed_by=person,
            confirmed_at=now,
            created_at=now,
            **{name: getattr(old, name) for name in KEPT_WHEN_MOVED},
        )
        reminders.plan(new, now=now)
        data = {"kind": new.kind, "due": _iso(due), "previous": _iso(old.due_date)}
        _record(actions.DEADLINE_MOVED, new, actor=actor, now=now, **data)
    return new


def replace_deadline(deadline_id: UUID | str, *, actor: Actor, now: datetime) -> Deadline:
    """Close an appointment for which USCIS has set another one; returns the one that takes its place.

    Raises WrongState when there is no later open one of the same kind on the receipt.
    """
    with unit_of_work(actor=actor):
        old = _lock_open(deadline_id, actor=actor)
        later = Deadline.objects.filter(
            receipt=old.receipt_id, kind=old.kind, state=DeadlineState.OPEN, created_at__gt=old.created_at
        )
        new = later.filter(matter=old.matter, previous=None).order_by("-created_at").first()
        if old.receipt_id is None or new is None:
            message = _(
                "There is no later date that takes the place of this one. Move it, or mark it as met."
            )
            raise WrongState(message)
        old.closing = DeadlineClosing.NEW_APPOINTMENT
        _close(old, DeadlineState.MOVED, actor=actor, now=now)
        new.previous = old
        new.save(update_fields=["previous"])
        data = {"kind": new.kind, "due": _iso(new.due_date), "previous": _iso(old.due_date)}
        _record(actions.DEADLINE_MOVED, new, actor=actor, now=now, **data)
    return new


def reopen_deadline(deadline_id: UUID | str, *, actor: Actor, now: datetime) -> Deadline:
    """Take back that a date was met or replaced: it counts and reminds again.

    Raises WrongState for one that is open, or that somebody moved or gave up with a reason of their own, and
    in a closed matter.
    """
    _require_person(actor)
    with unit_of_work(actor=actor):
        deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER, lock=True)
        expect_open(deadline.matter_id)
        if deadline.state != DeadlineState.MET and deadline.closing != DeadlineClosing.NEW_APPOINTMENT:
            message = _("Only a date that was met or replaced a moment ago is opened again.")
            raise WrongState(message)
        Deadline.objects.filter(previous=deadline).update(previous=None)
        deadline.state, deadline.closed_by, deadline.closed_at = DeadlineState.OPEN, None, None
        deadline.closing = ""
        deadline.save(update_fields=["state", "closed_by", "closed_at", "closing"])
        reminders.plan(deadline, now=now)
        _publish(deadline, now=now)
        data = {"kind": deadline.kind, "due": _iso(deadline.due_date)}
        _record(actions.DEADLINE_REOPENED, deadline, actor=actor, now=now, **data)
    return deadline


def _lock_open(deadline_id: UUID | str, *, actor: Actor) -> Deadline:
    deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER, lock=True)
    if deadline.state != DeadlineState.OPEN:
        message = _("This deadline is closed already. Reload the page to see what became of it.")
        raise WrongState(message)
    return deadline


def _close(
    deadline: Deadline, state: DeadlineState, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    deadline.state, deadline.closed_by, deadline.closed_at = state, _require_person(actor), now
    deadline.reason = reason
    deadline.save(update_fields=["state", "closed_by", "closed_at", "reason", "closing"])
    reminders.cancel(deadline)
    _publish(deadline, now=now)


def _require_person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        message = _("A deadline is decided about by a person.")
        raise Forbidden(message)
    return person


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _record(action: audit.Action, deadline: Deadline, *, actor: Actor, now: datetime, **data: Any) -> None:
    acting(actor=actor, now=now).record(action, deadline, **data)
