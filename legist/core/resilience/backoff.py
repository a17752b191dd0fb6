"""How long to wait before trying again (pure)."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

LARGEST_EXPONENT = 30
NOTHING = timedelta(0)


# How long work that only waits for the database is tried again before a person is asked.
PATIENCE = timedelta(days=1)


class Rng(Protocol):
    """The part of `random.Random` that jitter needs."""

    def random(self) -> float:
        """Return a number from 0 up to, but not including, 1."""


def ceiling(attempt: int, *, base: timedelta, cap: timedelta) -> timedelta:
    """Return the longest wait after the given attempt (from 1): base, doubled each time, up to cap."""
    exponent = min(max(attempt, 1) - 1, LARGEST_EXPONENT)
    seconds = base.total_seconds() * 2**exponent
    return timedelta(seconds=min(seconds, cap.total_seconds()))


def delay(
    attempt: int, *, base: timedelta, cap: timedelta, rng: Rng, at_least: timedelta = NOTHING
) -> timedelta:
    """Return the wait after the given attempt with full jitter: anything from nothing to the ceiling.

    `at_least` is what the other side asked for (Retry-After); the jitter comes on top of it, so that
    many waiters do not come back in the same instant.
    """
    return at_least + ceiling(attempt, base=base, cap=cap) * rng.random()
