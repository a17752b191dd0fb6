"""What a client may see of their messages: approved text only, no rows of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet

from legist.core.crypto import CryptoError
from legist.practice.models import Client
from workflows.messages.consent import address_on, is_approved
from workflows.messages.mail import Block, blocks
from workflows.models import Deadline, Delivery, Draft
from workflows.states import Channel, DeadlineState, DeadlineStatus, DeliveryState

log = structlog.get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date of the client's that still stands.

    `day` is None until a person has read it from the letter: what the firm counted is not told to clients.
    `code` is the status that brought it, where one did.
    """

    kind: str
    day: date | None
    code: str = ""


def open_dates(receipts: Iterable[UUID]) -> dict[UUID, list[OpenDate]]:
    """Return the open dates of receipts that the caller has authorised, by receipt, the earliest first."""
    rows = Deadline.objects.filter(receipt__in=list(receipts), state=DeadlineState.OPEN)
    found: dict[UUID, list[OpenDate]] = {}
    columns = ("receipt", "kind", "due_date", "status", "run__change__to_code")
    for receipt, kind, day, status, code in rows.values_list(*columns):
        is_told = status == DeadlineStatus.CONFIRMED
        found.setdefault(receipt, []).append(OpenDate(kind, day if is_told else None, code or ""))
    return found


def delivered_messages(client: Client) -> QuerySet[Delivery]:
    """Return what is marked as having reached the client's portal, newest first; see `as_approved`.

    A message about a case that has turned out to be another client's is shown to neither: it was never the
    one's, and has not been sent to the other.
    """
    about_own = Q(draft__change=None) | Q(draft__change__receipt__matter__client=client)
    others = Draft.objects.filter(joined_into=OuterRef("draft")).exclude(
        change__receipt__matter__client=client
    )
    delivered = Delivery.objects.filter(
        ~Exists(others),
        about_own,
        draft__client=client,
        channel=Channel.PORTAL,
        state=DeliveryState.SENT,
        sent_at__isnull=False,
    )
    related = delivered.select_related("draft__approval", "draft__change__receipt")
    return related.order_by("-sent_at", "-id")


def as_approved(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Leave out what no approval covers as it stands, and what cannot be read: clients see approved words."""
    return [delivery for delivery in deliveries if _is_as_approved(delivery)]


def read_messages(deliveries: Iterable[Delivery], *, language: str) -> list[ClientMessage]:
    """Return the approved words of deliveries, in a language or else the one they were written in."""
    return [_message(delivery, language) for delivery in as_approved(deliveries)]


def list_client_messages(
    client: Client, *, language: str | None = None, limit: int = 100
) -> list[ClientMessage]:
    """Return the messages delivered to the client's portal, newest first, each in approved words."""
    return read_messages(delivered_messages(client)[:limit], language=language or client.language)


def _is_as_approved(delivery: Delivery) -> bool:
    try:
        # Approved for e-mail alone is not approved for a portal, whatever a delivery says.
        is_for_portal = address_on(delivery.draft, Channel.PORTAL) == str(delivery.draft.client_id)
        shown = is_for_portal and is_approved(delivery.draft)
    except (CryptoError, ValueError, LookupError):
        shown = False
    if not shown:
        log.error("message_not_shown", delivery=str(delivery.pk))
    return shown


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
