"""Ask a source about several receipts at a time, through the one gate that keeps pace and budget.

Threads take the receipts in order and make the calls, without the database. When the source refuses our
access or asks us to wait, the gate closes: what has not left yet is not asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from legist.core.clock import SteadyClock
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.resilience.quota import Limit
from tracking.polling.gate import Gate
from tracking.polling.leasing import Claim
from tracking.sources.base import Reading, Source
from tracking.sources.departure import HeldBack, Passage, paced
from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.sources.judging import Asked, weigh

THREADS: Final = 12
BATCH: Final = 50
LINGER_S: Final = 0.4
_UNEXPECTED: Final = "The answer of the source made our own reading of it fail. The log names the place."
_TO_EVERYBODY: Final = frozenset({Concern.ACCESS, Concern.PACE})


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

    def is_for_everybody(self, fetched: Fetched) -> bool:
        """Say whether every other call would meet the same failure, as far as this run can tell."""
        failure, asked = fetched.failure, Asked.about(fetched.claim, fetched.failure)
        with self._lock:
            concern = weigh(failure, asked=asked, recent=self._heard) if failure else None
            self._heard.append(asked)
        return concern in _TO_EVERYBODY


class Round:
    """The calls for some claimed receipts; `queries` names the call that is announced for each."""

    def __init__(
        self,
        claims: Sequence[Claim],
        *,
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
        self._gate = Gate(claims, lane=source.key, clock=clock, notify=notify, is_stopped=is_stopped)

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
