"""What was given up: told once, listed, tried again or seen, and counted for probes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import FieldError
from django.test import RequestFactory

from legist.core import given_up, heartbeat, outbox
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.given_up import Thing
from legist.core.models import AuditEntry, GivenUpMark, Heartbeat, OutboxDelivery, OutboxEvent, TaskTicket
from legist.core.states import DeliveryState, TaskState
from legist.core.tasks import enqueue
from legist.core.web import views
from tests.core.tasks.workload import note

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLGA = Actor.system("olga")
told: list[Thing] = []


@pytest.fixture(autouse=True)
def _one_listener(monkeypatch: pytest.MonkeyPatch) -> None:
    told.clear()

    def listen(thing: Thing, _mark: UUID, _now: datetime) -> int:
        told.append(thing)
        return 1

    monkeypatch.setattr(given_up, "_tellers", {"tests": listen})


def failed_event(key: str = "k") -> OutboxDelivery:
    event = OutboxEvent.objects.create(topic="tests", key=key, correlation_id="c", created_at=NOON)
    return OutboxDelivery.objects.create(
        event=event,
        subscriber="tests.part",
        state=DeliveryState.FAILED,
        next_attempt_at=NOON,
        latest_error_class="builtins.KeyError",
    )


def failed_ticket() -> TaskTicket:
    enqueue(note, now=NOON)
    TaskTicket.objects.update(state=TaskState.FAILED)
    return TaskTicket.objects.get()


def test_each_thing_is_told_once() -> None:
    thing = failed_event()

    assert [given_up.announce(now=NOON) for _ in range(3)] == [1, 0, 0]
    assert [(each.source, each.id, each.what) for each in told] == [("events", thing.pk, "tests.part")]


def test_what_fails_again_is_told_again() -> None:
    thing = failed_event()
    given_up.announce(now=NOON)

    given_up.try_again("events", actor=OLGA, now=NOON)
    OutboxDelivery.objects.update(state=DeliveryState.FAILED)
    given_up.announce(now=NOON)

    assert [each.id for each in told] == [thing.pk] * 2


def test_a_flood_is_not_told_one_by_one() -> None:
    for number in range(given_up.TOLD_ONE_BY_ONE + 10):
        failed_event(str(number))

    given_up.announce(now=NOON)
    given_up.announce(now=NOON)

    assert len(told) == given_up.TOLD_ONE_BY_ONE
    assert given_up.counts()["events"] == given_up.TOLD_ONE_BY_ONE + 10


def test_the_log_says_so_where_nobody_can_be_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(given_up, "_tellers", {"tests": lambda *_: 0})
    failed_event()

    given_up.announce(now=NOON)

    assert [record.levelname for record in caplog.records if "given_up_untold" in record.getMessage()] == [
        "ERROR"
    ]


def test_one_source_that_fails_keeps_no_other_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(given_up._sources["events"], name="broken", what="no_such_column")
    monkeypatch.setattr(given_up, "_sources", {"broken": broken, **given_up._sources})
    failed_event()

    with pytest.raises(FieldError):
        given_up.announce(now=NOON)

    assert [each.source for each in told] == ["events"]


def test_seen_stays_listed_and_tried_again_is_gone() -> None:
    first, second = failed_event("1"), failed_event("2")

    assert given_up.mark_seen("events", ids=[first.pk], actor=OLGA, now=NOON) == 1
    assert given_up.mark_seen("events", ids=[first.pk], actor=OLGA, now=NOON) == 0
    (listing,) = given_up.list_given_up()
    assert [(each.id, each.is_seen) for each in listing.things] == [(second.pk, False), (first.pk, True)]
    assert (listing.unseen, listing.total) == (1, 2)

    assert given_up.try_again("events", ids=[first.pk], actor=OLGA, now=NOON) == 1
    assert outbox.counts()["failed"] == 1
    assert not GivenUpMark.objects.exists()


def test_both_acts_are_on_the_record() -> None:
    failed_event()

    given_up.mark_seen("events", actor=OLGA, now=NOON)
    given_up.try_again("events", actor=OLGA, now=NOON)

    acts = AuditEntry.objects.filter(action__startswith="core.given_up").values_list("action", "data")
    assert list(acts) == [
        ("core.given_up_seen", {"source": "events", "count": 1}),
        ("core.given_up_tried_again", {"source": "events", "count": 1}),
    ]


def test_a_source_nobody_registered_is_not_found() -> None:
    for act in (given_up.try_again, given_up.mark_seen):
        with pytest.raises(NotFound):
            act("nothing", actor=OLGA, now=NOON)


def ready(rf: RequestFactory) -> tuple[int, str, dict[str, int]]:
    Heartbeat.objects.all().delete()
    heartbeat.beat(heartbeat.WORKER, now=utc_now())
    heartbeat.beat(heartbeat.POLLER, now=utc_now())
    response = views.readyz(rf.get("/readyz"))
    body = json.loads(response.content)
    return response.status_code, body["checks"]["given_up"], body["given_up"]


@pytest.mark.parametrize(("make", "source"), [(failed_event, "events"), (failed_ticket, "tickets")])
@pytest.mark.parametrize("act", [given_up.try_again, given_up.mark_seen])
def test_it_is_not_ready_until_somebody_tries_again_or_has_seen_it(
    rf: RequestFactory, make: Callable[[], object], source: str, act: Callable[..., int]
) -> None:
    make()
    status, verdict, counts = ready(rf)
    assert (status, verdict, counts[source]) == (503, "unseen", 1)

    act(source, actor=OLGA, now=utc_now() + timedelta(hours=1))

    status, verdict, counts = ready(rf)
    assert (status, verdict, counts[source]) == (200, "ok", 0)
