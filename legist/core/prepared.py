"""Statements whose words are kept: where every page asks the same, wording it takes longer than answering it.

A statement is worded once in a process, with stand-ins for the values that differ from one use to the next
(who asks, since when); each use puts its own in their places. All else that decides how it reads is in its
key, and nothing is asked of the database while it is worded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from typing import Any, Final, NoReturn
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateField, DateTimeField, Field, QuerySet, UUIDField

Value = UUID | datetime | date
Statement = tuple[str, tuple[Any, ...]]

STAND_INS: Final[dict[type[Value], tuple[Field[Any, Any], Value]]] = {
    UUID: (UUIDField(), UUID("5ca1ab1e-0000-4000-8000-0000deadbea7")),
    datetime: (DateTimeField(), datetime(9876, 5, 4, 3, 2, 1, tzinfo=UTC)),
    date: (DateField(), date(9876, 5, 4)),
}
_kept: Final[dict[Hashable, Statement | None]] = {}


def statement(
    make: Callable[..., QuerySet[Any]], key: tuple[Hashable, ...], **values: Value
) -> Statement | None:
    """Return the words of the query that `make(**values)` returns; None where it cannot find anything.

    `values` are what differs, at most one of each type.
    """
    place = (connection.vendor, *key)
    if place not in _kept:
        with connection.execute_wrapper(_refuse):
            _kept[place] = _worded(
                make(**{name: STAND_INS[type(value)][1] for name, value in values.items()})
            )
    if (kept := _kept[place]) is None:
        return None
    own = dict(_stand_in_and_own(value) for value in values.values())
    sql, parameters = kept
    return sql, tuple(own.get(each, each) if isinstance(each, str | Value) else each for each in parameters)


def rows(found: Statement | None) -> list[tuple[Any, ...]]:
    """Return what the database answers, as it answers it."""
    if found is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*found)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
    return answer


def _worded(query: QuerySet[Any]) -> Statement | None:
    try:
        sql, parameters = query.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(parameters)


def _stand_in_and_own(value: Value) -> tuple[Any, Any]:
    """Return both as the database is given them."""
    field, stand_in = STAND_INS[type(value)]
    return field.get_db_prep_value(stand_in, connection), field.get_db_prep_value(value, connection)


def _refuse(*_asked: object) -> NoReturn:
    message = (
        "While a statement is worded the database is not asked: its answer would be kept with the words."
    )
    raise RuntimeError(message)
