"""Background work: `@task` registers, `enqueue` asks for a run, `periodic` has it come back.

Delivery is at least once; correctness comes from the ticket table, conditional updates and idempotent
tasks, never from the queue engine.
"""

from __future__ import annotations

from legist.core.tasks.base import Queue, Ran, Task, get_engine, task
from legist.core.tasks.processes import is_to_end

# The queue names the last one by its place here, also in messages that wait from before an upgrade.
from legist.core.tasks.runner import run_due, run_ticket, run_ticket_by_id
from legist.core.tasks.schedules import list_late, periodic
from legist.core.tasks.tickets import (
    count_failing,
    counts,
    enqueue,
    register_backlog,
    retry_failed,
    sweep,
    waits,
)

__all__ = [
    "Queue",
    "Ran",
    "Task",
    "count_failing",
    "counts",
    "enqueue",
    "get_engine",
    "is_to_end",
    "list_late",
    "periodic",
    "register_backlog",
    "retry_failed",
    "run_due",
    "run_ticket",
    "run_ticket_by_id",
    "sweep",
    "task",
    "waits",
]
