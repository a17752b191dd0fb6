"""What people write on a matter by hand: notes for the staff alone, and tasks that they set each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.clients.intake import used_form
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, access_matter, acting_person, can
from legist.practice.same_name import name_readings
from legist.practice.selectors import list_staff
from legist.practice.states import MatterState
from workflows import audit_actions as actions
from workflows.access import access_note
from workflows.matters.services import access_correctable
from workflows.models import ChecklistItem, ChecklistRun, Note, Notification
from workflows.notifications import services as notifications
from workflows.recipients import may_see, readers
from workflows.states import ItemRole, NotificationKind, NotificationLevel

LONGEST_NOTE: Final = 5_000
LONGEST_TASK: Final = 300
MOST_NAMED: Final = 20
# A name is up to four words after the sign; an address has something before it.
_NAMED: Final = re.compile(r"(?<![\w@.])@([^\W\d_][\w'’.-]*(?:[ \xa0]+[^\W\d_][\w'’.-]*){0,3})")


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a note names with an @: who is told, and what names nobody here."""

    told: Sequence[User] = ()
    unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to write; `key` becomes its id, so that one form writes one note."""

    key: UUID
    text: str = field(repr=False)
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to set: `owner` is an id; `key` becomes the task's, so that one form sets one."""

    key: UUID
    text: str = field(repr=False)
    owner: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as its reader sees it."""

    note: Note
    may_change: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What stood in a note before a change."""

    text: str = field(repr=False)
    by: User | None
    at: datetime


def list_notes(actor: Actor, matter: Matter, *, can_manage: bool) -> list[NoteLine]:
    """Return the notes of a matter that the caller has authorised: the pinned ones first, then the newest."""
    notes = Note.objects.filter(matter=matter).select_related("author", "changed_by")
    return [NoteLine(note, can_manage or note.author == acting_person(actor)) for note in notes]


def read_note(actor: Actor, note_id: UUID | str) -> tuple[Note, list[Earlier]]:
    """Return a note with what stood there before, newest first, to those who may change it."""
    note = _changeable(actor, note_id)
    people = User.objects.in_bulk([each["by"] for each in note.earlier])
    earlier = [
        Earlier(each["text"], people.get(UUID(each["by"])), datetime.fromisoformat(each["at"]))
        for each in reversed(note.earlier)
    ]
    return note, earlier


def write_note(matter_id: UUID | str, given: NewNote, *, actor: Actor, now: datetime) -> Named:
    """Write a note on a matter and tell the colleagues whom it names; for those who work on it or manage it.

    Raises InvalidInput for no words or too many, and where it names somebody who cannot see the matter.
    """
    text = _checked(given.text, most=LONGEST_NOTE)
    with unit_of_work(actor=actor, now=now) as unit:
        matter = access_correctable(actor, matter_id)
        named = named_in(text, matter)
        row = {"matter": matter, "text": text, "is_pinned": given.is_pinned, "created_at": now}
        author = _person(actor)
        note, is_new = Note.objects.get_or_create(pk=given.key, defaults={**row, "author": author})
        if is_new:
            unit.record(actions.NOTE_WRITTEN, note, matter.pk, told=len(named.told))
            _tell(note, named, actor=actor, now=now)
        elif (note.matter_id, note.author_id, note.text) != (matter.pk, author.pk, text):
            raise InvalidInput(used_form())
    return named


def change_note(note_id: UUID | str, text: str, *, seen: str, actor: Actor, now: datetime) -> Named:
    """Put other words in a note; what stood there is kept. For its author and those who manage the matter.

    `seen` is the version that was read. Raises InvalidInput where another one stands there by now, and as
    `write_note` does. Whoever was told of the note before is not told again.
    """
    text = _checked(text, most=LONGEST_NOTE)
    with unit_of_work(actor=actor, now=now) as unit:
        note = _changeable(actor, note_id, lock=True)
        if seen != note.version:
            message = _("Somebody has changed this note meanwhile. Look at what it says now, and save again.")
            raise InvalidInput.at("text", message)
        if text == note.text:
            return Named()
        named = named_in(text, note.matter)
        wrote, at = note.changed_by or note.author, note.changed_at or note.created_at
        note.earlier = [*note.earlier, {"text": note.text, "by": str(wrote.pk), "at": at.isoformat()}]
        note.text, note.changed_by, note.changed_at = text, _person(actor), now
        note.save(update_fields=["text", "earlier", "changed_by", "changed_at"])
        unit.record(actions.NOTE_CHANGED, note, note.matter_id, told=len(named.told))
        _tell(note, named, actor=actor, now=now)
    return named


def pin_note(note_id: UUID | str, *, is_pinned: bool, actor: Actor, now: datetime) -> Note:
    """Put a note before the others, or take it back among them; for those who work on its matter."""
    with unit_of_work(actor=actor, now=now) as unit:
        note = access_note(actor, note_id)
        access_correctable(actor, note.matter_id)
        if Note.objects.filter(pk=note.pk, is_pinned=not is_pinned).update(is_pinned=is_pinned):
            unit.record(actions.NOTE_PINNED if is_pinned else actions.NOTE_UNPINNED, note, note.matter_id)
    return note


