"""The loop of `manage.py worker`: one process that asks for what is due and looks after the pool."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections

from legist.core import crypto, heartbeat, instants, storage
from legist.core.clock import SKEW, utc_now
from legist.core.models import WorkerProcess
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.tasks import schedules, tickets
from legist.core.tasks.base import EVERY_QUEUE, Pool, Queue, get_engine
from legist.core.tasks.processes import End

BEAT_EVERY = timedelta(seconds=5)
SAY_EVERY_S = 60
TICK_S = 0.25
SIGNS_OF_LIFE = {Queue.WORK: heartbeat.WORKER, Queue.POLLING: heartbeat.POLLING_WORKER}

log = structlog.get_logger(__name__)


class Ticker:
    """One turn after the other: what lies in the future, a sign of life, periodic tasks, unknown tickets."""

    def __init__(self, queues: frozenset[Queue] = EVERY_QUEUE, *, workers: int = 0) -> None:
        self.queues = queues
        self.me = WorkerProcess(
            host=socket.gethostname()[:100],
            pid=os.getpid(),
            release=heartbeat.release(),
            queues=",".join(sorted(queues)),
            processes=workers,
            started_at=utc_now(),
        )
        self.latest_beat: datetime | None = None
        self.said_at: dict[str, float] = {}
        self.is_waiting = self.has_pool = False

    def turn(self, *, now: datetime) -> None:
        """Do each step; one that fails (a locked or absent database) is logged and comes again next turn.

        Once the disk is full nothing is begun: it waits, and says so, until there is room again.
        """
        if self.is_waiting and not self._has_room():
            return
        # A clock that was set back must not keep us silent until it has caught up.
        if self.latest_beat is None or not instants.NOTHING <= now - self.latest_beat < BEAT_EVERY:
            self._attempt(self._heal, now)
            self._attempt(self._beat, now)
        for step in (self._periodic, self._sweep):
            self._attempt(step, now)

    def end(self) -> None:
        """Say that this worker is there no more."""
        self._attempt(lambda _now: heartbeat.sign_off(self.me), utc_now())

    def look_after(self, pool: Pool) -> None:
        """Start the pool, and what has died of it; one that ended for want of room waits for it.

        Raises PoolBrokenError when it cannot be kept alive for another reason.
        """
        if self.is_waiting:
            return
        attempt = ErrorCapture()
        with attempt:
            if self.has_pool:
                pool.ensure()
            else:
                pool.start()
                self.has_pool = True
        if attempt.error is None:
            return
        if not storage.is_full(attempt.error) and storage.verdict() != storage.FULL:
            raise attempt.error
        self._wait()

    def _wait(self) -> None:
        self.is_waiting = True
        self._say("disk_full", remedy="Make room; the work goes on by itself.")

    def _has_room(self) -> bool:
        if storage.verdict() == storage.FULL:
            self._wait()
            return False
        self.is_waiting = False
        log.warning("disk_has_room_again")
        return True

    def _attempt(self, step: Callable[[datetime], None], now: datetime) -> None:
        attempt = ErrorCapture()
        with attempt:
            step(now)
        if storage.is_full(attempt.error):
            self._wait()
        elif attempt.error is not None:
            self._say("worker_step_failed", error_class=attempt.error_class, where=attempt.where)

    def _heal(self, now: datetime) -> None:
        shared = instants.judge(now)
        if abs(shared - now) > SKEW:
            self._say("clock_differs_from_database", seconds=round((now - shared).total_seconds()))
        instants.heal(now=shared)

    def _say(self, event: str, **facts: object) -> None:
        """Log what goes on being wrong, once a minute for each place."""
        what = f"{event} {facts.get('where')}"
        if time.monotonic() - self.said_at.get(what, -SAY_EVERY_S) >= SAY_EVERY_S:
            self.said_at[what] = time.monotonic()
            log.error(event, **facts)

    def _beat(self, now: datetime) -> None:
        for queue in self.queues:
            heartbeat.beat(SIGNS_OF_LIFE[queue], now=now)
        heartbeat.beat(heartbeat.WRITES_WITH + crypto.current_key_id(), now=now)
        heartbeat.sign(self.me, now=now)
        self.latest_beat = now
        if settings.LEGIST_ALIVE_PATH:
            Path(settings.LEGIST_ALIVE_PATH).touch()

    def _periodic(self, now: datetime) -> None:
        schedules.tick(now=now, queues=self.queues)

    def _sweep(self, now: datetime) -> None:
        tickets.sweep(now=now, queues=self.queues)


class StopSignal:
    """Becomes true at SIGTERM or SIGINT; a second signal ends the process at once.

    As a context manager it hears the signals within, and only where signals arrive: in the main thread.
    """

    def __init__(self) -> None:
        self._told = End()
        self._before: dict[int, Any] = {}
        if current_thread() is main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._receive)

    @property
    def is_set(self) -> bool:
        return self._told.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal comes."""
        self._told.wait(seconds)

    def __enter__(self) -> StopSignal:
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self._told.set()
        signal.signal(number, signal.SIG_DFL)


def run(*, workers: int, queues: frozenset[Queue] = EVERY_QUEUE) -> None:
    """Run until told to stop. Raises PoolBrokenError when worker processes cannot be kept alive."""
    stop = StopSignal()
    ticker = Ticker(queues, workers=workers)
    pool = get_engine().pool(workers, queues=queues)
    try:
        while not stop.is_set:
            close_old_connections()
            ticker.turn(now=utc_now())
            if pool is not None:
                ticker.look_after(pool)
            stop.wait(TICK_S)
    finally:
        if pool is not None:
            pool.stop()
        ticker.end()
    log.info("worker_stopped")
