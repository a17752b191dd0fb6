"""The engine for many machines: Celery on a Redis-compatible server or RabbitMQ; only a ticket id travels.

A message is acknowledged when its run has ended, so one that dies with its process comes back; a ticket runs
once all the same. Whatever the broker loses, the sweep sends again. Retries, delays and schedules are ours:
no ETA, no beat, no results.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from functools import cache
from multiprocessing.process import BaseProcess
from typing import Any, Final

import structlog
from celery import Celery, signals
from django.conf import settings

from legist.core.failpoints import calling
from legist.core.tasks.base import EVERY_QUEUE, Pool, Queue
from legist.core.tasks.processes import FORK, ForkedPool, leave_to_the_pool
from legist.core.tasks.runner import run_ticket_by_id

RUN: Final = "legist.core.tasks.run_ticket_by_id"
# A Redis-compatible broker takes a message for lost after this long; a longer run would be delivered twice.
VISIBLE_AGAIN_AFTER_S: Final = 3600
ANSWERS_WITHIN_S: Final = 3
# A run that is told of its limit writes down that it failed; one that does not is killed.
ENDS_WITHIN_S: Final = 5
# Once more at once, over a fresh connection; then the sweep sends it again.
ONCE_MORE: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}

log = structlog.get_logger(__name__)


def key_of(queue: Queue) -> str:
    """Return the name that a queue has at the broker."""
    return f"legist.{queue}"


def transport_options(broker: str) -> dict[str, Any]:
    """Return what the transport of a broker is told; RabbitMQ says when it has a message, Redis has it."""
    if broker.startswith("amqp"):
        return {"confirm_publish": True, "read_timeout": ANSWERS_WITHIN_S, "write_timeout": ANSWERS_WITHIN_S}
    return {
        "visibility_timeout": VISIBLE_AGAIN_AFTER_S,
        "socket_connect_timeout": ANSWERS_WITHIN_S,
        "socket_timeout": ANSWERS_WITHIN_S,
    }


NUMBERS: Final[Mapping[str, Any]] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "result_backend": None,
    "task_send_sent_event": False,
    "worker_prefetch_multiplier": 1,
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "beat_schedule": {},
}


@cache
def app_of(broker: str) -> Celery:
    """Return the application that sends and takes messages at a broker, by its address."""
    app = Celery("legist", broker=broker)
    app.conf.update(
        NUMBERS,
        broker_connection_timeout=ANSWERS_WITHIN_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=transport_options(broker),
        task_default_queue=key_of(Queue.WORK),
    )
    app.task(run_ticket_by_id, name=RUN)
    return app


class CeleryEngine:
    """Sends ticket ids through the broker that LEGIST_BROKER_URL names."""

    def send(self, ticket_id: str, *, timeout_s: int, queue: Queue) -> None:
        with calling("queue"):
            app_of(settings.LEGIST_BROKER_URL).tasks[RUN].apply_async(
                (ticket_id,),
                queue=key_of(queue),
                soft_time_limit=timeout_s,
                time_limit=timeout_s + ENDS_WITHIN_S,
                retry=True,
                retry_policy=ONCE_MORE,
            )

    def pool(self, workers: int, *, queues: frozenset[Queue] = EVERY_QUEUE) -> Pool | None:
        return CeleryPool(workers, queues)


class CeleryPool(ForkedPool):
    """A Celery worker and its processes."""

    def make_guard(self) -> BaseProcess:
        return FORK.Process(target=self._work)

    def stop(self) -> None:
        if self.guard is not None and self.guard.is_alive():
            self.guard.terminate()  # Celery's word for taking no more
        super().stop()

    def _work(self) -> None:
        app_of(settings.LEGIST_BROKER_URL).Worker(
            concurrency=self.workers,
            queues=[key_of(queue) for queue in sorted(self.queues)],
            pool_cls="prefork",
            hostname=f"legist-{os.getpid()}@%h",
            without_gossip=True,
            without_mingle=True,
            quiet=True,
        ).start()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _keep_our_logging(**_kwargs: Any) -> None:
    """Celery sets up no logging of its own where anybody listens here."""


@signals.task_prerun.connect  # type: ignore[untyped-decorator]
def _end_with_the_pool(**_kwargs: Any) -> None:
    # The process sets its own handler after every other signal of its start.
    signal.signal(signal.SIGTERM, leave_to_the_pool)
