"""The embedded engine: django-q2 on its ORM broker. Nothing to install; only a ticket id travels.

The queue of a pool is guarded by semaphores shared by its processes. A process that is killed while it
holds one (an idle worker always does) would leave the others waiting for ever, so any unexpected death
takes the whole pool down and a fresh one is started. For the same reason the guard waits for no lock and for
no answer of another process. Children die with their parent, so a killed worker command leaves nothing
behind. The ticket table makes up for whatever was under way.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections import deque
from datetime import timedelta
from multiprocessing import active_children
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, ClassVar
from uuid import uuid4

import structlog
from django.db import connections
from django_q.brokers.orm import ORM
from django_q.cluster import Sentinel, get_mp_context
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from legist.core import instants
from legist.core.clock import utc_now
from legist.core.tasks import processes
from legist.core.tasks.base import EVERY_QUEUE, Pool, PoolBrokenError, Queue

RUN = "legist.core.tasks.run_ticket_by_id"
GRACE_S = 20
DEATHS_ALLOWED = 5
DEATHS_WINDOW_S = 30
POISONED = 70
PR_SET_PDEATHSIG = 1

log = structlog.get_logger(__name__)


def key_of(queue: Queue) -> str:
    """Return the name under which the broker's table holds the messages of a queue."""
    name: str = Conf.CLUSTER_NAME
    return name if queue == Queue.WORK else f"{name}.{queue}"


class QueuesBroker(ORM):  # type: ignore[misc]  # django-q2 has no types
    """The ORM broker, taking messages of several queues: those that this worker serves."""

    served: ClassVar[frozenset[Queue]] = EVERY_QUEUE

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Take the next messages; rest a moment and return None when there are none."""
        now = utc_now()
        keys = [key_of(queue) for queue in self.served]
        waiting = OrmQ.objects.filter(key__in=keys, lock__lt=now).order_by("id")[: Conf.BULK]
        taken = [
            (message.pk, message.payload)
            for message in waiting
            if OrmQ.objects.filter(pk=message.pk, lock=message.lock).update(
                lock=now + timedelta(seconds=Conf.RETRY)
            )
        ]
        if not taken:
            time.sleep(Conf.POLL)
        return taken or None


class DjangoQEngine:
    """Sends ticket ids through the ORM broker's table."""

    def send(self, ticket_id: str, *, timeout_s: int, queue: Queue) -> None:
        async_task(RUN, ticket_id, q_options={"timeout": timeout_s, "cluster": key_of(queue)})

    def pool(self, workers: int, *, queues: frozenset[Queue] = EVERY_QUEUE) -> Pool | None:
        return DjangoQPool(workers, queues)


def _leave_to_the_pool(_number: int, _frame: FrameType | None) -> None:
    """Go on: what is started by a pool ends when the pool says so, and on SIGKILL."""


class _Guard(Sentinel):  # type: ignore[misc]  # django-q2 has no types
    """Watches one pool; ends it as a whole when one of its processes was killed."""

    def start(self) -> None:
        # Whoever stops a service may tell all its processes at once (systemd does), with tasks still running.
        signal.signal(signal.SIGTERM, _leave_to_the_pool)
        try:
            super().start()
        finally:
            for process in active_children():
                process.kill()

    def guard(self) -> None:
        self.start_event.set()
        while not self.stop_event.wait(Conf.GUARD_CYCLE):
            for process in (*self.pool, self.monitor, self.pusher):
                if not process.is_alive() or self._is_over_time(process):
                    self.reincarnate(process)
        self.stop()

    def _is_over_time(self, process: Any) -> bool:
        """Count down what the worker's task may still take, unless the worker is just writing there."""
        if process not in self.pool or not process.timer.get_lock().acquire(block=False):
            return False
        try:
            if process.timer.value > 0:
                process.timer.value -= Conf.GUARD_CYCLE
                return False
            return bool(process.timer.value == 0)
        finally:
            process.timer.get_lock().release()

    def reincarnate(self, process: Any) -> None:
        # A recycled or timed-out worker leaves by itself and holds nothing: replacing it is safe.
        left_by_itself = not process.exitcode
        if not left_by_itself:
            log.error("pool_process_died", exitcode=process.exitcode, pid=process.pid)
            raise SystemExit(POISONED)  # the others end with this one
        super().reincarnate(process)
        process.join(Conf.GUARD_CYCLE)  # killed while it hands over what it did, it would keep that queue
        process.kill()


class DjangoQPool:
    """The processes of one pool: a guard, its workers, a pusher and a monitor."""

    def __init__(self, workers: int, queues: frozenset[Queue]) -> None:
        self.workers = workers
        self.queues = queues
        self.guard: BaseProcess | None = None
        self.deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED)

    def start(self) -> None:
        """Fork the pool. No thread may run in this process yet, and no connection may be shared."""
        _die_with_parent()
        _take_back_messages(self.queues)
        _close_connections()
        QueuesBroker.served = self.queues
        Conf.WORKERS, Conf.QUEUE_LIMIT = self.workers, self.workers * 2
        context: BaseContext = get_mp_context()
        self.end = processes.End()
        processes.share_end(self.end)
        arguments = (self.end, context.Event(), uuid4(), None, Conf.TIMEOUT)
        self.guard = context.Process(target=_Guard, args=arguments, name="guard")  # type: ignore[attr-defined]  # every concrete context has it
        self.guard.start()
        log.info("pool_started", workers=self.workers, guard=self.guard.pid)

    def ensure(self) -> None:
        """Start the pool anew when its guard has ended; PoolBrokenError when it ends again and again."""
        if self.guard is None or self.guard.is_alive():
            return
        log.error("pool_ended", exitcode=self.guard.exitcode)
        self.deaths.append(time.monotonic())
        if len(self.deaths) == DEATHS_ALLOWED and self.deaths[-1] - self.deaths[0] < DEATHS_WINDOW_S:
            message = (
                f"The worker processes died {DEATHS_ALLOWED} times within {DEATHS_WINDOW_S} s: see the log."
            )
            raise PoolBrokenError(message)
        self.start()

    def stop(self) -> None:
        """Take no more tickets, let the running ones end for a while, then end every process."""
        if self.guard is None or not self.guard.is_alive():
            return
        self.end.set()
        self.guard.join(GRACE_S)
        if self.guard.is_alive():
            log.warning("pool_killed", reason="tasks still ran when the grace period ended")
            self.guard.kill()
            self.guard.join()


def _take_back_messages(queues: frozenset[Queue]) -> None:
    """Make messages that a dead pool had taken available now, not only after the broker's retry time.

    Those another pool still holds are delivered twice; a ticket runs once all the same.
    """
    now = utc_now()
    OrmQ.objects.filter(key__in=[key_of(queue) for queue in queues], lock__gt=now).update(lock=now)


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()


_parent_pid = 0
_is_hooked = False


def _die_with_parent() -> None:
    """Have the kernel kill every process forked from now on, and theirs, when its parent ends (Linux)."""
    global _is_hooked  # noqa: PLW0603  fork hooks are per process and cannot be taken back
    if _is_hooked or sys.platform != "linux":
        return
    _is_hooked = True
    libc = ctypes.CDLL(None, use_errno=True)

    def remember_parent() -> None:
        global _parent_pid  # noqa: PLW0603  read by the child right after the fork
        _parent_pid = os.getpid()

    def follow_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != _parent_pid:
            os._exit(POISONED)  # the parent ended before the kernel knew

    os.register_at_fork(before=remember_parent, after_in_child=follow_parent)


instants.register(OrmQ, "lock", at_most=timedelta(seconds=Conf.RETRY))
