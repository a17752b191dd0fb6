"""What the record says must stand in a table: so that a missing row is found, and one that nobody recorded.

An action that is recorded with the making (or the last word) of a sealed row promises that row. A seal
cannot tell that a row was deleted, or put back as it was before it ended; the record can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from legist.core import canary, chain, seals
from legist.core.failpoints import atomic
from legist.core.models import AuditEntry

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """An action, and the row its entries promise.

    `says(entry)` gives the row's columns, or None for an entry that promises nothing; `key` names those
    of them that find the row. `subject` is the column that holds the id of the entries' subject; with it,
    every row of the model must have an entry of the action. `unless(sequence, columns)` is asked where the
    row is missing or says something else: True when a later entry accounts for that.
    """

    action: str
    model: type[models.Model]
    says: Callable[[AuditEntry], Values | None]
    key: tuple[str, ...] = ("id",)
    subject: str = ""
    unless: Callable[[int, Values], bool] | None = None

    def key_of(self, values: Values) -> tuple[str, ...]:
        return tuple(str(values[name]) for name in self.key)

    def find(self, wanted: Iterable[Values]) -> dict[tuple[str, ...], models.Model]:
        """Return the rows with these keys, by key: one query."""
        first = self.key[0]
        rows = self.model._base_manager.filter(**{f"{first}__in": {values[first] for values in wanted}})
        return {self.key_of({name: getattr(row, name) for name in self.key}): row for row in rows}

    def keeps(self, row: models.Model | None, values: Values) -> bool:
        """True when the row is there and says what the record says."""
        if row is None:
            return False
        return all(str(getattr(row, name)) == str(value) for name, value in values.items())

    def entries_about(self, rows: Iterable[models.Model]) -> Iterable[AuditEntry]:
        """Return the entries of the action about the subjects of these rows."""
        subjects = {str(getattr(row, self.subject)) for row in rows}
        return AuditEntry.objects.filter(action=self.action, subject_id__in=subjects).iterator(chunk_size=500)


_promises: list[Promise] = []
_witnesses: list[type[models.Model]] = []


def register_promise(promise: Promise) -> None:
    """Have verification compare the entries of an action with the rows they promise."""
    if promise not in _promises:
        _promises.append(promise)


def register_witness(model: type[models.Model]) -> None:
    """Name a model whose rows are never made without an entry: where it has rows, the record is not empty."""
    if model not in _witnesses:
        _witnesses.append(model)


def list_promises() -> list[Promise]:
    return list(_promises)


def firm_has_data() -> bool:
    """True when the database holds what the record must tell of."""
    return any(model._base_manager.exists() for model in _witnesses)


def seal_recorded(promise: Promise, entries: models.QuerySet[Any]) -> int:
    """Seal the unsealed rows that genuine entries tell of, as they are told; return how many. For migrations.

    `promise.model` and `entries` may be historical models. A row that the record does not know, or knows
    otherwise, stays unsealed: it does not count, and verification names it. Commits in chunks, so that it
    goes on where it was cut off. Raises WrongKeyError with keys that are not the database's.
    """
    unsealed = promise.model._base_manager.filter(seal="")
    if not unsealed.exists():
        return 0
    if faults := canary.faults():
        raise canary.WrongKeyError(" ".join(faults))
    done, after = 0, 0
    of_action = entries.filter(action=promise.action).order_by("sequence")
    while chunk := list(of_action.filter(sequence__gt=after)[: seals.CHUNK]):
        after = chunk[-1].sequence
        told = [values for entry in chunk if chain.is_genuine(entry) and (values := promise.says(entry))]
        done += _seal_chunk(promise, told)
    return done


def _seal_chunk(promise: Promise, told: list[Values]) -> int:
    with atomic():
        found = promise.find(told)
        rows = [
            row
            for values in told
            if (row := found.get(promise.key_of(values))) and promise.keeps(row, values)
        ]
        return seals.seal_unsealed(rows)
