"""What somebody does who can write to the database without the keys: SQL, past the application."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models


def write(statement: str, *values: Any) -> None:
    """Run a statement; ids and instants are given as the database stores them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [stored(value) for value in values])


def stored(value: Any) -> Any:
    """Return a value as this database keeps it."""
    if connection.vendor == "sqlite":
        if isinstance(value, UUID):
            return value.hex
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(sep=" ")
    return value


def alter(row: models.Model, **columns: Any) -> None:
    """Set columns of a row behind the application's back."""
    names = ", ".join(f"{name} = %s" for name in columns)
    write(f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s", *columns.values(), row.pk)


def copy_of(row: models.Model, **columns: Any) -> None:
    """Insert a copy of a row with other values in some columns; its seal is copied along."""
    table = row._meta.db_table
    names = [str(field.column) for field in row._meta.concrete_fields]
    chosen = ", ".join("%s" if name in columns else name for name in names)
    values = [columns[name] for name in names if name in columns]
    write(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} WHERE id = %s",
        *values,
        row.pk,
    )


def delete(row: models.Model) -> None:
    write(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)
