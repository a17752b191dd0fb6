"""Ask a source about several receipts at a time, through the one gate that keeps pace and budget.

Threads take the receipts in order and make the calls. They may not touch the database, so they book: the
run's own thread takes slots from the shared ledger for what is booked, and each thread leaves in its slot or
gives it back. When the source refuses our access or asks us to wait, when there are no slots, or when the
process is told to stop, the gate closes: what has not left yet is not asked.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from legist.core.clock import SteadyClock
from legist.core.resilience import breaker, pace, quota
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.resilience.pace import Slot
from legist.core.resilience.quota import Limit
from tracking.polling.leasing import Claim
from tracking.sources.base import Reading, Source
from tracking.sources.departure import HeldBack, Passage, Superseded, paced
from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.sources.judging import Asked, weigh

THREADS: Final = 12
BATCH: Final = 50
LINGER_S: Final = 0.4
_UNEXPECTED: Final = "The answer of the source made our own reading of it fail. The log names the place."
_TO_EVERYBODY: Final = frozenset({Concern.ACCESS, Concern.PACE})
# Nobody waits for a slot further away than this.
WITHIN: Final = quota.LONGEST_QUEUE
_SPARE: Final = 64


@dataclass(slots=True)
class _Booking:
    """A thread that is ready to send and waits for its slot."""

    is_charged: bool
    is_begun: bool
    is_settled: threading.Event = field(default_factory=threading.Event)
    slot: Slot | None = None


class Gate:
    """Hands out the receipts one by one, and lets each call out in its slot.

    `notify` is called by threads that have booked; the run's thread then calls `serve`. `is_stopped` says
    whether the process is to end.
    """

    def __init__(
        self,
        claims: Sequence[Claim],
        *,
        lane: str,
        clock: SteadyClock,
        notify: Callable[[], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        self.refused_by = Limit.NONE
        self._notify = notify
        self._lane = lane
        self._clock = clock
        self._is_stopped = is_stopped
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ended = threading.Event()
        self._claims = deque(claims)
        self._returned: list[Claim] = []
        self._bookings: list[_Booking] = []
        self._spare: deque[Slot] = deque()
        self._unused: list[Slot] = []
        self._in_hand = 0

    def enter(self) -> Claim | None:
        """Return the next receipt to ask about; None when there is no more to ask."""
        with self._lock:
            return None if self._is_shut() or not self._claims else self._claims.popleft()

    def put_back(self, claim: Claim) -> None:
        """Take back a receipt whose call has not left."""
        with self._lock:
            self._returned.append(claim)

    def leave(self, passage: Passage, *, is_begun: bool) -> None:
        """Wait for a slot and return within it. Raises HeldBack when the gate is shut, Superseded.

        `is_begun`: it repeats a call that has left already, and may follow it through a closed gate.
        """
        is_charged = passage.is_counted
        shut = self._ended if is_begun else self._closed
        while True:
            slot = self._book(is_charged=is_charged, is_begun=is_begun)
            if slot is None:
                raise HeldBack
            shut.wait(max(0.0, slot.opens - time.monotonic()))
            is_current = passage.is_current()
            is_in_time = not self._is_shut(is_begun=is_begun) and time.monotonic() <= slot.closes
            self._settle(slot, is_charged=is_charged, is_used=is_in_time and is_current)
            if not is_current:
                raise Superseded
            if is_in_time:
                return

    def serve(self) -> None:
        """Take slots for what is booked. Only the run's own thread calls it, outside any transaction."""
        with self._lock:
            bookings, self._bookings = self._bookings, []
            # Whoever books found no spare slot in time: the rest of them is worth more as charges.
            self._unused.extend(self._spare)
            self._spare.clear()
        with ExitStack() as unless_served:
            unless_served.callback(self._abandon, bookings)
            self.give_back()
            for is_charged in (True, False):
                wanted = [booking for booking in bookings if booking.is_charged == is_charged]
                if wanted:
                    self._serve(wanted, is_charged=is_charged)
            unless_served.pop_all()

    def _abandon(self, bookings: list[_Booking]) -> None:
        """The ledger failed us: who waits for its answer goes without a slot, or would wait for ever."""
        self.end()
        for booking in bookings:
            booking.is_settled.set()

    def give_back(self) -> None:
        """Give back the charges of slots that nobody left in."""
        now = time.monotonic()
        with self._lock:
            while self._spare and (self._closed.is_set() or self._spare[0].closes < now):
                self._unused.append(self._spare.popleft())
            unused, self._unused = self._unused, []
        pace.give_back(self._lane, unused)

    def close(self) -> None:
        """Let no new call through; those on their way come back, also by a repeat."""
        self._closed.set()
        self._dismiss()

    def end(self, limit: Limit = Limit.NONE) -> None:
        """Let nothing through any more."""
        if self.refused_by == Limit.NONE:
            self.refused_by = limit
        self._ended.set()
        self.close()

    @property
    def left(self) -> list[Claim]:
        """Receipts nobody asked about; meaningful when all threads have ended."""
        return [*self._returned, *self._claims]

    def _is_shut(self, *, is_begun: bool = False) -> bool:
        return self._ended.is_set() or self._is_stopped() or (self._closed.is_set() and not is_begun)

    def _dismiss(self) -> None:
        """Send away who has booked and may not leave any more."""
        with self._lock:
            refused = [each for each in self._bookings if self._is_shut(is_begun=each.is_begun)]
            self._bookings = [each for each in self._bookings if each not in refused]
        for booking in refused:
            booking.is_settled.set()

    def _settle(self, slot: Slot, *, is_charged: bool, is_used: bool) -> None:
        """Note what became of a slot; somebody may be waiting for its charge."""
        if not is_charged:
            return
        with self._lock:
            self._in_hand -= 1
            if not is_used:
                self._unused.append(slot)
            is_awaited = bool(self._bookings)
        if is_awaited:
            self._notify()

    def _book(self, *, is_charged: bool, is_begun: bool) -> Slot | None:
        booking = _Booking(is_charged, is_begun)
        with self._lock:
            if self._is_shut(is_begun=is_begun):
                return None
            while is_charged and self._spare:
                slot = self._spare.popleft()
                if time.monotonic() <= slot.closes:
                    self._in_hand += 1
                    return slot
                self._unused.append(slot)
            self._bookings.append(booking)
        self._notify()
        booking.is_settled.wait()
        return booking.slot

    def _serve(self, bookings: list[_Booking], *, is_charged: bool) -> None:
        shut = [booking for booking in bookings if self._is_shut(is_begun=booking.is_begun)]
        wanted = [booking for booking in bookings if booking not in shut]
        spare = _SPARE if is_charged and not self._closed.is_set() else 0
        slots: deque[Slot] = deque()
        if wanted:
            taken = pace.take(
                self._lane,
                len(wanted),
                now=self._clock.now(),
                within=WITHIN,
                is_charged=is_charged,
                spare=spare,
            )
            slots.extend(taken.slots)
            wanted = self._put_off(wanted, taken)
        with self._lock:
            for booking in wanted:
                booking.slot = slots.popleft() if slots else None
                self._in_hand += is_charged and booking.slot is not None
            self._spare.extend(slots)
        for booking in [*wanted, *shut]:
            booking.is_settled.set()

    def _put_off(self, wanted: list[_Booking], taken: pace.Taken) -> list[_Booking]:
        """Return who is answered now.

        When the day has no call left, but slots are in hand that may still come back, the others wait for
        them; else there is nothing more to be had.
        """
        if taken.limited_by == Limit.NONE:
            return wanted
        served = wanted[: len(taken.slots)]
        with self._lock:
            comes_back = taken.limited_by == Limit.DAY and bool(self._in_hand or self._unused or served)
            if comes_back:
                self._bookings.extend(wanted[len(served) :])
            is_served_again = bool(self._unused) or self._closed.is_set()
        if not comes_back:
            self.end(taken.limited_by)
            return wanted
        if is_served_again:
            self._notify()
        return served


