"""One polling run: claim, reserve, ask, write down. The one entry for the sweep and for `poll`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Final, Protocol
from uuid import UUID

from legist.core import flags, heartbeat
from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.resilience import breaker, pace, quota
from legist.core.resilience.quota import Limit
from legist.core.states import BreakerState
from tracking.polling import lane, leasing, reserve
from tracking.polling.fetching import WITHIN, Round
from tracking.polling.leasing import Claim
from tracking.polling.persisting import Counters, RunContext, persist_batch
from tracking.sources import POLLED, lanes_of
from tracking.sources.base import Source
from tracking.sources.errors import ErrorKind

POLLER: Final = Actor.system("poller")
CHUNK: Final = 100
EVERYTHING: Final = 1_000_000
# However long a source gives no sign of life: a call goes out after so long, for the sign may be wrong.
KNOCKED_AT_MOST: Final = timedelta(minutes=55)
_BUDGET: Final = {
    Limit.NONE: "",
    Limit.DAY: "The calls of this day are used up; the rest waits until midnight UTC.",
    Limit.PACE: "Other workers use the calls of the next minute; the rest stays due.",
    Limit.BLOCKED: "The source asked us to wait; the rest stays due.",
}
_PACED: Final = "Planned checks wait for their share of the calls of this day."
_RESERVED: Final = "What is left of the calls of this day is kept for what people ask and for retries."


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
        return self.counters.calls - put_off

    def beside(self, other: PollResult) -> PollResult:
        """Return what this run and one on another lane did together."""
        notes = dict.fromkeys(filter(None, (self.note, other.note)))
        is_refused = self.is_refused and other.is_refused
        both = self.followed_by(other)
        seconds = self.seconds + other.seconds
        return replace(both, seconds=seconds, note=" ".join(notes), is_refused=is_refused)

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

    It asks the registered source that is polled, on one lane after the other, unless another is given.
    `limit` bounds the receipts, `at_most` the time after which no new chunk is begun; once `is_stopped` says
    so, no call leaves any more, and what was taken is given back. Asks nothing, and says so in `note`, while
    polling is switched off or the breaker of every lane is open.
    """
    heartbeat.beat(heartbeat.POLLER, now=now)
    clock = SteadyClock(now)
    until = EVERYTHING if at_most is None else time.monotonic() + at_most.total_seconds()
    left = EVERYTHING if limit is None else limit
    results: list[PollResult] = []
    for way in leasing.ways(source, now=now):
        run = _Run(way, now=now, actor=actor, is_stopped=is_stopped)
        left = run.drain(now=now, limit=left, until=until)
        results.append(run.finish())
        now = clock.now()
        if is_stopped() or time.monotonic() > until:
            break
    return reduce(PollResult.beside, results)


def is_awaited(now: datetime, *, source: str = POLLED) -> bool:
    """Say whether there is anything to ask: something is due, or nobody is and the way has to be tried.

    A firm with few receipts has put all of them off for a day before an outage ends.
    """
    return leasing.is_any_due(now) or breaker.is_to_be_tried(source, now)


def poll_receipt(
    receipt_id: UUID, *, now: datetime, source: Source | None = None, actor: Actor = POLLER
) -> PollResult:
    """Ask about one watched receipt now, due or not, within the budget of the first lane that is free."""
    result = PollResult()
    for way in leasing.ways(source, now=now):
        run = _Run(way, now=now, actor=actor)
        if run.may_be_asked(receipt_id) and run.admit():
            claim = leasing.claim_receipt(receipt_id, now=now)
            if claim is None:
                run.result.note = "The receipt is not watched, turned down, or being asked about right now."
            else:
                run.poll([claim])
        result = run.finish()
        if result.answered:
            break
    return result


