"""A person's notices, without those that another place counts already."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from legist.core.actors import Actor
from legist.practice.counts import count_for
from legist.practice.permissions import visible_matters
from workflows.access import only_waits, visible_notices, visible_watches
from workflows.models import Notification, PlaybookRun
from workflows.states import NotificationKind

AT_WORK = (NotificationKind.CHANGE, NotificationKind.RETURNED, NotificationKind.REPLY)


def list_notices(actor: Actor, *, unread_only: bool = True) -> QuerySet[Notification]:
    """Return the person's own notices, newest first, without matters that were closed to them since.

    One about a paper that had no matter when it was told follows the paper to the matter it has got.
    """
    own = Notification.objects.filter(user=actor.user.pk if actor.user else None).select_related("matter")
    papers = ~Q(subject_kind__in=("papernotice", "paperwatch"))
    papers |= Q(subject_id__in=visible_notices(actor).values("pk"))
    papers |= Q(subject_id__in=visible_watches(actor).values("pk"))
    open_to = own.filter((Q(matter=None) & papers) | Q(matter__in=visible_matters(actor).values("pk")))
    return open_to.filter(read_at=None) if unread_only else open_to


def read_notices(actor: Actor, *, everything: bool = False) -> QuerySet[Notification]:
    """Return the unread notices with their matters, newest first; `everything` adds those put away.

    What stands elsewhere already is told once: messages that wait for approval in their queue, with changes
    of which nothing else is open; and to those who have a seat in the matter its changes in the inbox, and in
    their work messages that came back or that its client wrote.
    """
    notices = list_notices(actor, unread_only=not everything).exclude(kind=NotificationKind.APPROVAL)
    if not everything and actor.user:
        seated = Q(matter__attorney=actor.user.pk) | Q(matter__paralegal=actor.user.pk)
        in_approvals = PlaybookRun.objects.filter(only_waits("change_id")).values("pk")
        notices = notices.exclude(seated, kind__in=AT_WORK)
        notices = notices.exclude(kind=NotificationKind.CHANGE, subject_id__in=in_approvals)
    return notices.select_related("matter__client")


def count_unread(actor: Actor) -> int:
    """Return the number beside the bell."""
    return count_for(actor, read_notices)
