"""Getting approved messages out: each handed over once, and a person asked where that is unclear.

pending -> sending is committed before anything leaves; the mail server is spoken to outside any
transaction; the outcome is committed after. A process that dies in between leaves `sending`, which
becomes `uncertain` for a person to decide: nothing is sent twice in silence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db.models import Q

from legist.core import instants, outbox
from legist.core.actors import Actor
from legist.core.channels.email import EmailMessageSpec, send_email
from legist.core.channels.errors import PermanentNotifyError, TransientNotifyError, UncertainNotifyError
from legist.core.leases import Lease
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture, each_alone, is_transient
from legist.core.uow import acting, unit_of_work
from legist.practice.clients.contacts import opens_portal
from workflows import audit_actions as actions
from workflows.messages.consent import address_on, objection
from workflows.messages.mail import render_email
from workflows.models import Delivery, Draft, DraftEvent
from workflows.states import (
    BY_HAND,
    LEFT_PORTAL,
    NO_WAY_IN,
    UNREACHED,
    Channel,
    DeliveryState,
    DraftEventKind,
    DraftState,
)

# Longer than any hand-over can take (EMAIL_TIMEOUT applies per step), so nobody alive is given up.
HANDOVER_LIMIT = timedelta(minutes=5)
UNREADABLE, UNFORESEEN = "unreadable", "unforeseen"
# Which delivery of which draft and matter, the `state` it ended in, its `error`, whether it was `refused`.
ENDED_TOPIC = "workflows.delivery_ended"
log = structlog.get_logger(__name__)
_lease = Lease(Delivery, HANDOVER_LIMIT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; `is_refused` when the same message will never be taken."""

    state: DeliveryState
    error: str = ""
    is_refused: bool = False


def has_due(now: datetime) -> bool:
    """Return whether `deliver_due` would find something to do: one query."""
    return Delivery.objects.filter(_is_due(now) | _is_abandoned(now)).exists()


def deliver_due(*, now: datetime, actor: Actor, limit: int = 50) -> dict[str, int]:
    """Hand over what is due, one message at a time; call it outside any transaction.

    One that cannot be handed over, whatever the reason, waits for a person and keeps no other waiting.
    Returns how many deliveries ended in each state.
    """
    counts: Counter[str] = Counter(dict.fromkeys(DeliveryState.values, 0))
    counts[DeliveryState.UNCERTAIN] += mark_uncertain(now=now, actor=actor)
    due = Delivery.objects.filter(_is_due(now)).order_by("next_attempt_at", "created_at", "channel")
    ids = list(due.values_list("pk", flat=True)[:limit])
    counts.update(each_alone(ids, partial(deliver, now=now, actor=actor)))
    return dict(counts)


def deliver(delivery_id: UUID, *, now: datetime, actor: Actor) -> DeliveryState | None:
    """Make one attempt; return the state it ended in, or None when somebody else has the delivery."""
    delivery, state, attempt = None, None, ErrorCapture()
    with attempt:
        delivery, state = _begin(delivery_id, now=now, actor=actor)
    if attempt.error is not None:
        return _set_aside(delivery_id, attempt, now=now, actor=actor)
    if delivery is None or state != DeliveryState.SENDING:
        return state
    outcome = _hand_over(delivery)
    return _finish(delivery, outcome, now=now, actor=actor)


def mark_uncertain(*, now: datetime, actor: Actor) -> int:
    """Turn hand-overs that nobody finished into questions for a person; return how many."""
    found = list(Delivery.objects.filter(_is_abandoned(now)).values_list("pk", flat=True))
    return sum(each_alone(found, partial(_abandon, now=now, actor=actor)))


def _is_due(now: datetime) -> Q:
    return Q(state=DeliveryState.PENDING, next_attempt_at__lte=now)


def _is_abandoned(now: datetime) -> Q:
    return Q(state=DeliveryState.SENDING) & _lease.is_over(now)


