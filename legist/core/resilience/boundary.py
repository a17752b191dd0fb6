"""The one place where any failure of somebody else's code becomes a value instead of a crash.

Used around registered handlers only (tasks, subscribers, the steps of the worker's loop). What is kept
is the error's class and where it came from: messages may name people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from types import TracebackType


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


def class_of(error: BaseException) -> str:
    """Return `module.Class`, short enough for its column."""
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]
