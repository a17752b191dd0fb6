"""What crosses an app boundary: events written with the change, delivered once per subscriber.

`publish` writes the event and one delivery per subscriber in the caller's transaction. `drain` runs
each handler in one transaction together with marking its delivery, so an effect in our own database
happens at most once, and a crash only delays it. Events are handled in no guaranteed order, not even
those about the same thing: a handler reads the present state and does not rely on sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from legist.core import correlation, given_up, instants
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.ids import uuid7
from legist.core.leases import FREE, Lease, is_taken_side_by_side, release
from legist.core.models import OutboxDelivery, OutboxEvent
from legist.core.plain import plain
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture, class_of, is_transient
from legist.core.states import DeliveryState
from legist.core.tasks import Ran, enqueue, periodic, register_backlog, task
from legist.core.uow import call_after_commit, unit_of_work

Handler = Callable[[OutboxEvent], None]

LEASE = timedelta(seconds=60)
# Small enough that a batch ends well within its lease.
BATCH = 25
DRAIN_LIMIT = 200
RETENTION = timedelta(days=90)

log = structlog.get_logger(__name__)
_lease = Lease(OutboxDelivery, LEASE)
_subscribers: dict[str, dict[str, Handler]] = {}


class OutsideTransactionError(RuntimeError):
    """An event was published where nothing ties it to the change it tells of."""


class UnknownSubscriberError(LookupError):
    """A delivery names a subscriber that no installed app registers."""


class _LeaseLostError(Exception):
    """Somebody else holds the delivery now."""


@dataclass(frozen=True, slots=True)
class DrainResult:
    """Counts of one drain: `retried` will be tried again, `failed` wait for a person."""

    claimed: int = 0
    delivered: int = 0
    retried: int = 0
    failed: int = 0

    def __add__(self, other: DrainResult) -> DrainResult:
        return DrainResult(
            claimed=self.claimed + other.claimed,
            delivered=self.delivered + other.delivered,
            retried=self.retried + other.retried,
            failed=self.failed + other.failed,
        )


def subscribe(topic: str, *, name: str) -> Callable[[Handler], Handler]:
    """Register a handler of a topic under a name that never changes (`app.part`).

    It is called as `handler(event)` inside a unit of work and must not make network calls.
    """

    def register(handler: Handler) -> Handler:
        _subscribers.setdefault(topic, {})[name] = handler
        return handler

    return register


def list_subscriptions() -> list[tuple[str, str]]:
    """Return each topic with the name of each handler that listens to it, in order."""
    return sorted((topic, name) for topic, handlers in _subscribers.items() for name in handlers)


def publish(topic: str, *, data: Mapping[str, object], now: datetime, key: str = "") -> None:
    """Write an event and its deliveries in the open transaction; a key published before changes nothing.

    Without a key each call is an event of its own. `data` holds ids, codes and counts. Raises
    OutsideTransactionError without an open transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        message = f"Publish {topic} inside the unit of work that makes the change."
        raise OutsideTransactionError(message)
    event = OutboxEvent(
        topic=topic,
        key=key or str(uuid7()),
        data=plain(data),
        correlation_id=correlation.current() or str(uuid7()),
        created_at=now,
    )
    OutboxEvent.objects.bulk_create([event], ignore_conflicts=bool(key))
    if key and not OutboxEvent.objects.filter(id=event.id).exists():
        return
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=event, subscriber=name, next_attempt_at=now)
        for name in _subscribers.get(topic, {})
    )
    call_after_commit(_wake)


def _wake() -> None:
    """Hint that there is something to deliver; the periodic drain is the guarantee."""
    enqueue(drain_outbox, dedup_key=drain_outbox.name)


def _due(now: datetime) -> QuerySet[OutboxDelivery]:
    """Return what this release may deliver; what another one published for its own parts waits for it."""
    return _waiting(now).filter(subscriber__in=_known())


