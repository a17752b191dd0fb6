"""What every page counts for its reader, by statements that are worded once for each role."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Func, QuerySet

from legist.core import prepared
from legist.core.actors import Actor
from legist.practice.models import User
from legist.practice.permissions import acting_person, matter_type_id


def counted(found: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Return the number of the rows as a row: a query around the query would be too deep for SQLite."""
    number: QuerySet[Any, Any] = found.order_by().annotate(counted=Func("pk", function="COUNT"))
    return number.values_list("counted")


def count_for(actor: Actor, make: Callable[..., QuerySet[Any, Any]], **values: prepared.Value) -> int:
    """Count what `make(actor, **values)` finds, by words that are kept for each role."""
    found = prepared.rows(
        _worded_for(actor, lambda by, **values: counted(make(by, **values)), "count", make, **values)
    )
    return sum(number for (number,) in found)


def rows_for(
    actor: Actor, make: Callable[..., QuerySet[Any, Any]], *about: Hashable, **values: prepared.Value
) -> list[tuple[Any, ...]]:
    """Return what `make(actor, *about, **values)` finds, by words that are kept for each role."""
    return prepared.rows(
        _worded_for(actor, lambda by, **values: make(by, *about, **values), make, *about, **values)
    )


def _worded_for(
    actor: Actor, make: Callable[..., QuerySet[Any, Any]], *key: Hashable, **values: prepared.Value
) -> prepared.Statement | None:
    user = acting_person(actor)
    if user is None:
        return prepared.statement(partial(make, actor), (*key, actor.kind), **values)

    def query(person: UUID, **values: prepared.Value) -> QuerySet[Any, Any]:
        return make(Actor.for_user(User(pk=person, role=user.role, is_active=user.is_active)), **values)

    kept = (*key, user.role, user.is_active, matter_type_id())
    return prepared.statement(query, kept, person=user.pk, **values)
