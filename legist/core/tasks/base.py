"""What a task is, and what an engine must offer. Retries and schedules are ours, not the engine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from inspect import signature
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

ENGINES = {
    "immediate": "legist.core.tasks.runner.ImmediateEngine",
    "djangoq": "legist.core.tasks.djangoq.DjangoQEngine",
    "celery": "legist.core.tasks.celery.CeleryEngine",
}


class Queue(StrEnum):
    """The kinds of work that a worker may take or leave, so that a secret need not be in every process."""

    WORK = "work"
    POLLING = "polling"


EVERY_QUEUE = frozenset(Queue)


class UnknownTaskError(LookupError):
    """A ticket names a task that no installed app registers."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a task did, in numbers: of what it took it did some and left the rest for later.

    Logged as they stand, so numbers only: no id, no name, no text. `more` says more about the same things.
    """

    did: int = 0
    left: int = 0
    more: Mapping[str, int] = field(default_factory=dict)

    def as_counts(self) -> dict[str, int]:
        """Return every number under its name; `took` is always `did` and `left` together."""
        return {**self.more, "took": self.did + self.left, "did": self.did, "left": self.left}


@dataclass(frozen=True, slots=True)
class Task:
    """A registered function; calling it runs it here and now, without a ticket."""

    name: str
    run: Callable[..., Ran]
    timeout_s: int
    max_attempts: int
    queue: Queue = Queue.WORK

    def __call__(self, **kwargs: object) -> Ran:
        return self.run(**kwargs)

    def expect(self, kwargs: Mapping[str, object]) -> None:
        """Raise TypeError for arguments that the function does not take."""
        signature(self.run).bind(**kwargs)


class Pool(Protocol):
    """The processes that run what an engine was told to run."""

    def start(self) -> None:
        """Start the processes."""

    def ensure(self) -> None:
        """Replace processes that died; raises PoolBrokenError when they keep dying."""

    def stop(self) -> None:
        """Let running tasks end within the grace period, then stop everything."""


class PoolBrokenError(RuntimeError):
    """The worker processes die as fast as they are started."""


class Engine(Protocol):
    """Carries ticket ids to where `run_ticket_by_id` is called, at least once each."""

    def send(self, ticket_id: str, *, timeout_s: int, queue: Queue) -> None:
        """Have `run_ticket_by_id(ticket_id)` called soon by a worker that serves the queue.

        It is stopped after `timeout_s` seconds where possible.

        May raise: the sweep sends it again.
        """

    def pool(self, workers: int, *, queues: frozenset[Queue] = EVERY_QUEUE) -> Pool | None:
        """Return the processes that `manage.py worker` has to look after, or None."""


_registry: dict[str, Task] = {}


def task(
    name: str, *, timeout_s: int = 60, max_attempts: int = 5, queue: Queue = Queue.WORK
) -> Callable[[Callable[..., Ran]], Task]:
    """Register a function as a task under a name that never changes (`app.what_it_does`).

    The function takes keyword arguments that are JSON primitives, is idempotent (it may run twice), ends
    within `timeout_s` seconds and returns what it did. A failure is tried again with backoff, `max_attempts`
    times in all.
    Only workers that serve its `queue` run it.
    """

    def register(run: Callable[..., Ran]) -> Task:
        registered = Task(name, run, timeout_s=timeout_s, max_attempts=max_attempts, queue=queue)
        existing = _registry.setdefault(name, registered)
        if existing.run.__qualname__ != run.__qualname__ or existing.run.__module__ != run.__module__:
            message = (
                f"The task name {name} is taken by {existing.run.__module__}.{existing.run.__qualname__}."
            )
            raise ValueError(message)
        _registry[name] = registered
        return registered

    return register


def get_task(name: str) -> Task:
    """Return the registered task; raises UnknownTaskError."""
    try:
        return _registry[name]
    except KeyError:
        raise UnknownTaskError(name) from None


def names_served(queues: frozenset[Queue] = EVERY_QUEUE) -> list[str]:
    """Return the names of the tasks that a worker of this release, and of these queues, runs."""
    return [name for name, registered in _registry.items() if registered.queue in queues]


def is_known(name: str, kwargs: Mapping[str, object]) -> bool:
    """Say whether this release can run such a ticket; another one may have written it in its own words."""
    try:
        get_task(name).expect(kwargs)
    except (UnknownTaskError, TypeError):
        return False
    return True


def list_tasks() -> list[Task]:
    """Return every registered task, by name."""
    return sorted(_registry.values(), key=lambda registered: registered.name)


def get_engine() -> Engine:
    """Return the engine that LEGIST_TASK_ENGINE names."""
    engine: Engine = import_string(ENGINES[settings.LEGIST_TASK_ENGINE])()
    return engine
