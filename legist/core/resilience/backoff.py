"""How work that failed is tried again (pure): one policy, and the table of what follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Final, Protocol

LARGEST_EXPONENT = 30
FACTOR = 2
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
    seconds = base.total_seconds() * FACTOR**exponent
    return timedelta(seconds=min(seconds, cap.total_seconds()))


def delay(
    attempt: int, *, base: timedelta, cap: timedelta, rng: Rng, at_least: timedelta = NOTHING
) -> timedelta:
    """Return the wait after the given attempt with full jitter: anything from nothing to the ceiling.

    `at_least` is what the other side asked for (Retry-After); the jitter comes on top of it, so that
    many waiters do not come back in the same instant.
    """
    return at_least + ceiling(attempt, base=base, cap=cap) * rng.random()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure leads to: `is_last` means that a person decides; else it is due again at `at`."""

    at: datetime
    is_last: bool
    failures: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """How often one kind of work is tried in all, and the longest pause after the first and after any try."""

    base: timedelta
    cap: timedelta
    tries: int

    def wait(self, attempt: int, *, rng: Rng | None = None, at_least: timedelta = NOTHING) -> timedelta:
        """Return the pause after the given attempt (from 1), with full jitter."""
        return delay(attempt, base=self.base, cap=self.cap, rng=rng or _RNG, at_least=at_least)

    def after(
        self,
        attempt: int,
        *,
        failures: int,
        since: datetime | None,
        now: datetime,
        counts: bool = True,
        tries: int | None = None,
    ) -> Verdict:
        """Judge the failure of an attempt, after `failures` that counted, the first of this set at `since`.

        One that does not count, for the database was away, uses up no try and is tried again for a day.
        """
        first, failures = since or now, failures + int(counts)
        is_last = failures >= (tries or self.tries) if counts else now - first >= PATIENCE
        return Verdict(now + self.wait(attempt), is_last, failures, first)


# Not seeded, so that forked workers do not jitter in step.
_RNG: Final = SystemRandom()
# What becomes of each after its last try stands beside this table in docs/operations.md.
EVENTS: Final = Policy(timedelta(seconds=2), timedelta(minutes=15), tries=8)
# A task may say how often it is tried, and a receipt's interval bounds its pauses.
TASKS: Final = Policy(timedelta(seconds=2), timedelta(minutes=10), tries=5)
CHECKS: Final = Policy(timedelta(seconds=30), timedelta(hours=1), tries=6)
IMPORTS: Final = Policy(timedelta(seconds=2), timedelta(seconds=2), tries=5)
QUESTIONS: Final = Policy(timedelta(seconds=30), timedelta(hours=1), tries=4)
MESSAGES: Final = Policy(timedelta(seconds=30), timedelta(hours=1), tries=8)
