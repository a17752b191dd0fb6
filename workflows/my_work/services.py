"""What a person does with lines of their work: done, put off, given to a colleague, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, Overtaken
from legist.core.uow import UnitOfWork, unit_of_work
from legist.core.web.moments import day_words
from legist.practice.models import User
from legist.practice.permissions import acting_person
from tracking import reviews
from tracking.selectors import access_change, access_review
from tracking.services import acknowledge_many, put_back
from workflows import audit_actions as actions
from workflows.access import access_deadline, access_draft, access_incoming, access_item
from workflows.checklists.services import complete_item, reopen_item
from workflows.messages.correspondence import mark_answered, mark_unanswered
from workflows.models import ChecklistItem, WorkChoice
from workflows.my_work.lines import Line
from workflows.my_work.selectors import my_work
from workflows.notifications import services as notifications
from workflows.recipients import get_member
from workflows.states import NotificationKind, NotificationLevel, WorkKind

# Fetch what a line is about and authorise in one step: who may not see it finds nothing.
ACCESS: Mapping[WorkKind, Callable[[Actor, UUID], Any]] = MappingProxyType(
    {
        WorkKind.ITEM: access_item,
        WorkKind.DATE: access_deadline,
        WorkKind.CHANGE: access_change,
        WorkKind.MESSAGE: access_draft,
        WorkKind.REVIEW: access_review,
        WorkKind.REPLY: access_incoming,
    }
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What was done just now: as many as were asked for, and what takes it back."""

    lines: Sequence[Line]
    at: datetime


def finish(keys: Iterable[str], *, actor: Actor, now: datetime) -> Finished:
    """Check items off, mark what clients wrote as answered and take note of changes, all or none.

    Raises InvalidInput where one is decided on its own page, WrongState where one is no longer there.
    """
    lines = _lines(keys, actor=actor, now=now)
    if not all(line.is_done_here for line in lines):
        message = _("A date, a message or a review is decided on its own page. Leave it out here.")
        raise InvalidInput.at("line", message)
    with unit_of_work(actor=actor):
        for line in lines:
            if line.kind == WorkKind.ITEM:
                complete_item(line.id, actor=actor, now=now)
            elif line.kind == WorkKind.REPLY:
                mark_answered(line.id, actor=actor, now=now)
        changes = [access_change(actor, line.id) for line in lines if line.kind == WorkKind.CHANGE]
        acknowledge_many(changes, actor=actor, now=now)
    return Finished(lines, now)


def unfinish(keys: Iterable[str], *, actor: Actor, now: datetime) -> int:
    """Take *done* back, of what was done a moment ago; return how many lines are open again."""
    named = [_named(key) for key in keys]
    with unit_of_work(actor=actor):
        items = [reopen_item(pk, actor=actor, now=now) for kind, pk in named if kind == WorkKind.ITEM]
        replies = [mark_unanswered(pk, actor=actor, now=now) for kind, pk in named if kind == WorkKind.REPLY]
        changes = [access_change(actor, pk) for kind, pk in named if kind == WorkKind.CHANGE]
        return len(items) + len(replies) + put_back(changes, actor=actor, now=now)


def put_off(keys: Iterable[str], *, until: date, is_past_told: bool, actor: Actor, now: datetime) -> int:
    """Put lines out of sight until a day, all or none; return how many.

    Raises InvalidInput for a day that is not to come, and where a date of the case lies before it, unless the
    person says that they know (`is_past_told`): then it is on the record.
    """
    person, today = _person(actor), timezone.localtime(now).date()
    if until <= today:
        raise InvalidInput.at("until", _("Choose a day after today."))
    lines = _lines(keys, actor=actor, now=now)
    passed = [line for line in lines if line.guard and line.guard < until]
    if passed and not is_past_told:
        first = min(line.guard for line in passed if line.guard)
        message = _("The case has a date before that: %(day)s. Choose an earlier day, or tick that you know.")
        raise InvalidInput.at("until", message % {"day": day_words(first)})
    with unit_of_work(actor=actor, now=now) as unit:
        for line in lines:
            past = line.guard if line in passed else None
            choice = {"until_date": until, "past_date": past, "given_to": None, "created_at": now}
            WorkChoice.objects.update_or_create(
                user=person, kind=line.kind, subject_id=line.id, defaults=choice
            )
            if past:
                data = {"until": until.isoformat(), "past": past.isoformat()}
                _record(unit, actions.WORK_PUT_OFF, line, actor=actor, **data)
    return len(lines)


def give(keys: Iterable[str], *, to: str, actor: Actor, now: datetime) -> User:
    """Give lines to a colleague who may see each of them, all or none, and tell those it was between.

    Raises InvalidInput for somebody who may not see one of them.
    """
    person, colleague = _person(actor), get_member(to)
    if colleague is None or colleague == person:
        raise InvalidInput.at("to", _("Choose a colleague."))
    lines = _lines(keys, actor=actor, now=now)
    if not all(_may_open(colleague, line.kind, line.id) for line in lines):
        message = _("This colleague cannot see all of it. Choose somebody who works on the matter.")
        raise InvalidInput.at("to", message)
    with unit_of_work(actor=actor, now=now) as unit:
        for line in lines:
            told = {colleague, *_hand_over(line, person, colleague, now=now)}
            _settle_owner(line, colleague, actor=actor, now=now)
            _record(unit, actions.WORK_GIVEN, line, actor=actor, receiver=str(colleague.pk))
            _tell(told - {person}, line, actor=actor, now=now)
    return colleague


