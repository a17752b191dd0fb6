"""Who is told of imports: of one that an error stopped, and of rows that wait for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from legist.core.actors import Actor
from legist.practice.models import User
from legist.practice.roles import Role
from tracking.selectors import list_waiting_rows
from tracking.selectors.facts import get_import
from workflows.notifications import services as notifications
from workflows.states import NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from tracking.models import ImportBatch

FAILED, WAITING = "failed", "waiting"


def tell_of_failure(import_id: str, *, key: str, now: datetime) -> int:
    """Tell the uploader and operations that an import was stopped by an error; once for each time it was."""
    batch = get_import(import_id)
    people = set(User.objects.filter(role=Role.OPERATIONS, is_active=True))
    if batch.uploaded_by is not None and batch.uploaded_by.is_active:
        people.add(batch.uploaded_by)
    return _tell(people, batch, what=FAILED, key=key, now=now)


def tell_of_waiting_rows(import_id: str, *, now: datetime) -> int:
    """Tell those who may decide about rows of an import that these wait; each once for an import."""
    batch = get_import(import_id)
    staff = User.objects.filter(is_active=True, role__in=(Role.ATTORNEY, Role.PARALEGAL, Role.MANAGER))
    people = {
        person
        for person in staff
        if list_waiting_rows(Actor.for_user(person)).filter(row__batch=batch).exists()
    }
    return _tell(people, batch, what=WAITING, key=f"rows_wait:{batch.pk}", now=now)


def _tell(people: set[User], batch: ImportBatch, *, what: str, key: str, now: datetime) -> int:
    message = notifications.Message(
        key, NotificationKind.IMPORT, NotificationLevel.ACTION, batch, None, {"what": what}
    )
    return notifications.notify(people, message, now=now)
