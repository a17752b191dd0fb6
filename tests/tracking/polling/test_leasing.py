"""Who holds which receipt: nobody twice, nobody for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.factories.practice import NOW
from tests.factories.tracking import later, make_receipt, make_receipts, numbers
from tracking.models import Receipt, StatusQuery
from tracking.polling import leasing
from tracking.states import Tier


@pytest.mark.django_db
def test_it_claims_the_most_overdue_first() -> None:
    first, second, third = numbers(3)
    make_receipt(first, due=later(-1))
    oldest = make_receipt(second, due=later(-60))
    make_receipt(third, due=later(1))
    claims = leasing.claim_due(limit=1, now=NOW)
    assert [claim.receipt_id for claim in claims] == [oldest.pk]
    assert [claim.number for claim in claims] == [oldest.number]


@pytest.mark.django_db
def test_it_claims_nothing_twice() -> None:
    make_receipts(5)
    assert len(leasing.claim_due(limit=3, now=NOW)) == 3
    assert len(leasing.claim_due(limit=3, now=NOW)) == 2
    assert leasing.claim_due(limit=3, now=NOW) == []


@pytest.mark.django_db
def test_a_lease_that_is_over_can_be_claimed_by_another() -> None:
    receipt = make_receipt()
    dead = leasing.claim_due(limit=1, now=NOW)[0]
    assert leasing.claim_due(limit=1, now=NOW + leasing.LEASE / 2) == []
    alive = leasing.claim_due(limit=1, now=NOW + leasing.LEASE)[0]
    assert alive.receipt_id == dead.receipt_id == receipt.pk
    assert alive.token != dead.token


@pytest.mark.django_db
def test_releasing_a_lost_lease_does_not_take_it_from_its_new_holder() -> None:
    make_receipt()
    dead = leasing.claim_due(limit=1, now=NOW)
    leasing.claim_due(limit=1, now=NOW + leasing.LEASE)
    leasing.release(dead)
    assert leasing.claim_due(limit=1, now=NOW + leasing.LEASE) == []


@pytest.mark.django_db
def test_a_released_receipt_is_due_as_before() -> None:
    make_receipt()
    leasing.release(leasing.claim_due(limit=1, now=NOW))
    assert len(leasing.claim_due(limit=1, now=NOW)) == 1


@pytest.mark.django_db
def test_it_leaves_paused_and_stopped_receipts_alone() -> None:
    first, second = numbers(2)
    make_receipt(first, due=None, tier=Tier.PAUSED)
    stopped = make_receipt(second, due=None, state="stopped")
    assert leasing.claim_due(limit=5, now=later(10_000)) == []
    assert leasing.claim_receipt(stopped.pk, now=NOW) is None


@pytest.mark.django_db
def test_it_marks_calls_that_a_dead_worker_never_reported() -> None:
    make_receipt()
    leasing.open_queries(leasing.claim_due(limit=1, now=NOW), source="uscis", now=NOW)
    again = leasing.claim_due(limit=1, now=NOW + leasing.LEASE)
    leasing.open_queries(again, source="uscis", now=NOW + leasing.LEASE)
    outcomes = StatusQuery.objects.order_by("started_at").values_list("outcome", "error_code")
    assert list(outcomes) == [("lost", "worker_died"), ("started", "")]


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_never_hold_one_receipt_together() -> None:
    make_receipts(60)

    def claim(_worker: int) -> list[str]:
        held = [str(claim.receipt_id) for _ in range(5) for claim in leasing.claim_due(limit=4, now=NOW)]
        connection.close()
        return held

    with ThreadPoolExecutor(max_workers=4) as workers:
        held = [receipt for result in workers.map(claim, range(4)) for receipt in result]
    assert len(held) == len(set(held)) == 60
    assert Receipt.objects.filter(lease_token=None).count() == 0