def _waiting(now: datetime) -> QuerySet[OutboxDelivery]:
    is_waiting = Q(state=DeliveryState.PENDING, next_attempt_at__lte=now)
    is_lost = Q(state=DeliveryState.LEASED) & _lease.is_over(now)
    return OutboxDelivery.objects.filter(is_waiting | is_lost)


def _known() -> set[str]:
    return {name for handlers in _subscribers.values() for name in handlers}


def give_up_unknown(*, now: datetime) -> int:
    """Leave to a person what has waited a day for a release that knows its subscriber; return how many."""
    error = {"state": DeliveryState.FAILED, "latest_error_class": class_of(UnknownSubscriberError())}
    return _waiting(now - backoff.PATIENCE).exclude(subscriber__in=_known()).update(**FREE, **error)


def has_due(now: datetime) -> bool:
    """Return whether a drain would find something to do."""
    return _due(now).exists()


def waited(now: datetime) -> timedelta:
    """Return for how long the oldest due delivery has waited, nothing where none waits."""
    due = _due(now).filter(state=DeliveryState.PENDING).order_by("next_attempt_at")
    oldest = due.values_list("next_attempt_at", flat=True).first()
    return now - oldest if oldest else timedelta()


def drain(*, now: datetime, limit: int = DRAIN_LIMIT) -> DrainResult:
    """Deliver up to `limit` due deliveries, in batches; call it outside any transaction."""
    total = DrainResult()
    while total.claimed < limit:
        result = _drain_batch(now=now, size=min(BATCH, limit - total.claimed))
        total += result
        if not result.claimed:
            break
    return total


def _drain_batch(
    *, now: datetime, size: int = BATCH, is_full: Callable[[], None] = lambda: None
) -> DrainResult:
    """Take up to `size` due deliveries and deliver them; with so many of them, call `is_full()` between."""
    order = ("next_attempt_at", "id")
    marks = {"state": DeliveryState.LEASED, "attempts": F("attempts") + 1}
    taken = _lease.take(_due(now).order_by(*order), limit=size, now=now, **marks)
    mine = list(taken.select_related("event").order_by(*order))
    if len(mine) == size:
        is_full()
    return sum((_deliver(delivery, now=now) for delivery in mine), DrainResult())


def _deliver(delivery: OutboxDelivery, *, now: datetime) -> DrainResult:
    attempt = ErrorCapture()
    with correlation.correlated(delivery.event.correlation_id), attempt:
        _handle(delivery, now=now)
    if attempt.error is None:
        return DrainResult(claimed=1, delivered=1)
    if isinstance(attempt.error, _LeaseLostError):
        return DrainResult(claimed=1)
    return _postpone(delivery, attempt, now=now)


def _handle(delivery: OutboxDelivery, *, now: datetime) -> None:
    handler = _subscribers.get(delivery.event.topic, {}).get(delivery.subscriber)
    if handler is None:
        raise UnknownSubscriberError(delivery.subscriber)
    with unit_of_work(actor=Actor.system("outbox")):
        # Marked first: the row stays locked, so nobody can take the delivery over while it is handled.
        if not release(_held(delivery), state=DeliveryState.DELIVERED, delivered_at=now):
            raise _LeaseLostError
        handler(delivery.event)


def _held(delivery: OutboxDelivery) -> QuerySet[OutboxDelivery]:
    return _lease.mine(delivery.pk, delivery.lease_token).filter(state=DeliveryState.LEASED)


