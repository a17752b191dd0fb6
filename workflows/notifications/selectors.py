"""A person's notices, without those that another place counts already."""

from __future__ import annotations

from django.db.models import QuerySet

from legist.core.actors import Actor
from workflows.counts import list_notices
from workflows.models import Notification
from workflows.models.notifications import NotificationKind


def read_notices(actor: Actor, *, everything: bool = False) -> QuerySet[Notification]:
    """Return the unread notices with their matters, newest first; `everything` adds those put away.

    Messages that wait for approval have a queue and a number of their own; said twice, they would bury
    the others.
    """
    notices = list_notices(actor, unread_only=not everything).exclude(kind=NotificationKind.APPROVAL)
    return notices.select_related("matter__client")


def count_unread(actor: Actor) -> int:
    """Return the number beside the bell."""
    return read_notices(actor).count()
