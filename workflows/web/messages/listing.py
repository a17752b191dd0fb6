"""The approval queue as a declared list: its columns, filters and views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy

from legist.core.actors import Actor
from legist.practice.permissions import Capability
from legist.practice.web import lists
from legist.practice.web.lists import Column, Filter, Listing
from tracking.states import code_label
from workflows.labels import PURPOSES, purpose_label
from workflows.messages.queue import USUAL, VIEWS, find_drafts
from workflows.messages.selectors import waiting_rows
from workflows.states import DraftState

if TYPE_CHECKING:
    from workflows.models import Draft


def find(actor: Actor, given: Mapping[str, str], now: datetime) -> QuerySet[Draft]:
    """Return the drafts that the filters of the queue leave."""
    view, purpose = given.get("view", ""), given.get("purpose", "")
    return find_drafts(actor, view=view, purpose=purpose, today=timezone.localdate(now))


CELLS: Final = "workflows/messages/cells"
LIST: Final = lists.register(
    Listing(
        key="approvals",
        label=gettext_lazy("Approvals"),
        url_name="workflows:approvals",
        capability=Capability.VIEW_MATTER,
        find=find,
        drawn=lambda _actor, rows: waiting_rows(rows),
        order=lambda given: ("-submitted_at",) if given.get("view") == "sent" else USUAL,
        beside=frozenset({"since"}),
        columns=(
            Column(
                "client",
                gettext_lazy("Client"),
                (
                    (gettext_lazy("Client"), lambda row: row.client_name),
                    (gettext_lazy("Matter"), lambda row: row.matter_reference),
                ),
                f"{CELLS}/client.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "message",
                gettext_lazy("Message"),
                (
                    (gettext_lazy("Message"), lambda row: purpose_label(row.purpose)),
                    (gettext_lazy("State"), lambda row: str(DraftState(row.state).label)),
                ),
                f"{CELLS}/message.html",
                sort="purpose",
                css="card-line",
            ),
            Column(
                "because",
                gettext_lazy("Because"),
                ((gettext_lazy("Because"), lambda row: code_label(row.code) if row.code else ""),),
                f"{CELLS}/because.html",
                css="card-line",
            ),
            Column(
                "due",
                gettext_lazy("Due"),
                ((gettext_lazy("Due"), lambda row: row.due_date),),
                f"{CELLS}/due.html",
                sort="next_due",
                named=True,
            ),
            Column(
                "language",
                gettext_lazy("Language"),
                ((gettext_lazy("Language"), lambda row: get_language_info(row.language)["name_translated"]),),
                sort="language",
                shown=False,
            ),
            Column(
                "asked",
                gettext_lazy("Asked for approval"),
                ((gettext_lazy("Asked for approval"), lambda row: row.submitted_at),),
                sort="submitted_at",
                head="end",
                css="end faint",
            ),
        ),
        filters=(
            Filter(
                "view",
                gettext_lazy("View"),
                lambda _actor: [(key, key) for key in VIEWS if key],
                offered=False,
            ),
            Filter("purpose", gettext_lazy("Message"), lambda _actor: [*PURPOSES.items()]),
        ),
        views=(
            (gettext_lazy("Waiting"), {}),
            (gettext_lazy("Sent back"), {"view": "returned"}),
            (gettext_lazy("Drafts"), {"view": "drafts"}),
            (gettext_lazy("On their way"), {"view": "approved"}),
            (gettext_lazy("Sent"), {"view": "sent"}),
        ),
    )
)
