"""What a person decides about deliveries that did not simply go out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.permissions import Capability, acting_person
from workflows import audit_actions as actions
from workflows.access import access_delivery
from workflows.messages.consent import UNRECORDED, UNSEALED, objection
from workflows.messages.sending import UNREADABLE, Outcome, end
from workflows.models import Delivery, Draft
from workflows.states import Channel, DeliveryState

TRIED_AGAIN = "Tried again from Source health."
WAS_SENT, SEND_AGAIN = "was_sent", "send_again"
BY_POST, BY_CALL = "by_post", "by_call"
UNDECIDED = (DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.HELD)
# Held for what operations can mend (a key, a backup), and not for what the people of the matter decide.
HELD_FOR_OPERATIONS = Q(state=DeliveryState.HELD, error__in=(UNREADABLE, UNSEALED, UNRECORDED))


def resolve_delivery(
    delivery_id: UUID | str, *, was_sent: bool, reason: str, actor: Actor, now: datetime
) -> Delivery:
    """Settle a delivery that is uncertain, failed or held, and say how one knows.

    `was_sent` closes it as delivered; otherwise it goes out again, under the same message id and the
    same approval. A held one is held again while the client's address is not the approved one.
    """
    why = required_reason(reason, message=_("Say how you know; the reason is kept on the record."))
    with unit_of_work(actor=actor):
        delivery = _lock(delivery_id, actor=actor)
        _expect_undecided(delivery, was_sent=was_sent)
        _resolve(delivery, why, decision=WAS_SENT if was_sent else SEND_AGAIN, actor=actor, now=now)
    return delivery


def record_by_hand(
    delivery_id: UUID | str, *, how: str, reason: str, actor: Actor, now: datetime
) -> Delivery:
    """Note that a person has posted (`BY_POST`) or read out (`BY_CALL`) what nothing else carries.

    `reason` says to whom and when. Raises WrongState for a delivery that a machine could make, or that may
    not go out as it was approved.
    """
    why = required_reason(reason, message=_("Say to whom and when; it is kept on the record."))
    if how not in {BY_POST, BY_CALL}:
        message = _("Say whether it was posted or read out on the telephone.")
        raise InvalidInput.at("decision", message)
    with unit_of_work(actor=actor):
        delivery = _lock(delivery_id, actor=actor)
        if not delivery.needs_hands:
            message = _("This is not for post or telephone any more. Reload the page to see where it stands.")
            raise WrongState(message)
        if objection(delivery):
            message = _("This message may not go out as it was approved. Have an attorney approve it anew.")
            raise WrongState(message)
        delivery.channel = Channel.HAND
        _resolve(delivery, why, decision=how, actor=actor, now=now)
    return delivery


def list_given_up() -> QuerySet[Delivery]:
    """Return the deliveries that went wrong and that nobody has decided about."""
    went_wrong = Q(state__in=(DeliveryState.FAILED, DeliveryState.UNCERTAIN))
    return Delivery.objects.filter(went_wrong | HELD_FOR_OPERATIONS)


def try_again(ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Have failed and unreadable deliveries (all, or those named) go out again; return how many.

    For operations, once the cause is mended, under the same approval. What is uncertain may have reached the
    client: whoever works on the matter decides about it.
    """
    mended = Delivery.objects.filter(Q(state=DeliveryState.FAILED) | HELD_FOR_OPERATIONS)
    chosen = mended if ids is None else mended.filter(pk__in=ids)
    return sum(_retry(pk, actor=actor, now=now) for pk in chosen.values_list("pk", flat=True))


def _retry(delivery_id: UUID, *, actor: Actor, now: datetime) -> int:
    with unit_of_work(actor=actor):
        delivery = _locked(Delivery.objects.get(pk=delivery_id))
        if delivery.state not in {DeliveryState.FAILED, DeliveryState.HELD}:
            return 0
        _resolve(delivery, TRIED_AGAIN, decision=SEND_AGAIN, actor=actor, now=now)
    return 1


def _resolve(delivery: Delivery, why: str, *, decision: str, actor: Actor, now: datetime) -> None:
    is_sent = decision != SEND_AGAIN
    delivery.state = DeliveryState.SENT if is_sent else DeliveryState.PENDING
    delivery.sent_at = now if is_sent else None
    delivery.next_attempt_at, delivery.error = now, ""
    delivery.resolved_by, delivery.resolved_at, delivery.resolution = acting_person(actor), now, why
    delivery.save(update_fields=RESOLVED_FIELDS)
    data = {
        "channel": delivery.channel,
        "version": delivery.version,
        "decision": decision,
    }
    acting(actor=actor, now=now).record(actions.DELIVERY_RESOLVED, delivery.draft, **data)
    if is_sent:
        end(delivery, Outcome(DeliveryState.SENT), now=now, actor=actor)


RESOLVED_FIELDS = (
    "channel",
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
    _locked(access_delivery(actor, delivery_id, Capability.WORK_MATTER))
    return access_delivery(actor, delivery_id, Capability.WORK_MATTER, lock=True)


def _locked(delivery: Delivery) -> Delivery:
    Draft.objects.select_for_update(of=("self",)).get(pk=delivery.draft_id)
    return Delivery.objects.select_related("draft").select_for_update(of=("self",)).get(pk=delivery.pk)


def _expect_undecided(delivery: Delivery, *, was_sent: bool) -> None:
    possible = (DeliveryState.UNCERTAIN,) if was_sent else UNDECIDED
    if delivery.state not in possible or delivery.channel == Channel.HAND:
        message = _("There is nothing to decide about this delivery any more. Reload the page to see it.")
        raise WrongState(message)
