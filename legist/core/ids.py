"""Time-ordered identifiers, the primary keys of everything that has a URL."""

from __future__ import annotations

import os
import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

RANDOM_BITS = 74
# Far enough apart that an id says nothing of its neighbour, near enough that a millisecond holds millions.
STEP_BITS = 48

_lock = threading.Lock()
_latest = (0, 0)


def uuid7() -> UUID:
    """Return a UUID version 7 (RFC 9562): 48 bits of milliseconds, then randomness.

    Rows created together stand together in the index, and the ids that one process makes sort by creation,
    within a millisecond too: what happened first is listed first.
    """
    global _latest  # noqa: PLW0603  what this process made last
    milliseconds = time.time_ns() // 1_000_000
    with _lock:
        moment, tail = _latest
        step = secrets.randbits(STEP_BITS) + 1
        is_same = moment == milliseconds and (tail + step) >> RANDOM_BITS == 0
        tail = tail + step if is_same else secrets.randbits(RANDOM_BITS - 1)
        _latest = (milliseconds, tail)
    first, rest = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | first << 64 | 0x2 << 62 | rest)


def first_id_at(instant: datetime) -> UUID:
    """Return the lowest id that a row made at an instant may have: whatever is newer has a higher one."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def _begin_anew() -> None:
    """A child must not go on from where its parent and its siblings do, nor wait for a lock nobody holds."""
    global _latest, _lock
    _lock, _latest = threading.Lock(), (0, 0)


os.register_at_fork(after_in_child=_begin_anew)
