"""The one transaction boundary: a change, its audit entries and its events commit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import EllipsisType
from typing import Any
from uuid import UUID

from auditlog.context import set_actor
from django.db import models, transaction

from legist.core.actors import Actor
from legist.core.canary import expect_right_keys
from legist.core.chain import Action, make_entry
from legist.core.failpoints import atomic


@dataclass(slots=True)
class UnitOfWork:
    """Who acts and when, and what was collected: rows to write before the commit, calls to make after it."""

    actor: Actor | None
    now: datetime | None = None
    pending: list[Any] = field(default_factory=list)
    calls: list[Callable[[], None]] = field(default_factory=list)

    def record(
        self, action: Action, subject: models.Model, within: UUID | EllipsisType | None = ..., /, **data: Any
    ) -> None:
        """Put one act of the unit's actor on the record, at the end of the unit.

        `data` holds ids, codes and counts only. What `within` means, and which data raise ValueError,
        `make_entry` says; a unit that was opened without an actor or a time records nothing and raises too.
        """
        if self.actor is None or self.now is None:
            message = f"Open the unit of work with an actor and a time: {action.code} needs both."
            raise ValueError(message)
        entry = make_entry(action, subject, actor=self.actor, now=self.now, within=within, data=data)
        with nullcontext(self) if _current.get() else unit_of_work(actor=self.actor, now=self.now) as unit:
            unit.pending.append(entry)


_current: ContextVar[UnitOfWork | None] = ContextVar("legist_unit_of_work", default=None)
_flushers: list[Callable[[list[Any]], None]] = []


def current_unit() -> UnitOfWork | None:
    """Return the open unit of work, or None."""
    return _current.get()


def acting(*, actor: Actor | None, now: datetime | None) -> UnitOfWork:
    """Return a part of the open unit with its own who and when, which collects into the whole.

    Where none is open, each act that it records is a unit of its own.
    """
    unit = _current.get() or UnitOfWork(actor, now)
    return replace(unit, actor=actor or unit.actor, now=now or unit.now)


def register_flush(flush: Callable[[list[Any]], None]) -> None:
    """Have `flush(pending rows)` called inside every outermost transaction, right before its commit."""
    _flushers.append(flush)


def call_after_commit(call: Callable[[], None]) -> None:
    """Have `call()` made after the commit, once for the whole unit of work however often it is asked for.

    Outside a unit of work, in a bare transaction, it is made as often as asked. It may fail.
    """
    unit = _current.get()
    if unit is not None:
        if call in unit.calls:
            return
        unit.calls.append(call)
    transaction.on_commit(call, robust=True)


@contextmanager
def unit_of_work(*, actor: Actor | None = None, now: datetime | None = None) -> Iterator[UnitOfWork]:
    """Open the transaction of one use case, or join the one that is open.

    Audit entries are written at the very end, so the lock on the head of their chain is the last
    lock taken and held only for the commit: two use cases cannot wait for each other in a circle.
    A nested unit is a savepoint: when it fails, what it had collected is forgotten with it.
    Raises WrongKeyError before anything is written with keys that are not the database's.
    """
    outer = _current.get()
    if outer is not None:
        yield from _nested(outer, acting(actor=actor, now=now))
        return
    expect_right_keys()
    unit = UnitOfWork(actor, now)
    token = _current.set(unit)
    try:
        with ExitStack() as stack:
            if actor is not None and actor.user is not None:
                stack.enter_context(set_actor(actor.user))
            with atomic():
                yield unit
                for flush in _flushers:
                    flush(unit.pending)
    finally:
        _current.reset(token)


def _nested(outer: UnitOfWork, part: UnitOfWork) -> Iterator[UnitOfWork]:
    kept, kept_calls = len(outer.pending), len(outer.calls)
    try:
        with atomic():
            yield part
    except BaseException:
        # Django forgets the calls of a savepoint that is rolled back, so they may be asked for again.
        del outer.pending[kept:], outer.calls[kept_calls:]
        raise


def expect_constraints() -> None:
    """Have what PostgreSQL checks at the commit (foreign keys) checked here, where it can still fail alone.

    SQLite would read every table for it and is left to check at the commit.
    """
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        connection.check_constraints()
