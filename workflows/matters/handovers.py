"""Work changes hands: whoever has it now is told what waits, and managers what somebody left behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.practice.models import Matter, User
from legist.practice.people.leaving import left_behind, seats_left, seats_of
from legist.practice.permissions import visible_matters
from legist.practice.services import family
from legist.practice.states import MatterState
from workflows.messages.drafts import UNSENT
from workflows.models import ChecklistItem, Deadline, Draft
from workflows.notifications import services as notifications
from workflows.recipients import firm_managers, managers, may_see, operations
from workflows.states import DeadlineState, NotificationKind, NotificationLevel

MOVED_OUT, MOVED_IN, ASSIGNED, LEFT = "moved_out", "moved_in", "assigned", "left"
REOPENED = "reopened"


def count_waiting(matters: Iterable[Matter] | QuerySet[Matter]) -> dict[str, int]:
    """Return how much waits in matters: open deadlines, unsent messages, open checklist items."""
    ids = [matter.pk for matter in matters]
    return {
        "matters": len(ids),
        "deadlines": Deadline.objects.filter(matter__in=ids, state=DeadlineState.OPEN).count(),
        "drafts": Draft.objects.filter(matter__in=ids, state__in=UNSENT).count(),
        "items": ChecklistItem.objects.filter(checklist__matter__in=ids, done_at=None).count(),
    }


def tell_of_assignment(matter_id: UUID | str, person_id: UUID | str, *, key: str, now: datetime) -> int:
    """Tell somebody who was given a matter of it and of everything that waits in it and below it."""
    matter = Matter.objects.get(pk=matter_id)
    told = may_see(matter, User.objects.filter(pk=person_id))
    data = {"what": ASSIGNED, **count_waiting(family(matter))}
    message = notifications.Message(
        key, NotificationKind.HANDOVER, NotificationLevel.ACTION, matter, matter, data
    )
    return notifications.notify(told, message, now=now)


def tell_of_leaving(person_id: UUID | str, *, key: str, now: datetime) -> int:
    """Tell the managers what waits in the matters of somebody who left, each what they may see of it.

    A firm without managers must not lose it in silence: operations are told that there is something.
    """
    person = User.objects.get(pk=person_id)
    held = left_behind().filter(pk__in=seats_of([person.pk]).values("pk"))
    managers = firm_managers()
    told = 0
    for each in managers or operations():
        seen = held.filter(pk__in=visible_matters(Actor.for_user(each)).values("pk")) if managers else held
        data = {"what": LEFT, **count_waiting(seen)}
        message = notifications.Message(
            key, NotificationKind.HANDOVER, NotificationLevel.URGENT, person, None, data
        )
        told += notifications.notify([each], message, now=now)
    return told


def tell_of_empty_seats(matter_id: UUID | str, *, key: str, now: datetime) -> int:
    """Tell the managers that a reopened matter has a seat of somebody who has left, and what waits in it.

    Nobody is told where it was closed again meanwhile. Without a manager who may see it, operations are told
    that there is something, and not where.
    """
    matter = Matter.objects.select_related("attorney", "paralegal").get(pk=matter_id)
    seats = seats_left(matter)
    if not seats or matter.state != MatterState.OPEN:
        return 0
    told = managers(matter)
    where = matter if told else None
    data = {"what": REOPENED, "seats": [str(seat) for seat in seats], **count_waiting([matter])}
    message = notifications.Message(
        key, NotificationKind.HANDOVER, NotificationLevel.URGENT, matter, where, data
    )
    return notifications.notify(told or operations(), message, now=now)
