"""Ask a source about several receipts at a time, through the one gate that keeps pace and budget.

Threads take the receipts in order and make the calls, without the database. When the source refuses our
access or asks us to wait, the gate closes: what has not left yet is not asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from legist.core.resilience.error_capture import ErrorCapture
from tracking.polling.gate import Gate
from tracking.polling.leasing import Claim
from tracking.polling.timeline import Timeline
from tracking.sources.base import Reading, Source
from tracking.sources.departure import HeldBack, Passage, paced
from tracking.sources.errors import KINDS, Concern, ErrorKind, SourceError
from tracking.sources.judging import LIMITED, Asked, finds_fault, weigh

THREADS: Final = 12
BATCH: Final = 50
LINGER_S: Final = 0.4


class _Event(Enum):
    BOOKED = auto()
    ENDED = auto()


_TO_EVERYBODY: Final = frozenset({Concern.ACCESS, Concern.PACE})


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

    @property
    def kind(self) -> ErrorKind | None:
        """The family of the failure; None for a reading."""
        concern = self.concern or (self.failure.concern if self.failure else None)
        return KINDS[concern] if concern else None


def as_asked(fetched: Fetched) -> Asked:
    """The answer as it counts among those before and after it."""
    claim, failure = fetched.claim, fetched.failure
    said, code = claim.last_error, failure.code if failure else ""
    return Asked(claim.receipt_id, code, claim.was_good, finds_fault(said), said in LIMITED)


class Hearing:
    """What the answers of this run say together, as they come in; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: list[Asked] = []

    def is_for_everybody(self, fetched: Fetched) -> bool:
        """Say whether every other call would meet the same failure, as far as this run can tell."""
        asked = as_asked(fetched)
        with self._lock:
            concern = weigh(fetched.failure, asked=asked, recent=self._heard) if fetched.failure else None
            self._heard.append(asked)
        return concern in _TO_EVERYBODY


def fetch_all(
    gate: Gate, *, source: Source, queries: dict[UUID, UUID], timeline: Timeline
) -> Iterator[list[Fetched]]:
    """Yield finished calls in batches, while others are still on their way, and serve the gate meanwhile."""
    events: SimpleQueue[Fetched | _Event] = SimpleQueue()
    gate.notify = lambda: events.put(_Event.BOOKED)
    hearing = Hearing()

    def work() -> None:
        try:
            while (claim := gate.enter()) is not None:
                fetched = _fetch(
                    claim, gate, query_id=queries[claim.receipt_id], source=source, timeline=timeline
                )
                if fetched is None:
                    gate.put_back(claim)
                    continue
                if hearing.is_for_everybody(fetched):
                    gate.close()
                events.put(fetched)
        finally:
            events.put(_Event.ENDED)

    pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="poll")
    try:
        for _ in range(THREADS):
            pool.submit(work)
        yield from _batches(events, gate)
    finally:
        gate.end()
        pool.shutdown()
        gate.give_back()


def _batches(events: SimpleQueue[Fetched | _Event], gate: Gate) -> Iterator[list[Fetched]]:
    """Gather what is finished, waiting a little for company: one commit serves many."""
    running = THREADS
    while running:
        batch: list[Fetched] = []
        until = 0.0
        while running and len(batch) < BATCH:
            try:
                event = events.get(timeout=max(0.0, until - time.monotonic()) if batch else None)
            except Empty:
                break
            if event is _Event.BOOKED:
                gate.serve()
            elif event is _Event.ENDED:
                running -= 1
            else:
                until = until if batch else time.monotonic() + LINGER_S
                batch.append(event)
        if batch:
            yield batch


def _fetch(claim: Claim, gate: Gate, *, query_id: UUID, source: Source, timeline: Timeline) -> Fetched | None:
    """Make one call; None when it has not left, for want of a slot."""
    started_at, has_left = timeline.now(), False

    def leave(passage: Passage) -> None:
        nonlocal started_at, has_left
        gate.leave(passage, is_begun=has_left)
        started_at = started_at if has_left else timeline.now()
        has_left = has_left or passage.is_counted

    reading: Reading | None = None
    failure: SourceError | None = None
    with ErrorCapture() as boundary, paced(leave):
        try:
            reading = source.fetch(claim.number, request_id=str(query_id))
        except SourceError as error:
            failure = error
        except HeldBack:
            return None
    if boundary.error is not None:
        failure = SourceError(ErrorKind.TRANSIENT, "unexpected", public_message=_UNEXPECTED)
    return Fetched(claim, query_id, started_at, timeline.now(), reading, failure)


_UNEXPECTED: Final = "The answer of the source made our own reading of it fail. The log names the place."