def take_back(keys: Iterable[str], *, actor: Actor, now: datetime) -> int:
    """Have lines back at once that were put off or given away; return how many, and tell who had them."""
    person, lines = _person(actor), _lines(keys, actor=actor, now=now)
    with unit_of_work(actor=actor, now=now) as unit:
        for line in lines:
            own = WorkChoice.objects.select_for_update(of=("self",)).select_related("given_to")
            choice = own.filter(user=person, kind=line.kind, subject_id=line.id).first()
            if choice is None:
                continue
            choice.delete()
            if choice.given_to:
                _settle_owner(line, person, actor=actor, now=now)
                receiver = str(choice.given_to.pk)
                _record(unit, actions.WORK_TAKEN_BACK, line, actor=actor, receiver=receiver)
                _tell({choice.given_to}, line, actor=actor, now=now)
    return len(lines)


def give_back(person: User, *, actor: Actor, now: datetime) -> int:
    """Let lines fall back to whoever gave them, where the person can no longer see them; return how many."""
    given = list(WorkChoice.objects.filter(given_to=person))
    closed = [row for row in given if not _may_open(person, WorkKind(row.kind), row.subject_id)]
    with unit_of_work(actor=actor, now=now):
        WorkChoice.objects.filter(pk__in=[row.pk for row in closed]).delete()
    return len(closed)


def _hand_over(line: Line, person: User, colleague: User, *, now: datetime) -> list[User]:
    """Note who has a line from now on; return who had given it to the person before."""
    rows = WorkChoice.objects.filter(kind=line.kind, subject_id=line.id)
    givers = [row.user for row in rows.filter(given_to=person).select_related("user")]
    rows.filter(user=colleague).delete()
    rows.filter(given_to=person).exclude(user=colleague).update(given_to=colleague, created_at=now)
    if givers:
        rows.filter(user=person).delete()
    else:
        choice = {"until_date": None, "past_date": None, "given_to": colleague, "created_at": now}
        WorkChoice.objects.update_or_create(user=person, kind=line.kind, subject_id=line.id, defaults=choice)
    return givers


def _settle_owner(line: Line, owner: User, *, actor: Actor, now: datetime) -> None:
    """What has an owner of its own gets the new one, so that every page says the same."""
    if line.kind == WorkKind.ITEM:
        if not ChecklistItem.objects.filter(pk=line.id, done_at=None).update(owner=owner):
            raise Overtaken(_("This item is done already. Reload the page to see by whom."))
    elif line.kind == WorkKind.REVIEW:
        reviews.assign_review(line.id, assignee_id=owner.pk, actor=actor, now=now)


def _tell(people: set[User], line: Line, *, actor: Actor, now: datetime) -> None:
    data = {"due": line.due.isoformat() if line.due else "", "what": line.kind}
    for person in people:
        subject = ACCESS[line.kind](actor, line.id)
        has_it = WorkChoice.objects.filter(given_to=person, kind=line.kind, subject_id=line.id).exists()
        message = notifications.Message(
            f"given:{line.id}:{now.isoformat()}",
            NotificationKind.TASK,
            NotificationLevel.ACTION if has_it else NotificationLevel.INFO,
            subject,
            line.matter,
            data | {"given": has_it},
        )
        notifications.notify([person], message, now=now)


def _record(unit: UnitOfWork, action: Any, line: Line, *, actor: Actor, **data: Any) -> None:
    matter = line.matter.pk if line.matter else None
    unit.record(action, ACCESS[line.kind](actor, line.id), matter, kind=line.kind, **data)


def _may_open(person: User, kind: WorkKind, subject_id: UUID) -> bool:
    try:
        ACCESS[kind](Actor.for_user(person), subject_id)
    except (NotFound, Forbidden):
        return False
    return True


def _lines(keys: Iterable[str], *, actor: Actor, now: datetime) -> list[Line]:
    """Return the lines of the person's own work that were named, each once."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        raise InvalidInput.at("line", _("Choose at least one line."))
    known = {line.key: line for line in my_work(actor, now=now).lines()}
    if any(key not in known for key in wanted):
        raise Overtaken(_("Something of this is not in your work any more. Reload the page and look again."))
    return [known[key] for key in wanted]


def _named(key: str) -> tuple[WorkKind, UUID]:
    kind, _sep, pk = key.partition(":")
    try:
        return WorkKind(kind), UUID(pk)
    except ValueError as error:
        raise InvalidInput.at("line", _("Choose at least one line.")) from error


def _person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("Work is put off and given by a person."))
    return person
