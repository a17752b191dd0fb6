"""Indexes over encrypted rows in the memory of this process: read when first asked for, then kept fresh.

What is searched for is encrypted, so no database finds it by a piece. Each web process opens the rows once
and keeps what they are found by in memory, on no disk; each search asks the database which rows are new or
were changed since, and opens those. Who may see what is found is decided afterwards, by whoever asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Model, Q, QuerySet

from legist.core.resilience.error_capture import ErrorCapture
from legist.practice.search.index import Entry, Index

log = structlog.get_logger(__name__)
# Read while somebody waits; more is read behind, and searches say so meanwhile.
AT_ONCE: Final = 3000
# A row's time is its writer's, and it is seen once its transaction ends: as old ones are looked at again.
OVERLAP: Final = timedelta(minutes=5)
# How often the rows are counted: what was written past the application, or deleted, is noticed by it.
COUNTED_EVERY: Final = timedelta(minutes=1)
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a shelf come from, what each is found by, and which were written since an instant.

    `stamps` are the columns of which one differs, as it is stored, once a row is found by something else.
    """

    all: Callable[[], QuerySet[Any]]
    entry: Callable[[Any], Entry]
    since: Callable[[datetime], Q]
    stamps: tuple[str, ...]


class Shelf:
    """One kind of rows; safe to be asked by several threads."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Begin again, as a process does."""
        with self._lock:
            self._index = Index()
            self._stamps: dict[int, Any] = {}
            self._read_at: datetime | None = None
            self._counted_at: datetime | None = None
            self._reader: threading.Thread | None = None

    def ask(self, question: Callable[[Index], list[int]], *, now: datetime) -> list[int]:
        """Return the ids that answer a question to the index, which is up to date unless it `is_behind`.

        They are whole numbers: of the many that a word finds few are looked at (`services.first_open`).
        """
        with self._lock:
            self._refresh(now)
            return question(self._index)

    @property
    def is_behind(self) -> bool:
        """True while rows are still being read: an answer may lack some."""
        return self._reader is not None

    def _refresh(self, now: datetime) -> None:
        if self._reader is not None:
            return
        if self._read_at is None or now < self._read_at:
            self._read_everything(now)
            return
        # Counted first: rows that were there by then are found below, or were missed.
        count = self._counted(now)
        stamps = self._recent(self._read_at)
        changed = [key for key, stored in stamps.items() if self._stamps.get(key) != stored]
        if len(changed) <= AT_ONCE:
            for row in self._rows(changed):
                self._index.put(row.pk.int, self.rows.entry(row))
            self._stamps, self._read_at = stamps, now
        if len(changed) > AT_ONCE or count > len(self._index):
            self._read_everything(now)

    def _recent(self, read_at: datetime) -> dict[int, Any]:
        recent = self.rows.all().filter(self.rows.since(read_at - OVERLAP)).order_by()
        return {pk.int: stored for pk, *stored in recent.values_list("pk", *self.rows.stamps)}

    def _counted(self, now: datetime) -> int:
        if self._counted_at and self._counted_at <= now < self._counted_at + COUNTED_EVERY:
            return 0
        self._counted_at = now
        return self.rows.all().count()

    def _rows(self, keys: list[int]) -> Iterable[Model]:
        for start in range(0, len(keys), CHUNK):
            yield from self.rows.all().filter(pk__in=[UUID(int=key) for key in keys[start : start + CHUNK]])

    def _read_everything(self, now: datetime) -> None:
        """Read all rows: now where they are few, else behind, while what was known goes on answering."""
        self._counted_at = now
        if self.rows.all().count() <= AT_ONCE:
            self._read(now)
        else:
            self._reader = threading.Thread(target=self._read_behind, args=(now,), daemon=True)
            self._reader.start()

    def _read(self, now: datetime) -> None:
        # Before the rows: what is changed meanwhile differs from it, and is read again.
        stamps, index = self._recent(now), Index()
        for row in self.rows.all().order_by("pk").iterator(chunk_size=CHUNK):
            index.put(row.pk.int, self.rows.entry(row))
        with self._lock:
            self._index, self._stamps, self._read_at = index, stamps, now

    def _read_behind(self, now: datetime) -> None:
        attempt = ErrorCapture()
        try:
            with attempt:
                self._read(now)
        finally:
            with self._lock:
                self._reader = None
            connection.close()
        if attempt.error is not None:
            # The next search begins again.
            log.error("search_not_read", error_class=attempt.error_class, where=attempt.where)
