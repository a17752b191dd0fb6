"""What every topic of the outbox keeps to, and each of its subscribers; the same tests run over all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.db import connection

from legist.core import outbox
from legist.core.models import GivenUpMark, OutboxDelivery, OutboxEvent
from legist.core.resilience import backoff
from legist.practice.clients.conflicts import ConflictFound, check_conflicts
from legist.practice.clients.contacts import Contact
from legist.practice.people.leaving import deactivate_staff
from legist.practice.roles import Role
from legist.practice.services import assign_matter
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.tracking import RECEIVED, RFE, previewed, read
from tests.factories.tracking import make_receipt as make_tracked
from tests.factories.workflows import (
    approve,
    hear,
    make_change,
    make_deadline,
    make_delivery,
    make_draft,
    make_news,
    make_receipt,
    run,
)
from tests.structure.test_budgets import ROOT
from tests.tracking.importing.test_offers import FIRST
from tests.tracking.importing.test_offers import run as import_rows
from tests.workflows.test_cut_off import everything
from tracking import importing
from tracking import services as tracking
from tracking.registration import Entered, register_receipts
from workflows.deadlines import services as deadlines
from workflows.matters import services as matters
from workflows.messages import drafts, sending
from workflows.models import Deadline, Notification

Act = Callable[[], object]
LATER: Final = NOW + timedelta(minutes=1)
SUBSCRIPTIONS: Final = [pair for pair in outbox.list_subscriptions() if not pair[0].startswith("tests.")]
TOPICS: Final = sorted({topic for topic, _name in SUBSCRIPTIONS})
# An id, a code, or the class of an error.
PLAIN: Final = re.compile(r"[\w.:-]*")


class Killed(BaseException):
    """Nobody catches it, as nobody catches `kill -9`."""


def closed(firm: Firm) -> None:
    matters.close(firm.danas_matter.pk, actor=firm.actor("alice"), now=NOW, reason="Done.")


def reopened(firm: Firm) -> Act:
    closed(firm)
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)
    make_receipt(firm.danas_matter)
    return lambda: matters.reopen(firm.danas_matter.pk, actor=firm.actor("alice"), now=NOW)


def confirmed(firm: Firm) -> Act:
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED"))
    due, alice = date(2026, 3, 30), firm.actor("alice")
    key = Deadline.objects.get(run__isnull=False).pk
    return lambda: deadlines.confirm_deadline(key, due=due, actor=alice, now=NOW)


def returned(firm: Firm) -> Act:
    draft = make_draft(firm)
    alice, read_as = firm.actor("alice"), draft.content_hash
    return lambda: drafts.return_draft(
        draft.pk, reason="Shorter.", version_hash=read_as, actor=alice, now=NOW
    )


def approved(firm: Firm) -> Act:
    draft = make_draft(firm)
    return lambda: approve(firm, draft)


def held(firm: Firm) -> Act:
    delivery = make_delivery(firm)
    type(delivery).objects.filter(pk=delivery.pk).update(channel="hand")
    return lambda: sending.deliver(delivery.pk, now=NOW, actor=SYSTEM)


def uncertain(firm: Firm) -> Act:
    delivery = make_delivery(firm)
    sending._begin(delivery.pk, now=NOW - timedelta(days=1), actor=SYSTEM)
    return lambda: sending.mark_uncertain(now=NOW, actor=SYSTEM)


def form_in_question(firm: Firm) -> Act:
    receipt = make_receipt(firm.danas_matter, form="I-485")
    read(receipt, RECEIVED, form_type="I-485", receipt_number=receipt.number)
    read(receipt, RFE, "On March 1, 2026, we mailed it.", form_type="I-485", receipt_number=receipt.number)
    hear(LATER)
    return lambda: read(receipt, RFE, form_type="I-539", receipt_number=receipt.number)


def moved(firm: Firm) -> Act:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    alice, to = firm.actor("alice"), firm.eves_matter.pk
    return lambda: tracking.assign_receipt(change.receipt_id, matter_id=to, actor=alice, now=NOW)


def placed(firm: Firm) -> Act:
    receipt = make_receipt(None)
    make_change(receipt, "RECEIVED", facts={"deadline": "2026-03-20"})
    alice, to = firm.actor("alice"), firm.danas_matter.pk
    return lambda: tracking.assign_receipt(receipt.pk, matter_id=to, actor=alice, now=NOW)


def changed(firm: Firm) -> Act:
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, "IN_REVIEW")
    return lambda: make_change(receipt, "RFE_ISSUED")


def assigned(firm: Firm) -> Act:
    nina = make_user("Nina", Role.PARALEGAL)
    return lambda: assign_matter(firm.danas_matter, paralegal=nina, actor=SYSTEM, now=NOW)


def offered(firm: Firm) -> Act:
    make_tracked(FIRST, matter=firm.danas_matter)
    row = f"{FIRST},,Dana Example,new@mail.example,en"
    return lambda: import_rows(firm.actor("paul"), row)


def waiting(firm: Firm) -> Act:
    return lambda: import_rows(
        firm.actor("charlie"), f"{FIRST},{firm.danas_matter.reference},Dana Example,dana@mail.example,"
    )


def failed(firm: Firm) -> Act:
    paul = firm.actor("paul")
    batch = previewed(f"receipt_number\n{FIRST}".encode(), actor=paul)
    importing.start_import(batch.pk, actor=paul, now=NOW)
    type(batch).objects.filter(pk=batch.pk).update(attempts=backoff.IMPORTS.tries)
    return lambda: importing.run_import(batch.pk, actor=SYSTEM, now=NOW)


def alike(firm: Firm) -> Act:
    def ask() -> None:
        with suppress(ConflictFound):
            dana = Contact(name="Dana Example", email="", phone="", language="en")
            check_conflicts(dana, seen="", actor=firm.actor("charlie"), now=NOW)

    return ask


def known_number(firm: Firm) -> Act:
    given = Entered(numbers=make_receipt(firm.danas_matter).number)
    return lambda: register_receipts(given, actor=firm.actor("charlie"), now=NOW)


# Each prepares and returns what is to happen; a topic may be told of by several.
ACTS: Final[dict[str, tuple[Callable[[Firm], Act], ...]]] = {
    "practice.conflict_found": (alike,),
    "practice.matter_assigned": (assigned,),
    "practice.matter_changed": (lambda firm: lambda: closed(firm), reopened),
    "practice.staff_left": (lambda firm: lambda: deactivate_staff(firm.paul, actor=SYSTEM, now=NOW),),
    "tracking.contact_offers": (offered,),
    "tracking.form_in_question": (form_in_question,),
    "tracking.import_failed": (failed,),
    "tracking.known_number_entered": (known_number,),
    "tracking.receipt_moved": (moved,),
    "tracking.receipt_placed": (placed,),
    "tracking.rows_wait": (waiting,),
    "tracking.status_changed": (changed,),
    "workflows.deadline_changed": (confirmed,),
    "workflows.delivery_ended": (held, uncertain),
    "workflows.draft_decided": (returned, approved),
}
CASES: Final = [(topic, number) for topic in ACTS for number in range(len(ACTS[topic]))]
# An import is many units of work: what it tells of is written with its own part.
OF_IMPORTS: Final = ("tracking.contact_offers", "tracking.import_failed", "tracking.rows_wait")
OF_ONE_UNIT: Final = [case for case in CASES if case[0] not in OF_IMPORTS]
# Closing withdraws what is there itself; what is heard of it is for what comes in the same moment.
IN_TIME: Final = ("practice.matter_changed", 0)


@pytest.fixture(autouse=True)
def worker_apart(settings: LazySettings) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"  # nobody listens but the test


def prepared(firm: Firm, topic: str, number: int = 0) -> Act:
    make_deadline(firm)
    act = ACTS[topic][number](firm)
    hear(LATER)
    return act


def told(topic: str) -> set[Any]:
    return set(OutboxEvent.objects.filter(topic=topic).values_list("pk", flat=True))


def rest() -> dict[str, list[str]]:
    return {table: rows for table, rows in everything().items() if "outbox" not in table}


@contextmanager
def killed_while_telling(topic: str) -> Iterator[None]:
    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and "outboxevent" in sql and topic in str(params):
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look), pytest.raises(Killed):
        yield


def test_each_is_tried_here_and_named_in_the_docs() -> None:
    written = (ROOT / "docs" / "architecture.md").read_text()

    assert sorted(ACTS) == TOPICS
    assert [pair for pair in SUBSCRIPTIONS if not all(f"`{name}`" in written for name in pair)] == []


@pytest.mark.parametrize(("topic", "number"), CASES)
def test_it_is_told_with_the_act_and_names_nobody(firm: Firm, topic: str, number: int) -> None:
    act = prepared(firm, topic, number)
    before = told(topic)

    act()

    (event,) = OutboxEvent.objects.filter(topic=topic).exclude(pk__in=before)
    subscribers = {name for each, name in SUBSCRIPTIONS if each == topic}
    assert set(event.deliveries.values_list("subscriber", flat=True)) == subscribers
    assert [key for key, value in event.data.items() if not PLAIN.fullmatch(str(value))] == []


@pytest.mark.parametrize(("topic", "number"), OF_ONE_UNIT)
def test_what_cannot_be_told_has_not_happened(firm: Firm, topic: str, number: int) -> None:
    act = prepared(firm, topic, number)
    before = everything()

    with killed_while_telling(topic):
        act()

    assert everything() == before


@pytest.mark.parametrize(("topic", "number"), CASES)
def test_heard_twice_it_does_nothing_twice(firm: Firm, topic: str, number: int) -> None:
    prepared(firm, topic, number)()
    before = rest()
    hear(LATER)
    after = rest()
    assert after != before or (topic, number) == IN_TIME

    OutboxDelivery.objects.filter(event__topic=topic).update(state="pending")
    hear(LATER)

    assert rest() == after


@pytest.mark.parametrize(("topic", "name"), SUBSCRIPTIONS)
def test_a_subscriber_that_fails_holds_up_no_other_is_tried_again_and_then_told(
    firm: Firm, topic: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(event: OutboxEvent) -> None:
        raise ConnectionError("about Dana Doe")

    act = prepared(firm, topic)
    before = told(topic)
    with monkeypatch.context() as broken:
        broken.setitem(outbox._subscribers[topic], name, stumble)
        act()
        own = OutboxDelivery.objects.filter(event__topic=topic).exclude(event__in=before)
        for attempt in range(backoff.EVENTS.tries):
            assert own.get(subscriber=name).failures == attempt
            outbox.drain(now=LATER + attempt * timedelta(hours=1))

    others = own.exclude(subscriber=name)
    assert set(others.values_list("state", flat=True)) <= {"delivered"}
    delivery = own.get(subscriber=name)
    assert delivery.state == "failed"
    assert GivenUpMark.objects.filter(source="events", thing=delivery.pk).exists()
    notices = Notification.objects.filter(kind="given_up")
    assert {notice.user for notice in notices} == {firm.olga, firm.mary}
    assert "Doe" not in str([notice.data for notice in notices])

    outbox.retry_failed(now=NOW + timedelta(days=1))
    hear(NOW + timedelta(days=1))
    assert own.get(subscriber=name).state == "delivered"
