"""Write down what a batch of calls brought, in one short transaction.

Everything is decided under the receipts' locks: a call that comes back after its lease was lost is put on
the record and compared like any other, but leaves the schedule to whoever holds the receipt now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from legist.core.actors import Actor
from legist.core.correlation import correlated
from legist.core.crypto import keyed_hash
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture, each_alone, is_transient
from legist.core.uow import acting, unit_of_work
from legist.practice.states import MatterState
from tracking import audit_actions as actions
from tracking import reviews
from tracking.models import Payload, Receipt, StatusQuery
from tracking.observations import changes
from tracking.polling import cadence
from tracking.polling.aside import UNFORESEEN, set_aside
from tracking.polling.cadence import CadencePolicy, NextPoll
from tracking.polling.fetching import Fetched
from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.sources.failures import is_refusal
from tracking.sources.judging import LIMITED
from tracking.states import Decision, QueryOutcome, ReviewKind

_SPIKE_WAIT: Final = timedelta(seconds=5)
_REFUSALS: Final = {
    "unknown_receipt": (ReviewKind.NOT_RECOGNISED, "USCIS does not recognise the number"),
    "malformed_receipt": (ReviewKind.REFUSED, "USCIS refuses the number"),
}
_NO_STATUS: Final = SourceError(
    ErrorKind.PERMANENT, "no_status", public_message="USCIS answered with a heading instead of a status."
)
_SCHEDULE: Final = ("last_checked_at", "last_error", "attempts", "next_poll_at", "next_poll_reason")
_RELEASED: Final = {"lease_token": None, "lease_until": None}
_NEWS: Final = frozenset({Decision.FIRST, Decision.CHANGED})


@dataclass(slots=True)
class Counters:
    """What a run did, in numbers."""

    ok: int = 0
    changed: int = 0
    unchanged: int = 0
    retry: int = 0
    review: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counters) -> None:
        """Add what another one counted."""
        for name in ("ok", "changed", "unchanged", "retry", "review"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.errors += other.errors
        self.codes += other.codes


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all calls of a run have in common."""

    source: str
    actor: Actor
    policy: CadencePolicy
    rng: Random
    counters: Counters


def persist_batch(batch: list[Fetched], *, context: RunContext, now: datetime) -> None:
    """Commit the results of a batch together: calls, payloads, changes, next polls, leases.

    Where that fails, each by itself: what cannot be written down stands aside for a person.
    """
    whole = ErrorCapture()
    with whole:
        _settle_together(batch, context=context, now=now)
    if whole.error is None:
        return
    if is_transient(whole.error):
        raise whole.error
    each_alone(
        batch,
        lambda fetched: _settle_together([fetched], context=context, now=now),
        failed=lambda fetched, attempt: _set_aside(fetched, attempt, context=context, now=now),
    )


def _set_aside(fetched: Fetched, attempt: ErrorCapture, *, context: RunContext, now: datetime) -> None:
    claim = fetched.claim
    set_aside(
        claim.receipt_id,
        token=claim.token,
        source=context.source,
        why=UNFORESEEN,
        now=now,
        actor=context.actor,
    )
    StatusQuery.objects.filter(pk=fetched.query_id).update(
        outcome=QueryOutcome.LOST, finished_at=now, error_code=UNFORESEEN, decision=Decision.REVIEW
    )
    context.counters.errors[attempt.error_class] += 1
    context.counters.review += 1


def _settle_together(batch: list[Fetched], *, context: RunContext, now: datetime) -> None:
    counted = replace(context, counters=Counters())
    with unit_of_work(actor=context.actor):
        ids = [fetched.claim.receipt_id for fetched in batch]
        # Always in the same order, so that two workers cannot wait for each other.
        known = Receipt.objects.select_related("matter").defer("matter__title")
        locked = known.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        receipts = {receipt.pk: receipt for receipt in locked}
        payloads = _store_payloads(batch, now=now)
        queries = []
        for fetched in batch:
            with correlated(str(fetched.query_id)):
                receipt = receipts[fetched.claim.receipt_id]
                query = _settle_one(receipt, fetched, context=counted, now=now)
            query.payload_id = payloads.get(fetched.query_id)
            queries.append(query)
        _complete(queries)
    context.counters.add(counted.counters)


