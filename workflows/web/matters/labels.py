"""Words and choices of the matter's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.practice.states import CONTACTS, MatterStage, PartyRole
from legist.practice.web.lists import Column
from tracking.states import code_label
from workflows.matters.page import MatterPage
from workflows.matters.waiting import Party, Waiting, Why

Words = str | Promise

PARTIES: dict[Party, Words] = {
    Party.ATTORNEY: _("Attorney"),
    Party.PARALEGAL: _("Paralegal"),
    Party.MANAGER: _("Manager"),
    Party.CLIENT: _("Client"),
    Party.GOVERNMENT: _("USCIS"),
    Party.NOBODY: _("Nobody"),
}
WHYS: dict[Why, Words] = {
    Why.APPROVE: _("to approve a message"),
    Why.FINISH: _("to finish a message"),
    Why.DECIDE: _("to decide"),
    Why.SEAT_ATTORNEY: _("to name an attorney: theirs has left the firm"),
    Why.SEAT_PARALEGAL: _("to name a paralegal: theirs has left the firm"),
    Why.REST: "",
}
SHOW_LABELS: dict[str, Words] = {
    "": _("What happened"),
    "status": _("Status"),
    "messages": _("Messages"),
    "work": _("Work"),
    "people": _("People"),
    "all": _("Everything, with who looked"),
}


CELLS = "workflows/matters/cells"
COLUMNS = (
    Column(
        "matter",
        _("Matter"),
        (
            (_("Client"), lambda row: row.matter.client.name),
            (_("Matter"), lambda row: row.matter.reference),
            (_("Title"), lambda row: row.matter.title),
            (_("Kind"), lambda row: row.matter.get_kind_display()),
            (_("Tags"), lambda row: ", ".join(tag.name for tag in row.matter.tags.all())),
        ),
        f"{CELLS}/matter.html",
        sort="reference",
        fixed=True,
        css="card-first",
        head="col-matter",
    ),
    Column(
        "stage",
        _("Firm stage"),
        ((_("Firm stage"), lambda row: row.matter.get_stage_display()),),
        f"{CELLS}/stage.html",
        sort="stage",
        head="col-stage",
    ),
    Column(
        "status",
        _("Government status"),
        (
            (_("Form"), lambda row: row.receipt.form_type if row.receipt else ""),
            (_("Government status"), lambda row: code_label(row.receipt.current_code) if row.receipt else ""),
        ),
        f"{CELLS}/status.html",
        head="col-status",
    ),
    Column(
        "due",
        _("Next deadline"),
        (
            (_("Next deadline"), lambda row: row.deadline.due_date if row.deadline else None),
            (_("How sure"), lambda row: row.deadline.get_status_display() if row.deadline else ""),
        ),
        f"{CELLS}/due.html",
        named=True,
    ),
    Column(
        "waiting",
        _("Waiting on"),
        (
            (_("Waiting on"), lambda row: " ".join(waiting_words(row.waiting)).strip()),
            (_("Waiting since"), lambda row: row.waiting.since),
        ),
        f"{CELLS}/waiting.html",
        named=True,
        head="col-waiting",
    ),
    Column(
        "people",
        _("People"),
        (
            (_("Attorney"), lambda row: row.matter.attorney.name if row.matter.attorney else ""),
            (_("Paralegal"), lambda row: row.matter.paralegal.name if row.matter.paralegal else ""),
        ),
        f"{CELLS}/people.html",
        head="col-people",
    ),
    Column(
        "opened",
        _("Opened"),
        ((_("Opened"), lambda row: row.matter.opened_at),),
        sort="opened_at",
        shown=False,
    ),
    Column(
        "closed",
        _("Closed"),
        ((_("Closed"), lambda row: row.matter.closed_at),),
        sort="closed_at",
        shown=False,
    ),
)


@dataclass(frozen=True, slots=True)
class MatterWords:
    """What the page says besides its data."""

    stages: list[tuple[str, str]]
    contacts: list[tuple[str, str]]
    roles: list[tuple[str, str]]


def words(page: MatterPage) -> MatterWords:
    """Return the stages that the matter can be moved to."""
    movable = [row for row in MatterStage.choices if row[0] not in {MatterStage.CLOSED, page.matter.stage}]
    return MatterWords(
        stages=[(str(value), str(label)) for value, label in movable],
        roles=[(str(value), str(label)) for value, label in PartyRole.choices],
        contacts=[(kind.value, str(kind.label)) for kind in CONTACTS],
    )


def waiting_words(waiting: Waiting) -> tuple[str, str]:
    """Return on whom a matter waits, and for what."""
    reason = waiting.item.text if waiting.item else WHYS.get(waiting.why, "")
    return str(PARTIES[waiting.party]), str(reason)


def shows(show: str) -> list[dict[str, object]]:
    """Return the filters of the timeline."""
    chosen = show if show in SHOW_LABELS else ""
    return [{"key": key, "label": label, "current": key == chosen} for key, label in SHOW_LABELS.items()]
