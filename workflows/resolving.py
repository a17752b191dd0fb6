"""What a person decides about deliveries that did not simply go out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability
from workflows import audit_actions as actions
from workflows.models import Delivery, Draft
from workflows.models.deliveries import DeliveryState
from workflows.notifications import close_draft
from workflows.people import get_person
from workflows.selectors.access import access_delivery

WAS_SENT, SEND_AGAIN = "was_sent", "send_again"
UNDECIDED = (DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.HELD)


def resolve_delivery(
    delivery_id: UUID | str, *, was_sent: bool, reason: str, actor: Actor, now: datetime
) -> Delivery:
    """Settle a delivery that is uncertain, failed or held, and say how one knows.

    `was_sent` closes it as delivered; otherwise it goes out again, under the same message id and the
    same approval. A held one is held again while the client's address is not the approved one.
    """
    why = reason.strip()
    if not why:
        message = "Say how you know; the reason is kept on the record."
        raise InvalidInput(message, {"reason": [message]})
    with unit_of_work(actor=actor):
        delivery = _lock(delivery_id, actor=actor)
        _expect_undecided(delivery, was_sent=was_sent)
        delivery.state = DeliveryState.SENT if was_sent else DeliveryState.PENDING
        delivery.sent_at = now if was_sent else None
        delivery.next_attempt_at, delivery.error = now, ""
        delivery.resolved_by, delivery.resolved_at, delivery.resolution = get_person(actor), now, why
        delivery.save(update_fields=RESOLVED_FIELDS)
        data = {
            "channel": delivery.channel,
            "version": delivery.version,
            "decision": WAS_SENT if was_sent else SEND_AGAIN,
        }
        audit.record(
            actions.DELIVERY_RESOLVED,
            actor=actor,
            subject=delivery.draft,
            scope=delivery.draft.matter_id,
            now=now,
            data=data,
        )
        if was_sent:
            close_draft(delivery.draft, now=now, actor=actor)
    return delivery


RESOLVED_FIELDS = (
    "state",
    "sent_at",
    "next_attempt_at",
    "error",
    "resolved_by",
    "resolved_at",
    "resolution",
)


def _lock(delivery_id: UUID | str, *, actor: Actor) -> Delivery:
    """Authorise, then lock the draft before its delivery, as everybody does."""
    delivery = access_delivery(actor, delivery_id, Capability.WORK_MATTER)
    Draft.objects.select_for_update(of=("self",)).get(pk=delivery.draft_id)
    return access_delivery(actor, delivery_id, Capability.WORK_MATTER, lock=True)


def _expect_undecided(delivery: Delivery, *, was_sent: bool) -> None:
    possible = (DeliveryState.UNCERTAIN,) if was_sent else UNDECIDED
    if delivery.state not in possible:
        message = "There is nothing to decide about this delivery any more. Reload the page to see it."
        raise WrongState(message)
