"""The board of deadlines as a declared list: its columns, filters and views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.practice.permissions import Capability
from legist.practice.web import lists
from legist.practice.web.lists import Column, Filter, Listing
from workflows.deadlines.selectors import DeadlineFilters, DeadlineRow, board_rows, on_board
from workflows.labels import CALENDAR
from workflows.states import DeadlineStatus

if TYPE_CHECKING:
    from workflows.models import Deadline

CELLS: Final = "workflows/deadlines/cells"


def filters_of(given: Mapping[str, str]) -> DeadlineFilters:
    whose, status = given.get("whose", "mine"), given.get("status", "")
    return DeadlineFilters(whose=whose, status=status, kind=given.get("kind", ""))


def find_deadlines(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[Deadline]:
    """Return the open deadlines that the filters of the list leave."""
    return on_board(actor, filters_of(given))


def drawn(_actor: Actor, found: list[Any]) -> Iterable[DeadlineRow]:
    return board_rows(found, today=timezone.localdate(utc_now()))


def attorney_of(row: DeadlineRow) -> str:
    attorney = row.deadline.matter.attorney
    return attorney.name if attorney else ""


def paralegal_of(row: DeadlineRow) -> str:
    paralegal = row.deadline.matter.paralegal
    return paralegal.name if paralegal else ""


COLUMNS: Final = (
    Column(
        "deadline",
        gettext_lazy("Deadline"),
        (
            (gettext_lazy("Deadline"), lambda row: row.deadline.title),
            (gettext_lazy("Client"), lambda row: row.deadline.matter.client.name),
            (gettext_lazy("Matter"), lambda row: row.deadline.matter.reference),
        ),
        f"{CELLS}/deadline.html",
        sort="kind",
        fixed=True,
        css="card-first",
    ),
    Column(
        "due",
        gettext_lazy("Due"),
        ((gettext_lazy("Due"), lambda row: row.deadline.due_date),),
        f"{CELLS}/due.html",
        sort="due_date",
        css="due-cell",
        head="col-due",
    ),
    Column(
        "sure",
        gettext_lazy("How sure"),
        ((gettext_lazy("How sure"), lambda row: row.deadline.get_status_display()),),
        f"{CELLS}/sure.html",
        sort="status",
        css="sure-cell",
        head="col-sure",
    ),
    Column(
        "form",
        gettext_lazy("Form"),
        (
            (
                gettext_lazy("Form"),
                lambda row: row.deadline.receipt.form_type if row.deadline.receipt else "",
            ),
        ),
        shown=False,
        head="col-form",
    ),
    Column(
        "attorney",
        gettext_lazy("Attorney"),
        ((gettext_lazy("Attorney"), attorney_of),),
        f"{CELLS}/attorney.html",
        css="wide-only person-cell",
        head="col-person",
    ),
    Column(
        "paralegal",
        gettext_lazy("Paralegal"),
        ((gettext_lazy("Paralegal"), paralegal_of),),
        shown=False,
        head="col-person",
    ),
    Column(
        "source",
        gettext_lazy("Source of the rule"),
        ((gettext_lazy("Source of the rule"), lambda row: row.deadline.citation),),
        shown=False,
        head="col-person",
    ),
    Column(
        "act",
        gettext_lazy("Action"),
        (),
        f"{CELLS}/act.html",
        fixed=True,
        css="end act-cell",
        head="col-act end",
    ),
)
LIST: Final = lists.register(
    Listing(
        key="deadlines",
        label=gettext_lazy("Deadlines"),
        url_name="workflows:deadlines",
        capability=Capability.VIEW_MATTER,
        find=find_deadlines,
        drawn=drawn,
        order=lambda _given: ("due_date",),
        beside=frozenset({"view", "month", "since"}),
        kept=frozenset({"status"}),
        columns=COLUMNS,
        filters=(
            Filter(
                "whose",
                gettext_lazy("Whose"),
                lambda _actor: [("mine", _("Mine")), ("team", _("My team's")), ("all", _("All"))],
                default="mine",
                offered=False,
            ),
            Filter("status", gettext_lazy("How sure"), lambda _actor: DeadlineStatus.choices, offered=False),
            Filter("kind", gettext_lazy("Deadline"), lambda _actor: [*CALENDAR.items()]),
        ),
        views=(
            (gettext_lazy("Mine"), {}),
            (gettext_lazy("My team's"), {"whose": "team"}),
            (gettext_lazy("All"), {"whose": "all"}),
        ),
    )
)
