"""Move a whole install from SQLite to PostgreSQL: every row as it stands, with ids, ciphertexts and chain.

What is moved is read in one transaction of the SQLite file, which nobody can write to meanwhile. Tables go
over in groups, each in a transaction of its own with a mark beside it, so that a move that was cut off goes
on. At the end every table is counted and compared by a digest of all its rows, on both sides.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from ipaddress import ip_address
from json import loads
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql

from legist.core.errors import LegistError

MARKS: Final = "legist_moved"
REHEARSAL: Final = "legist_rehearsal"
PORTION: Final = 500


class MoveError(LegistError):
    """The move did not happen; the message says why and what to do. SQLite holds what it held."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as PostgreSQL has it: its columns with their types, and the tables its rows point to."""

    name: str
    columns: Mapping[str, str]
    points_to: frozenset[str]


Read = Callable[[Any], Any]
# SQLite keeps these as texts and numbers; everything else is the same on both sides.
READ: Final[Mapping[str, Read]] = {
    "uuid": lambda kept: UUID(hex=kept),
    "boolean": bool,
    "timestamp with time zone": lambda kept: datetime.fromisoformat(kept).replace(tzinfo=UTC),
    "date": date.fromisoformat,
    "time without time zone": time.fromisoformat,
    "interval": lambda kept: timedelta(microseconds=kept),
    "numeric": lambda kept: Decimal(str(kept)),
    "bytea": bytes,
    "inet": ip_address,
}


def _plain(kind: str, value: Any) -> str:
    """Return a value as a text that is the same on both sides."""
    if value is None:
        return "-"
    if kind == "jsonb":
        return repr(loads(value, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=sorted))
    if kind == "timestamp with time zone":
        value = value.astimezone(UTC)
    if kind == "numeric":
        value = value.normalize()
    return repr(bytes(value) if kind == "bytea" else value)


@dataclass(frozen=True, slots=True)
class Digest:
    """Of rows in whatever order: how many, and the sum of their hashes in hexadecimal digits."""

    rows: int = 0
    total: str = "0"

    def plus(self, table: Table, row: tuple[Any, ...]) -> Digest:
        words = "\x1f".join(map(_plain, table.columns.values(), row))
        added = int.from_bytes(sha256(words.encode()).digest())
        return Digest(self.rows + 1, f"{(int(self.total, 16) + added) % 2**256:x}")


@contextmanager
def held(path: Path, *, writers_wait: bool) -> Iterator[sqlite3.Connection]:
    """Open the SQLite file as it stands now; nobody else writes to it meanwhile where `writers_wait`."""
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)) as source:
        source.execute("BEGIN IMMEDIATE" if writers_wait else "BEGIN")
        yield source
        source.execute("ROLLBACK")


