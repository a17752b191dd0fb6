"""What every kind of work under a lease must do; the same tests run over all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import OperationalError, models, transaction

from legist.core import given_up, leases, outbox
from legist.core.channels.errors import TransientNotifyError
from legist.core.models import GivenUpMark, OutboxDelivery, OutboxEvent, TaskTicket
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.tasks import Ran, enqueue, task, tickets
from tests.factories.practice import NOW, SYSTEM, Firm, make_firm
from tests.factories.tracking import make_receipt, read
from tests.factories.workflows import make_delivery
from tracking import importing
from tracking.importing import claims
from tracking.mapping_editor import reprocessing
from tracking.models import ImportBatch, ModelSuggestion, Receipt, ReprocessingRun
from tracking.polling import leasing
from tracking.suggestions import asking, consent, questions
from tracking.suggestions.prompt import Refusal
from workflows.messages import sending
from workflows.models import Delivery
from workflows.states import DeliveryState

pytestmark = pytest.mark.django_db
SECOND: Final = timedelta(seconds=1)
Finish = Callable[[datetime], object]
SENT: Final = sending.Outcome(DeliveryState.SENT)


@task("tests.held", timeout_s=60)
def held_task() -> Ran:
    return Ran(did=1)


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do: `begin` takes it and returns how it is ended, or None when it cannot be had.

    `fail` makes one attempt that meets a passing error.
    """

    rows: models.QuerySet[Any]
    length: timedelta
    begin: Callable[[datetime], Finish | None]
    fail: Callable[[datetime], object] = lambda _now: None
    policy: backoff.Policy = backoff.TASKS
    due: str = ""
    given_up: str = ""

    def standing(self) -> dict[str, Any]:
        found: dict[str, Any] = self.rows.values().get()
        return found


@pytest.fixture
def firm(settings: LazySettings) -> Firm:
    settings.LEGIST_TASK_ENGINE = "djangoq"  # nobody works but the test
    return make_firm()


@pytest.fixture
def events(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(outbox, "_subscribers", {})

    @outbox.subscribe("tests.moved", name="tests.listener")
    def stumble(event: OutboxEvent) -> None:
        raise ConnectionError

    with transaction.atomic():
        outbox.publish("tests.moved", key="move", data={}, now=NOW)

    def begin(now: datetime) -> Finish | None:
        marks = {"state": "leased"}
        held = outbox._lease.take(outbox._due(now), limit=1, now=now, **marks).first()
        return (lambda _later: leases.release(outbox._held(held), state="delivered")) if held else None

    return Work(
        *(OutboxDelivery.objects.all(), outbox.LEASE, begin, lambda now: outbox.drain(now=now, limit=1)),
        *(backoff.EVENTS, "next_attempt_at", "events"),
    )


@pytest.fixture
def tasks(firm: Firm) -> Work:
    enqueue(held_task, now=NOW)
    key = str(TaskTicket.objects.get(name=held_task.name).pk)

    def begin(now: datetime) -> Finish | None:
        tickets.release_lost(now=now)
        ticket = tickets.claim(key, now=now)
        return (lambda _later: tickets.finish(ticket)) if ticket else None

    def fail(now: datetime) -> None:
        ticket = tickets.claim(key, now=now)
        assert ticket is not None
        tickets.fail(ticket, error_class="OSError", now=now)

    length = timedelta(seconds=held_task.timeout_s) + tickets.LEASE_MARGIN
    rows = TaskTicket.objects.filter(pk=key)
    return Work(rows, length, begin, fail, backoff.TASKS, "run_after", "tickets")


@pytest.fixture
def receipts(firm: Firm) -> Work:
    make_receipt(due=NOW)

    def begin(now: datetime) -> Finish | None:
        held = leasing.claim_due(limit=1, now=now)
        return (lambda _later: leasing.release(held)) if held else None

    return Work(Receipt.objects.all(), leasing.LEASE, begin)


@pytest.fixture
def imports(firm: Firm) -> Work:
    content = b"receipt_number\nIOE0912345678\n"
    importing.upload_import(content, filename="a.csv", actor=firm.actor("paul"), now=NOW)
    batch = ImportBatch.objects.get()

    def begin(now: datetime) -> Finish | None:
        taken: list[UUID] = []
        importing.claims.run_claimed(batch.pk, claims.CHECK, run=taken.append, now=now)
        mine = [claims.lease.mine(batch.pk, token) for token in taken]
        return (lambda _later: leases.release(mine[0], state="previewed")) if mine else None

    def stumble(_token: UUID) -> None:
        raise OperationalError

    def fail(now: datetime) -> None:
        claims.run_claimed(batch.pk, claims.CHECK, run=stumble, now=now)

    rows = ImportBatch.objects.all()
    return Work(rows, claims.LEASE, begin, fail, backoff.IMPORTS, "lease_until", "imports")


@pytest.fixture
def rereadings(firm: Firm) -> Work:
    reprocessing.reprocess_everything(actor=firm.actor("olga"), now=NOW)
    key = ReprocessingRun.objects.get().pk

    def begin(now: datetime) -> Finish | None:
        waiting = ReprocessingRun.objects.filter(reprocessing._waiting(now))
        token = reprocessing._lease.claim(waiting, now=now, state="running")
        mine = reprocessing._lease.mine(key, token)
        return (lambda _later: leases.release(mine, state="done")) if token else None

    return Work(ReprocessingRun.objects.all(), reprocessing.LEASE, begin)


@pytest.fixture
def titles(firm: Firm, settings: LazySettings) -> Work:
    settings.LEGIST_MODEL = "test:model"
    agreed = consent.give(target="test:model", actor=firm.actor("mary"), now=NOW)
    read(make_receipt(due=NOW), "Evidence Was Pondered Upon By Us")
    assert questions.collect(agreed, now=NOW) == 1

    def begin(now: datetime) -> Finish | None:
        held = questions.claim(agreed, now=now)
        return (lambda later: asking._write(held, next(iter(Refusal)), now=later)) if held else None

    return Work(ModelSuggestion.objects.all(), questions.lease_time(), begin)


@pytest.fixture
def messages(firm: Firm) -> Work:
    key = make_delivery(firm).pk

    def begin(now: datetime) -> Finish | None:
        # What a dead holder left is a question to a person: it may have left.
        sending.mark_uncertain(now=now, actor=SYSTEM)
        held, _state = sending._begin(key, now=now, actor=SYSTEM)
        return (lambda later: sending._finish(held, SENT, now=later, actor=SYSTEM)) if held else None

    def fail(now: datetime) -> None:
        held, _state = sending._begin(key, now=now, actor=SYSTEM)
        assert held is not None
        with ErrorCapture() as attempt:
            raise TransientNotifyError("busy")
        sending._finish(held, sending._outcome_of(held, attempt), now=now, actor=SYSTEM)

    rows = Delivery.objects.filter(pk=key)
    return Work(
        *(rows, sending.HANDOVER_LIMIT, begin, fail),
        *(backoff.MESSAGES, "next_attempt_at", "deliveries"),
    )


@pytest.fixture(params=["events", "tasks", "receipts", "imports", "rereadings", "titles", "messages"])
def work(request: pytest.FixtureRequest) -> Work:
    found: Work = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["events", "tasks", "imports", "messages"])
