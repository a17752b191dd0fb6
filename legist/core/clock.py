"""The clock, read at the edges only: everything below is given `now`."""

from __future__ import annotations

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
