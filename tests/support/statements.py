"""Refuses statements that a database may carry out otherwise than they read, whichever test sends them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

CHANGE: Final = re.compile(r"\s*(UPDATE|DELETE)\b", re.IGNORECASE)
INNERMOST: Final = re.compile(r"(\bIN\s*|\bEXISTS\s*)?\(([^()]*)\)", re.IGNORECASE)
LIMITED: Final = re.compile(r"\s*SELECT\b.*\bLIMIT\b", re.IGNORECASE | re.DOTALL)


def has_limited_choice(sql: str) -> bool:
    """True for a change of the rows that a select with a limit chooses within it.

    The database may run that select once for each row it looks at: see legist/core/leases.py.
    """
    while CHANGE.match(sql) and (inner := INNERMOST.search(sql)):
        operator, content = (inner[1] or "").strip().upper(), inner[2]
        if operator == "IN" and LIMITED.match(content):
            return True
        sql = sql[: inner.start()] + sql[inner.end() :]
    return False


def refuse_limited_choice(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Let every statement through but those: Django calls it around each one."""
    assert not has_limited_choice(sql), f"Choose and lock the rows first, legist.core.leases.take: {sql}"
    return execute(sql, *rest)


def _watch(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    if refuse_limited_choice not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_limited_choice)


@pytest.fixture(autouse=True, scope="session")
def _limits_hold() -> Iterator[None]:
    connection_created.connect(_watch)
    yield
    connection_created.disconnect(_watch)
