"""The instants of one polling run: the given start plus what has really passed since."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Timeline:
    """A clock that starts at `start` and cannot be set back by anybody; safe to read from threads."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the start plus the time that has passed."""
        return self._start + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        """Return how long the run has taken so far."""
        return time.monotonic() - self._began

    def sleep_until(self, instant: datetime) -> None:
        """Wait for an instant; return at once when it has passed."""
        if (wait := (instant - self.now()).total_seconds()) > 0:
            time.sleep(wait)
