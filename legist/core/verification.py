"""Proving that nobody rewrote the record, nor what it tells of: the chain, the rows it promises, the seals.

Reads only, in chunks, while others go on writing: the end of the chain is looked for again until it stands
still, and what seems to be missing is looked for once more before it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import models
from django.utils.translation import gettext as _

from legist.core import chain, promises, seals
from legist.core.models import AuditEntry, AuditHead
from legist.core.promises import Promise, Values

CHUNK = 500
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: with an entry (`sequence`), with a row (`table` and `row`), or with both."""

    reason: str
    sequence: int | None = None
    table: str = ""
    row: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words: "Entry 12", "workflows.approval 0190…"."""
        row = f"{self.table} {self.row}".strip()
        entry = "" if self.sequence is None else _("Entry %(number)s") % {"number": self.sequence}
        return ", ".join(filter(None, (entry, row)))


@dataclass(slots=True)
class Verification:
    """What came of it: entries and sealed rows looked at, the head, how many faults, the first of them."""

    entries: int = 0
    head: str = chain.GENESIS
    rows: int = 0
    faults: int = 0
    first: Fault | None = None

    @property
    def is_whole(self) -> bool:
        return self.first is None

    @property
    def bad_sequence(self) -> int | None:
        return self.first.sequence if self.first else None

    @property
    def reason(self) -> str | None:
        return self.first.reason if self.first else None

    @property
    def words(self) -> str:
        """The outcome in one sentence, the same for the command and for the page."""
        if self.first is None:
            known = {"entries": self.entries, "rows": self.rows}
            return _("%(entries)s entries and %(rows)s sealed rows are as they were written.") % known
        told = {"place": self.first.place, "reason": self.first.reason}
        said = (
            _("%(place)s: %(reason)s.") % told if self.first.place else f"{self.first.reason.capitalize()}."
        )
        more = self.faults - 1
        return f"{said} {_('Faults beside it: %(more)s.') % {'more': more}}" if more else said

    def note(self, fault: Fault) -> None:
        self.faults += 1
        self.first = self.first or fault


def verify() -> Verification:
    """Recompute the whole chain and every seal, and compare the record with the rows; count all faults."""
    found = Verification()
    comparison = _Comparison()
    for fault in _walk(found, comparison):
        found.note(fault)
    for fault in comparison.finish():
        found.note(fault)
    for model in seals.sealed_models():
        for fault in _sealed_rows(model, found):
            found.note(fault)
    return found


def _walk(found: Verification, comparison: _Comparison) -> Iterator[Fault]:
    """Walk to the end of the chain; an entry that is bad does not hide the next one."""
    sequence, previous = 0, chain.GENESIS
    for _round in range(ROUNDS):
        for entry in AuditEntry.objects.filter(sequence__gt=sequence).order_by("sequence").iterator(CHUNK):
            reason = _entry_fault(entry, expected=sequence + 1, previous=previous)
            if reason:
                yield Fault(reason, min(entry.sequence, sequence + 1))
            yield from comparison.take(entry)
            found.entries += 1
            sequence, previous = entry.sequence, entry.entry_hash
        head = AuditHead.objects.filter(id=1).first()
        if head is None or head.sequence <= sequence:
            break
    found.head = previous
    if (reason := _end_fault(head, sequence, previous)) is not None:
        yield Fault(reason, sequence + 1 if sequence else None)


def _entry_fault(entry: AuditEntry, *, expected: int, previous: str) -> str | None:
    if entry.sequence != expected:
        return "an entry is missing"
    if entry.previous_hash != previous:
        return "the entry does not follow the one before it"
    return None if chain.is_genuine(entry) else "the entry was altered"


def _end_fault(head: AuditHead | None, sequence: int, previous: str) -> str | None:
    if not sequence and promises.firm_has_data():
        return "the record is empty although the firm has data"
    if head is None:
        return "the head of the chain is missing" if sequence else None
    if (head.sequence, head.entry_hash) != (sequence, previous):
        return "entries at the end of the chain are missing"
    if sequence and head.seal != chain.compute_seal(head):
        return "the end of the chain was set back"
    return None


@dataclass(slots=True)
class _Comparison:
    """Collects what entries promise and looks the rows up, a chunk at a time."""

    waiting: dict[Promise, list[tuple[int, Values]]] = field(default_factory=dict)

    def take(self, entry: AuditEntry) -> Iterator[Fault]:
        for promise in promises.list_promises():
            if promise.action != entry.action or (values := promise.says(entry)) is None:
                continue
            due = self.waiting.setdefault(promise, [])
            due.append((entry.sequence, values))
            if len(due) >= CHUNK:
                yield from _broken_promises(promise, self.waiting.pop(promise))

    def finish(self) -> Iterator[Fault]:
        for promise, due in self.waiting.items():
            yield from _broken_promises(promise, due)


def _broken_promises(promise: Promise, due: Sequence[tuple[int, Values]]) -> Iterator[Fault]:
    rows = promise.find([values for _sequence, values in due])
    for sequence, values in due:
        row = rows.get(promise.key_of(values))
        if promise.keeps(row, values) or (promise.unless and promise.unless(sequence, values)):
            continue
        table, key = promise.model._meta.label_lower, " ".join(promise.key_of(values))
        reason = "the row is missing" if row is None else "the row says something else than the record"
        yield Fault(reason, sequence, table, key)


def _sealed_rows(model: type[models.Model], found: Verification) -> Iterator[Fault]:
    made_by = [each for each in promises.list_promises() if each.model is model and each.subject]
    rows = seals.broken_rows(model)
    while chunk := list(islice(rows, CHUNK)):
        found.rows += len(chunk)
        whole = [row for row, fault in chunk if fault is None]
        unrecorded = _unrecorded(whole, made_by)
        for row, fault in chunk:
            reason = fault or ("nothing on the record tells of this row" if row.pk in unrecorded else None)
            if reason:
                yield Fault(reason, None, model._meta.label_lower, str(row.pk))


def _unrecorded(rows: Iterable[models.Model], made_by: Iterable[Promise]) -> set[object]:
    """Return the ids of the rows that no entry tells of."""
    rows = list(rows)
    missing = {row.pk for row in rows}
    for promise in made_by:
        told = {
            promise.key_of(values)
            for entry in promise.entries_about(rows)
            if (values := promise.says(entry)) is not None
        }
        of_row = {row.pk: promise.key_of({name: getattr(row, name) for name in promise.key}) for row in rows}
        missing -= {pk for pk, key in of_row.items() if key in told}
    return missing if made_by else set()