def _settle_one(receipt: Receipt, fetched: Fetched, *, context: RunContext, now: datetime) -> StatusQuery:
    """Decide about one call, write its receipt and return its completed query."""
    decision = _decide(receipt, fetched, context=context, now=now)
    _save(receipt, fetched, now=now)
    query = _query(receipt, fetched, decision=decision, context=context)
    acting(actor=context.actor, now=now).record(
        actions.SOURCE_CALLED,
        receipt,
        None,
        source=query.source,
        query=str(query.pk),
        outcome=query.outcome,
        decision=query.decision,
        http_status=query.http_status,
        error=query.error_code,
    )
    return query


def _decide(receipt: Receipt, fetched: Fetched, *, context: RunContext, now: datetime) -> Decision:
    if fetched.failure is None:
        return _answered(receipt, fetched, context=context)
    assert fetched.kind is not None  # noqa: S101  a failure is of some kind
    context.counters.errors[fetched.kind] += 1
    context.counters.codes[fetched.failure.code] += 1
    receipt.last_error = fetched.failure.code[:40]
    if fetched.kind == ErrorKind.MISCONFIGURED:
        return _refused_access(receipt, context=context)
    if fetched.kind == ErrorKind.PERMANENT:
        return _refused(receipt, fetched.failure, context=context, now=now)
    if fetched.concern == Concern.PACE:
        return _deferred(receipt, fetched.failure, context=context, now=now)
    return _failed(receipt, fetched.failure, context=context, now=now)


def _answered(receipt: Receipt, fetched: Fetched, *, context: RunContext) -> Decision:
    assert fetched.reading is not None  # noqa: S101  a call without failure has a reading
    recorded = changes.record(
        receipt,
        fetched.reading,
        source=context.source,
        query_id=fetched.query_id,
        read_at=fetched.started_at,
        actor=context.actor,
    )
    if recorded.decision == Decision.REVIEW:
        receipt.last_error = _NO_STATUS.code
        context.counters.errors[_NO_STATUS.kind] += 1
        context.counters.codes[_NO_STATUS.code] += 1
        return _refused(receipt, _NO_STATUS, context=context, now=fetched.finished_at)
    if receipt.last_error:
        reviews.settle(
            reviews.SETTLED_BY_AN_ANSWER,
            receipt=receipt,
            source=context.source,
            reason="The source answered again.",
            now=fetched.finished_at,
            actor=context.actor,
        )
    receipt.attempts, receipt.last_error = 0, ""
    if receipt.is_watched:
        _plan(receipt, _after_success(receipt, context=context, now=fetched.finished_at))
    _count(context.counters, recorded)
    return recorded.decision


def _count(counters: Counters, recorded: changes.Recorded) -> None:
    counters.ok += 1
    if recorded.decision in _NEWS:
        counters.changed += 1
    else:
        counters.unchanged += 1
    is_doubtful = recorded.change is not None and recorded.change.needs_review
    counters.review += is_doubtful or recorded.decision == Decision.OLDER


def _after_success(receipt: Receipt, *, context: RunContext, now: datetime) -> NextPoll:
    return cadence.after_success(
        tier=receipt.tier,
        bucket=receipt.current_bucket,
        code=receipt.current_code,
        policy=context.policy,
        now=now,
        rng=context.rng,
        is_closed=receipt.matter is not None and receipt.matter.state == MatterState.CLOSED,
    )


def _refused_access(receipt: Receipt, *, context: RunContext) -> Decision:
    """Our access is at fault, not the receipt: it stays due and is asked about when access is back."""
    receipt.next_poll_reason = "waiting: the source refuses our access"
    context.counters.retry += 1
    return Decision.RETRY


def _refused(receipt: Receipt, failure: SourceError, *, context: RunContext, now: datetime) -> Decision:
    kind, why = _REFUSALS.get(failure.code, (ReviewKind.UNREADABLE, "an answer we cannot use"))
    if is_refusal(failure.code):
        kind, why = ReviewKind.NOT_ANSWERED, "USCIS refuses to answer about this receipt alone"
    _ask(kind, receipt, failure, context=context, now=now)
    if receipt.is_watched:
        plan = cadence.after_refusal(why=why, policy=context.policy, now=now, rng=context.rng)
        _plan(receipt, plan)
    return Decision.REVIEW


def _deferred(receipt: Receipt, failure: SourceError, *, context: RunContext, now: datetime) -> Decision:
    context.counters.retry += 1
    if receipt.is_watched:
        wait = _SPIKE_WAIT * (1 + context.rng.random())
        _plan(receipt, cadence.after_deferral(wait=wait, retry_after=failure.retry_after, now=now))
    return Decision.DEFERRED


