"""One polling run: claim, reserve, ask, write down. The one entry for the sweep and for `poll`."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from legist.core import flags, heartbeat
from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.resilience import breaker, pace, quota
from legist.core.resilience.quota import Limit
from legist.core.states import BreakerState
from tracking.polling import lane, leasing, planning
from tracking.polling.fetching import WITHIN, Round
from tracking.polling.leasing import Claim
from tracking.polling.persisting import Counters, RunContext, persist_batch
from tracking.sources import POLLED, get_source, limits_of
from tracking.sources.base import Source
from tracking.sources.errors import ErrorKind

POLLER: Final = Actor.system("poller")
CHUNK: Final = 100
EVERYTHING: Final = 1_000_000
_BUDGET: Final = {
    Limit.NONE: "",
    Limit.DAY: "The calls of this day are used up; the rest waits until midnight UTC.",
    Limit.PACE: "Other workers use the calls of the next minute; the rest stays due.",
    Limit.BLOCKED: "The source asked us to wait; the rest stays due.",
}


def _never() -> bool:
    return False


@dataclass(slots=True)
class PollResult:
    """What a run did with the receipts it claimed.

    `skipped_budget` were left for want of calls, `given_back` because the source asked us to wait or refused
    us, or the process was to end; both stay due. `note` says why it stopped early or asked nothing;
    `seconds` is how long it took.

    `is_refused`: the source does not accept our credentials or addresses, so asking on makes no sense.
    """

    claimed: int = 0
    skipped_budget: int = 0
    given_back: int = 0
    seconds: float = 0.0
    note: str = ""
    is_refused: bool = False
    counters: Counters = field(default_factory=Counters)

    def as_counts(self) -> dict[str, int]:
        """Return what came of the receipts; one may count under several words."""
        counters = self.counters
        return {
            "changed": counters.changed,
            "unchanged": counters.unchanged,
            "retry": counters.retry,
            "review": counters.review,
            "skipped_budget": self.skipped_budget,
            "given_back": self.given_back,
        }

    @property
    def answered(self) -> int:
        """Receipts that were asked about and not put off by a limit of the source."""
        put_off = self.counters.codes["rate_limited"] + self.counters.codes["held_back"]
        return self.counters.ok + self.counters.review + self.counters.retry - put_off

    def followed_by(self, later: PollResult) -> PollResult:
        """Return what this run and a later one did together."""
        self.counters.add(later.counters)
        return replace(
            later,
            claimed=self.claimed + later.claimed,
            skipped_budget=self.skipped_budget + later.skipped_budget,
            given_back=self.given_back + later.given_back,
            seconds=self.seconds + later.seconds,
            counters=self.counters,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the document that `poll --json` prints."""
        return {
            "claimed": self.claimed,
            "ok": self.counters.ok,
            **self.as_counts(),
            "errors": {str(kind): count for kind, count in self.counters.errors.items()},
            "error_codes": dict(self.counters.codes),
            "seconds": round(self.seconds, 3),
            "note": self.note,
        }


def poll_due(
    *,
    now: datetime,
    source: Source | None = None,
    limit: int | None = None,
    actor: Actor = POLLER,
    at_most: timedelta | None = None,
    is_stopped: Callable[[], bool] = _never,
) -> PollResult:
    """Ask about what is due at `now`, the most overdue first, until nothing or no budget is left.

    It asks the registered source that is polled, unless another is given.
    `limit` bounds the receipts, `at_most` the time after which no new chunk is begun; once `is_stopped` says
    so, no call leaves any more, and what was taken is given back. Asks nothing, and says so in `note`, while
    polling is switched off or the source's breaker is open.
    """
    asked = source or get_source(POLLED)
    run = _Run(source=asked, now=now, actor=actor, is_stopped=is_stopped)
    heartbeat.beat(heartbeat.POLLER, now=now)
    left = EVERYTHING if limit is None else limit
    while left > 0 and is_awaited(now, source=asked.key) and (slots := run.admit()):
        claims = run.claim(limit=min(slots, left), now=now)
        if not claims or not run.poll(claims):
            break
        left -= len(claims)
        if is_stopped() or (at_most is not None and run.clock.seconds() > at_most.total_seconds()):
            break
    return run.finish()


