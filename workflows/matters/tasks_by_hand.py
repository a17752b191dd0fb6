"""Tasks that people set each other in a matter, and what is changed of any open item of its checklists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.clients.intake import used_form
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, access_matter, acting_person
from legist.practice.states import MatterState
from workflows import audit_actions as actions
from workflows.access import access_item
from workflows.matters.by_hand import Earlier, checked_text, writer
from workflows.models import ChecklistItem, ChecklistRun, WorkChoice
from workflows.notifications import services as notifications
from workflows.recipients import may_see, readers
from workflows.states import ItemRole, NotificationKind, NotificationLevel, WorkKind

LONGEST_TASK: Final = 300


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to set: `owner` is an id; `key` becomes the task's, so that one form sets one."""

    key: UUID
    text: str = field(repr=False)
    owner: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ChangedTask:
    """What a task is to be from now on; `seen` is the version that was read.

    Only the words of a task by hand change, and only a date that hangs on no deadline; what is None stays.
    """

    owner: str
    seen: str
    text: str | None = field(default=None, repr=False)
    due: date | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task, who can have it, and what stood there before, newest first."""

    item: ChecklistItem
    people: list[User]
    earlier: list[Earlier]

    @property
    def has_own_words(self) -> bool:
        return self.item.words is not None

    @property
    def has_own_date(self) -> bool:
        return self.item.anchor_days is None


def add_task(matter_id: UUID | str, given: NewTask, *, actor: Actor, now: datetime) -> ChecklistItem:
    """Set somebody a task in an open matter, on its checklist of tasks by hand, and tell them of it.

    Raises InvalidInput for no words or too many, an owner who cannot see the matter and a day that is over.
    """
    text = checked_text(given.text, most=LONGEST_TASK)
    if given.due and given.due < timezone.localtime(now).date():
        raise InvalidInput.at("due", _("This day is over. Choose today or a later day."))
    with unit_of_work(actor=actor, now=now) as unit:
        matter = access_matter(actor, matter_id, Capability.WORK_MATTER)
        if matter.state == MatterState.CLOSED:
            raise WrongState(_("This matter is closed. Reopen it before you set a task in it."))
        owner = _owner(given.owner, matter)
        tasks, _is_first = ChecklistRun.objects.get_or_create(
            matter=matter, run=None, key=ChecklistRun.BY_HAND, defaults={"created_at": now}
        )
        row = {
            "checklist": tasks,
            "key": str(given.key),
            "position": tasks.items.count() + 1,
            "words": text,
            "owner": owner,
            "role": owner.role if owner.role in ItemRole.values else ItemRole.ATTORNEY,
            "due_date": given.due,
        }
        item, is_new = ChecklistItem.objects.get_or_create(pk=given.key, defaults=row)
        if is_new:
            unit.record(actions.TASK_ADDED, item, matter.pk, key=item.key, owner=str(owner.pk))
            _tell_of_task(item, owner, matter, actor=actor, now=now)
        elif (item.checklist_id, item.words, item.owner_id) != (tasks.pk, text, owner.pk):
            raise InvalidInput(used_form())
    return item


def read_task(actor: Actor, item_id: UUID | str) -> TaskPage:
    """Return a task with what stood there before, to those who work on its matter."""
    item = access_item(actor, item_id, Capability.WORK_MATTER)
    rows = list(reversed(item.earlier or []))
    people = User.objects.in_bulk([each[who] for each in rows for who in ("by", "owner") if each[who]])
    earlier = [
        Earlier(
            each["text"],
            people.get(UUID(each["by"])),
            datetime.fromisoformat(each["at"]),
            people.get(UUID(each["owner"])) if each["owner"] else None,
            date.fromisoformat(each["due"]) if each["due"] else None,
        )
        for each in rows
    ]
    return TaskPage(item, readers(item.checklist.matter), earlier)


def change_task(item_id: UUID | str, given: ChangedTask, *, actor: Actor, now: datetime) -> bool:
    """Give an open task other words, another owner or another day; return False where it was so already.

    What stood there is kept. Who gets it is told, and so are those who lose it. Raises as `add_task` does,
    WrongState where it is done or its matter closed, InvalidInput where somebody has changed it meanwhile.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        item = access_item(actor, item_id, Capability.WORK_MATTER, lock=True)
        matter = item.checklist.matter
        if item.done_at or matter.state == MatterState.CLOSED:
            raise WrongState(_("This task is done, or its matter is closed. Reopen it before you change it."))
        before = (item.words, item.owner, item.due_date)
        after = _changed(item, given, matter, now=now)
        if before == after:
            return False
        if given.seen != item.version:
            raise InvalidInput(_("Somebody has changed this task meanwhile. Look at it, and save again."))
        kept = {"owner": str(item.owner_id or ""), "due": item.due_date.isoformat() if item.due_date else ""}
        kept |= {"text": item.label, "by": str(writer(actor).pk), "at": now.isoformat()}
        item.earlier = [*(item.earlier or []), kept]
        item.words, item.owner, item.due_date = after
        item.save(update_fields=["earlier", "words", "owner", "due_date"])
        owner = str(item.owner_id) if item.owner_id else None
        unit.record(actions.TASK_CHANGED, item, matter.pk, key=item.key, owner=owner)
        if item.owner != before[1]:
            _tell_of_handing_on(item, before[1], matter, actor=actor, now=now)
    return True