class _Run:
    """The state of one run on one lane: its clock, its counters, and the source it asks."""

    def __init__(
        self,
        way: leasing.Way,
        *,
        now: datetime,
        actor: Actor,
        is_stopped: Callable[[], bool] = _never,
    ) -> None:
        self.key, self.source = way.lane, way.source
        self.is_stopped = is_stopped
        self.actor = actor
        self.clock = SteadyClock(now)
        self.result = PollResult()
        self.context = RunContext.begin(
            way.lane, source=way.source.key, actor=actor, counters=self.result.counters, now=now
        )
        quota.configure(way.lane, per_second=way.limits.per_second, per_day=way.limits.per_day)
        self.result.note = (
            "" if way.limits.per_day else "Polling is turned down to nothing; nothing was asked."
        )

    def drain(self, *, now: datetime, limit: int, until: float) -> int:
        """Ask about what is due, at most so many receipts and beginning no chunk after `until` on the
        process's clock; return how many of them are left.
        """
        left = limit
        while left > 0 and is_awaited(now, source=self.key) and (slots := self.admit()):
            claims = self.claim(limit=min(slots, left), now=now)
            if not claims or not self.poll(claims):
                break
            left -= len(claims)
            if self.is_stopped() or time.monotonic() > until:
                break
        return left

    def admit(self) -> int:
        """Ask the master switch and the breaker; return how many calls may go out together, 0 for none.

        A lane that is being tried again lets a single call through.
        """
        key = self.key
        if not flags.is_on(flags.POLLING):
            self.result.note = "Polling is switched off; nothing was asked."
            return 0
        if not breaker.admit(key, now=self.clock.now()):
            self.result.note = f"Calls are held back: {breaker.status(key).reason}"
            self.result.is_refused = lane.is_access_refused(key)
            return 0
        if breaker.status(key).state != BreakerState.HALF_OPEN:
            return CHUNK
        return int(self._is_worth_a_call())

    def _is_worth_a_call(self) -> bool:
        """Say whether a lane that is being tried again is called.

        Once it has been down for long: when a knock, which costs no call, is answered, and hourly anyway.
        """
        now = self.clock.now()
        asked_at = lane.last_call_at(self.key, now=now) if breaker.is_down_for_long(self.key) else None
        if asked_at is None or asked_at <= now - KNOCKED_AT_MOST or self.source.knock():
            return True
        breaker.put_off(self.key, now=now)
        self.result.note = "The source gives no sign of life; no call was spent on it."
        return False

    def claim(self, *, limit: int, now: datetime) -> list[Claim]:
        """Take what is due, first what somebody waits for; the rest as far as reserve and plan let it.

        Where the lane is being tried, the receipt that shows best whether it works.
        """
        if limit == 1 and self._is_held():
            row = lane.current_row(self.key, now=self.clock.now())
            return leasing.claim_probe(failed=row.receipts, now=now)
        if urgent := leasing.claim_urgent(limit=limit, now=now):
            return urgent
        room, is_shared = reserve.room(self.key, now=self.clock.now()), self.context.pace.share is not None
        unpaced, paced = min(room.unpaced, limit), min(room.claimable, limit)
        if unpaced and not is_shared:
            return leasing.claim_due(limit=unpaced, now=now)
        if unpaced and (first := leasing.claim_first(limit=unpaced, now=now)):
            return first
        if is_shared and paced:
            return leasing.claim_shared(limit=paced, now=now)
        today = leasing.usage_of(self.key, now=self.clock.now())
        self.result.note = (_PACED if is_shared else _RESERVED) if today.remaining else _BUDGET[Limit.DAY]
        return []

    def may_be_asked(self, receipt_id: UUID) -> bool:
        """Say whether a receipt may go through alone: while calls are held back, none that failed may."""
        if not self._is_held():
            return True
        row = lane.current_row(self.key, now=self.clock.now())
        if receipt_id not in row.receipts:
            return True
        reason = breaker.status(self.key).reason
        self.result.note = f"Calls are held back, and another receipt is tried before this one: {reason}"
        return False

    def _is_held(self) -> bool:
        return breaker.status(self.key).state != BreakerState.CLOSED

    def poll(self, claims: list[Claim]) -> bool:
        """Ask about the claimed receipts as far as the budget goes; the rest is given back, still due.

        Returns whether it makes sense to claim more.
        """
        allowed, limit = pace.foresee(self.key, len(claims), now=self.clock.now(), within=WITHIN)
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
        queries = leasing.open_queries(claims, lane=self.key, now=self.clock.now())
        calls = Round(
            claims,
            lane=self.key,
            source=self.source,
            queries=queries,
            clock=self.clock,
            is_stopped=self.is_stopped,
        )
        # Closed at once where writing down fails: else its threads would go on asking.
        with closing(calls.fetch()) as answers:
            for fetched in answers:
                now = self.clock.now()
                batch = lane.judge_batch(fetched, lane=self.key, now=now)
                persist_batch(batch, context=self.context, now=now)
                lane.report(batch, lane=self.key, now=now, actor=self.actor)
        leasing.withdraw(calls.left, queries)
        asked = set(queries) - {claim.receipt_id for claim in calls.left}
        urgent = sum(claim.is_urgent and claim.receipt_id in asked for claim in claims)
        reserve.count_urgent(self.key, urgent, now=self.clock.now())
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
    limit: int | None,
    actor: Actor,
    stop: Stop,
    patience: timedelta,
    clock: Callable[[], datetime],
    source: Source | None = None,
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
        pause = _shortest_pause((source.key,) if source else lanes_of(POLLED), now=clock())
        fits = pause is not None and time.monotonic() + pause.total_seconds() < until
        if pause is None or not fits or is_done or not again.claimed or again.is_refused or stop.is_set:
            return result
        stop.wait(pause.total_seconds())


def _shortest_pause(lanes: Iterable[str], *, now: datetime) -> timedelta | None:
    pauses = (pause_of(each, now=now) for each in lanes)
    return min((pause for pause in pauses if pause is not None), default=None)


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
