"""The embedded engine: django-q2 on its ORM broker. Nothing to install; only a ticket id travels.

The queue of a pool is guarded by semaphores shared by its processes. A process that is killed while it
holds one (an idle worker always does) would leave the others waiting for ever, so any unexpected death
takes the whole pool down and a fresh one is started. For the same reason the guard waits for no lock and for
no answer of another process.
"""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar
from uuid import uuid4

import structlog
from django_q.brokers.orm import ORM
from django_q.cluster import Sentinel
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from legist.core import instants
from legist.core.clock import utc_now
from legist.core.failpoints import calling
from legist.core.tasks.base import EVERY_QUEUE, Pool, Queue
from legist.core.tasks.processes import FORK, POISONED, ForkedPool, leave_to_the_pool

RUN = "legist.core.tasks.run_ticket_by_id"

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
        with calling("queue"):
            async_task(RUN, ticket_id, q_options={"timeout": timeout_s, "cluster": key_of(queue)})

    def pool(self, workers: int, *, queues: frozenset[Queue] = EVERY_QUEUE) -> Pool | None:
        return DjangoQPool(workers, queues)


class _Guard(Sentinel):  # type: ignore[misc]  # django-q2 has no types
    """Watches one pool; ends it as a whole when one of its processes was killed."""

    def start(self) -> None:
        signal.signal(signal.SIGTERM, leave_to_the_pool)
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


class DjangoQPool(ForkedPool):
    """A guard, its workers, a pusher and a monitor."""

    def make_guard(self) -> BaseProcess:
        _take_back_messages(self.queues)
        QueuesBroker.served = self.queues
        Conf.WORKERS, Conf.QUEUE_LIMIT = self.workers, self.workers * 2
        return FORK.Process(target=_Guard, args=(self.end, FORK.Event(), uuid4(), None, Conf.TIMEOUT))


def _take_back_messages(queues: frozenset[Queue]) -> None:
    """Make messages that a dead pool had taken available now, not only after the broker's retry time.

    Those another pool still holds are delivered twice; a ticket runs once all the same.
    """
    now = utc_now()
    OrmQ.objects.filter(key__in=[key_of(queue) for queue in queues], lock__gt=now).update(lock=now)


instants.register(OrmQ, "lock", at_most=timedelta(seconds=Conf.RETRY))
