"""One id that ties a request, its tasks, its audit entries and its log lines together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from legist.core.ids import uuid7

KEY = "correlation_id"


def current() -> str | None:
    """Return the correlation id of the work at hand, or None outside any."""
    value = structlog.contextvars.get_contextvars().get(KEY)
    return str(value) if value else None


@contextmanager
def correlated(correlation_id: str | None = None) -> Iterator[str]:
    """Bind a correlation id (the given one, the current one, or a new one) for the enclosed work."""
    bound = correlation_id or current() or str(uuid7())
    with structlog.contextvars.bound_contextvars(**{KEY: bound}):
        yield bound
