"""Seals: a keyed hash over what a row says, so that a row written past the application does not count.

A model whose rows let something happen (an approval, a status, a wall) inherits `Sealed` and has a
`SealField` that names the columns it covers. Every insert computes the seal; sealed columns change through
`change` and `change_locked` only, which give no new seal to a row whose old one does not hold. So whoever
can write to the database without LEGIST_INDEX_KEY makes no row that `holds`. An older row put back with its
own seal holds: that is found by comparing with the record (`legist/core/promises.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, TypeVar, cast

from django.apps import apps
from django.db import models

from legist.core.crypto import (
    CryptoError,
    EncryptedBytesField,
    EncryptedJSONField,
    EncryptedTextField,
    keyed_hash,
)

UNSEALED = "the row carries no seal: it was not written by the application"
ALTERED = "the row does not match its seal"
CHUNK = 500
M = TypeVar("M", bound="Sealed")
R = TypeVar("R", bound=models.Model)


class SealBrokenError(Exception):
    """A row was written or altered past the application; nothing may follow from it."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(f"{row._meta.label_lower} {row.pk} is not as the application wrote it: verify_audit")


class SealedColumnError(Exception):
    """Program error: sealed columns were about to be written in a way that leaves the old seal."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(f"Change sealed columns of {model._meta.label} with legist.core.seals.change.")


class SealField(models.CharField):  # type: ignore[type-arg]  # generic for the type checker only
    """64 hex digits over table, row id and the columns it `covers`; computed when the row is inserted.

    `covers` stands in migrations too: to cover other columns, a migration seals the rows anew.
    """

    def __init__(self, *, covers: Sequence[str], **options: Any) -> None:
        self.covers = tuple(covers)
        fixed: dict[str, Any] = {"max_length": 64, "default": "", "editable": False}
        super().__init__(**fixed | options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"covers": self.covers}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  Django's signature
        if add:
            setattr(model_instance, self.attname, compute(model_instance))
        return super().pre_save(model_instance, add)


class SealedQuerySet(models.QuerySet[R]):
    """Refuses what would write sealed columns and leave the seal behind."""

    def update(self, **values: Any) -> int:
        _refuse_sealed(self.model, values)
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        names = list(fields)
        _refuse_sealed(self.model, names)
        return super().bulk_update(objs, names, batch_size=batch_size)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        _refuse_sealed(self.model, options.get("update_fields") or ())
        return super().bulk_create(objs, *args, **options)


class Sealed(models.Model):
    """Base of models with a `SealField` named `seal`: inserted whole, then changed by `change` only."""

    seal: str

    objects: ClassVar[models.Manager[Any]] = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            names = options.get("update_fields")
            _refuse_sealed(type(self), _field(type(self)).covers if names is None else names)
        super().save(*args, **options)


def compute(row: models.Model) -> str:
    """Return the seal that the row's present values call for."""
    table = row._meta.db_table
    said = [[name, _canonical(row, name)] for name in _field(type(row)).covers]
    content = json.dumps([table, str(row.pk), said], sort_keys=True, separators=(",", ":"))
    return keyed_hash(content.encode(), purpose=f"seal {table}")


def holds(row: models.Model) -> bool:
    """True when the row is as the application wrote it."""
    return fault(row) is None


def fault(row: models.Model) -> str | None:
    """Return what is wrong with the row's seal, or None."""
    seal = getattr(row, _field(type(row)).attname)
    if not seal:
        return UNSEALED
    try:
        return None if hmac.compare_digest(seal.encode(), compute(row).encode()) else ALTERED
    except CryptoError:
        return ALTERED


def require(row: models.Model) -> None:
    """Raise SealBrokenError unless the row is as the application wrote it."""
    if not holds(row):
        raise SealBrokenError(row)


def change(rows: models.QuerySet[M], **values: Any) -> int:
    """Change sealed columns of the rows that match, each only while it still matches; return how many.

    Call it inside a transaction. A row that was not as the application wrote it gets the values, and
    no seal: it stays marked.
    """
    changed = 0
    for row in rows.select_for_update(of=("self",)):
        _set(row, values)
        changed += models.QuerySet.update(rows.filter(pk=row.pk), **values, seal=row.seal)
    return changed


def change_locked(row: Sealed, **values: Any) -> None:
    """Change sealed columns of one row as it was read under a lock, and save it; else like `change`."""
    _set(row, values)
    models.Model.save(row, update_fields=[*values, "seal"])


def _set(row: Sealed, values: dict[str, Any]) -> None:
    was_whole = holds(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.seal = compute(row) if was_whole else ""


def seal_unsealed(rows: Iterable[models.Model]) -> int:
    """Seal rows that an earlier release wrote and the record tells of; return how many. For migrations."""
    due = {row.pk: row for row in rows if getattr(row, "seal", None) == ""}
    for row in due.values():
        unsealed = type(row)._base_manager.filter(pk=row.pk, seal="")
        models.QuerySet.update(unsealed, seal=compute(row))
    return len(due)


def sealed_models() -> list[type[models.Model]]:
    """Return every model whose rows carry a seal, in a fixed order."""
    found = [model for model in apps.get_models() if issubclass(model, Sealed)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def broken_rows(model: type[models.Model]) -> Iterator[tuple[models.Model, str | None]]:
    """Walk all rows of a sealed model in the order of their ids; yield each with its fault, or None."""
    for row in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
        yield row, fault(row)


def _field(model: type[models.Model]) -> SealField:
    return cast("SealField", model._meta.get_field("seal"))


def _refuse_sealed(model: type[models.Model], names: Iterable[str]) -> None:
    covered = {"seal"}
    for name in _field(model).covers:
        covered |= {name, model._meta.get_field(name).name}
    if covered & set(names):
        raise SealedColumnError(model)


def _canonical(row: models.Model, name: str) -> Any:
    """Return a column's value as JSON that is the same before it is written and after it is read back."""
    column = cast("models.Field[Any, Any]", row._meta.get_field(name))
    value = getattr(row, column.attname)
    if value is None or isinstance(column, (models.JSONField, EncryptedJSONField)):
        return value
    if isinstance(column, EncryptedBytesField):
        return hashlib.sha256(value).hexdigest()
    if isinstance(column, EncryptedTextField):
        return str(value)
    return _plain(column.to_python(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)
