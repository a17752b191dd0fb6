"""The one place where any failure of somebody else's code becomes a value instead of a crash.

Used around registered handlers only (tasks, subscribers, the steps of the worker's loop). What is kept
is the error's class and where it came from: messages may name people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger(__name__)

# SQLSTATE: lost connections, resources, operators at work; deadlocks, serialization, locks, cancelled waits.
_PASSING_CLASSES = ("08", "53", "57P", "58")
_PASSING_STATES = frozenset({"40001", "40P01", "55P03", "57014", "25P03", "25P04"})
# The one primary code of SQLite that speaks of the statement and not of the machine: "no such table".
_SQLITE_ERROR = 1


@dataclass(slots=True)
class Boundary:
    """Context manager that swallows ordinary exceptions and remembers the one it met.

    Interrupts (SystemExit, KeyboardInterrupt) are remembered too but pass on.
    """

    error: BaseException | None = None

    def __enter__(self) -> Boundary:
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


def each_alone(
    items: Iterable[T],
    act: Callable[[T], R | None],
    *,
    what: str,
    failed: Callable[[T, Boundary], R | None] | None = None,
) -> Iterator[R]:
    """Act on each item; one that fails is logged, handed to `failed`, and keeps none of the others waiting.

    Yields what `act` or `failed` returned, unless that is None. Items are ids, `what` names the work in the
    log. A database that is busy or away ends it with its error: what is left is done at the next look.
    """
    for item in items:
        outcome: R | None = None
        attempt = Boundary()
        with attempt:
            outcome = act(item)
        if attempt.error is not None:
            _report(attempt, what=what, item=item)
            if failed is not None:
                telling = Boundary()
                with telling:
                    outcome = failed(item, attempt)
                if telling.error is not None:
                    _report(telling, what=f"{what}: telling", item=item)
        if outcome is not None:
            yield outcome


def _report(attempt: Boundary, *, what: str, item: object) -> None:
    """Log a failure by class and id; raise it where only the database was away."""
    if attempt.error is not None and is_transient(attempt.error):
        raise attempt.error
    log.error("item_failed", what=what, id=str(item), error_class=attempt.error_class, where=attempt.where)


def class_of(error: BaseException) -> str:
    """Return `module.Class`, short enough for its column."""
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]
