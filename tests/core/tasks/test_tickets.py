"""The ticket table: claims, leases, retries and what a person sees of them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from legist.core import given_up, instants
from legist.core.models import GivenUpMark, TaskTicket
from legist.core.resilience import backoff
from legist.core.states import TaskState
from legist.core.tasks import (
    Queue,
    Ran,
    counts,
    enqueue,
    processes,
    retry_failed,
    run_due,
    run_ticket,
    task,
    tickets,
)
from legist.core.tasks.base import UnknownTaskError, get_task
from tests.core.tasks.workload import RUNS, note, poll, stumble, waiting_for_the_database

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_runs_yet() -> None:
    RUNS.clear()


def claimed(now: datetime = NOON) -> TaskTicket:
    enqueue(note, {"label": "claimed"}, now=now)
    ticket = tickets.claim(str(TaskTicket.objects.get().id), now=now)
    assert ticket is not None
    return ticket


def test_it_leases_for_as_long_as_the_task_may_take() -> None:
    ticket = claimed()

    assert ticket.lease_until == NOON + timedelta(seconds=note.timeout_s) + tickets.LEASE_MARGIN


def test_it_is_lost_at_once_when_its_process_died_here() -> None:
    claimed()
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    TaskTicket.objects.update(runner=f"{processes.here()}/{dead.pid}")

    assert tickets.release_lost(now=NOON) == 1


def test_it_trusts_the_lease_of_a_process_elsewhere() -> None:
    claimed()
    TaskTicket.objects.update(runner=f"other-host/pid:[1]/{os.getpid()}")

    assert tickets.release_lost(now=NOON) == 0


def test_a_newer_wake_up_stands_for_a_failed_one() -> None:
    enqueue(note, {"label": "old"}, dedup_key="wake", now=NOON)
    running = tickets.claim(str(TaskTicket.objects.get().id), now=NOON)
    assert running is not None
    enqueue(note, {"label": "new"}, dedup_key="wake", now=NOON)

    tickets.fail(running, error_class="x", now=NOON)

    assert TaskTicket.objects.get().kwargs == {"label": "new"}


def test_an_earlier_wake_up_brings_a_waiting_ticket_forward() -> None:
    enqueue(note, {"label": "x"}, dedup_key="wake", run_after=NOON + 60 * MINUTE, now=NOON)
    enqueue(note, {"label": "x"}, dedup_key="wake", run_after=NOON + 5 * MINUTE, now=NOON)

    assert TaskTicket.objects.get().run_after == NOON + 5 * MINUTE


def test_a_wake_up_does_not_shorten_the_backoff_of_a_failing_ticket() -> None:
    enqueue(note, {"label": "x"}, dedup_key="wake", now=NOON)
    TaskTicket.objects.update(attempts=3, run_after=NOON + 5 * MINUTE)

    enqueue(note, {"label": "x"}, dedup_key="wake", now=NOON)

    assert TaskTicket.objects.get().run_after == NOON + 5 * MINUTE


def test_a_task_that_keeps_failing_leaves_one_failed_ticket() -> None:
    for hour in range(3):
        start = NOON + timedelta(hours=hour)
        enqueue(stumble, dedup_key="periodic", now=start)
        run_due(now=start)
        TaskTicket.objects.filter(state=TaskState.PENDING).update(run_after=start)
        run_due(now=start)

    assert counts() == {"pending": 0, "running": 0, "failed": 1}


def test_an_outage_of_the_database_uses_up_no_attempt() -> None:
    enqueue(waiting_for_the_database, now=NOON)
    ticket_id = str(TaskTicket.objects.get().id)

    for minute in range(0, 20 * 60, 5):
        run_ticket(ticket_id, now=NOON + minute * MINUTE)
        TaskTicket.objects.update(run_after=NOON)

    assert TaskTicket.objects.get().state == TaskState.PENDING


def test_an_outage_of_more_than_a_day_is_left_to_a_person() -> None:
    ticket = claimed()
    ticket.failing_since = NOON - backoff.PATIENCE

    tickets.fail(ticket, error_class="x", now=NOON, counts=False)

    assert TaskTicket.objects.get().state == TaskState.FAILED


def test_a_later_success_settles_what_was_given_up() -> None:
    enqueue(note, {"label": "old"}, dedup_key="periodic", now=NOON)
    TaskTicket.objects.update(state=TaskState.FAILED)

    enqueue(note, {"label": "new"}, dedup_key="periodic", now=NOON)
    run_due(now=NOON)

    assert RUNS == ["new"]
    assert not TaskTicket.objects.exists()


def test_a_task_that_keeps_failing_is_told_of_once() -> None:
    for hour in range(3):
        enqueue(stumble, dedup_key="periodic", now=NOON + hour * 60 * MINUTE)
        TaskTicket.objects.filter(state=TaskState.PENDING).update(failures=9)
        run_due(now=NOON + hour * 60 * MINUTE)

    assert GivenUpMark.objects.filter(source="tickets").count() == 1


def test_an_operator_gives_failed_tickets_a_fresh_start() -> None:
    enqueue(note, {"label": "fresh"}, now=NOON)
    TaskTicket.objects.update(state=TaskState.FAILED, attempts=2)

    assert retry_failed(now=NOON) == 1
    run_due(now=NOON)

    assert RUNS == ["fresh"]


def test_it_tells_for_how_long_the_oldest_of_each_queue_has_waited() -> None:
    enqueue(note, {"label": "a"}, now=NOON - 3 * MINUTE)
    enqueue(note, {"label": "b"}, now=NOON)
    enqueue(poll, {"path": "p"}, now=NOON - MINUTE)

    assert tickets.waits(NOON) == {Queue.WORK: 3 * MINUTE, Queue.POLLING: MINUTE}
    assert tickets.waits(NOON - 4 * MINUTE) == dict.fromkeys(Queue, timedelta())


def test_a_ticket_of_another_release_waits_untouched_and_in_nobodys_way() -> None:
    enqueue(note, {"label": "unknown"}, now=NOON - MINUTE)
    TaskTicket.objects.update(name="tests.of_a_newer_release")
    enqueue(note, {"label": "known"}, now=NOON)
    before = TaskTicket.objects.filter(name="tests.of_a_newer_release").values().get()

    assert (run_due(now=NOON), tickets.sweep(now=NOON)) == (1, 0)

    assert RUNS == ["known"]
    assert TaskTicket.objects.values().get() == before


def test_a_known_task_with_words_of_another_release_waits_too() -> None:
    enqueue(note, {"label": "x"}, now=NOON)
    TaskTicket.objects.update(kwargs={"label": "x", "newer": 1})

    assert run_due(now=NOON + 60 * MINUTE) == 0
    assert (RUNS, TaskTicket.objects.get().attempts) == ([], 0)


@pytest.mark.parametrize("changes", [{"name": "gone.task"}, {"kwargs": {"newer": 1}}], ids=["name", "words"])
def test_what_no_release_knows_for_a_day_is_left_to_a_person_and_told(changes: dict[str, object]) -> None:
    enqueue(note, {"label": "x"}, now=NOON)
    TaskTicket.objects.update(**changes)

    given_up.announce(now=NOON + backoff.PATIENCE - MINUTE)
    assert counts() == {"pending": 1, "running": 0, "failed": 0}
    given_up.announce(now=NOON + backoff.PATIENCE)

    assert counts() == {"pending": 0, "running": 0, "failed": 1}
    assert TaskTicket.objects.get().latest_error_class.endswith("UnknownTaskError")
    assert GivenUpMark.objects.filter(source="tickets").count() == 1


def test_what_is_known_is_never_given_up_for_waiting() -> None:
    enqueue(note, {"label": "x"}, now=NOON)

    given_up.announce(now=NOON + 30 * backoff.PATIENCE)

    assert counts()["failed"] == 0


def test_a_lease_of_another_release_may_be_longer_than_ours() -> None:
    enqueue(note, {"label": "x"}, now=NOON)
    running = {"state": TaskState.RUNNING, "lease_until": NOON + 50 * MINUTE, "runner": "elsewhere/1"}
    TaskTicket.objects.update(name="tests.of_a_newer_release", **running)

    instants.heal(now=NOON)
    assert TaskTicket.objects.get().lease_until == NOON + 50 * MINUTE

    TaskTicket.objects.update(name=note.name)
    instants.heal(now=NOON)
    assert TaskTicket.objects.get().lease_until == NOON


def test_it_refuses_arguments_that_the_task_does_not_take() -> None:
    with pytest.raises(TypeError, match="newer"):
        enqueue(note, {"label": "x", "newer": 1}, now=NOON)
    assert not TaskTicket.objects.exists()


def test_two_functions_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"tests\.note is taken"):
        task("tests.note")(Ran)
    with pytest.raises(UnknownTaskError):
        get_task("tests.nothing")


@pytest.mark.parametrize("value", [{"a": 1}, [1], NOON, "x" * 201], ids=["dict", "list", "time", "long text"])
def test_it_refuses_kwargs_that_are_more_than_ids(value: object) -> None:
    with pytest.raises(TypeError, match="label"):
        enqueue(note, {"label": value})
