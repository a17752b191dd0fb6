"""The last moment before a call leaves: whoever keeps the pace is asked there, and nowhere else.

Every request of a source passes `leave` between its connection and its first byte: first tries, repeats after
a refused token, probes, and requests for a token. Within `paced` it waits there for its slot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


class HeldBack(Exception):
    """There is no slot for the call: it has not left."""


class Superseded(Exception):
    """While the call waited for its slot, its access token was refused to another: it has not left."""


@dataclass(slots=True)
class Passage:
    """One request on its way out: whether it counts as a call to the API, and when it left.

    `is_current` is asked in the slot, whether what was prepared is still worth sending.
    """

    is_counted: bool
    is_current: Callable[[], bool] = lambda: True
    started: float = field(default_factory=time.monotonic)
    has_left: bool = False


# Waits for a slot of the request; raises HeldBack when there is none, Superseded when it is not current.
Gate = Callable[[Passage], None]
_gate: ContextVar[Gate | None] = ContextVar("gate", default=None)
_passage: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def paced(gate: Gate) -> Iterator[None]:
    """Have every request of this thread wait at the gate."""
    token = _gate.set(gate)
    try:
        yield
    finally:
        _gate.reset(token)


@contextmanager
def passing(passage: Passage) -> Iterator[None]:
    """Send one request within."""
    token = _passage.set(passage)
    try:
        yield
    finally:
        _passage.reset(token)


def leave() -> None:
    """Wait for the slot of the request that this thread is about to send. Raises what the gate does."""
    passage, gate = _passage.get(), _gate.get()
    if passage is None:
        return
    if gate is not None:
        gate(passage)
    passage.started, passage.has_left = time.monotonic(), True