def delete_note(note_id: UUID | str, *, actor: Actor, now: datetime) -> Matter:
    """Delete a note with all that stood in it; for its author and those who manage the matter.

    That there was one, whose it was and who deleted it stays on the record. Returns its matter.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        note = _changeable(actor, note_id, lock=True)
        matter = note.matter
        unit.record(actions.NOTE_DELETED, note, matter.pk, author=str(note.author_id))
        Notification.objects.filter(kind=NotificationKind.MENTION, subject_id=note.pk).delete()
        note.delete()
    return matter


def add_task(matter_id: UUID | str, given: NewTask, *, actor: Actor, now: datetime) -> ChecklistItem:
    """Set somebody a task in an open matter, on its checklist of tasks by hand, and tell them of it.

    Raises InvalidInput for no words or too many, an owner who cannot see the matter and a day that is over.
    """
    text = _checked(given.text, most=LONGEST_TASK)
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


def named_in(text: str, matter: Matter) -> Named:
    """Return whom a text names with an @ of those who may see the matter.

    A name is found by its beginning: `@Alice`, `@alice attorney`; accents and capitals do not matter. Raises
    InvalidInput where it means somebody who works here and cannot see the matter, where several are meant,
    or where it names more than MOST_NAMED.
    """
    typed = list(_typed_names(text))
    if not typed:
        return Named()
    staff, open_to = list(list_staff()), {person.pk for person in readers(matter)}
    told: dict[UUID, User] = {}
    unknown = []
    for words in typed:
        meant = _meant(words, staff)
        able = [person for person in meant if person.pk in open_to]
        if not meant:
            unknown.append(words[0])
        elif not able:
            message = _(
                "@%(name)s cannot see this matter. Leave out the @, or have them assigned to it first."
            )
            raise InvalidInput.at("text", message % {"name": meant[0].name})
        elif len(able) > 1:
            message = _("Several people here are called %(name)s. Write the whole name after the @.")
            raise InvalidInput.at("text", message % {"name": words[0]})
        else:
            told[able[0].pk] = able[0]
    return Named(list(told.values()), unknown)


def _typed_names(text: str) -> Iterator[list[str]]:
    found = list(dict.fromkeys(_NAMED.findall(text)))
    if len(found) > MOST_NAMED:
        raise InvalidInput.at("text", _("A note names at most %(n)d people.") % {"n": MOST_NAMED})
    return (name.split() for name in found)


def _meant(words: list[str], staff: Sequence[User]) -> list[User]:
    """Return whose name begins with as many of the words as there can be."""
    for count in range(len(words), 0, -1):
        name = re.sub(r"(['’]s)?[.'’-]*$", "", " ".join(words[:count]))
        typed = name_readings(name)
        meant = [person for person in staff if _begins(person.name, typed)]
        if meant:
            return meant
    return []


def _begins(name: str, typed: frozenset[tuple[str, ...]]) -> bool:
    return any(whole[: len(start)] == start for whole in name_readings(name) for start in typed)


def _tell(note: Note, named: Named, *, actor: Actor, now: datetime) -> None:
    people = [person for person in named.told if person != actor.user]
    message = notifications.Message(
        f"note:{note.pk}", NotificationKind.MENTION, NotificationLevel.ACTION, note, note.matter
    )
    notifications.notify(people, message, now=now)


def _tell_of_task(item: ChecklistItem, owner: User, matter: Matter, *, actor: Actor, now: datetime) -> None:
    if owner == actor.user:
        return
    data = {"due": item.due_date.isoformat() if item.due_date else ""}
    message = notifications.Message(
        f"task:{item.pk}", NotificationKind.TASK, NotificationLevel.ACTION, item, matter, data
    )
    notifications.notify([owner], message, now=now)


def _changeable(actor: Actor, note_id: UUID | str, *, lock: bool = False) -> Note:
    note = access_note(actor, note_id, lock=lock)
    if note.author != acting_person(actor) and not can(actor, Capability.MANAGE_MATTER, note.matter):
        raise Forbidden(
            _("A note is changed by who wrote it, or by who manages the matter. Ask one of them.")
        )
    return note


def _owner(person_id: str, matter: Matter) -> User:
    owner = next((person for person in readers(matter) if str(person.pk) == person_id), None)
    if owner is None:
        raise InvalidInput.at("owner", _("Choose somebody who works here and can see this matter."))
    return owner


def _person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("A note is written by a person."))
    return person


def _checked(text: str, *, most: int) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput.at("text", _("Write something."))
    if len(text) > most:
        raise InvalidInput.at("text", _("At most %(n)d characters. Shorten it.") % {"n": most})
    return text