def _changed(
    item: ChecklistItem, given: ChangedTask, matter: Matter, *, now: datetime
) -> tuple[str | None, User | None, date | None]:
    words, due = item.words, item.due_date
    if words is not None and given.text is not None:
        words = checked_text(given.text, most=LONGEST_TASK)
    if item.anchor_days is None and given.due != due:
        if given.due and given.due < timezone.localtime(now).date():
            raise InvalidInput.at("due", _("This day is over. Choose today or a later day."))
        due = given.due
    is_anybodys = not given.owner and (item.words is None or item.owner is None)
    return words, None if is_anybodys else _owner(given.owner, matter), due


def give_back(person: User, *, actor: Actor, now: datetime) -> int:
    """Take the open tasks from a person who can no longer see them; return how many: they are anybody's."""
    held = ChecklistItem.objects.filter(owner=person, done_at=None).select_related("checklist__matter")
    with unit_of_work(actor=actor):
        closed = [item for item in held if not may_see(item.checklist.matter, [person])]
        for item in closed:
            item.owner = None
            item.save(update_fields=["owner"])
            unit = acting(actor=actor, now=now)
            unit.record(actions.TASK_GIVEN_BACK, item, item.checklist.matter_id, key=item.key)
    return len(closed)


def _owner(person_id: str, matter: Matter) -> User:
    owner = next((person for person in readers(matter) if str(person.pk) == person_id), None)
    if owner is None:
        raise InvalidInput.at("owner", _("Choose somebody who works here and can see this matter."))
    return owner


def _tell_of_task(item: ChecklistItem, owner: User, matter: Matter, *, actor: Actor, now: datetime) -> None:
    if owner == actor.user:
        return
    data = {"due": item.due_date.isoformat() if item.due_date else ""}
    key = f"task:{item.pk}:{len(item.earlier)}" if item.earlier else f"task:{item.pk}"
    message = notifications.Message(key, NotificationKind.TASK, NotificationLevel.ACTION, item, matter, data)
    notifications.notify([owner], message, now=now)


def _tell_of_handing_on(
    item: ChecklistItem, before: User | None, matter: Matter, *, actor: Actor, now: datetime
) -> None:
    """Tell who has a task now, and whoever had it or had given it away: it is not theirs any more."""
    choices = WorkChoice.objects.filter(kind=WorkKind.ITEM, subject_id=item.pk)
    involved = [
        each for row in choices.select_related("user", "given_to") for each in (row.user, row.given_to)
    ]
    choices.delete()
    if item.owner:
        _tell_of_task(item, item.owner, matter, actor=actor, now=now)
    lost = {person for person in (before, *involved) if person} - {item.owner, acting_person(actor)}
    data = {"due": "", "what": str(WorkKind.ITEM), "given": False}
    message = notifications.Message(
        f"task:{item.pk}:{now.isoformat()}", NotificationKind.TASK, NotificationLevel.INFO, item, matter, data
    )
    notifications.notify(sorted(lost, key=lambda person: person.pk), message, now=now)