class _Event(Enum):
    BOOKED = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Fetched:
    """One finished call: a reading or a failure, between two instants of our own clock.

    `concern`: whom a failure concerns, as judged beside the answers before it.
    """

    claim: Claim
    query_id: UUID
    started_at: datetime
    finished_at: datetime
    reading: Reading | None = None
    failure: SourceError | None = None
    concern: Concern | None = None


class Hearing:
    """What the answers of this run say together, as they come in; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: list[Asked] = []
        self._in_trouble = 0

    def is_for_everybody(self, fetched: Fetched) -> bool:
        """Say whether every other call would meet the same failure, as far as this run can tell.

        A service that is in trouble so often in a row that the breaker opens is asked no more at once.
        """
        failure, asked = fetched.failure, Asked.about(fetched.claim, fetched.failure)
        with self._lock:
            concern = weigh(failure, asked=asked, recent=self._heard) if failure else None
            self._heard.append(asked)
            self._in_trouble = self._in_trouble + (concern == Concern.SERVICE) if failure else 0
            return concern in _TO_EVERYBODY or self._in_trouble >= breaker.THRESHOLD


class Round:
    """The calls for some claimed receipts; `queries` names the call that is announced for each."""

    def __init__(
        self,
        claims: Sequence[Claim],
        *,
        lane: str,
        source: Source,
        queries: dict[UUID, UUID],
        clock: SteadyClock,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._source = source
        self._queries = queries
        self._clock = clock
        self._hearing = Hearing()
        self._events: SimpleQueue[Fetched | _Event] = SimpleQueue()
        notify = partial(self._events.put, _Event.BOOKED)
        self._gate = Gate(claims, lane=lane, clock=clock, notify=notify, is_stopped=is_stopped)

    @property
    def left(self) -> list[Claim]:
        """Receipts nobody asked about; meaningful when the round is over."""
        return self._gate.left

    @property
    def refused_by(self) -> Limit:
        """What kept the receipts that are left, where it was the budget."""
        return self._gate.refused_by

    def fetch(self) -> Generator[list[Fetched]]:
        """Yield finished calls in batches, while others are on their way, and serve the gate meanwhile."""
        pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="poll")
        try:
            for _ in range(THREADS):
                pool.submit(self._work)
            yield from self._batches()
        finally:
            self._gate.end()
            pool.shutdown()
            self._gate.give_back()

    def _work(self) -> None:
        try:
            while (claim := self._gate.enter()) is not None:
                fetched = self._call(claim)
                if fetched is None:
                    self._gate.put_back(claim)
                    continue
                if self._hearing.is_for_everybody(fetched):
                    self._gate.close()
                self._events.put(fetched)
        finally:
            self._events.put(_Event.ENDED)

    def _batches(self) -> Iterator[list[Fetched]]:
        """Gather what is finished, waiting a little for company: one commit serves many."""
        running = THREADS
        while running:
            batch: list[Fetched] = []
            until = 0.0
            while running and len(batch) < BATCH:
                try:
                    event = self._events.get(timeout=max(0.0, until - time.monotonic()) if batch else None)
                except Empty:
                    break
                if event is _Event.BOOKED:
                    self._gate.serve()
                elif event is _Event.ENDED:
                    running -= 1
                else:
                    until = until if batch else time.monotonic() + LINGER_S
                    batch.append(event)
            if batch:
                yield batch

    def _call(self, claim: Claim) -> Fetched | None:
        """Make one call; None when it has not left, for want of a slot."""
        query_id = self._queries[claim.receipt_id]
        started_at, has_left = self._clock.now(), False

        def leave(passage: Passage) -> None:
            nonlocal started_at, has_left
            self._gate.leave(passage, is_begun=has_left)
            started_at = started_at if has_left else self._clock.now()
            has_left = has_left or passage.is_counted

        reading: Reading | None = None
        failure: SourceError | None = None
        with ErrorCapture() as boundary, paced(leave):
            try:
                reading = self._source.fetch(claim.number, request_id=str(query_id))
            except SourceError as error:
                failure = error
            except HeldBack:
                return None
        if boundary.error is not None:
            failure = SourceError(ErrorKind.TRANSIENT, "unexpected", public_message=_UNEXPECTED)
        return Fetched(claim, query_id, started_at, self._clock.now(), reading, failure)
