"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.resilience import backoff

BASE, CAP = timedelta(seconds=2), timedelta(minutes=10)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a failure must be repeatable


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 512), (10, 600), (10_000, 600)]
)
def test_it_doubles_up_to_the_cap(attempt: int, seconds: int) -> None:
    assert backoff.ceiling(attempt, base=BASE, cap=CAP) == timedelta(seconds=seconds)


@given(attempt=st.integers(1, 100), seed=st.integers())
def test_it_waits_anything_up_to_the_ceiling(attempt: int, seed: int) -> None:
    wait = backoff.delay(attempt, base=BASE, cap=CAP, rng=seeded(seed))

    assert timedelta(0) <= wait <= backoff.ceiling(attempt, base=BASE, cap=CAP)


@given(attempt=st.integers(1, 100), seed=st.integers())
def test_it_never_comes_back_before_the_service_asked_for(attempt: int, seed: int) -> None:
    asked = timedelta(minutes=30)

    assert backoff.delay(attempt, base=BASE, cap=CAP, rng=seeded(seed), at_least=asked) >= asked


def test_it_spreads_many_waiters() -> None:
    rng = seeded(7)
    waits = [backoff.delay(3, base=BASE, cap=CAP, rng=rng) for _ in range(1000)]

    quarters = [sum(q * 2 <= wait.total_seconds() < q * 2 + 2 for wait in waits) for q in range(4)]
    assert min(quarters) > 200
