"""Runs one ticket: the function every engine ends up calling, the immediate one right after the commit."""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import datetime

import structlog

from legist.core.clock import utc_now
from legist.core.correlation import correlated
from legist.core.failpoints import calling
from legist.core.models import TaskTicket
from legist.core.resilience.error_capture import ErrorCapture, is_transient
from legist.core.states import TaskState
from legist.core.tasks import tickets
from legist.core.tasks.base import EVERY_QUEUE, Pool, Queue, Ran, get_task

log = structlog.get_logger(__name__)


def run_ticket_by_id(ticket_id: str) -> None:
    """Run the ticket if it is still to be done; called by the engines, any number of times."""
    run_ticket(ticket_id, now=utc_now())


def run_ticket(ticket_id: str, *, now: datetime) -> bool:
    """Claim the ticket and run its task; return whether it was ours to run.

    A failure of the task is written down for a later attempt and does not leave this function.
    """
    ticket = tickets.claim(ticket_id, now=now)
    if ticket is None:
        return False
    with correlated(ticket.correlation_id):
        attempt, began, ran = ErrorCapture(), time.monotonic(), None
        try:
            with attempt, calling("task", ticket.name):
                ran = get_task(ticket.name).run(**ticket.kwargs)
        finally:
            _settle(ticket, attempt)
            _say(ticket, attempt, ran, seconds=time.monotonic() - began)
    return True


def _say(ticket: TaskTicket, attempt: ErrorCapture, ran: Ran | None, *, seconds: float) -> None:
    """The one line of every run; a run that failed, or was stopped, has an error instead of counts."""
    log.info(
        "task_run",
        task=ticket.name,
        ok=attempt.error is None,
        attempt=ticket.attempts,
        seconds=round(seconds, 3),
        **(ran.as_counts() if ran is not None else {"error_class": attempt.error_class}),
    )


def _settle(ticket: TaskTicket, attempt: ErrorCapture) -> None:
    if attempt.error is None:
        tickets.finish(ticket)
        return
    log.warning(
        "task_attempt_failed",
        task=ticket.name,
        attempt=ticket.attempts,
        error_class=attempt.error_class,
        where=attempt.where,
    )
    counts = not is_transient(attempt.error)
    tickets.fail(ticket, error_class=attempt.error_class, now=utc_now(), counts=counts)


def run_due(*, now: datetime, limit: int = 1000) -> int:
    """Run due tickets here, one after the other, until none is left or the limit is reached; return how many.

    For commands and for setups without a worker; safe beside workers, since each ticket is claimed.
    """
    done, left = 0, list[str]()
    tickets.release_lost(now=now)
    while done < limit and (ticket_id := _next_due(now, left)):
        if run_ticket(ticket_id, now=now):
            done += 1
        else:  # another's, or of another release
            left.append(ticket_id)
    return done


def _next_due(now: datetime, left: list[str]) -> str | None:
    due = TaskTicket.objects.filter(state=TaskState.PENDING, run_after__lte=now).exclude(id__in=left)
    ticket_id = due.order_by("run_after").values_list("id", flat=True).first()
    return str(ticket_id) if ticket_id else None


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
