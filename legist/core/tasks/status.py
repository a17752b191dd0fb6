"""What the task table looks like from outside: for health, stats and operators."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext_lazy as _

from legist.core import given_up
from legist.core.models import TaskTicket
from legist.core.states import TaskState


def counts() -> dict[str, int]:
    """Return the number of tickets in each state, zeros included."""
    found = dict(TaskTicket.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in TaskState.values}


def oldest_due_at(now: datetime) -> datetime | None:
    """Return since when the longest waiting due ticket has waited; None when nothing waits."""
    due = TaskTicket.objects.filter(state=TaskState.PENDING, run_after__lte=now)
    oldest: datetime | None = due.aggregate(oldest=Min("run_after"))["oldest"]
    return oldest


def list_failed() -> QuerySet[TaskTicket]:
    """Return the tickets that were given up."""
    return TaskTicket.objects.filter(state=TaskState.FAILED)


def retry_failed(*, now: datetime, ids: Collection[UUID] | None = None) -> int:
    """Give failed tickets (all, or the named ones) a fresh set of attempts; return how many."""
    failed = list_failed()
    if ids is not None:
        failed = failed.filter(id__in=ids)
    # The key goes: a waiting ticket of the same key must not keep an operator's retry away.
    return failed.update(
        state=TaskState.PENDING,
        attempts=0,
        failures=0,
        failing_since=None,
        run_after=now,
        dispatched_at=None,
        dedup_key="",
    )


given_up.register(
    given_up.Source(
        name="tickets",
        label=_("Background tasks"),
        rows=list_failed,
        what="name",
        error="latest_error_class",
        at="created_at",
        retry=lambda ids, *, actor, now: retry_failed(now=now, ids=ids),  # noqa: ARG005  one shape for all
        blocks=True,
    )
)