def is_awaited(now: datetime, *, source: str = POLLED) -> bool:
    """Say whether there is anything to ask: something is due, or nobody is and the way has to be tried.

    A firm with few receipts has put all of them off for a day before an outage ends.
    """
    return leasing.is_any_due(now) or breaker.is_to_be_tried(source, now)


def poll_receipt(receipt_id: UUID, *, source: Source, now: datetime, actor: Actor = POLLER) -> PollResult:
    """Ask about one watched receipt now, due or not, within the budget."""
    run = _Run(source=source, now=now, actor=actor)
    if run.may_be_asked(receipt_id) and run.admit():
        claim = leasing.claim_receipt(receipt_id, now=now)
        if claim is None:
            run.result.note = "The receipt is not watched, turned down, or being asked about right now."
        else:
            run.poll([claim])
    return run.finish()


class _Run:
    """The state of one run: its clock, its counters, and the source it asks."""

    def __init__(
        self, *, source: Source, now: datetime, actor: Actor, is_stopped: Callable[[], bool] = _never
    ) -> None:
        self.source = source
        self.is_stopped = is_stopped
        self.actor = actor
        self.clock = SteadyClock(now)
        self.result = PollResult()
        self.context = RunContext.begin(source.key, actor=actor, counters=self.result.counters, now=now)
        limits = leasing.limits(limits_of(source.key), lane=source.key, now=now)
        quota.configure(source.key, per_second=limits.per_second, per_day=limits.per_day)
        self.result.note = "" if limits.per_day else "Polling is turned down to nothing; nothing was asked."

    def admit(self) -> int:
        """Ask the master switch and the breaker; return how many calls may go out together, 0 for none.

        A lane that is being tried again lets a single call through.
        """
        key = self.source.key
        if not flags.is_on(flags.POLLING):
            self.result.note = "Polling is switched off; nothing was asked."
            return 0
        if not breaker.admit(key, now=self.clock.now()):
            self.result.note = f"Calls are held back: {breaker.status(key).reason}"
            self.result.is_refused = lane.is_access_refused(key)
            return 0
        return 1 if breaker.status(key).state == BreakerState.HALF_OPEN else CHUNK

    def claim(self, *, limit: int, now: datetime) -> list[Claim]:
        """Take what is due; where the lane is being tried, the receipt that shows best whether it works."""
        if limit == 1 and self._is_held():
            row = lane.current_row(self.source.key, now=self.clock.now())
            return leasing.claim_probe(failed=row.receipts, now=now)
        if self.context.pace.share is None:
            return leasing.claim_due(limit=limit, now=now)
        if urgent := leasing.claim_urgent(limit=limit, now=now):
            return urgent
        room = planning.room(self.source.key, now=self.clock.now()).claimable
        if not room:
            self.result.note = "Planned checks wait for their share of the calls of this day."
        return leasing.claim_planned(limit=min(room, limit), now=now) if room else []

    def may_be_asked(self, receipt_id: UUID) -> bool:
        """Say whether a receipt may go through alone: while calls are held back, none that failed may."""
        if not self._is_held():
            return True
        row = lane.current_row(self.source.key, now=self.clock.now())
        if receipt_id not in row.receipts:
            return True
        reason = breaker.status(self.source.key).reason
        self.result.note = f"Calls are held back, and another receipt is tried before this one: {reason}"
        return False

    def _is_held(self) -> bool:
        return breaker.status(self.source.key).state != BreakerState.CLOSED

    def poll(self, claims: list[Claim]) -> bool:
        """Ask about the claimed receipts as far as the budget goes; the rest is given back, still due.

        Returns whether it makes sense to claim more.
        """
        allowed, limit = pace.foresee(self.source.key, len(claims), now=self.clock.now(), within=WITHIN)
        self.result.claimed += len(claims)
        self._skip(claims[allowed:], limit)
        if not allowed:
            return False
        unasked = self._ask(claims[:allowed])
        return not unasked and allowed == len(claims)

    def finish(self) -> PollResult:
        """Return the counters with the time it took."""
        self.result.seconds = self.clock.seconds()
        self.result.is_refused |= bool(self.result.counters.errors[ErrorKind.MISCONFIGURED])
        return self.result

    def _skip(self, claims: list[Claim], limit: Limit) -> None:
        if claims:
            leasing.release(claims)
            self.result.skipped_budget += len(claims)
            self.result.note = _BUDGET[limit]

    def _ask(self, claims: list[Claim]) -> list[Claim]:
        """Make the calls and write down their results batch by batch; return what was not asked after all."""
        queries = leasing.open_queries(claims, source=self.source.key, now=self.clock.now())
        calls = Round(
            claims, source=self.source, queries=queries, clock=self.clock, is_stopped=self.is_stopped
        )
        # Closed at once where writing down fails: else its threads would go on asking.
        with closing(calls.fetch()) as answers:
            for fetched in answers:
                now = self.clock.now()
                batch = lane.judge_batch(fetched, source=self.source.key, now=now)
                persist_batch(batch, context=self.context, now=now)
                lane.report(batch, source=self.source.key, now=now, actor=self.actor)
        leasing.withdraw(calls.left, queries)
        if self.context.pace.share:
            asked = set(queries) - {claim.receipt_id for claim in calls.left}
            urgent = sum(not claim.is_planned and claim.receipt_id in asked for claim in claims)
            planning.count_urgent(self.source.key, urgent, now=self.clock.now())
        if calls.refused_by != Limit.NONE:
            self.result.skipped_budget += len(calls.left)
            self.result.note = _BUDGET[calls.refused_by]
        else:
            self.result.given_back += len(calls.left)
        return calls.left


