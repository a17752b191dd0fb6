"""The ticket table: the truth about what is to be done. Engines only carry ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from legist.core import correlation, given_up, instants
from legist.core.clock import utc_now
from legist.core.failpoints import atomic
from legist.core.ids import uuid7
from legist.core.leases import Lease, release
from legist.core.models import TaskTicket
from legist.core.plain import plain
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture, class_of
from legist.core.states import TaskState
from legist.core.tasks import processes
from legist.core.tasks.base import (
    EVERY_QUEUE,
    Queue,
    Task,
    UnknownTaskError,
    get_engine,
    get_task,
    is_known,
    list_tasks,
    names_served,
)


def counts() -> dict[str, int]:
    """Return the number of tickets in each state, zeros included."""
    found = dict(TaskTicket.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in TaskState.values}


_backlogs: list[Callable[[datetime], timedelta]] = []


def register_backlog(waited: Callable[[datetime], timedelta]) -> None:
    """Have `waits` count what a task takes in batches: for how long the oldest of it has waited.

    The task itself is asked for anew at each batch, and says nothing of that.
    """
    _backlogs.append(waited)


def waits(now: datetime) -> dict[Queue, timedelta]:
    """Return for how long the oldest that is due in each queue has waited, nothing where none waits."""
    found = dict.fromkeys(Queue, timedelta())
    found[Queue.WORK] = max((waited(now) for waited in _backlogs), default=timedelta())
    for name, oldest in _due(now).order_by().values_list("name").annotate(Min("run_after")):
        queue = _queue_of(name)
        found[queue] = max(found[queue], now - oldest)
    return found


def count_failing(*, since: datetime) -> int:
    """Return how many tickets have been tried in vain since then or longer, and will be tried again."""
    return TaskTicket.objects.filter(state=TaskState.PENDING, failing_since__lte=since).count()


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
        give_up=lambda *, now: give_up_unknown(now=now),
        blocks=True,
    )
)


LEASE_MARGIN = timedelta(seconds=15)
# No task of any release runs longer: `legist.E071`.
LONGEST = timedelta(hours=1)
# An id that the engine was told about but that nobody started: told again after this long.
RESEND_AFTER = timedelta(seconds=60)

log = structlog.get_logger(__name__)


_lease = Lease(TaskTicket, LONGEST)


def enqueue(
    task: Task,
    kwargs: Mapping[str, object] | None = None,
    *,
    run_after: datetime | None = None,
    dedup_key: str = "",
    now: datetime | None = None,
) -> None:
    """Ask for a run of the task, in the caller's transaction; it starts after the commit.

    With a `dedup_key`, a ticket of that key which still waits is enough: nothing is added, but the
    earlier of the two times counts. A run that has started is not enough, so no wake-up is lost.
    Raises TypeError for arguments that the task does not take.
    """
    now = now or utc_now()
    task.expect(kwargs or {})
    ticket = TaskTicket(
        name=task.name,
        kwargs=plain(kwargs or {}),
        dedup_key=dedup_key,
        run_after=run_after or now,
        correlation_id=correlation.current() or str(uuid7()),
        created_at=now,
    )
    if dedup_key:
        _insert_unless_waiting(ticket)
    else:
        ticket.save(force_insert=True)
    if ticket.run_after <= now:
        transaction.on_commit(lambda: _dispatch_committed(ticket, now), robust=True)


def _insert_unless_waiting(ticket: TaskTicket) -> None:
    TaskTicket.objects.bulk_create([ticket], ignore_conflicts=True)
    # A retry keeps its backoff: a wake-up must not turn a failing task into a hot loop.
    waiting = TaskTicket.objects.filter(dedup_key=ticket.dedup_key, state=TaskState.PENDING, attempts=0)
    waiting.filter(run_after__gt=ticket.run_after).update(run_after=ticket.run_after)


def _dispatch_committed(ticket: TaskTicket, now: datetime) -> None:
    mine = Q(dedup_key=ticket.dedup_key) if ticket.dedup_key else Q(id=ticket.id)
    for waiting in _due(now).filter(mine, dispatched_at=None):
        _dispatch(waiting, now=now)


def _due(now: datetime) -> QuerySet[TaskTicket]:
    return TaskTicket.objects.filter(state=TaskState.PENDING, run_after__lte=now)


def _dispatch(ticket: TaskTicket, *, now: datetime) -> bool:
    """Tell the engine, unless somebody does; one that cannot be told is told by the next sweep."""
    told = _due(now).filter(id=ticket.id, dispatched_at=ticket.dispatched_at).update(dispatched_at=now)
    if not told:
        return False
    attempt = ErrorCapture()
    with attempt:
        get_engine().send(str(ticket.id), timeout_s=_timeout_of(ticket.name), queue=_queue_of(ticket.name))
    if attempt.error is not None:
        TaskTicket.objects.filter(id=ticket.id, dispatched_at=now).update(dispatched_at=None)
        raise attempt.error
    return True


def claim(ticket_id: str, *, now: datetime) -> TaskTicket | None:
    """Take a due ticket for this process; None when it is done, taken, not due, or of another release.

    What this release does not know waits untouched: while machines change releases one after the other, one
    that knows it takes it.
    """
    ticket = TaskTicket.objects.filter(id=ticket_id).first()
    if ticket is None:
        return None
    if not is_known(ticket.name, ticket.kwargs):
        log.warning("task_of_another_release", task=ticket.name, ticket=ticket_id)
        return None
    length = timedelta(seconds=_timeout_of(ticket.name)) + LEASE_MARGIN
    claimed = {
        "state": TaskState.RUNNING,
        "attempts": ticket.attempts + 1,
        "started_at": now,
        "runner": processes.this_process(),
    }
    same = _due(now).filter(id=ticket.id, attempts=ticket.attempts)
    token = _lease.claim(same, now=now, length=length, **claimed)
    if token is None:
        return None
    for name, value in (claimed | {"lease_token": token, "lease_until": now + length}).items():
        setattr(ticket, name, value)
    return ticket


def _timeout_of(name: str) -> int:
    try:
        return get_task(name).timeout_s
    except UnknownTaskError:
        return 60  # told by us, run by another release


def _queue_of(name: str) -> Queue:
    try:
        return get_task(name).queue
    except UnknownTaskError:
        return Queue.WORK


def _held(ticket: TaskTicket) -> QuerySet[TaskTicket]:
    return _lease.mine(ticket.pk, ticket.lease_token).filter(state=TaskState.RUNNING)


def finish(ticket: TaskTicket) -> None:
    """The work is done: forget the ticket, unless somebody else has taken it over meanwhile.

    With it goes an earlier ticket of the same key that was given up: its work is done now.
    """
    deleted, _per_model = _held(ticket).delete()
    if deleted and ticket.dedup_key:
        TaskTicket.objects.filter(dedup_key=ticket.dedup_key, state=TaskState.FAILED).delete()


def fail(ticket: TaskTicket, *, error_class: str, now: datetime, counts: bool = True) -> None:
    """The attempt failed: wait and try again, or leave it to a person after the last attempt.

    One that does not count, for the database was away, is tried again for a day.
    """
    verdict = backoff.TASKS.after(
        ticket.attempts,
        failures=ticket.failures,
        since=ticket.failing_since,
        now=now,
        counts=counts,
        tries=_max_attempts(ticket.name),
    )
    changes: dict[str, Any] = {
        "state": TaskState.FAILED if verdict.is_last else TaskState.PENDING,
        "failures": verdict.failures,
        "failing_since": verdict.since,
        "run_after": verdict.at,
        "dispatched_at": None,
        "latest_error_class": error_class,
    }
    try:
        with atomic():
            held = release(_held(ticket), **changes)
    except IntegrityError:
        # A newer ticket of the same key waits already and stands for this one.
        _held(ticket).delete()
        return
    if held and verdict.is_last:
        log.error("task_failed", task=ticket.name, ticket=str(ticket.id), error_class=error_class)
        _keep_one(ticket, error_class)
        given_up.announce_now(now=now, only="tickets")


def _keep_one(ticket: TaskTicket, error_class: str) -> None:
    """A periodic task that keeps failing leaves one failed ticket, told of once, and not thousands."""
    if not ticket.dedup_key:
        return
    same = TaskTicket.objects.filter(dedup_key=ticket.dedup_key, state=TaskState.FAILED)
    if same.exclude(id=ticket.id).update(kwargs=ticket.kwargs, latest_error_class=error_class):
        same.filter(id=ticket.id).delete()


def _max_attempts(name: str) -> int:
    try:
        return get_task(name).max_attempts
    except UnknownTaskError:
        # Another release may know it: keep it for a person instead of giving up at once.
        return backoff.TASKS.tries


def sweep(*, now: datetime, limit: int = 100, queues: frozenset[Queue] = EVERY_QUEUE) -> int:
    """Give lost runs another try, then tell the engine of due tickets it does not know; return how many.

    Only tickets of the `queues`, and of this release, are told of: nobody else may be there to take the
    others' messages.
    """
    release_lost(now=now, limit=limit)
    untold = Q(dispatched_at=None) | Q(dispatched_at__lte=now - RESEND_AFTER)
    due = _due(now).filter(untold, name__in=names_served(queues)).order_by("run_after")[:limit]
    return sum(_dispatch(ticket, now=now) for ticket in due)


def give_up_unknown(*, now: datetime) -> int:
    """Leave to a person what has waited a day for a release that knows it; return how many."""
    waiting = _due(now - backoff.PATIENCE).only("id", "name", "kwargs")
    left = [ticket.pk for ticket in waiting if not is_known(ticket.name, ticket.kwargs)]
    error = {"state": TaskState.FAILED, "latest_error_class": class_of(UnknownTaskError())}
    return _due(now).filter(pk__in=left).update(**error)


def release_lost(*, now: datetime, limit: int = 100) -> int:
    """Fail the runs whose process died here or whose lease ran out; return how many."""
    running = TaskTicket.objects.filter(state=TaskState.RUNNING).order_by("lease_until")[:limit]
    lost = [
        ticket
        for ticket in running
        if (ticket.lease_until is not None and ticket.lease_until <= now) or processes.is_gone(ticket.runner)
    ]
    for ticket in lost:
        log.warning("task_run_lost", task=ticket.name, ticket=str(ticket.id), attempt=ticket.attempts)
        fail(ticket, error_class="RunLost", now=now)
    return len(lost)


def _beyond_its_lease(now: datetime) -> Q:
    """Return the condition of runs held for longer than their task, here or in any release, may take."""
    beyond = instants.ahead("lease_until", now=now, at_most=LONGEST)
    for known in list_tasks():
        at_most = timedelta(seconds=known.timeout_s) + LEASE_MARGIN
        beyond |= Q(name=known.name) & instants.ahead("lease_until", now=now, at_most=at_most)
    return beyond


instants.register(TaskTicket, "lease_until", at_most=_beyond_its_lease)
instants.register(TaskTicket, "run_after", at_most=backoff.TASKS.cap)
# The engine is told again.
instants.register(TaskTicket, "dispatched_at", put_right=lambda rows, _now: rows.update(dispatched_at=None))
instants.register(TaskTicket, "failing_since")
