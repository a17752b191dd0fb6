"""What every lease must do that takes a portion of what is due; the same tests run over all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from threading import Barrier, get_ident
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.models import QuerySet

from legist.core import outbox
from legist.core.models import OutboxEvent
from tests.factories.practice import NOW, make_firm
from tests.factories.tracking import later, make_receipts, read
from tracking.models import Receipt
from tracking.polling import leasing
from tracking.suggestions import consent, questions

WAITING: Final = 12
TAKERS: Final = 4
TARGET: Final = "test:model"
# Everything that lets PostgreSQL run an inner select once, keep what it found, or reach a row by its key.
GOOD_PLANS: Final = (
    *("hashjoin", "mergejoin", "material", "memoize", "hashagg", "sort"),
    *("indexscan", "indexonlyscan", "bitmapscan"),
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A way of taking portions: `claim` takes one of at most `limit` and names what it got."""

    limit: int
    claim: Callable[[], list[object]]


@pytest.fixture
def receipts() -> Lease:
    make_receipts(WAITING)
    return Lease(3, lambda: [claim.receipt_id for claim in leasing.claim_due(limit=3, now=NOW)])


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Lease:
    settings.LEGIST_TASK_ENGINE = "djangoq"  # nobody drains but the test
    handled: dict[int, list[object]] = defaultdict(list)
    monkeypatch.setattr(outbox, "_subscribers", {})

    @outbox.subscribe("tests.moved", name="tests.listener")
    def listen(event: OutboxEvent) -> None:
        handled[get_ident()].append(event.pk)

    def claim() -> list[object]:
        outbox.drain(now=NOW, limit=3)
        return handled.pop(get_ident(), [])

    with transaction.atomic():
        for number in range(WAITING):
            outbox.publish("tests.moved", key=f"move:{number}", data={}, now=NOW)
    return Lease(3, claim)


@pytest.fixture
def titles(settings: LazySettings) -> Lease:
    """Questions to a language model about titles that nobody has seen."""
    settings.LEGIST_MODEL = TARGET
    agreed = consent.give(target=TARGET, actor=make_firm().actor("mary"), now=NOW)
    for receipt, letter in zip(make_receipts(WAITING), "ABCDEFGHKLMN", strict=True):
        read(receipt, f"Evidence Was Pondered Upon By {letter * 3}")
    assert questions.collect(agreed, now=NOW) == WAITING

    def claim() -> list[object]:
        found = questions.claim(agreed, now=NOW)
        return [found.suggestion_id] if found else []

    return Lease(1, claim)


@pytest.fixture(params=["receipts", "events", "titles"])
def due(request: pytest.FixtureRequest, transactional_db: None) -> Lease:
    found: Lease = request.getfixturevalue(request.param)
    return found


@contextmanager
def worst_plans() -> Iterator[None]:
    """Let PostgreSQL plan in the one way that is left: every row beside every run of an inner select."""
    with connection.cursor() as cursor:
        for name in GOOD_PLANS if connection.vendor == "postgresql" else ():
            cursor.execute(f"SET enable_{name} = off")
    try:
        yield
    finally:
        connection.close()


def test_it_takes_no_more_than_its_limit_whatever_the_plan(due: Lease) -> None:
    """Each row has an inner select run anew under these plans, and each run skips what is marked already.

    So `UPDATE … WHERE id IN (SELECT … LIMIT 3 FOR UPDATE SKIP LOCKED)` took all 200 receipts of a table.
    """
    with worst_plans():
        portions = [due.claim() for _ in range(WAITING // due.limit + 1)]

    assert [len(portion) for portion in portions] == [due.limit] * (WAITING // due.limit) + [0]
    assert len({key for portion in portions for key in portion}) == WAITING


def test_takers_at_once_share_everything_and_nothing_twice(due: Lease) -> None:
    together = Barrier(TAKERS, timeout=60)

    def take_all(_taker: int) -> list[list[object]]:
        together.wait()
        portions = []
        while portion := due.claim():
            portions.append(portion)
        connection.close()
        return portions

    with ThreadPoolExecutor(TAKERS) as pool:
        portions = [portion for part in pool.map(take_all, range(TAKERS)) for portion in part]

    keys = [key for portion in portions for key in portion]
    assert max(map(len, portions)) <= due.limit
    assert len(keys) == len(set(keys)) == WAITING


def take_receipts(limit: int) -> list[Any]:
    taken = leasing._lease.take(due_receipts(), limit=limit, now=NOW)
    return list(taken.values_list("pk", flat=True))


def due_receipts() -> QuerySet[Receipt]:
    return Receipt.objects.filter(lease_until=None).order_by("next_poll_at")


@pytest.mark.django_db
def test_it_takes_in_the_order_it_is_given() -> None:
    for minutes, receipt in enumerate(reversed(make_receipts(5))):
        Receipt.objects.filter(pk=receipt.pk).update(next_poll_at=later(minutes))

    taken = [take_receipts(1)[0] for _ in range(5)]
    times = [Receipt.objects.get(pk=key).next_poll_at for key in taken]

    assert all(earlier < after for earlier, after in pairwise(times) if earlier and after)
    assert len(times) == 5


@pytest.mark.django_db
def test_it_asks_twice_where_something_is_due_and_once_where_nothing_is(
    django_assert_num_queries: Any,
) -> None:
    make_receipts(3)
    savepoint = 2

    reading = 1
    with django_assert_num_queries(savepoint + 2 + reading):
        assert len(take_receipts(5)) == 3
    with django_assert_num_queries(savepoint + 1):
        assert take_receipts(5) == []


@pytest.mark.django_db
def test_it_marks_what_it_takes_and_leaves_the_rest() -> None:
    make_receipts(5)

    taken = take_receipts(2)

    marked = Receipt.objects.filter(lease_token__isnull=False).values_list("pk", flat=True)
    assert sorted(taken) == sorted(marked)
    assert due_receipts().count() == 3


@pytest.mark.django_db(transaction=True)
def test_it_leaves_rows_alone_that_somebody_else_has_locked() -> None:
    """Holds on PostgreSQL; on SQLite one writer has the whole file, and the other waits for its turn."""
    first, *others = make_receipts(3)

    def take_beside() -> list[Any]:
        try:
            return take_receipts(3)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Receipt.objects.select_for_update().get(pk=first.pk)
            beside = pool.submit(take_beside)
            if connection.vendor == "postgresql":
                assert sorted(beside.result(timeout=60)) == sorted(receipt.pk for receipt in others)
        assert len(beside.result(timeout=60)) == (2 if connection.vendor == "postgresql" else 3)
