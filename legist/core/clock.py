"""The clock, read at the edges only: everything below is given `now`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

# What the clocks of two machines may differ by before an instant ahead of now counts as wrong.
SKEW: Final = timedelta(minutes=1)


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(tz=UTC)


def is_recent(instant: datetime | None, *, now: datetime, within: timedelta) -> bool:
    """True when it happened within that time; nothing happened in the future, whatever a clock said."""
    return instant is not None and -SKEW <= now - instant <= within


class SteadyClock:
    """A clock that starts at `start` and cannot be set back by anybody; safe to read from threads."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the start plus the time that has really passed since."""
        return self._start + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        """Return how much time has passed."""
        return time.monotonic() - self._began
