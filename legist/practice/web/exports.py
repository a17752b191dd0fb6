"""A list as a file: in portions, each narrowed anew to what is open to the person, and on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound
from legist.core.uow import unit_of_work
from legist.core.web.sheets import MOST_ROWS, Value, csv_table, xlsx_table
from legist.practice import audit_actions as actions
from legist.practice.permissions import Capability, acting_person, require

WRITERS: Final = {"csv": csv_table, "xlsx": xlsx_table}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Rows are fetched in portions, each narrowed anew to what is open to the person.
PORTION: Final = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it leaves the house: its key, and of each column the head and how a row's value is read."""

    key: str
    columns: Sequence[tuple[str | Promise, Callable[[Any], Value]]]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows there are, and a way through them."""

    count: int
    found: Iterable[Any]


def in_portions(
    queryset: QuerySet[Any], drawn: Callable[[list[Any]], Iterable[Any]] = lambda rows: rows
) -> Rows:
    """Return the rows of a queryset, in its order; `drawn` makes of a portion what is shown of it."""
    ids = list(queryset.values_list("pk", flat=True)[: MOST_ROWS + 1])

    def walk() -> Iterator[Any]:
        for start in range(0, len(ids), PORTION):
            known = queryset.in_bulk(ids[start : start + PORTION])
            yield from drawn([known[pk] for pk in ids[start : start + PORTION] if pk in known])

    return Rows(len(ids), walk())


def export(
    request: HttpRequest,
    sheet: Sheet,
    rows: Callable[[], Rows],
    *,
    filters: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> HttpResponseBase:
    """Send a list as a file, on the record: which list, by which kinds of filters, how many rows.

    `filters` is what narrows the list, as `look` has read it of the address: what it does not know is
    refused there, for what would be ignored would let out more than was asked for.
    """
    require(actor, Capability.EXPORT_LISTS)
    person = acting_person(actor)
    if person is None:
        raise NotFound
    wanted, found = request.GET["format"], rows()
    if found.count > MOST_ROWS:
        raise InvalidInput(_("The list is too long for one file. Narrow it first."))
    with unit_of_work(actor=actor, now=now) as unit:
        kinds = ",".join(sorted(filters))
        data = {"list": sheet.key, "format": wanted, "filters": kinds, "rows": found.count}
        unit.record(actions.LIST_EXPORTED, person, None, **data)
    header = [str(label) for label, _read in sheet.columns]
    lines = ([read(row) for _label, read in sheet.columns] for row in found.found)
    name = f"{sheet.key}-{now:%Y-%m-%d}.{wanted}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(WRITERS[wanted](header, lines), content_type=TYPES[wanted], headers=headers)
