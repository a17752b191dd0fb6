"""Instants that a clock once too far ahead left in the future: found, set right, and said.

Every column that decides by an instant when something happens next is registered with how far ahead of now
a right clock can put it. What lies beyond that was written by a wrong one, and would keep its work waiting
for as long as that clock was wrong. The worker looks before it does anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import connection, models
from django.db.models import Q

from legist.core.clock import SKEW
from legist.core.models import HealedInstant
from legist.core.resilience.error_capture import each_alone

Beyond = Callable[[datetime], Q]
NOTHING: Final = timedelta(0)
# How long the page of Source health tells of it.
TOLD_FOR: Final = timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """A column, and which rows lie further ahead at `now` than a right clock can have put them."""

    model: type[models.Model]
    column: str
    beyond: Beyond
    put_right: Callable[[models.QuerySet[Any], datetime], int]

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def rows(self, now: datetime) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = self.model._base_manager.filter(self.beyond(now))
        return found


_planned: dict[str, Planned] = {}


def register(
    model: type[models.Model],
    column: str,
    *,
    at_most: timedelta | Beyond = NOTHING,
    put_right: Callable[[models.QuerySet[Any], datetime], int] | None = None,
) -> None:
    """Have a column watched: `at_most` is the furthest plan, or says itself which rows lie beyond.

    What lies beyond becomes now, unless `put_right(rows, now)` does something else; it returns how many.
    """

    def beyond(now: datetime) -> Q:
        if isinstance(at_most, timedelta):
            return ahead(column, now=now, at_most=at_most)
        return at_most(now)

    def to_now(rows: models.QuerySet[Any], now: datetime) -> int:
        return rows.update(**{column: now})

    planned = Planned(model, column, beyond, put_right or to_now)
    _planned[planned.name] = planned


def ahead(column: str, *, now: datetime, at_most: timedelta) -> Q:
    """Return the condition of rows that lie further ahead than `at_most`, and than clocks may differ."""
    return Q(**{f"{column}__gt": now + at_most + SKEW})


def list_planned() -> list[Planned]:
    """Return every column that is watched, by name."""
    return [_planned[name] for name in sorted(_planned)]


def heal(*, now: datetime) -> dict[str, int]:
    """Put right what lies in the future beyond any plan; return how many rows of which column.

    It is logged at error level and stands under Source health for a day. A column that cannot be put right
    keeps no other from it; the first failure is raised at the end.
    """
    healed: dict[str, int] = {}

    def put_right(planned: Planned) -> None:
        rows = planned.rows(now)
        if rows.exists() and (count := planned.put_right(rows, now)):
            healed[planned.name] = count
            log.error("instant_in_the_future", column=planned.name, rows=count)
            told = {"rows": count, "healed_at": now}
            HealedInstant.objects.update_or_create(column=planned.name, defaults=told)

    each_alone(list_planned(), put_right)
    return healed


def list_healed(*, now: datetime) -> list[HealedInstant]:
    """Return what was put right within the last day, the latest first."""
    recent = HealedInstant.objects.filter(healed_at__gt=now - TOLD_FOR)
    return list(recent.order_by("-healed_at", "column"))


def judge(now: datetime) -> datetime:
    """Return the instant to judge by: that of a database server, which all machines share, or `now`."""
    if connection.vendor != "postgresql":
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (shared,) = cursor.fetchone()
    return shared  # type: ignore[no-any-return]
