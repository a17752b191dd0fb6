"""Which errors pass by themselves, and how one failure is kept from the others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.transaction import TransactionManagementError

from legist.core.errors import InvalidInput
from legist.core.models import Heartbeat
from legist.core.resilience.error_capture import each_alone, is_clash, is_transient


def caused(error: Exception, *, sqlstate: str | None) -> Exception:
    """Return the error as Django raises it round the driver's own."""
    cause = Exception()
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]  # as psycopg's errors have it
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        InterfaceError("connection already closed"),
        *(
            caused(OperationalError(), sqlstate=state)
            for state in (None, "08006", "40001", "40P01", "53300", "55P03", "57014", "57P01")
        ),
    ],
    ids=repr,
)
def test_what_a_busy_or_absent_database_raises_passes(error: Exception) -> None:
    assert is_transient(error)
    for raised in (TransactionManagementError(), InvalidInput("x")):
        raised.__cause__ = error
        assert is_transient(raised)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(),
        DataError(),
        ProgrammingError(),
        DatabaseError(),
        KeyError("x"),
        TypeError(),
        ConnectionError(),
        InvalidInput("x"),
        caused(OperationalError(), sqlstate="42P01"),
        None,
    ],
    ids=repr,
)
def test_what_would_be_the_same_again_does_not(error: Exception | None) -> None:
    assert not is_transient(error)


def test_sqlite_tells_a_lock_from_a_table_that_is_not_there(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "db", isolation_level=None)
    other = sqlite3.connect(tmp_path / "db", timeout=0)
    holder.execute("BEGIN IMMEDIATE")
    raised = []
    for statement in ("CREATE TABLE t (x)", "SELECT * FROM nothing"):
        try:
            other.execute(statement)
        except sqlite3.OperationalError as error:
            raised.append(OperationalError())
            raised[-1].__cause__ = error
    holder.close()
    other.close()

    assert [is_transient(error) for error in raised] == [True, False]


@pytest.mark.django_db
def test_what_two_people_wrote_at_once_is_told_from_a_row_that_is_wrong() -> None:
    raised: list[Exception] = []
    rows = (Heartbeat(name="x"), Heartbeat(name="y", at="2026-03-02T12:00:00Z"))
    Heartbeat.objects.bulk_create(rows[1:])
    for row in rows:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            row.save(force_insert=True)
        raised.append(caught.value)

    assert [is_clash(error) for error in (*raised, KeyError("x"))] == [False, True, False]


@pytest.fixture
def other_connection() -> Iterator[str]:
    """A second connection to the same database."""
    if connection.vendor != "postgresql":
        yield ""
        return
    other = connection.copy("other")
    connections["other"] = other
    yield "other"
    other.close()
    del connections["other"]


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_held_and_a_connection_that_is_ended_pass(other_connection: str) -> None:
    if not other_connection:
        return  # SQLite's own lock is tested above
    Heartbeat.objects.create(name="x", at="2026-03-02T12:00:00Z")
    raised: list[Exception] = []
    with transaction.atomic():
        Heartbeat.objects.select_for_update().get()
        other = connections["other"]
        for statements in (
            ["SET lock_timeout = 1", "UPDATE core_heartbeat SET name = 'y'"],
            ["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"],
        ):
            try:
                with other.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)
            except (OperationalError, InterfaceError) as error:
                raised.append(error)

    assert [is_transient(error) for error in raised] == [True, True]


def test_one_that_fails_keeps_none_of_the_others_from_it() -> None:
    done: list[int] = []

    with pytest.raises(ZeroDivisionError):
        each_alone([1, 0, 2], lambda number: done.append(1 // number))

    assert done == [1, 0]


def test_a_database_that_is_away_ends_it_at_once() -> None:
    asked: list[int] = []

    def ask(number: int) -> None:
        asked.append(number)
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError):
        each_alone([1, 2], ask)

    assert asked == [1]
