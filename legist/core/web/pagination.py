"""Keyset pagination: the cursor names the last row seen, so new rows never shift a page."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50
# What reading and comparing raise for JSON that no page of ours has written.
_NOT_OURS = (ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows, and the cursor of what follows (empty at the end)."""

    items: list[M]
    next_cursor: str

    @property
    def has_more(self) -> bool:
        return bool(self.next_cursor)


def paginate(
    queryset: QuerySet[M], *, order: tuple[str, ...], cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[M]:
    """Return the page that follows `cursor`.

    `order` names fields as Django does ("-detected_at"); the primary key breaks ties, in the direction of the
    last field. Empty values come last in both directions. Raises InvalidInput for a cursor that is not ours.
    """
    keys = _keys(order)
    try:
        if cursor:
            queryset = queryset.filter(_after(keys, _decode(cursor, len(keys))))
        rows = list(ordered(queryset, order)[: size + 1])
    except (ValidationError, *_NOT_OURS) as error:
        raise _bad_cursor() from error
    more = len(rows) > size
    return Page(rows[:size], _encode(rows[size - 1], keys) if more else "")


def ordered(queryset: QuerySet[M], order: tuple[str, ...]) -> QuerySet[M]:
    """Return all rows in the order of `paginate`."""
    return queryset.order_by(*map(_ordering, _keys(order)))


def _keys(order: tuple[str, ...]) -> list[str]:
    return [*order, "-pk" if order and order[-1].startswith("-") else "pk"]


def _ordering(key: str) -> OrderBy:
    field = F(key.removeprefix("-"))
    return field.desc(nulls_last=True) if key.startswith("-") else field.asc(nulls_last=True)


def _after(keys: list[str], values: list[Any]) -> Q:
    """Rows that come later in the order: equal in the first n keys, later in the next one."""
    later = Q(pk__in=[])
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        name = key.removeprefix("-")
        if value is None:
            equal &= Q(**{f"{name}__isnull": True})
            continue
        beyond = Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        if name != "pk":
            beyond |= Q(**{f"{name}__isnull": True})
        later |= equal & beyond
        equal &= Q(**{name: value})
    return later


def _encode(row: Model, keys: list[str]) -> str:
    values = [_value(row, key.removeprefix("-").split("__")) for key in keys]
    return (
        base64.urlsafe_b64encode(json.dumps([_plain(value) for value in values]).encode())
        .decode()
        .rstrip("=")
    )


def _value(row: Any, path: list[str]) -> Any:
    """Return what stands at a path, or None where it passes an empty relation."""
    for name in path:
        row = getattr(row, name) if row is not None else None
    return row


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except _NOT_OURS as error:
        raise _bad_cursor() from error
    if (
        not isinstance(values, list)
        or len(values) != length
        or any(isinstance(v, (list, dict)) for v in values)
    ):
        raise _bad_cursor()
    return values


def _bad_cursor() -> InvalidInput:
    return InvalidInput(
        _("This link to the next rows is not valid any more. Open the list again from its start.")
    )
