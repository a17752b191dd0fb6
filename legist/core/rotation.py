"""Re-encrypt with the first field key what other keys sealed; safe to stop and start again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from legist.core.crypto import EncryptedTextField, current_prefix, encrypted_fields
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


def rotate(*, batch: int) -> Iterator[tuple[str, int]]:
    """Re-encrypt batch after batch and yield (model label, rows done in this batch).

    What is left to do is read from the rows themselves: they do not begin with the current key's
    prefix. So a run that was cut off goes on where it stopped.
    """
    for model in apps.get_models():
        if model is not KeyCanary:
            yield from _rotate_model(model, batch=batch)
    for label, rotate_batch in _others.items():
        while done := rotate_batch(batch=batch):
            yield label, done
    # The canary comes last: as long as anything else is under an old key, it asks for that key too.
    yield from _rotate_model(KeyCanary, batch=batch)


def _rotate_model(model: type[models.Model], *, batch: int) -> Iterator[tuple[str, int]]:
    fields = encrypted_fields(model)
    while fields and (done := _rotate_batch(model, fields, batch=batch)):
        yield model._meta.label, done


def _rotate_batch(model: type[models.Model], fields: list[EncryptedTextField], *, batch: int) -> int:
    with unit_of_work():
        rows = list(_stale(model, fields).select_for_update()[:batch])
        for row in rows:
            sealed = {field.attname: _reseal(field, row) for field in fields}
            model._base_manager.filter(pk=row.pk).update(**sealed)
    return len(rows)


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
