"""Deliveries: planned with the approval, called back by an edit; and what staff are told of messages."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.errors import WrongState
from legist.practice.roles import Role
from workflows.models import Approval, Delivery, Draft, Notification
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import DeliveryState, DraftState, NotificationKind, NotificationLevel

# The identifier and the host fit the column of the message id together.
LONGEST_HOST = 150
# What has not begun yet, or never went out.
RECALLABLE = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.FAILED)
ASKED_ABOUT = (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.HELD)


def plan(draft: Draft, approval: Approval, *, now: datetime) -> None:
    """Write one delivery per channel for the version that was just approved."""
    for channel in draft.channels:
        delivery = Delivery(
            draft=draft,
            approval=approval,
            version=draft.version,
            channel=channel,
            next_attempt_at=now,
            created_at=now,
        )
        host = urlsplit(settings.LEGIST_BASE_URL).hostname or "localhost"
        delivery.message_id = f"<{delivery.pk}@{host[-LONGEST_HOST:].lstrip('.-')}>"
        delivery.save(force_insert=True)


def call_back(draft: Draft) -> None:
    """Cancel what has not gone out of the current version; raise WrongState when some of it has.

    The update locks the rows, so a delivery is either cancelled here or claimed by the sender, not both.
    """
    current = Delivery.objects.filter(draft=draft, version=draft.version)
    current.filter(state__in=RECALLABLE).update(state=DeliveryState.CANCELLED)
    if current.exclude(state=DeliveryState.CANCELLED).exists():
        message = _("This message is already on its way to the client. Write a new one to correct it.")
        raise WrongState(message)


def tell_of_return(draft_id: UUID | str, *, key: str, now: datetime) -> int:
    """Tell whoever works on a draft that it was sent back, unless they know; return how many."""
    draft = Draft.objects.select_related("matter__attorney", "matter__paralegal").get(pk=draft_id)
    if draft.state != DraftState.RETURNED:
        return 0
    kind, level = NotificationKind.RETURNED, NotificationLevel.ACTION
    people = assigned(draft.matter, Role.PARALEGAL) or assigned(draft.matter) or managers(draft.matter)
    return notifications.notify(people, notifications.Message(key, kind, level, draft, draft.matter), now=now)


def tell_of_end(delivery_id: UUID | str, *, state: str, error: str, key: str, now: datetime) -> int:
    """Ask the people of a matter about a delivery that needs them; return how many.

    Where it has ended well, what they were told of it before is put away. Nobody is asked about one that
    goes on meanwhile.
    """
    rows = Delivery.objects.select_related("draft__matter__attorney", "draft__matter__paralegal")
    delivery = rows.get(pk=delivery_id)
    if delivery.state in {DeliveryState.SENT, DeliveryState.CANCELLED}:
        told = Notification.objects.filter(kind=NotificationKind.DELIVERY, subject_id=delivery.pk)
        told.filter(read_at=None).update(read_at=now)
    if delivery.state != state or state not in ASKED_ABOUT:
        return 0
    matter = delivery.draft.matter
    message = notifications.Message(
        key=key,
        kind=NotificationKind.DELIVERY,
        level=NotificationLevel.URGENT,
        subject=delivery,
        matter=matter,
        data={"state": state, "error": error, "channel": delivery.channel},
    )
    # A matter that nobody has must not swallow a message.
    return notifications.notify(assigned(matter) or managers(matter), message, now=now)