def _postpone(delivery: OutboxDelivery, attempt: ErrorCapture, *, now: datetime) -> DrainResult:
    """Leave it for a later attempt, or to a person; a database that was away uses up no attempt."""
    verdict = backoff.EVENTS.after(
        delivery.attempts,
        failures=delivery.failures,
        since=delivery.failing_since,
        now=now,
        # A topic that is new to a subscriber we know waits for another release, too.
        counts=not (isinstance(attempt.error, UnknownSubscriberError) or is_transient(attempt.error)),
    )
    is_last = verdict.is_last
    facts: dict[str, Any] = {
        "subscriber": delivery.subscriber,
        "delivery": str(delivery.id),
        "attempt": delivery.attempts,
        "error_class": attempt.error_class,
        "where": attempt.where,
    }
    log.error("delivery_failed", **facts) if is_last else log.warning("delivery_attempt_failed", **facts)
    held = release(
        _held(delivery),
        state=DeliveryState.FAILED if is_last else DeliveryState.PENDING,
        failures=verdict.failures,
        failing_since=verdict.since,
        next_attempt_at=verdict.at,
        latest_error_class=attempt.error_class,
    )
    if held and is_last:
        given_up.announce_now(now=now, only="events")
    return DrainResult(claimed=1, failed=int(is_last), retried=int(not is_last))


def counts() -> dict[str, int]:
    """Return the number of deliveries in each state, zeros included."""
    found = dict(OutboxDelivery.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in DeliveryState.values}


def count_failing(*, since: datetime) -> int:
    """Return how many deliveries have been tried in vain since then or longer, and will be tried again."""
    return OutboxDelivery.objects.filter(state=DeliveryState.PENDING, failing_since__lte=since).count()


def list_failed() -> QuerySet[OutboxDelivery]:
    """Return the deliveries that were given up."""
    return OutboxDelivery.objects.filter(state=DeliveryState.FAILED)


def retry_failed(*, now: datetime, ids: Collection[UUID] | None = None) -> int:
    """Give failed deliveries (all, or the named ones) a fresh set of attempts; return how many."""
    failed = list_failed()
    if ids is not None:
        failed = failed.filter(id__in=ids)
    return failed.update(
        state=DeliveryState.PENDING, attempts=0, failures=0, failing_since=None, next_attempt_at=now
    )


def prune(*, now: datetime, limit: int = 5000) -> int:
    """Forget events older than the retention that every subscriber has taken note of; return how many."""
    old = OutboxEvent.objects.filter(created_at__lt=now - RETENTION)
    done = old.exclude(
        deliveries__state__in=[DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.FAILED]
    )
    ids = list(done.order_by("created_at").values_list("id", flat=True)[:limit])
    OutboxEvent.objects.filter(id__in=ids).delete()
    return len(ids)


@task("core.drain_outbox", timeout_s=120)
def drain_outbox() -> Ran:
    """Deliver one batch. Where there is more, the next one is asked for before this one is delivered.

    So a backlog spreads over all workers that have nothing else to do, one batch at a time: what is asked for
    meanwhile, a code to sign in with, waits no longer than a batch takes. Where workers take turns the next
    batch comes after this one.
    """
    is_beside = is_taken_side_by_side()
    done = _drain_batch(now=utc_now(), is_full=_wake if is_beside else lambda: None)
    if done.claimed == BATCH and not is_beside:
        _wake()
    more = {"retried": done.retried, "failed": done.failed}
    return Ran(did=done.delivered, left=done.claimed - done.delivered, more=more)


@task("core.prune_outbox", timeout_s=120)
def prune_outbox() -> Ran:
    """Keep the outbox from growing for ever."""
    return Ran(did=prune(now=utc_now()))


periodic(drain_outbox, every=timedelta(seconds=1), when=has_due)
register_backlog(waited)
periodic(prune_outbox, every=timedelta(days=1))
instants.register(OutboxDelivery, "next_attempt_at", at_most=backoff.EVENTS.cap)
instants.register(OutboxDelivery, "failing_since")
given_up.register(
    given_up.Source(
        name="events",
        label=_("Events"),
        rows=list_failed,
        what="subscriber",
        error="latest_error_class",
        at="event__created_at",
        retry=lambda ids, *, actor, now: retry_failed(now=now, ids=ids),  # noqa: ARG005  one shape for all
        give_up=give_up_unknown,
        blocks=True,
    )
)