def tried(request: pytest.FixtureRequest) -> Work:
    """Work that is given up after its last try, and that people are told of then."""
    found: Work = request.getfixturevalue(request.param)
    return found


def test_one_of_two_has_it(work: Work) -> None:
    assert work.begin(NOW)
    assert work.begin(NOW) is None


def test_it_is_ended_by_who_has_it(work: Work) -> None:
    finish = work.begin(NOW)
    assert finish is not None
    before = work.standing()

    finish(NOW)

    assert work.rows.values().first() != before
    assert not work.rows.filter(lease_token__isnull=False).exists()


def test_what_the_dead_held_is_taken_up_when_their_lease_is_over(work: Work) -> None:
    assert work.begin(NOW)
    before = work.standing()

    assert work.begin(NOW + work.length - SECOND) is None
    assert work.standing() == before
    work.begin(NOW + work.length)
    assert work.standing()["lease_token"] != before["lease_token"]


def test_who_comes_late_writes_nothing(work: Work) -> None:
    late = work.begin(NOW)
    assert late is not None
    work.begin(NOW + work.length)
    before = work.standing()

    late(NOW + work.length)

    assert work.standing() == before


def test_it_is_tried_again_by_the_table_and_then_given_up_and_told(tried: Work) -> None:
    now = NOW
    for attempt in range(1, tried.policy.tries):
        began = monotonic()
        tried.fail(now)
        spent = timedelta(seconds=monotonic() - began)  # what works long counts from where it ended
        at = tried.standing()[tried.due]
        longest = backoff.ceiling(attempt, base=tried.policy.base, cap=tried.policy.cap)
        assert now <= at <= now + longest + spent
        now = at + SECOND
        assert not given_up.counts()[tried.given_up]

    tried.fail(now)
    assert given_up.counts()[tried.given_up] == 1
    given_up.announce(now=now)
    assert GivenUpMark.objects.filter(source=tried.given_up).count() == 1


def test_a_run_over_history_that_fails_is_free_for_the_next_try_of_its_task(
    rereadings: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held on, the next try would find nothing to do and end well, and nobody would ever be told."""
    read(make_receipt(due=NOW), "Case Was Received")

    def stumble(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(reprocessing, "_read", stumble)
    for minutes in range(2):
        now = NOW + timedelta(hours=1, minutes=minutes)
        with pytest.raises(ConnectionError):
            reprocessing.run_reprocessing(rereadings.rows.get().pk, actor=SYSTEM, now=now)
