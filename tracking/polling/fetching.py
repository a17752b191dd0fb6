"""Ask a source about several receipts at a time, at the pace of the grant. No database in here.

Threads take the calls in order through one gate, which lets nobody through before the slot of the call
and never two closer together than the grant's spacing. When the source refuses our access or asks us to
wait, the gate closes: what has not left yet is not asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from legist.core.resilience.boundary import Boundary
from legist.core.resilience.quota import Grant
from tracking.polling.lease import Claim
from tracking.polling.timeline import Timeline
from tracking.sources.base import Reading, Source
from tracking.sources.errors import KINDS, Concern, ErrorKind, SourceError
from tracking.sources.failures import is_refusal
from tracking.sources.judging import ABOUT_THE_RECEIPT, Asked, weigh

THREADS: Final = 8
BATCH: Final = 50
LINGER_S: Final = 0.4
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

    @property
    def calls(self) -> int:
        """API requests spent; a refreshed token costs one more."""
        answer = self.reading or self.failure
        return answer.calls if answer else 0


def as_asked(fetched: Fetched) -> Asked:
    """The answer as it counts among those before and after it."""
    claim, failure = fetched.claim, fetched.failure
    was_refused = claim.last_error in ABOUT_THE_RECEIPT or is_refusal(claim.last_error)
    return Asked(claim.receipt_id, failure.code if failure else "", claim.was_good, was_refused)


class Gate:
    """Hands out the calls one by one, each at its slot."""

    def __init__(self, claims: Sequence[Claim], grant: Grant, timeline: Timeline) -> None:
        self._claims = claims
        self._grant = grant
        self._timeline = timeline
        self._lock = threading.Lock()
        self._index = 0
        self._earliest = grant.starts_at
        self._closed = threading.Event()
        self._hearing = threading.Lock()
        self._heard: list[Asked] = []

    def enter(self) -> Claim | None:
        """Wait for the next slot and return its receipt; None when there is no more to ask."""
        with self._lock:
            if self._closed.is_set() or self._index >= min(len(self._claims), self._grant.granted):
                return None
            self._timeline.sleep_until(max(self._grant.slot(self._index), self._earliest))
            if self._closed.is_set():
                return None
            self._earliest = self._timeline.now() + timedelta(seconds=self._grant.spacing_s)
            self._index += 1
            return self._claims[self._index - 1]

    def hear(self, fetched: Fetched) -> None:
        """Close when every other call would meet the same failure, as far as the answers of this run tell."""
        asked = as_asked(fetched)
        with self._hearing:
            if fetched.failure and weigh(fetched.failure, asked=asked, recent=self._heard) in _TO_EVERYBODY:
                self.close()
            self._heard.append(asked)

    def close(self) -> None:
        """Let nobody through any more; calls on their way come back."""
        self._closed.set()

    @property
    def left(self) -> list[Claim]:
        """Receipts nobody asked about; meaningful when all threads have ended."""
        return list(self._claims[self._index :])


def fetch_all(
    gate: Gate, *, source: Source, queries: dict[UUID, UUID], timeline: Timeline
) -> Iterator[list[Fetched]]:
    """Yield finished calls in batches, while others are still on their way."""
    done: SimpleQueue[Fetched | None] = SimpleQueue()

    def work() -> None:
        try:
            while (claim := gate.enter()) is not None:
                fetched = _fetch(claim, query_id=queries[claim.receipt_id], source=source, timeline=timeline)
                gate.hear(fetched)
                done.put(fetched)
        finally:
            done.put(None)

    pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="poll")
    try:
        for _ in range(THREADS):
            pool.submit(work)
        yield from _batches(done)
    finally:
        gate.close()
        pool.shutdown()


def _batches(done: SimpleQueue[Fetched | None]) -> Iterator[list[Fetched]]:
    """Gather what is finished, waiting a little for company: one commit serves many."""
    running = THREADS
    while running:
        batch: list[Fetched] = []
        until = 0.0
        while running and len(batch) < BATCH:
            try:
                fetched = done.get(timeout=max(0.0, until - time.monotonic()) if batch else None)
            except Empty:
                break
            if fetched is None:
                running -= 1
                continue
            until = until if batch else time.monotonic() + LINGER_S
            batch.append(fetched)
        if batch:
            yield batch


def _fetch(claim: Claim, *, query_id: UUID, source: Source, timeline: Timeline) -> Fetched:
    started_at = timeline.now()
    reading: Reading | None = None
    failure: SourceError | None = None
    with Boundary() as boundary:
        try:
            reading = source.fetch(claim.number, request_id=str(query_id))
        except SourceError as error:
            failure = error
    if boundary.error is not None:
        failure = SourceError(ErrorKind.TRANSIENT, "unexpected", public_message=_UNEXPECTED)
    return Fetched(claim, query_id, started_at, timeline.now(), reading, failure)


_UNEXPECTED: Final = "The answer of the source made our own reading of it fail. The log names the place."
