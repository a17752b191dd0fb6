"""What the task table looks like from outside: for health, stats and operators."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from legist.core.models import TaskState, TaskTicket


def counts() -> dict[str, int]:
    """Return the number of tickets in each state, zeros included."""
    found = dict(TaskTicket.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in TaskState.values}


def oldest_due_at(now: datetime) -> datetime | None:
    """Return since when the longest waiting due ticket has waited; None when nothing waits."""
    due = TaskTicket.objects.filter(state=TaskState.PENDING, run_after__lte=now)
    oldest: datetime | None = due.aggregate(oldest=Min("run_after"))["oldest"]
    return oldest


def retry_failed(*, now: datetime, ids: Collection[UUID] | None = None) -> int:
    """Give failed tickets (all, or the named ones) a fresh set of attempts; return how many."""
    failed = TaskTicket.objects.filter(state=TaskState.FAILED)
    if ids is not None:
        failed = failed.filter(id__in=ids)
    # The key goes: a waiting ticket of the same key must not keep an operator's retry away.
    return failed.update(state=TaskState.PENDING, attempts=0, run_after=now, dispatched_at=None, dedup_key="")
