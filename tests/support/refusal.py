"""A database that refuses to write something, or is not there: real causes for what is never foreseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection


def stored(identifier: UUID) -> str:
    """Return an identifier as the database holds it."""
    return str(identifier) if connection.vendor == "postgresql" else identifier.hex


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Have the database itself refuse to write something, saying whom it is about."""
    table = what.split(" ON ")[1].split(" FOR ", maxsplit=1)[0]
    event = what if " FOR " in what else f"{what} FOR EACH ROW"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'about Dana Doe' USING ERRCODE = '23514'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER refusal BEFORE {event} EXECUTE FUNCTION refuse()")
        else:
            cursor.execute(
                f"CREATE TRIGGER refusal BEFORE {event} BEGIN SELECT RAISE(ABORT, 'about Dana Doe'); END"
            )
        yield
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER refusal{on}")


@contextmanager
def raising(error: Exception, table: str) -> Iterator[None]:
    """Have the connection raise an error at the first write to a table."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(f'INSERT INTO "{table}"'):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield
