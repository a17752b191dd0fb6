"""Delivery rows of an approved version: planned with the approval, called back by an edit."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.errors import WrongState
from workflows.models import Approval, Delivery, Draft
from workflows.states import DeliveryState

# The identifier and the host fit the column of the message id together.
LONGEST_HOST = 150
# What has not begun yet, or never went out.
RECALLABLE = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.FAILED)


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
