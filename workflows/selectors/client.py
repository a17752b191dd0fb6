"""What a client may see of their messages: approved text only, no rows of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from legist.practice.models import Client
from workflows.drafting.mail import Block, blocks
from workflows.models import Delivery
from workflows.models.deliveries import Channel, DeliveryState


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """A message as the client reads it, in the language asked for when it was written in it."""

    id: UUID
    subject: str
    body: str
    blocks: list[Block]
    language: str
    sent_at: datetime
    receipt_id: UUID | None
    form: str
    matter_id: UUID


def delivered_messages(client: Client) -> QuerySet[Delivery]:
    """Return what has reached the client's portal, newest first; nothing is in it before an approval."""
    delivered = Delivery.objects.filter(
        draft__client=client, channel=Channel.PORTAL, state=DeliveryState.SENT, sent_at__isnull=False
    )
    return delivered.select_related("draft", "draft__change__receipt").order_by("-sent_at", "-id")


def read_messages(deliveries: Iterable[Delivery], *, language: str) -> list[ClientMessage]:
    """Return the approved words of deliveries, in a language or else the one they were written in."""
    return [_message(delivery, language) for delivery in deliveries]


def list_client_messages(
    client: Client, *, language: str | None = None, limit: int = 100
) -> list[ClientMessage]:
    """Return the messages delivered to the client's portal, newest first, each in approved words."""
    return read_messages(delivered_messages(client)[:limit], language=language or client.language)


def _message(delivery: Delivery, language: str) -> ClientMessage:
    draft = delivery.draft
    shown = language if language in draft.texts else draft.language
    text = draft.texts[shown]
    return ClientMessage(
        id=draft.pk,
        subject=text["subject"],
        body=text["body"],
        blocks=blocks(text["body"]),
        language=shown,
        sent_at=delivery.sent_at or delivery.created_at,
        receipt_id=draft.change.receipt_id if draft.change else None,
        form=draft.change.receipt.form_type if draft.change else "",
        matter_id=draft.matter_id,
    )
