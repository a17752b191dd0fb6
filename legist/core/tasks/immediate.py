"""The engine without processes: a ticket runs right after the commit that asked for it."""

from __future__ import annotations

import threading
from collections import deque

from legist.core.tasks.base import EVERY_QUEUE, Pool, Queue
from legist.core.tasks.runner import run_ticket_by_id


class _Line(threading.local):
    """The ids one thread still has to run; a task that asks for another does not nest it."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.is_running = False


_line = _Line()


class ImmediateEngine:
    """Runs tickets inline, in order. For tests, commands and setups without a worker."""

    def send(self, ticket_id: str, *, timeout_s: int, queue: Queue) -> None:  # noqa: ARG002  it runs here, unstopped
        _line.waiting.append(ticket_id)
        if _line.is_running:
            return
        _line.is_running = True
        try:
            while _line.waiting:
                run_ticket_by_id(_line.waiting.popleft())
        finally:
            _line.is_running = False
            _line.waiting.clear()

    def pool(self, workers: int, *, queues: frozenset[Queue] = EVERY_QUEUE) -> Pool | None:  # noqa: ARG002  the protocol passes them; there are no processes here
        return None
