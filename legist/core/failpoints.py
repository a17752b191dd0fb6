"""Places at which a process kills itself when it is told to, so that tests see what a crash leaves behind.

They stand on both sides of every commit (`atomic`) and of every call to another machine (`calling`), and bear
the name of where these were asked for: `mail.after@workflows.messages.sending._hand_over`.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction

from legist.environment import refused


class Failpoint(NamedTuple):
    """Where to die, at which passing of a process; `file` is written then, and nobody dies where it is."""

    name: str
    passing: int
    file: Path


def read(given: str) -> Failpoint | None:
    """Read `name:passing:file`; None for an empty text. Raises ImproperlyConfigured for anything else."""
    if not given:
        return None
    found = re.fullmatch(r"([^:]+):([1-9][0-9]{0,5}):(/.+)", given)
    if found is None:
        raise refused("LEGIST_FAILPOINT", "name:passing:file, and never where a firm works")
    return Failpoint(found[1], int(found[2]), Path(found[3]))


# A firm's processes never die of it, whatever they are told.
ARMED: Final = None if settings.IS_PRODUCTION else read(settings.LEGIST_FAILPOINT)
# What only lends its transaction or its call: the place is whose work it is.
LENDERS: Final = frozenset(
    {__name__, "contextlib", "legist.core.channels.email", "legist.core.leases", "legist.core.uow"}
)
_passings: Final = count(1)


@contextmanager
def atomic() -> Iterator[None]:
    """Open a transaction, or a savepoint in the one that is open: nothing else in the product does."""
    place = _place() if ARMED and not transaction.get_connection().in_atomic_block else ""
    with transaction.atomic():
        if place:
            transaction.on_commit(partial(_pass, f"commit.after@{place}"))
        yield
        if place:
            _pass(f"commit.before@{place}")


@contextmanager
def calling(what: str, place: str = "") -> Iterator[None]:
    """Do within what no rollback takes back: a call to another machine, of the kind `what`; a whole task."""
    place = (place or _place()) if ARMED else ""
    if place:
        _pass(f"{what}.before@{place}")
    try:
        yield
    finally:
        if place:
            _pass(f"{what}.after@{place}")


def _place() -> str:
    frame = sys._getframe(1)  # noqa: SLF001  there is no other way to ask who calls
    while frame.f_globals["__name__"] in LENDERS and frame.f_back:
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"


def _pass(name: str) -> None:
    """Die here, where it is the place and the passing that were named."""
    if ARMED is None or name != ARMED.name or next(_passings) != ARMED.passing or ARMED.file.exists():
        return
    ARMED.file.touch()
    os.kill(os.getpid(), signal.SIGKILL)