def _begin(delivery_id: UUID, *, now: datetime, actor: Actor) -> tuple[Delivery | None, DeliveryState | None]:
    """Claim a delivery: held when it must not go out as approved, sent when it is for the portal."""
    with unit_of_work(actor=actor):
        delivery = _locked(delivery_id)
        if delivery.state != DeliveryState.PENDING:
            return None, None
        if why := objection(delivery):
            return delivery, _settle(delivery, Outcome(DeliveryState.HELD, why), now=now, actor=actor)
        if delivery.channel == Channel.HAND:
            return delivery, _settle(delivery, Outcome(DeliveryState.HELD, BY_HAND), now=now, actor=actor)
        if delivery.channel == Channel.PORTAL and not opens_portal(delivery.draft.client):
            return delivery, _leave_out(delivery, now=now, actor=actor)
        delivery.state, delivery.attempts = DeliveryState.SENDING, delivery.attempts + 1
        pending = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING)
        delivery.lease_token = _lease.claim(
            pending, now=now, state=delivery.state, attempts=delivery.attempts
        )
        if delivery.channel == Channel.PORTAL:
            return delivery, _settle(delivery, Outcome(DeliveryState.SENT), now=now, actor=actor)
    return delivery, DeliveryState.SENDING


def _leave_out(delivery: Delivery, *, now: datetime, actor: Actor) -> DeliveryState:
    """Lay nothing into a portal its client cannot open: e-mail reaches them, or a person has to."""
    draft = delivery.draft
    if not address_on(draft, Channel.EMAIL):
        why = NO_WAY_IN if draft.client.has_portal else LEFT_PORTAL
        return _settle(delivery, Outcome(DeliveryState.HELD, why), now=now, actor=actor)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.CANCELLED, error=LEFT_PORTAL)
    acting(actor=actor, now=now).record(actions.DELIVERY_LEFT_OUT, draft)
    end(delivery, Outcome(DeliveryState.CANCELLED, LEFT_PORTAL), now=now, actor=actor)
    return DeliveryState.CANCELLED


def _locked(delivery_id: UUID) -> Delivery:
    """Lock the draft, then its delivery: the order in which edits and approvals lock them."""
    draft_id = Delivery.objects.values_list("draft_id", flat=True).get(pk=delivery_id)
    drafts = Draft.objects.select_related("client", "matter__attorney", "matter__paralegal", "approval__by")
    locked = drafts.select_for_update(of=("self",)).get(pk=draft_id)
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    delivery.draft = locked
    return delivery


def _set_aside(
    delivery_id: UUID, attempt: ErrorCapture, *, now: datetime, actor: Actor
) -> DeliveryState | None:
    """Hold a message that could not even be looked at: the people of its matter decide."""
    if is_transient(attempt.error):
        # Nothing is wrong with the message: it stays due.
        assert attempt.error is not None  # noqa: S101  what is transient is there
        raise attempt.error
    _log_failure(delivery_id, attempt)
    with unit_of_work(actor=actor):
        delivery = _locked(delivery_id)
        if delivery.state != DeliveryState.PENDING:
            return None
        return _settle(delivery, Outcome(DeliveryState.HELD, UNREADABLE), now=now, actor=actor)


def _hand_over(delivery: Delivery) -> Outcome:
    writing, sending = ErrorCapture(), ErrorCapture()
    with writing:
        spec = _email(delivery)
    if writing.error is not None:
        # Nothing has left yet.
        _log_failure(delivery.pk, writing)
        return Outcome(DeliveryState.HELD, UNREADABLE)
    with sending:
        send_email(spec)
    return _outcome_of(delivery, sending)


def _email(delivery: Delivery) -> EmailMessageSpec:
    draft = delivery.draft
    mail = render_email(draft.texts, draft.language)
    return EmailMessageSpec(
        to=(address_on(draft, Channel.EMAIL),),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=delivery.message_id,
        headers={"Content-Language": draft.language, "Auto-Submitted": "auto-generated"},
    )


def _outcome_of(delivery: Delivery, sending: ErrorCapture) -> Outcome:
    error = sending.error
    if error is None:
        return Outcome(DeliveryState.SENT)
    if isinstance(error, TransientNotifyError):
        is_last = delivery.attempts >= backoff.MESSAGES.tries
        return Outcome(DeliveryState.FAILED if is_last else DeliveryState.PENDING, error.code)
    if isinstance(error, PermanentNotifyError):
        return Outcome(DeliveryState.FAILED, error.code, is_refused=True)
    if isinstance(error, UncertainNotifyError):
        return Outcome(DeliveryState.UNCERTAIN, error.code)
    # Nobody foresaw it, so nobody knows how much of the message had left.
    _log_failure(delivery.pk, sending)
    return Outcome(DeliveryState.UNCERTAIN, UNFORESEEN)


