"""Re-encrypt with the first field key what other keys sealed; safe to stop and start again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from legist.core.crypto import CryptoError, EncryptedTextField, current_prefix, encrypted_fields
from legist.core.models import KeyCanary
from legist.core.uow import unit_of_work


class RotateBatch(Protocol):
    """What `register_rotation` takes."""

    def __call__(self, *, batch: int) -> int:
        """Re-encrypt up to `batch` values that are behind, in one transaction; return how many."""


_others: dict[str, RotateBatch] = {}


def register_rotation(label: str, rotate_batch: RotateBatch) -> None:
    """Have rotation cover encrypted values that stand in no encrypted field; `label` names the table."""
    _others[label] = rotate_batch


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of which a value opens under none of the keys; it stays as it is."""

    label: str
    pk: Any


def rotate(*, batch: int, unreadable: list[Unreadable] | None = None) -> Iterator[tuple[str, int]]:
    """Re-encrypt batch after batch and yield (model label, rows done in this batch).

    What is left to do is read from the rows themselves: they do not begin with the current key's
    prefix. So a run that was cut off goes on where it stopped. Rows that cannot be opened are added to
    `unreadable` and stop nobody; while there are any, the canary goes on asking for the old keys.
    """
    left: list[Unreadable] = [] if unreadable is None else unreadable
    for model in apps.get_models():
        if model is not KeyCanary:
            yield from _rotate_model(model, batch=batch, left=left)
    for label, rotate_batch in _others.items():
        try:
            while done := rotate_batch(batch=batch):
                yield label, done
        except CryptoError:
            left.append(Unreadable(label, ""))
    # The canary comes last: as long as anything else is under an old key, it asks for that key too.
    if not left:
        yield from _rotate_model(KeyCanary, batch=batch, left=left)


def _rotate_model(
    model: type[models.Model], *, batch: int, left: list[Unreadable]
) -> Iterator[tuple[str, int]]:
    fields = encrypted_fields(model)
    after = None
    while fields:
        with unit_of_work():
            stale = _stale(model, fields) if after is None else _stale(model, fields).filter(pk__gt=after)
            rows = list(stale.select_for_update()[:batch])
            done = sum(_rotate_row(row, fields, left=left) for row in rows)
        if not rows:
            return
        after = rows[-1].pk
        if done:
            yield model._meta.label, done


def _rotate_row(row: models.Model, fields: list[EncryptedTextField], *, left: list[Unreadable]) -> int:
    try:
        sealed = {field.attname: _reseal(field, row) for field in fields}
    except CryptoError:
        left.append(Unreadable(row._meta.label, row.pk))
        return 0
    type(row)._base_manager.filter(pk=row.pk).update(**sealed)
    return 1


def _stale(model: type[models.Model], fields: list[EncryptedTextField]) -> models.QuerySet[models.Model]:
    prefix = current_prefix()
    raw = {f"raw_{field.attname}": Cast(field.attname, TextField()) for field in fields}
    behind = Q()
    for name in raw:
        behind |= Q(**{f"{name}__isnull": False}) & ~Q(**{f"{name}__startswith": prefix})
    stale: models.QuerySet[models.Model] = model._base_manager.alias(**raw).filter(behind)
    return stale.order_by("pk")


def _reseal(field: EncryptedTextField, row: models.Model) -> str | None:
    value = getattr(row, field.attname)
    return None if value is None else field.close(row, value)
