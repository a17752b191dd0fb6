"""What every task engine must do; the same tests run over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from pydoc import locate

import kombu
import pytest
from django.conf import LazySettings
from django.db import transaction
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from kombu.exceptions import OperationalError

from legist.core import given_up
from legist.core.clock import utc_now
from legist.core.correlation import correlated
from legist.core.models import TaskTicket
from legist.core.states import TaskState
from legist.core.tasks import Queue, celery, counts, enqueue, get_engine, periodic, schedules, sweep
from tests.core.tasks.workload import RUNS, ask_again, note, note_correlation, poll, stumble
from tests.support.brokers import KINDS, BrokerOf, running_broker

Settle = Callable[[], None]
Block = Callable[[], AbstractContextManager[object]]
Capture = Callable[..., AbstractContextManager[object]]
pytestmark = pytest.mark.django_db


def run_queue() -> None:
    """Do what a django-q2 worker does with each message, without the process around it."""
    broker = get_broker()
    while OrmQ.objects.exists():
        for message_id, package in broker.dequeue():
            message = SignedPackage.loads(package)
            locate(message["func"])(*message["args"], **message["kwargs"])  # type: ignore[operator]  # a function, by its name
            broker.acknowledge(message_id)


def run_messages(url: str) -> None:
    """Do what a Celery worker does with each message at the broker."""
    with kombu.Connection(url) as connection:
        for waiting in (kombu.Queue(celery.key_of(queue), channel=connection) for queue in Queue):
            waiting.declare()
            while message := waiting.get():
                args, kwargs, _embed = message.payload
                locate(message.headers["task"])(*args, **kwargs)  # type: ignore[operator]  # a function, by its name
                message.ack()


def run_nothing() -> None:
    """The immediate engine has run everything by now."""


@pytest.fixture(params=["immediate", "djangoq", *KINDS])
def settle(request: pytest.FixtureRequest, settings: LazySettings, broker_of: BrokerOf) -> Iterator[Settle]:
    RUNS.clear()
    if request.param in KINDS:
        settings.LEGIST_TASK_ENGINE = "celery"
        settings.LEGIST_BROKER_URL = broker_of(request.param).url
        yield partial(run_messages, settings.LEGIST_BROKER_URL)
    else:
        settings.LEGIST_TASK_ENGINE = request.param
        yield {"immediate": run_nothing, "djangoq": run_queue}[request.param]
    RUNS.clear()


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Capture) -> Block:
    """`with commit():` runs what waits for the commit when the block ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_it_runs_a_task_after_the_commit_and_forgets_the_ticket(settle: Settle, commit: Block) -> None:
    with commit():
        enqueue(note, {"label": "done"})
        assert RUNS == []

    settle()

    assert RUNS == ["done"]
    assert not TaskTicket.objects.exists()


def test_it_runs_nothing_when_the_transaction_is_rolled_back(settle: Settle, commit: Block) -> None:
    with commit(), transaction.atomic():
        enqueue(note, {"label": "never"})
        transaction.set_rollback(True)

    settle()

    assert RUNS == []
    assert not TaskTicket.objects.exists()


def test_it_carries_the_correlation_id(settle: Settle, commit: Block) -> None:
    with commit(), correlated("the-request"):
        enqueue(note_correlation)

    settle()

    assert RUNS == ["the-request"]


def test_it_makes_one_run_of_many_wake_ups(settle: Settle, commit: Block) -> None:
    with commit():
        for _ in range(5):
            enqueue(note, {"label": "once"}, dedup_key="wake")

    settle()

    assert RUNS == ["once"]


def test_it_does_not_lose_a_wake_up_that_comes_during_the_run(settle: Settle, commit: Block) -> None:
    with commit():
        enqueue(ask_again, dedup_key="again")

    with commit():
        settle()
    settle()

    assert RUNS == ["asked", "asked"]


def test_it_waits_for_the_time_of_a_later_task(settle: Settle, commit: Block) -> None:
    now = utc_now()
    with commit():
        enqueue(note, {"label": "later"}, run_after=now + timedelta(hours=1))
    sweep(now=now + timedelta(minutes=59))
    settle()
    assert RUNS == []

    TaskTicket.objects.update(run_after=now)
    sweep(now=now)
    settle()

    assert RUNS == ["later"]


def test_it_keeps_a_failed_attempt_for_another_try_without_its_message(settle: Settle, commit: Block) -> None:
    with commit():
        enqueue(stumble)

    settle()

    ticket = TaskTicket.objects.get()
    assert (ticket.state, ticket.attempts) == (TaskState.PENDING, 1)
    assert ticket.latest_error_class == "builtins.ConnectionError"


def test_it_leaves_the_ticket_to_a_person_after_the_last_attempt(settle: Settle, commit: Block) -> None:
    with commit():
        enqueue(stumble)
    settle()
    TaskTicket.objects.update(run_after=utc_now())
    sweep(now=utc_now())
    settle()

    assert RUNS == ["stumbled", "stumbled"]
    assert counts() == {"pending": 0, "running": 0, "failed": 1}


