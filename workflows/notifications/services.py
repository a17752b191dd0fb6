"""Notices to members of staff inside the product: told once per cause, until read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from legist.core.actors import Actor
from legist.core.audit import name_on_record
from legist.core.errors import NotFound
from legist.practice.models import Matter, User
from legist.practice.permissions import acting_person, shut_out_of
from workflows.models import Notification
from workflows.states import NotificationKind, NotificationLevel


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. `key` names the cause; nobody is told twice of the same."""

    key: str
    kind: NotificationKind
    level: NotificationLevel
    subject: models.Model
    matter: Matter | None
    data: dict[str, Any] = field(default_factory=dict)


def notify(people: Iterable[User], message: Message, *, now: datetime) -> int:
    """Write a notice for each person who was not told of this yet; return how many are told in all.

    Whoever a wall shuts out of the matter is not told, whoever asked for it.
    """
    walls = shut_out_of([message.matter] if message.matter else [])
    shut_out = {person for _matter, person in walls}
    unique = {person.pk: person for person in people if person.pk not in shut_out}
    Notification.objects.bulk_create(
        [_notice(person, message, now=now) for person in unique.values()], ignore_conflicts=True
    )
    return len(unique)


def _notice(person: User, message: Message, *, now: datetime) -> Notification:
    return Notification(
        user=person,
        key=message.key,
        kind=message.kind,
        level=message.level,
        matter=message.matter,
        subject_kind=name_on_record(message.subject).partition(".")[2],
        subject_id=message.subject.pk,
        data=message.data,
        created_at=now,
    )


def put_away(subject: models.Model, *, now: datetime) -> int:
    """Put every notice about something away that is over; return how many nobody had read."""
    kind = name_on_record(subject).partition(".")[2]
    unread = Notification.objects.filter(subject_kind=kind, subject_id=subject.pk, read_at=None)
    return unread.update(read_at=now)


def mark_read(notice_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Put a notice of one's own away; raises NotFound for anybody else's."""
    own = Notification.objects.filter(pk=notice_id, user=acting_person(actor))
    if not own.filter(read_at=None).update(read_at=now) and not own.exists():
        raise NotFound


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Put every notice of one's own away; return how many there were."""
    unread = Notification.objects.filter(user=acting_person(actor), read_at=None)
    return unread.update(read_at=now)
