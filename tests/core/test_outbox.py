"""Events across apps: written with the change, handled once per subscriber."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import InterfaceError, OperationalError, connection, transaction

from legist.core import correlation, given_up, heartbeat, outbox
from legist.core.models import GivenUpMark, OutboxDelivery, OutboxEvent, TaskTicket
from legist.core.outbox import DrainResult, drain, publish, subscribe
from legist.core.resilience import backoff
from legist.core.states import DeliveryState
from legist.core.uow import unit_of_work

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Callbacks = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
seen: list[str] = []


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})
    seen.clear()


@pytest.fixture
def listener() -> None:
    @subscribe("tests.moved", name="tests.listener")
    def listen(event: OutboxEvent) -> None:
        seen.append(str(event.data["id"]))


@pytest.fixture
def stumbler() -> None:
    @subscribe("tests.moved", name="tests.stumbler")
    def stumble(event: OutboxEvent) -> None:
        heartbeat.beat(f"effect {event.key}", now=NOON)
        raise ConnectionError("about Dana Doe")


def move(number: int = 1) -> None:
    with transaction.atomic():
        publish("tests.moved", key=f"move:{number}", data={"id": str(number)}, now=NOON)


def states() -> set[str]:
    return set(OutboxDelivery.objects.values_list("state", flat=True))


def test_it_is_handled_once(listener: None) -> None:
    move()

    assert drain(now=NOON) == DrainResult(claimed=1, delivered=1)
    assert drain(now=NOON + HOUR) == DrainResult()
    assert seen == ["1"]


def test_a_second_publish_with_the_same_key_changes_nothing(listener: None) -> None:
    move()
    move()

    drain(now=NOON)

    assert seen == ["1"]


def test_it_refuses_to_publish_apart_from_the_change(listener: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

    with pytest.raises(outbox.OutsideTransactionError, match=r"tests\.moved"):
        publish("tests.moved", key="k", data={}, now=NOON)


def test_it_vanishes_with_the_change_that_was_rolled_back(listener: None) -> None:
    with transaction.atomic():
        publish("tests.moved", key="k", data={}, now=NOON)
        transaction.set_rollback(True)

    assert not OutboxEvent.objects.exists()


def test_each_subscriber_gets_its_own_delivery(listener: None, stumbler: None) -> None:
    move()

    assert drain(now=NOON) == DrainResult(claimed=2, delivered=1, retried=1)
    assert seen == ["1"]


def test_a_failed_handler_leaves_no_effect(stumbler: None) -> None:
    move()

    drain(now=NOON)

    assert heartbeat.latest("effect move:1") is None
    assert OutboxDelivery.objects.get().latest_error_class == "builtins.ConnectionError"


def test_it_waits_for_a_person_after_the_last_attempt(stumbler: None) -> None:
    move()

    results = [drain(now=NOON + n * HOUR) for n in range(backoff.EVENTS.tries + 2)]

    assert sum(result.retried for result in results) == backoff.EVENTS.tries - 1
    assert sum(result.failed for result in results) == 1
    assert outbox.counts()["failed"] == 1


def failing_with(error: Exception) -> None:
    @subscribe("tests.moved", name="tests.failing")
    def fail(event: OutboxEvent) -> None:
        raise error

    move()


def stumble_upon(_event: OutboxEvent) -> None:
    raise ValueError


def test_an_outage_of_the_database_uses_up_no_attempt() -> None:
    failing_with(OperationalError("database is locked"))

    results = [drain(now=NOON + n * timedelta(minutes=15)) for n in range(4 * 24)]

    assert sum(result.failed for result in results) == 0
    assert sum(result.retried for result in results) > 10 * backoff.EVENTS.tries
    assert OutboxDelivery.objects.get().failures == 0


def test_an_outage_of_more_than_a_day_is_left_to_a_person() -> None:
    failing_with(InterfaceError("connection already closed"))

    drain(now=NOON)

    assert drain(now=NOON + backoff.PATIENCE).failed == 1


def test_an_outage_leaves_the_attempts_for_what_comes_after() -> None:
    failing_with(OperationalError("deadlock detected"))
    for n in range(2 * backoff.EVENTS.tries):
        drain(now=NOON + n * HOUR / 2)
    outbox._subscribers.clear()
    outbox._subscribers["tests.moved"] = {"tests.failing": stumble_upon}

    later = [drain(now=NOON + 10 * HOUR + n * HOUR) for n in range(backoff.EVENTS.tries)]

    assert [result.failed for result in later] == [0] * (backoff.EVENTS.tries - 1) + [1]


def test_an_operator_tries_failed_deliveries_again(listener: None) -> None:
    move()
    OutboxDelivery.objects.update(state=DeliveryState.FAILED, attempts=backoff.EVENTS.tries)

    assert outbox.retry_failed(now=NOON + HOUR) == 1
    drain(now=NOON + HOUR)

    assert seen == ["1"]


def test_whoever_lost_the_lease_has_no_effect() -> None:
    @subscribe("tests.moved", name="tests.slow")
    def never(event: OutboxEvent) -> None:
        seen.append("ran without holding the lease")

    move()
    OutboxDelivery.objects.update(state=DeliveryState.LEASED, lease_until=NOON, attempts=1)
    stale = OutboxDelivery.objects.select_related("event").get()
    OutboxDelivery.objects.update(lease_token=stale.event_id)

    assert outbox._deliver(stale, now=NOON) == DrainResult(claimed=1)
    assert seen == []


def test_it_handles_more_than_one_batch_and_stops_at_the_limit(listener: None) -> None:
    for number in range(outbox.BATCH + 10):
        move(number)

    assert drain(now=NOON, limit=outbox.BATCH + 5).delivered == outbox.BATCH + 5
    assert outbox.counts()[DeliveryState.PENDING] == 5


@pytest.mark.parametrize(("waiting", "asks_again"), [(outbox.BATCH - 1, False), (3 * outbox.BATCH, True)])
def test_a_run_of_the_task_delivers_one_batch_and_has_the_next_one_done(
    listener: None, settings: LazySettings, *, waiting: int, asks_again: bool
) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"
    for number in range(waiting):
        move(number)

    ran = outbox.drain_outbox()

    assert ran.did == min(waiting, outbox.BATCH)
    assert TaskTicket.objects.filter(name=outbox.drain_outbox.name).exists() is asks_again


def test_where_rows_are_locked_one_by_one_the_next_batch_is_asked_for_before_this_one_is_delivered(
    settings: LazySettings,
) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"
    is_asked_for: set[bool] = set()

    @subscribe("tests.moved", name="tests.looker")
    def look(_event: OutboxEvent) -> None:
        is_asked_for.add(TaskTicket.objects.filter(name=outbox.drain_outbox.name).exists())

    for number in range(outbox.BATCH):
        move(number)

    outbox.drain_outbox()

    assert is_asked_for == {connection.features.has_select_for_update_skip_locked}


def test_what_another_release_published_for_a_part_of_its_own_waits_untouched(listener: None) -> None:
    move(1)
    OutboxDelivery.objects.update(subscriber="tests.newer")
    move(2)

    assert drain(now=NOON) == DrainResult(claimed=1, delivered=1)
    assert not outbox.has_due(NOON + HOUR)

    waiting = OutboxDelivery.objects.get(subscriber="tests.newer")
    assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == (DeliveryState.PENDING, 0, NOON)


def test_a_topic_that_is_new_to_a_known_subscriber_uses_up_no_attempt(listener: None) -> None:
    move()
    OutboxEvent.objects.update(topic="tests.newer")

    for attempt in range(2 * backoff.EVENTS.tries):
        assert drain(now=NOON + attempt * HOUR / 2).failed == 0


@pytest.mark.parametrize("left", [{}, {"state": "leased", "lease_until": NOON}], ids=["pending", "leased"])
def test_what_no_release_knows_for_a_day_is_left_to_a_person(listener: None, left: dict[str, object]) -> None:
    move()
    OutboxDelivery.objects.update(subscriber="gone.app", **left)

    given_up.announce(now=NOON + backoff.PATIENCE - HOUR)
    assert states() != {DeliveryState.FAILED}
    given_up.announce(now=NOON + backoff.PATIENCE)

    assert OutboxDelivery.objects.get().latest_error_class.endswith("UnknownSubscriberError")
    assert GivenUpMark.objects.filter(source="events").count() == 1


def test_the_handler_works_under_the_publishers_correlation_id() -> None:
    @subscribe("tests.moved", name="tests.correlated")
    def note(event: OutboxEvent) -> None:
        seen.append(str(correlation.current()))

    with correlation.correlated("the-request"):
        move()
    drain(now=NOON)

    assert seen == ["the-request"]


def test_it_is_delivered_soon_after_the_commit(
    listener: None, django_capture_on_commit_callbacks: Callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        move()

    assert seen == ["1"]


def test_it_forgets_old_events_that_everybody_has_noted(listener: None) -> None:
    move(1)
    drain(now=NOON)
    move(2)

    assert outbox.prune(now=NOON + outbox.RETENTION) == 0
    assert outbox.prune(now=NOON + outbox.RETENTION + HOUR) == 1
    assert OutboxEvent.objects.get().key == "move:2"


def test_it_refuses_data_that_is_more_than_ids(listener: None) -> None:
    with transaction.atomic(), pytest.raises(TypeError, match="person"):
        publish("tests.moved", key="k", data={"person": {"name": "Dana Doe"}}, now=NOON)


def publish_in_one_unit(*numbers: int) -> None:
    with unit_of_work():
        for number in numbers:
            publish("tests.moved", key=f"move:{number}", data={"id": str(number)}, now=NOON)


def test_a_unit_of_work_wakes_the_drain_once(
    listener: None, django_capture_on_commit_callbacks: Callbacks
) -> None:
    with django_capture_on_commit_callbacks() as calls:
        publish_in_one_unit(1, 2, 3)

    assert len(calls) == 1


def test_one_that_failed_inside_does_not_take_the_hint_along(
    listener: None, django_capture_on_commit_callbacks: Callbacks
) -> None:
    with django_capture_on_commit_callbacks() as calls, unit_of_work():
        with pytest.raises(RuntimeError), unit_of_work():
            publish_in_one_unit(1)
            raise RuntimeError
        publish_in_one_unit(2)

    assert len(calls) == 1
    assert OutboxEvent.objects.get().key == "move:2"