@dataclass
class Move:
    """One run: what it says goes to `say`, and what it did is counted by table.

    `before` are tables that an earlier run had moved; `left` those with no place in PostgreSQL: of a cache,
    or of what is no longer installed.
    """

    source: sqlite3.Connection
    url: str
    say: Callable[[str], None]
    is_rehearsal: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    target: psycopg.Connection[Any] = field(init=False)

    @property
    def schema(self) -> str:
        return REHEARSAL if self.is_rehearsal else "public"

    def run(self) -> None:
        """Copy every table and compare every row; a rehearsal leaves nothing. Raises MoveError."""
        with psycopg.connect(self.url, autocommit=True) as self.target:
            if self.is_rehearsal:
                self.execute("DROP SCHEMA IF EXISTS {} CASCADE", self.schema)
                self.execute("CREATE SCHEMA {}", self.schema)
            self.execute("SET search_path TO {}", self.schema)
            try:
                self.move()
            finally:
                if self.is_rehearsal:
                    self.execute("DROP SCHEMA {} CASCADE", self.schema)

    def move(self) -> None:
        """Make the tables, unless an earlier run was cut off; copy, compare, and have the record verified."""
        if not self.has_table(MARKS):
            if self.has_table("core_auditentry") and self.count("core_auditentry"):
                raise MoveError(
                    _("Legist has worked in LEGIST_TARGET_DATABASE_URL already. Name an empty database.")
                )
            self.say("Making the tables.")
            self.manage("migrate", "--verbosity=0")
        tables = self.tables()
        self.expect_same_columns(tables)
        if not self.goes_on(tables):
            self.begin(tables)
        for group in in_order(tables):
            self.copy([tables[name] for name in sorted(group)])
        self.set_counters(tables)
        self.say("Comparing every row.")
        for name, moved in self.marks().items():
            self.compare(tables[name], moved)
        self.say("Verifying the record.")
        self.manage("verify_audit")
        self.execute("DROP TABLE {}", MARKS)

    def execute(self, words: str, *names: str) -> psycopg.Cursor[Any]:
        return self.target.execute(sql.SQL(words).format(*map(sql.Identifier, names)))

    def manage(self, *arguments: str) -> None:
        """Run a command of ours as it will run on PostgreSQL."""
        known = {name: value for name, value in os.environ.items() if name != "LEGIST_DATABASE_URL_FILE"}
        own = {"LEGIST_DATABASE_URL": self.url, "PGOPTIONS": f"-c search_path={self.schema}"}
        command = [sys.executable, "-W", "ignore", str(settings.BASE_DIR / "manage.py"), *arguments]
        if subprocess.run(command, env=known | own, capture_output=True, check=False).returncode:  # noqa: S603  our own
            message = _("`manage.py %(command)s` failed on PostgreSQL. Run it there to see why, then go on.")
            raise MoveError(message % {"command": arguments[0]})

    def has_table(self, name: str) -> bool:
        found = self.target.execute("SELECT to_regclass(current_schema() || '.' || %s)", [name]).fetchone()
        return found is not None and found[0] is not None

    def count(self, name: str) -> int:
        (count,) = self.execute("SELECT count(*) FROM {}", name).fetchone() or (0,)
        return int(count)

    def tables(self) -> dict[str, Table]:
        """Return every table of ours by its name."""
        columns: dict[str, dict[str, str]] = {}
        for table, column, kind in self.target.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
            " ORDER BY table_name, ordinal_position"
        ):
            columns.setdefault(table, {})[column] = kind
        columns.pop(MARKS, None)
        points: dict[str, set[str]] = {name: set() for name in columns}
        for table, other in self.target.execute(
            "SELECT own.relname, other.relname FROM pg_constraint AS rule"
            " JOIN pg_class AS own ON own.oid = conrelid JOIN pg_class AS other ON other.oid = confrelid"
            " WHERE contype = 'f' AND rule.connamespace = current_schema()::regnamespace"
        ):
            points[table].add(other)
        return {name: Table(name, found, frozenset(points[name] - {name})) for name, found in columns.items()}

    def expect_same_columns(self, tables: Mapping[str, Table]) -> None:
        """Raise MoveError where a table differs, and count what only SQLite has."""
        found = self.source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in found.fetchall():
            if name not in tables:
                ((self.left[name],),) = self.source.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  its own name
        for name, table in tables.items():
            if {row[1] for row in self.source.execute(f'PRAGMA table_info("{name}")')} != set(table.columns):
                message = _("The table %(name)s differs. Run migrate on SQLite with this release first.")
                raise MoveError(message % {"name": name})

    def goes_on(self, tables: Mapping[str, Table]) -> bool:
        """Say whether an earlier run was cut off, and nothing it had moved has changed since."""
        return self.has_table(MARKS) and all(
            name in tables and self.digest_here(tables[name]) == moved for name, moved in self.marks().items()
        )

    def marks(self) -> dict[str, Digest]:
        """Return what was moved so far, as it was read: nobody writes to the source meanwhile."""
        rows = self.execute("SELECT name, rows, total FROM {}", MARKS)
        return {name: Digest(*digest) for name, *digest in rows.fetchall()}

    def begin(self, tables: Mapping[str, Table]) -> None:
        """Take away what `migrate` laid down, for SQLite has it too, and what an earlier run had moved."""
        with self.target.transaction():
            self.execute("DROP TABLE IF EXISTS {}", MARKS)
            self.execute("TRUNCATE " + ", ".join(["{}"] * len(tables)), *tables)
            self.execute("CREATE TABLE {} (name text PRIMARY KEY, rows bigint, total text)", MARKS)

    def rows_here(self, table: Table) -> Iterator[tuple[Any, ...]]:
        names = ", ".join(f'"{name}"' for name in table.columns)
        reads = [READ.get(kind) for kind in table.columns.values()]
        for row in self.source.execute(f'SELECT {names} FROM "{table.name}"'):  # noqa: S608  its own names
            yield tuple(
                read(value) if read and value is not None else value
                for read, value in zip(reads, row, strict=True)
            )

    def copy(self, group: list[Table]) -> None:
        """Copy tables that go together, each with a mark of what was copied."""
        names = [table.name for table in group]
        marked = sql.SQL("SELECT 1 FROM {} WHERE name = ANY(%s)").format(sql.Identifier(MARKS))
        if self.target.execute(marked, [names]).fetchone():
            self.before.update(names)
            return
        with self.target.transaction():
            for table in group:
                digest = self.copy_rows(table)
                mark = sql.SQL("INSERT INTO {} VALUES (%s, %s, %s)").format(sql.Identifier(MARKS))
                self.target.execute(mark, [table.name, digest.rows, digest.total])
                self.rows[table.name] = digest.rows
                self.say(f"{table.name}: {digest.rows}")

    def copy_rows(self, table: Table) -> Digest:
        digest = Digest()
        columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        words = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        try:
            with self.target.cursor() as cursor, cursor.copy(words) as copy:
                for row in self.rows_here(table):
                    digest = digest.plus(table, row)
                    copy.write_row(row)
        except (psycopg.DataError, psycopg.IntegrityError, ValueError, TypeError) as error:
            column = error.diag.column_name if isinstance(error, psycopg.Error) else None
            place = f"{table.name}.{column}" if column else table.name
            message = _("PostgreSQL cannot keep a row of %(place)s (%(error)s). It is not moved.")
            raise MoveError(message % {"place": place, "error": type(error).__name__}) from None
        return digest

    def digest_here(self, table: Table) -> Digest:
        return reduce(lambda digest, row: digest.plus(table, row), self.rows_here(table), Digest())

    def digest_there(self, table: Table) -> Digest:
        columns = sql.SQL(", ").join(
            sql.SQL("{}::text" if kind == "jsonb" else "{}").format(sql.Identifier(name))
            for name, kind in table.columns.items()
        )
        with self.target.transaction(), self.target.cursor(name="legist_compare") as cursor:
            cursor.itersize = PORTION
            cursor.execute(sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(table.name)))
            return reduce(lambda digest, row: digest.plus(table, row), cursor, Digest())

    def compare(self, table: Table, here: Digest) -> None:
        there = self.digest_there(table)
        if here != there:
            message = _(
                "%(name)s is not the same on both sides: %(here)s rows here, %(there)s there. Stay on "
                "SQLite, and move into another empty database."
            )
            raise MoveError(message % {"name": table.name, "here": here.rows, "there": there.rows})

    def set_counters(self, tables: Mapping[str, Table]) -> None:
        """Have each counter of ids go on behind the highest that was moved."""
        for name, table in tables.items():
            for column in table.columns:
                found = self.target.execute(
                    "SELECT pg_get_serial_sequence(quote_ident(%s), %s)", [name, column]
                ).fetchone()
                if found and found[0]:
                    words = sql.SQL("SELECT setval({}, coalesce(max({}), 0) + 1, false) FROM {}")
                    counter, place = sql.Literal(found[0]), (sql.Identifier(column), sql.Identifier(name))
                    self.target.execute(words.format(counter, *place))


def in_order(tables: Mapping[str, Table]) -> list[frozenset[str]]:
    """Return the tables so that none comes before one it points to; a ring of them comes together."""
    home = {name: frozenset({name}) for name in tables}
    while True:
        groups = {
            group: {home[other] for name in group for other in tables[name].points_to} - {group}
            for group in home.values()
        }
        try:
            return list(TopologicalSorter(groups).static_order())
        except CycleError as error:
            ring = frozenset[str]().union(*error.args[1])
            home |= dict.fromkeys(ring, ring)
