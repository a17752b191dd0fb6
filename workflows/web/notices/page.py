"""What the pages about paper show besides their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from tracking.selectors import access_receipt
from workflows.access import access_deadline
from workflows.notices import dates
from workflows.notices import selectors as notice_selectors
from workflows.notices.entries import read_number
from workflows.notices.kinds import APPOINTMENTS, KINDS, WITH_RESPONSE, kind_for
from workflows.notices.matching import find_receipt
from workflows.notices.selectors import NoticeDetail, NoticeFilters
from workflows.states import NoticeKind
from workflows.web.forms import ReasonForm
from workflows.web.notices.forms import ChosenReceiptForm, NewForm, NumberForm, first_values

if TYPE_CHECKING:
    from tracking.models import Receipt

TAB_LABELS = ("match", "missing", "logged", "aside")


@dataclass(frozen=True, slots=True)
class Shown:
    """A view of the list as its address says."""

    tab: str = "match"
    kind: str = ""
    mine: str = ""

    @property
    def filters(self) -> NoticeFilters:
        return NoticeFilters(tab=self.tab, kind=self.kind, is_mine=bool(self.mine))

    @property
    def url(self) -> str:
        given = {"tab": self.tab, "kind": self.kind, "mine": self.mine}
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def mine_url(self) -> str:
        return replace(self, mine="" if self.mine else "1").url

    @property
    def kind_choices(self) -> list[tuple[str, str, bool]]:
        """The kinds of notice to narrow the list to: address, words, and whether it is chosen."""
        rows = [("", _("Any")), *NoticeKind.choices]
        return [(replace(self, kind=value).url, str(label), value == self.kind) for value, label in rows]


def read(query: Mapping[str, str]) -> Shown:
    """Read the view of an address; whatever is not known counts as not given."""
    tab, kind = query.get("tab", ""), query.get("kind", "")
    return Shown(
        tab=tab if tab in TAB_LABELS else TAB_LABELS[0],
        kind=kind if kind in NoticeKind.values else "",
        mine="1" if query.get("mine") == "1" else "",
    )


def tabs(actor: Actor, shown: Shown) -> list[dict[str, object]]:
    """Return the tabs; the two that ask for work say how much of it there is."""
    labels = {"match": _("To match"), "missing": _("Missing"), "logged": _("Logged"), "aside": _("Set aside")}
    counts = {
        "match": notice_selectors.count_to_match(actor),
        "missing": notice_selectors.count_missing(actor),
    }
    return [
        {
            "label": label,
            "url": Shown(tab=key, mine=shown.mine).url,
            "count": counts.get(key) or None,
            "current": key == shown.tab,
        }
        for key, label in labels.items()
    ]


def chips(shown: Shown) -> list[dict[str, str]]:
    """Return the filters in force, each with the address without it."""
    rows = []
    if shown.kind and shown.tab != "missing":
        label = str(NoticeKind(shown.kind).label)
        rows.append({"name": _("Kind"), "value": label, "remove_url": replace(shown, kind="").url})
    return rows


def new_page(actor: Actor, query: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """Return the empty form, filled as far as the page it was opened from knows; NotFound to strangers."""
    kind = query.get("kind", "") if query.get("kind") in NoticeKind.values else ""
    receipt: Receipt | None = None
    choices: list[Receipt] = []
    if (deadline_id := _id(query.get("deadline", ""))) is not None:
        deadline = access_deadline(actor, deadline_id)
        receipt, kind = deadline.receipt, kind_for(deadline.kind)
        choices = [] if receipt else notice_selectors.receipts_of(actor, deadline.matter_id)
    elif (receipt_id := _id(query.get("receipt", ""))) is not None:
        receipt = access_receipt(actor, receipt_id)
    elif (matter_id := _id(query.get("matter", ""))) is not None:
        choices = notice_selectors.receipts_of(actor, matter_id)
    if len(choices) == 1:
        receipt, choices = choices[0], []
    start = first_values(
        receipt=receipt.pk if receipt else None, kind=kind, received_on=timezone.localdate(now)
    )
    form = ChosenReceiptForm(initial=start, receipts=choices) if choices else NewForm(initial=start)
    return form_page(actor, form, now=now, receipt=receipt)


def form_page(
    actor: Actor, form: NewForm, *, now: datetime, receipt: Receipt | None = None
) -> dict[str, Any]:
    """Return the context of the form; a receipt chosen before is named again."""
    if receipt is None and form.is_bound and form.cleaned_data.get("receipt"):
        receipt = access_receipt(actor, form.cleaned_data["receipt"])
    return {
        "form": form,
        "receipt": receipt,
        "has_choice": isinstance(form, ChosenReceiptForm),
        "with_response": " ".join(WITH_RESPONSE),
        "appointments": " ".join(APPOINTMENTS),
        "today": timezone.localdate(now),
    }


def found(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known about a notice while it is keyed in: its case, and how its date compares."""
    kind = given.get("kind", "") if given.get("kind") in NoticeKind.values else "other"
    try:
        number = read_number(given.get("number", ""))
    except InvalidInput as error:
        return {"problem": error.message}
    receipt_id = _id(given.get("receipt", ""))
    receipt = access_receipt(actor, receipt_id) if receipt_id else find_receipt(actor, number)
    if receipt is None:
        return {"is_stranger": number is not None}
    field = "appointment_day" if KINDS[kind].is_appointment else "response_due"
    printed = _day(given.get(field, ""))
    counted = dates.counted_day(receipt, kind, _day(given.get("notice_date", "")), actor=actor)
    deadline = dates.open_deadline(receipt, kind, actor=actor)
    return {
        "receipt": receipt,
        "deadline": deadline,
        "counted": counted,
        "printed": printed,
        "days": (printed - counted).days if printed and counted else None,
        "wants_date": bool(KINDS[kind].deadline) and printed is None,
        "makes_one": deadline is None and bool(KINDS[kind].deadline) and printed is not None,
    }


def notice_page(detail: NoticeDetail) -> dict[str, Any]:
    """Return the context of one notice's page."""
    return {
        "detail": detail,
        "notice": detail.notice,
        "receipt": detail.notice.receipt,
        "matter": detail.matter,
        "facts": KINDS[detail.notice.kind],
        "number_form": NumberForm(auto_id="match_%s"),
        "aside_form": ReasonForm(auto_id="aside_%s"),
        "keep_form": ReasonForm(auto_id="keep_%s"),
        "today": timezone.localdate(),
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