def test_it_runs_once_what_is_delivered_twice(settle: Settle, commit: Block) -> None:
    enqueue(note, {"label": "once"})
    ticket_id = str(TaskTicket.objects.get().id)

    with commit():
        get_engine().send(ticket_id, timeout_s=60, queue=Queue.WORK)
        get_engine().send(ticket_id, timeout_s=60, queue=Queue.WORK)
    settle()

    assert RUNS == ["once"]


def test_it_keeps_the_kinds_of_work_apart(settle: Settle, commit: Block, tmp_path: Path) -> None:
    log, now = tmp_path / "log", utc_now()
    enqueue(poll, {"path": str(log)}, now=now)
    enqueue(note, {"label": "everyday"}, now=now)

    with commit():
        assert sweep(now=now, queues=frozenset({Queue.WORK})) == 1
    settle()
    assert (RUNS, log.exists()) == (["everyday"], False)

    with commit():
        assert sweep(now=now, queues=frozenset({Queue.POLLING})) == 1
    settle()
    assert log.read_text() == "end polled\n"


def test_it_repeats_a_run_that_was_lost(settle: Settle, commit: Block) -> None:
    now = utc_now()
    enqueue(note, {"label": "again"}, run_after=now, now=now - timedelta(seconds=1))
    TaskTicket.objects.update(state=TaskState.RUNNING, attempts=1, lease_until=now, runner="elsewhere/1")
    with commit():
        sweep(now=now)
        TaskTicket.objects.update(run_after=now)
        sweep(now=now)

    settle()

    assert RUNS == ["again"]


def test_it_sends_a_ticket_again_that_the_engine_forgot(settle: Settle, commit: Block) -> None:
    now = utc_now()
    enqueue(note, {"label": "found"}, now=now - timedelta(minutes=5))
    TaskTicket.objects.update(dispatched_at=now - timedelta(minutes=2))

    assert sweep(now=now) == 1
    settle()

    assert RUNS == ["found"]


@pytest.mark.parametrize("newer", [{"name": "tests.newer"}, {"kwargs": {"label": "x", "newer": 1}}])
def test_what_a_newer_release_asked_for_waits_for_a_worker_that_knows_it(
    settle: Settle, commit: Block, newer: dict[str, object]
) -> None:
    now = utc_now()
    enqueue(note, {"label": "waited"}, now=now)
    known = TaskTicket.objects.values("name", "kwargs").get()
    TaskTicket.objects.update(**newer)
    # Told of it by the newer web, as often as its message is repeated, and by nobody of its own.
    with commit():
        for _ in range(3):
            get_engine().send(str(TaskTicket.objects.get().id), timeout_s=60, queue=Queue.WORK)
        enqueue(note, {"label": "meanwhile"}, now=now)
    settle()
    given_up.announce(now=now + timedelta(hours=1))

    assert RUNS == ["meanwhile"]
    assert counts() == {"pending": 1, "running": 0, "failed": 0}
    assert TaskTicket.objects.get().attempts == 0

    TaskTicket.objects.update(**known)  # the worker is of the newer release now
    sweep(now=now + timedelta(minutes=2))
    settle()

    assert RUNS == ["meanwhile", "waited"]
    assert not TaskTicket.objects.exists()


def test_two_schedulers_ask_once_for_what_both_see_due(
    settle: Settle, commit: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})
    periodic(note, every=timedelta(minutes=1))
    now = utc_now()
    with commit():
        both = [schedules._list_due(now), schedules._list_due(now)]
        assert [schedules._claim(due, now) for (due,) in both] == [True, False]
        assert sum(schedules.tick(now=now) for _ in both) == 0
    settle()

    assert RUNS == [""]


def test_it_waits_while_the_broker_is_away(settings: LazySettings, commit: Block) -> None:
    settings.LEGIST_TASK_ENGINE, now = "celery", utc_now()
    RUNS.clear()
    with running_broker("valkey") as broker:
        settings.LEGIST_BROKER_URL = broker.url
        broker.stop()
        with commit():
            enqueue(note, {"label": "waits"}, now=now)
        with pytest.raises(OperationalError):
            sweep(now=now)
        assert TaskTicket.objects.get().dispatched_at is None

        broker.start()
        assert sweep(now=now) == 1
        run_messages(broker.url)

    assert RUNS == ["waits"]


def test_it_does_not_matter_in_which_order_messages_come_and_how_often(settle: Settle, commit: Block) -> None:
    for label in ("first", "second"):
        enqueue(note, {"label": label})
    ids = [str(key) for key in TaskTicket.objects.order_by("-created_at").values_list("id", flat=True)]
    with commit():
        for ticket_id in (*ids, *reversed(ids), *ids):
            get_engine().send(ticket_id, timeout_s=60, queue=Queue.WORK)
    settle()

    assert sorted(RUNS) == ["first", "second"]
    assert not TaskTicket.objects.exists()
