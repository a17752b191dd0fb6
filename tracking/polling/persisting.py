"""Hand over what a batch of calls brought, in one short transaction, and plan the next ones.

What an answer means for its receipt is decided behind the door, `tracking/observations/services.py`; here is
the record of the calls, and when each receipt is asked about next. All under the receipts' locks: a call that
comes back after its lease was lost is put on the record and compared like any other, but leaves the schedule
to whoever holds the receipt now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from secrets import SystemRandom
from typing import Any, Final
from uuid import UUID

from legist.core.actors import Actor
from legist.core.correlation import correlated
from legist.core.crypto import keyed_hash
from legist.core.leases import FREE
from legist.core.resilience.error_capture import ErrorCapture, each_alone, is_transient
from legist.core.uow import acting, unit_of_work
from tracking import audit_actions as actions
from tracking.models import NEXT_POLL, Payload, Receipt, StatusQuery
from tracking.observations import services as observations
from tracking.observations.services import Failure, Observed
from tracking.polling import cadence, planning
from tracking.polling.cadence import NextPoll
from tracking.polling.fetching import Fetched
from tracking.polling.leasing import UNFORESEEN, set_aside
from tracking.polling.planning import Pace
from tracking.sources import POLLED
from tracking.sources.errors import KINDS, Concern
from tracking.states import Decision, NextCheck, QueryOutcome, ReviewKind

_SPIKE_WAIT: Final = timedelta(seconds=5)
_REFUSED: Final[dict[ReviewKind | None, NextCheck]] = {
    ReviewKind.NOT_RECOGNISED: NextCheck.NOT_RECOGNISED,
    ReviewKind.REFUSED: NextCheck.REFUSED,
    ReviewKind.NOT_ANSWERED: NextCheck.NOT_ANSWERED,
}
_SCHEDULE: Final = ("last_checked_at", "last_error", "attempts", "tier", "tier_why", "shadow", *NEXT_POLL)
_NEWS: Final = frozenset({Decision.FIRST, Decision.CHANGED})


@dataclass(slots=True)
class Counters:
    """What a run did, in numbers: a call was answered well or failed, a good answer changed something or not.

    `review` says how many of both ask a person, so it is no part of the sum.
    """

    ok: int = 0
    changed: int = 0
    unchanged: int = 0
    retry: int = 0
    review: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """Calls that came to an end, well or not."""
        return self.ok + self.errors.total()

    def add(self, other: Counters) -> None:
        """Add what another one counted."""
        for name in ("ok", "changed", "unchanged", "retry", "review"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.errors += other.errors
        self.codes += other.codes

    def count(self, observed: Observed) -> None:
        """Count what became of one answer."""
        if observed.failure is None:
            is_doubtful = observed.change is not None and observed.change.needs_review
            self.ok += 1
            self.changed += observed.decision in _NEWS
            self.unchanged += observed.decision not in _NEWS
            self.review += is_doubtful or observed.decision == Decision.OLDER
            return
        self.errors[KINDS[observed.failure.concern]] += 1
        self.codes[observed.failure.error.code] += 1
        self.review += observed.failure.question is not None
        self.retry += observed.failure.question is None


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all calls of a run have in common."""

    source: str
    actor: Actor
    rng: Random
    counters: Counters
    lane: str = POLLED
    pace: Pace = field(default_factory=Pace)
    teams: Mapping[UUID, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def begin(cls, lane: str, *, source: str, actor: Actor, counters: Counters, now: datetime) -> RunContext:
        """Read once what tiers and next checks follow from."""
        pace = planning.pace_of(source, now=now)
        return cls(source, actor=actor, rng=SystemRandom(), counters=counters, lane=lane, pace=pace)


def persist_batch(batch: list[Fetched], *, context: RunContext, now: datetime) -> None:
    """Commit the results of a batch together: calls, payloads, changes, next polls, leases.

    Where that fails, each by itself: what cannot be written down stands aside for a person.
    """
    whole = ErrorCapture()
    with whole:
        _persist_together(batch, context=context, now=now)
    if whole.error is None:
        return
    if is_transient(whole.error):
        raise whole.error
    each_alone(
        batch,
        lambda fetched: _persist_together([fetched], context=context, now=now),
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


def _persist_together(batch: list[Fetched], *, context: RunContext, now: datetime) -> None:
    with unit_of_work(actor=context.actor):
        ids = [fetched.claim.receipt_id for fetched in batch]
        # Always in the same order, so that two workers cannot wait for each other.
        known = Receipt.objects.select_related("matter").defer("matter__title")
        locked = known.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        receipts = {receipt.pk: receipt for receipt in locked}
        teams = context.pace.teams(receipts.values())
        counted = replace(context, counters=Counters(), teams=teams)
        payloads = _store_payloads(batch, now=now)
        queries = []
        for fetched in batch:
            with correlated(str(fetched.query_id)):
                receipt = receipts[fetched.claim.receipt_id]
                query = _persist_one(receipt, fetched, context=counted, now=now)
            query.payload_id = payloads.get(fetched.query_id)
            queries.append(query)
        _complete(queries)
    context.counters.add(counted.counters)


def _persist_one(receipt: Receipt, fetched: Fetched, *, context: RunContext, now: datetime) -> StatusQuery:
    """Hand one answer over, plan the next call, write the receipt; return the completed query."""
    said = fetched.failure or fetched.reading
    assert said is not None  # noqa: S101  a call ends with one of them
    observed = observations.observe(
        receipt,
        said,
        via=context.source,
        at=fetched.started_at,
        actor=context.actor,
        query_id=fetched.query_id,
        concern=fetched.concern,
        patience=context.pace.held.policy.cadence.retries.tries,
    )
    context.counters.count(observed)
    if receipt.is_watched:
        receipt.plan_next_poll(_plan(receipt, observed, context=context, now=fetched.finished_at))
    _save(receipt, fetched, now=now)
    query = _query(receipt, fetched, observed=observed, context=context)
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


def _plan(
    receipt: Receipt, observed: Observed, *, context: RunContext, now: datetime
) -> dict[str, Any] | None:
    """Return when the receipt is asked about next; None for not by itself. An answer may move its tier."""
    if observed.failure is None:
        return context.pace.after_answer(receipt, teams=context.teams, now=now, rng=context.rng)
    return _after_failure(receipt, observed.failure, context=context, now=now).columns


def _after_failure(receipt: Receipt, failure: Failure, *, context: RunContext, now: datetime) -> NextPoll:
    rng, policy = context.rng, context.pace.held.policy.cadence
    if failure.concern == Concern.ACCESS:
        # It stays due, and is asked about when access is back.
        return NextPoll(receipt.next_poll_at or now, NextCheck.ACCESS_REFUSED)
    if failure.concern == Concern.RECEIPT:
        reason = _REFUSED.get(failure.question, NextCheck.UNREADABLE)
        return cadence.after_refusal(reason=reason, policy=policy, now=now, rng=rng)
    retry_after = failure.error.retry_after
    if failure.concern == Concern.PACE:
        wait = _SPIKE_WAIT * (1 + rng.random())
        return cadence.after_deferral(wait=wait, retry_after=retry_after, now=now)
    return cadence.after_failure(
        attempts=receipt.attempts,
        wait=cadence.retries(receipt.tier, policy).wait(receipt.attempts, rng=rng),
        retry_after=retry_after,
        policy=policy,
        now=now,
    )


def _save(receipt: Receipt, fetched: Fetched, *, now: datetime) -> None:
    receipt.last_checked_at = max(filter(None, (receipt.last_checked_at, fetched.finished_at)), default=now)
    more: dict[str, Any] = {}
    if receipt.lease_token == fetched.claim.token:
        more = {name: getattr(receipt, name) for name in _SCHEDULE} | FREE
    observations.save(receipt, **more)


def _query(receipt: Receipt, fetched: Fetched, *, observed: Observed, context: RunContext) -> StatusQuery:
    answer, failed = fetched.reading or fetched.failure, fetched.failure and observed.failure
    return StatusQuery(
        pk=fetched.query_id,
        receipt=receipt,
        source=context.lane,
        run=fetched.claim.token,
        attempt=fetched.claim.attempts + 1,
        started_at=fetched.started_at,
        finished_at=fetched.finished_at,
        duration_ms=answer.duration_ms if answer else None,
        http_status=(answer.http_status or None) if answer else None,
        outcome=QueryOutcome(KINDS[failed.concern]) if failed else QueryOutcome.OK,
        error_code=fetched.failure.code[:40] if fetched.failure else "",
        words=(fetched.failure.words or None) if fetched.failure else None,
        decision=observed.decision,
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
    digests = {
        query: keyed_hash(body.encode(), purpose="tracking payload") for query, body in bodies.items() if body
    }
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
