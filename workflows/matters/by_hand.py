"""Notes that people write on a matter, for the staff alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.clients.intake import used_form
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, acting_person, can
from legist.practice.same_name import name_readings
from legist.practice.selectors import list_staff
from workflows import audit_actions as actions
from workflows.access import access_note
from workflows.matters.services import access_correctable
from workflows.models import Note, Notification
from workflows.notifications import services as notifications
from workflows.recipients import readers
from workflows.states import NotificationKind, NotificationLevel

LONGEST_NOTE: Final = 5_000
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
class NoteLine:
    """A note as its reader sees it."""

    note: Note
    may_change: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What stood in a note, or in a task, before a change."""

    text: str = field(repr=False)
    by: User | None
    at: datetime
    owner: User | None = None
    due: date | None = None


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
    text = checked_text(given.text, most=LONGEST_NOTE)
    with unit_of_work(actor=actor, now=now) as unit:
        matter = access_correctable(actor, matter_id)
        named = named_in(text, matter)
        row = {"matter": matter, "text": text, "is_pinned": given.is_pinned, "created_at": now}
        author = writer(actor)
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
    text = checked_text(text, most=LONGEST_NOTE)
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
        note.text, note.changed_by, note.changed_at = text, writer(actor), now
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


def _changeable(actor: Actor, note_id: UUID | str, *, lock: bool = False) -> Note:
    note = access_note(actor, note_id, lock=lock)
    if note.author != acting_person(actor) and not can(actor, Capability.MANAGE_MATTER, note.matter):
        raise Forbidden(
            _("A note is changed by who wrote it, or by who manages the matter. Ask one of them.")
        )
    return note


def writer(actor: Actor) -> User:
    """Return the person who writes; raise Forbidden for commands."""
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("A note is written by a person."))
    return person


def checked_text(text: str, *, most: int) -> str:
    """Return what was written; raise InvalidInput for nothing, or too much."""
    text = text.strip()
    if not text:
        raise InvalidInput.at("text", _("Write something."))
    if len(text) > most:
        raise InvalidInput.at("text", _("At most %(n)d characters. Shorten it.") % {"n": most})
    return text
