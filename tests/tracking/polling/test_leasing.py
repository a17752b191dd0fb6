"""Who holds which receipt: nobody twice, nobody for ever."""

from __future__ import annotations

import pytest

from tests.factories.practice import NOW
from tests.factories.tracking import later, make_receipt, numbers
from tracking.models import StatusQuery
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
    leasing.open_queries(leasing.claim_due(limit=1, now=NOW), lane="uscis", now=NOW)
    again = leasing.claim_due(limit=1, now=NOW + leasing.LEASE)
    leasing.open_queries(again, lane="uscis", now=NOW + leasing.LEASE)
    outcomes = StatusQuery.objects.order_by("started_at").values_list("outcome", "error_code")
    assert list(outcomes) == [("lost", "worker_died"), ("started", "")]