def _failed(receipt: Receipt, failure: SourceError, *, context: RunContext, now: datetime) -> Decision:
    receipt.attempts += 1
    if receipt.is_watched:
        base, cap = cadence.retry_bounds(receipt.tier, context.policy)
        plan = cadence.after_failure(
            attempts=receipt.attempts,
            wait=backoff.delay(receipt.attempts, base=base, cap=cap, rng=context.rng),
            retry_after=failure.retry_after,
            policy=context.policy,
            now=now,
        )
        _plan(receipt, plan)
    if receipt.attempts < context.policy.max_attempts:
        context.counters.retry += 1
        return Decision.DEFERRED if failure.code in LIMITED else Decision.RETRY
    _ask(ReviewKind.KEEPS_FAILING, receipt, failure, context=context, now=now)
    return Decision.REVIEW


def _ask(
    kind: ReviewKind, receipt: Receipt, failure: SourceError, *, context: RunContext, now: datetime
) -> None:
    context.counters.review += 1
    reviews.open_item(
        kind,
        receipt=receipt,
        source=context.source,
        code=failure.code,
        detail=failure.public_message,
        now=now,
        actor=context.actor,
    )


def _plan(receipt: Receipt, plan: NextPoll) -> None:
    receipt.next_poll_at, receipt.next_poll_reason = plan.at, plan.reason[:200]


def _save(receipt: Receipt, fetched: Fetched, *, now: datetime) -> None:
    receipt.last_checked_at = max(filter(None, (receipt.last_checked_at, fetched.finished_at)), default=now)
    more: dict[str, Any] = {}
    if receipt.lease_token == fetched.claim.token:
        more = {name: getattr(receipt, name) for name in _SCHEDULE} | _RELEASED
    changes.save(receipt, **more)


def _query(receipt: Receipt, fetched: Fetched, *, decision: Decision, context: RunContext) -> StatusQuery:
    answer = fetched.reading or fetched.failure
    return StatusQuery(
        pk=fetched.query_id,
        receipt=receipt,
        source=context.source,
        run=fetched.claim.token,
        attempt=fetched.claim.attempts + 1,
        started_at=fetched.started_at,
        finished_at=fetched.finished_at,
        duration_ms=answer.duration_ms if answer else None,
        http_status=(answer.http_status or None) if answer else None,
        outcome=QueryOutcome(fetched.kind) if fetched.kind else QueryOutcome.OK,
        error_code=fetched.failure.code[:40] if fetched.failure else "",
        words=(fetched.failure.words or None) if fetched.failure else None,
        decision=decision,
    )


def _complete(queries: list[StatusQuery]) -> None:
    """Complete the rows that stand as `started`, in one statement."""
    StatusQuery.objects.bulk_create(
        queries,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "started_at",
            "finished_at",
            "duration_ms",
            "http_status",
            "outcome",
            "error_code",
            "words",
            "decision",
            "payload",
        ],
    )


def _store_payloads(batch: Iterable[Fetched], *, now: datetime) -> dict[UUID, UUID]:
    """Keep each distinct raw answer once; return the payload id of every query that had an answer."""
    bodies = {fetched.query_id: _raw(fetched) for fetched in batch}
    digests = {query: _digest(body) for query, body in bodies.items() if body}
    known = _find_payloads(digests.values())
    missing = {digests[query]: bodies[query] for query in digests if digests[query] not in known}
    if missing:
        Payload.objects.bulk_create(
            [
                Payload(digest=digest, body=body, size=len(body), first_seen_at=now)
                for digest, body in sorted(missing.items())
            ],
            ignore_conflicts=True,
        )
        # Asked again and not taken from above: another worker may have stored the same answer first.
        known |= _find_payloads(missing)
    return {query: known[digest] for query, digest in digests.items()}


def _find_payloads(digests: Iterable[str]) -> dict[str, UUID]:
    return dict(Payload.objects.filter(digest__in=set(digests)).values_list("digest", "pk"))


def _raw(fetched: Fetched) -> str:
    answer = fetched.reading or fetched.failure
    return (answer.raw or "") if answer else ""


def _digest(body: str) -> str:
    return keyed_hash(body.encode(), purpose="tracking payload")