class Stop(Protocol):
    """Whether the process is to end, and a way to wait that ends with it."""

    @property
    def is_set(self) -> bool: ...
    def wait(self, seconds: float) -> None: ...


def poll_patiently(
    *,
    source: Source,
    limit: int | None,
    actor: Actor,
    stop: Stop,
    patience: timedelta,
    clock: Callable[[], datetime],
) -> PollResult:
    """Ask about what is due; where the source asks for a pause that fits into `patience`, go on after it.

    The result adds up all that was done.
    """
    until = time.monotonic() + patience.total_seconds()
    result = PollResult()
    while True:
        left = None if limit is None else limit - result.answered
        again = poll_due(source=source, now=clock(), limit=left, actor=actor, is_stopped=lambda: stop.is_set)
        result = result.followed_by(again)
        is_done = limit is not None and result.answered >= limit
        pause = pause_of(source.key, now=clock())
        fits = pause is not None and time.monotonic() + pause.total_seconds() < until
        if pause is None or not fits or is_done or not again.claimed or again.is_refused or stop.is_set:
            return result
        stop.wait(pause.total_seconds())


def pause_of(lane: str, *, now: datetime) -> timedelta | None:
    """Return how long to wait until what the source put off can be asked about; None for nothing.

    No time at all for what is due by now: its pause may have ended while the others were asked about.
    """
    blocked = quota.blocked_until(lane, now=now)
    asked_again = leasing.next_deferred(now=now)
    instants = [max(asked_again, blocked or asked_again)] if asked_again else []
    if leasing.is_any_due(now):
        instants.append(blocked or now)
    if not instants:
        return None
    held = breaker.status(lane).retry_at
    return max(min(instants), held or now, now) - now
