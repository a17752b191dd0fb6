"""The loop of `manage.py worker`: one process that asks for what is due and looks after the pool."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import structlog
from django.conf import settings
from django.db import close_old_connections

from legist.core import heartbeat
from legist.core.clock import utc_now
from legist.core.resilience.boundary import Boundary
from legist.core.tasks import schedules, tickets
from legist.core.tasks.base import EVERY_QUEUE, Queue, get_engine

BEAT_EVERY = timedelta(seconds=5)
TICK_S = 0.25
SIGNS_OF_LIFE = {Queue.WORK: heartbeat.WORKER, Queue.POLLING: heartbeat.POLLING_WORKER}

log = structlog.get_logger(__name__)


class Ticker:
    """One turn after the other: a sign of life, periodic tasks, tickets the engine does not know of."""

    def __init__(self, queues: frozenset[Queue] = EVERY_QUEUE) -> None:
        self.queues = queues
        self.latest_beat: datetime | None = None

    def turn(self, *, now: datetime) -> None:
        """Do each step; one that fails (a locked or absent database) is logged and comes again next turn."""
        for step in (self._beat, self._periodic, self._sweep):
            _attempt(step, now)

    def _beat(self, now: datetime) -> None:
        if self.latest_beat is None or now - self.latest_beat >= BEAT_EVERY:
            for queue in self.queues:
                heartbeat.beat(SIGNS_OF_LIFE[queue], now=now)
            self.latest_beat = now
            if settings.LEGIST_ALIVE_PATH:
                Path(settings.LEGIST_ALIVE_PATH).touch()

    def _periodic(self, now: datetime) -> None:
        schedules.tick(now=now, queues=self.queues)

    def _sweep(self, now: datetime) -> None:
        tickets.sweep(now=now, queues=self.queues)


def _attempt(step: Callable[[datetime], None], now: datetime) -> None:
    attempt = Boundary()
    with attempt:
        step(now)
    if attempt.error is not None:
        log.error("worker_step_failed", error_class=attempt.error_class, where=attempt.where)


class StopSignal:
    """Becomes true at SIGTERM or SIGINT; a second signal ends the process at once."""

    def __init__(self) -> None:
        self.is_set = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.is_set = True
        signal.signal(number, signal.SIG_DFL)


def run(*, workers: int, queues: frozenset[Queue] = EVERY_QUEUE) -> None:
    """Run until told to stop. Raises PoolBrokenError when worker processes cannot be kept alive."""
    stop = StopSignal()
    ticker = Ticker(queues)
    pool = get_engine().pool(workers, queues=queues)
    if pool is not None:
        pool.start()
    try:
        while not stop.is_set:
            close_old_connections()
            ticker.turn(now=utc_now())
            if pool is not None:
                pool.ensure()
            time.sleep(TICK_S)
    finally:
        if pool is not None:
            pool.stop()
    log.info("worker_stopped")
