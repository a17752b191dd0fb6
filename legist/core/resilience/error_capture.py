"""The one place where any failure of somebody else's code becomes a value instead of a crash.

Used around registered handlers only (tasks, subscribers, the steps of the worker's loop). What is kept
is the error's class and where it came from: messages may name people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TypeVar

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger(__name__)

# SQLSTATE: lost connections, resources, operators at work; deadlocks, serialization, locks, cancelled waits.
_PASSING_CLASSES = ("08", "53", "57P", "58")
_PASSING_STATES = frozenset({"40001", "40P01", "55P03", "57014", "25P03", "25P04"})
# The one primary code of SQLite that speaks of the statement and not of the machine: "no such table".
_SQLITE_ERROR = 1
# A unique value that is there, a row that is gone: by PostgreSQL and by SQLite.
_CLASHES = frozenset(
    {
        "23505",
        "23503",
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "SQLITE_CONSTRAINT_FOREIGNKEY",
    }
)


@dataclass(slots=True)
class ErrorCapture:
    """Context manager that swallows ordinary exceptions and remembers the one it met.

    Interrupts (SystemExit, KeyboardInterrupt) are remembered too but pass on.
    """

    error: BaseException | None = None

    def __enter__(self) -> ErrorCapture:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return isinstance(error, Exception)

    @property
    def error_class(self) -> str:
        """The class of the error with its module, or an empty text."""
        return class_of(self.error) if self.error else ""

    @property
    def where(self) -> list[str]:
        """The innermost frames of the error, `file:line function`, without any values."""
        frames = extract_tb(self.error.__traceback__)[-6:] if self.error else []
        return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def each_alone(
    items: Iterable[T],
    act: Callable[[T], R | None],
    *,
    failed: Callable[[T, ErrorCapture], R | None] | None = None,
    limit: int | None = None,
) -> list[R]:
    """Do `act` to each item, so that one that fails keeps none of the others from it; return the outcomes.

    Each failure is logged by class and item (an id or a row), then handed to `failed`, which tells somebody
    and may return an outcome of its own; without it the first failure is raised at the end, for the caller's
    retries and whoever they tell. An outcome of None is left out, and `limit` counts outcomes, so that
    failures do not stand in the way of the rest. A database that is busy or away ends it at once. Call it
    outside any transaction.
    """
    outcomes: list[R] = []
    first: BaseException | None = None
    for item in items:
        if limit is not None and len(outcomes) >= limit:
            break
        outcome, attempt = _attempt(act, item)
        if attempt.error is not None and failed is not None:
            outcome, attempt = _attempt(lambda each, known=attempt: failed(each, known), item)  # type: ignore[misc]
        first = first or attempt.error
        if outcome is not None:
            outcomes.append(outcome)
    if first is not None:
        raise first
    return outcomes


def _attempt(act: Callable[[T], R | None], item: T) -> tuple[R | None, ErrorCapture]:
    outcome, attempt = None, ErrorCapture()
    with attempt:
        outcome = act(item)
    if attempt.error is not None:
        if is_transient(attempt.error):
            raise attempt.error
        known = str(getattr(item, "pk", item))
        log.error("item_failed", id=known, error_class=attempt.error_class, where=attempt.where)
    return outcome, attempt


def is_transient(error: BaseException | None) -> bool:
    """True when the database was busy or away, so that the same work may succeed later, unchanged.

    Lock timeouts, deadlocks, serialization failures, lost connections and a machine that is full; also
    where another error was raised because of one of them.
    """
    while error is not None:
        if isinstance(error, InterfaceError):
            return True
        if isinstance(error, OperationalError):
            return _is_passing(error)
        error = error.__cause__
    return False


def _is_passing(error: OperationalError) -> bool:
    """Ask the driver's own error for its code; where it has none the connection itself was lost."""
    cause = error.__cause__
    state, code = getattr(cause, "sqlstate", None), getattr(cause, "sqlite_errorcode", None)
    if state is not None:
        return state in _PASSING_STATES or state.startswith(_PASSING_CLASSES)
    return code is None or code & 0xFF != _SQLITE_ERROR


def is_clash(error: BaseException) -> bool:
    """True when somebody else wrote the same, or deleted what was built on, in the same moment."""
    cause = error.__cause__ if isinstance(error, IntegrityError) else None
    said = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return said in _CLASHES


def class_of(error: BaseException) -> str:
    """Return `module.Class`, short enough for its column."""
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]