def _log_failure(delivery_id: UUID, attempt: ErrorCapture) -> None:
    log.error(
        "hand_over_failed", delivery=str(delivery_id), error_class=attempt.error_class, where=attempt.where
    )


def _finish(delivery: Delivery, outcome: Outcome, *, now: datetime, actor: Actor) -> DeliveryState | None:
    with unit_of_work(actor=actor):
        locked = _locked(delivery.pk)
        if locked.state != DeliveryState.SENDING or locked.lease_token != delivery.lease_token:
            return None
        return _settle(locked, outcome, now=now, actor=actor)


def _abandon(delivery_id: UUID, *, now: datetime, actor: Actor) -> bool:
    with unit_of_work(actor=actor):
        delivery = _locked(delivery_id)
        # Handed over meanwhile, or being handed over again.
        if not Delivery.objects.filter(_is_abandoned(now), pk=delivery_id).exists():
            return False
        _settle(delivery, Outcome(DeliveryState.UNCERTAIN, "interrupted"), now=now, actor=actor)
    return True


def _settle(delivery: Delivery, outcome: Outcome, *, now: datetime, actor: Actor) -> DeliveryState:
    """Write what came of an attempt, put it on the record, and tell the other rooms where it was the last."""
    delivery.state, delivery.error = outcome.state, outcome.error
    delivery.lease_token = delivery.lease_until = None
    if outcome.state == DeliveryState.SENT:
        delivery.sent_at = now
    if outcome.state == DeliveryState.PENDING:
        delivery.next_attempt_at = now + backoff.MESSAGES.wait(delivery.attempts)
    leased = ["lease_token", "lease_until"]
    delivery.save(update_fields=["state", "error", "sent_at", "next_attempt_at", *leased])
    record(delivery, outcome, now=now, actor=actor)
    if outcome.state != DeliveryState.PENDING:
        end(delivery, outcome, now=now, actor=actor)
    return outcome.state


ACTIONS = {
    DeliveryState.SENT: actions.DELIVERED,
    DeliveryState.PENDING: actions.DELIVERY_FAILED,
    DeliveryState.FAILED: actions.DELIVERY_FAILED,
    DeliveryState.UNCERTAIN: actions.DELIVERY_UNCERTAIN,
    DeliveryState.HELD: actions.DELIVERY_HELD,
}


def record(delivery: Delivery, outcome: Outcome, *, now: datetime, actor: Actor) -> None:
    """Put the outcome of an attempt on the matter's record."""
    action = actions.DELIVERY_BY_HAND if outcome.error in UNREACHED else ACTIONS[outcome.state]
    known = {
        "channel": delivery.channel,
        "version": delivery.version,
        "attempt": delivery.attempts,
        "error": outcome.error,
    }
    data = {key: value for key, value in known.items() if key in action.data}
    acting(actor=actor, now=now).record(action, delivery.draft, **data)


def end(delivery: Delivery, outcome: Outcome, *, now: datetime, actor: Actor) -> None:
    """Tell the other rooms what became of a delivery, and close its draft where it was the last to go out."""
    draft = delivery.draft
    known = {"delivery": str(delivery.pk), "draft": str(draft.pk), "matter": str(draft.matter_id)}
    data = {"state": str(outcome.state), "error": outcome.error, "refused": outcome.is_refused}
    outbox.publish(ENDED_TOPIC, data=known | data, now=now)
    if outcome.state in {DeliveryState.SENT, DeliveryState.CANCELLED}:
        _close_draft(draft, now=now, actor=actor)


def _close_draft(draft: Draft, *, now: datetime, actor: Actor) -> None:
    """Mark the draft as sent once nothing of its version is outstanding."""
    left_out = Q(state=DeliveryState.CANCELLED, error=LEFT_PORTAL)
    planned = Delivery.objects.filter(draft=draft, version=draft.version).exclude(left_out)
    if set(planned.values_list("state", flat=True)) != {DeliveryState.SENT}:
        return
    moved = Draft.objects.filter(pk=draft.pk, state=DraftState.APPROVED)
    if moved.update(state=DraftState.SENT, sent_at=now):
        DraftEvent.objects.create(
            draft=draft, kind=DraftEventKind.SENT, version=draft.version, actor_key=actor.key, at=now
        )


instants.register(Delivery, "next_attempt_at", at_most=backoff.MESSAGES.cap)
