"""A matter's timeline in words: who or what acted, verb, object, time; details fold out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor, ActorKind
from legist.core.models import AuditEntry
from legist.practice.permissions import access_matter
from legist.practice.selectors import Event, describe, list_matter_entries
from tracking.selectors.facts import find_changes
from tracking.states import STANDS_STILL, code_tone
from workflows.matters.selectors import family_of
from workflows.models import ChecklistItem

if TYPE_CHECKING:
    from tracking.models import StatusChange

PAGE, MOST_PAGES = 50, 20
GAP = "\x00"
# Looking is on the record, but it is not what happened to the case.
QUIET = (
    "tracking.receipt_viewed",
    "tracking.number_revealed",
    "tracking.payload_viewed",
    "tracking.change_acknowledged",
    "workflows.document_read",
    "workflows.paper_scan_opened",
)
STATUS_CHANGED, ITEM = "tracking.status_changed", "workflows.checklistitem"
# Written again, since something older became known, but told already.
REPEATED = Q(action=STATUS_CHANGED, data__rule=STANDS_STILL)
SHOWS: Mapping[str, Q] = {
    "": ~Q(action__in=QUIET) & ~REPEATED,
    "status": Q(action__startswith="tracking.") & ~Q(action__in=QUIET) & ~REPEATED,
    "messages": Q(action__startswith="workflows.draft")
    | Q(action__startswith="workflows.deliver")
    | Q(action__startswith="workflows.message")
    | Q(action__startswith="portal."),
    "work": Q(
        action__regex=r"^workflows\.(playbook|step|checklist|item|overtaken|task|note|deadline|remind|document|billing"
        r"|paper)"
    ),
    "people": Q(action__startswith="practice."),
    "all": Q(),
}
STARTED, ENGINE = "workflows.playbook_started", "playbooks"
# The beginning of an action's code -> icon and tone of its line; the first that fits.
MARKS: tuple[tuple[str, str, str], ...] = (
    ("tracking.status_overridden", "pencil", "action"),
    ("tracking.review", "badge-check", ""),
    ("tracking.receipt_viewed", "eye", ""),
    ("tracking.", "activity", ""),
    ("workflows.playbook_held", "hourglass", "waiting"),
    ("workflows.playbook", "workflow", ""),
    ("workflows.step_failed", "triangle-alert", "bad"),
    ("workflows.checklist", "clipboard-list", ""),
    ("workflows.item_done", "square-check", "good"),
    ("workflows.item_skipped", "circle-slash", ""),
    ("workflows.item", "undo-2", ""),
    ("workflows.overtaken", "list-checks", ""),
    ("workflows.task", "clipboard-list", ""),
    ("workflows.note", "sticky-note", ""),
    ("workflows.message", "message-square", ""),
    ("workflows.deadline_added", "calendar-plus", "waiting"),
    ("workflows.deadline_waived", "calendar-x", ""),
    ("workflows.deadline", "calendar-check", "good"),
    ("workflows.reminded", "bell", ""),
    ("workflows.document", "file-text", ""),
    ("workflows.draft_approved", "check", "good"),
    ("workflows.draft_returned", "corner-up-left", "action"),
    ("workflows.draft_voided", "circle-slash", ""),
    ("workflows.draft", "pen-line", ""),
    ("workflows.delivered", "mail-check", "good"),
    ("workflows.deliver", "mail-warning", "action"),
    ("workflows.paper_missing", "mail-search", "action"),
    ("workflows.paper_untouched", "mail-search", "action"),
    ("workflows.paper_arrived", "mail-check", "good"),
    ("workflows.paper", "mail", ""),
    ("workflows.billing", "receipt-text", ""),
    ("practice.wall", "shield", ""),
    ("practice.matter_seat", "shield", ""),
    ("practice.matter_assigned", "user-check", ""),
    ("practice.matter_stage_set", "milestone", ""),
    ("practice.matter_opened", "folder-plus", ""),
    ("practice.", "briefcase", ""),
    ("portal.", "mail", ""),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words: `who before object after`; its address belongs to the object, or to the whole.

    What a playbook did by itself is folded into the line that says it started: `steps`, in their order.
    """

    event: Event
    day: date
    who: str
    before: str
    subject: str
    after: str
    icon: str
    tone: str
    change: StatusChange | None
    steps: list[Line] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.event.at


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The newest lines, and how many pages of them are shown."""

    lines: list[Line]
    show: str
    pages: int
    has_more: bool

    @property
    def next_pages(self) -> int:
        return self.pages + 1


def read_timeline(actor: Actor, matter_id: UUID | str, *, show: str = "", pages: int = 1) -> TimelinePage:
    """Return what happened on a matter and below it, newest first; NotFound to strangers.

    `show` is a key of SHOWS; anything else reads as the default, which leaves out who looked at what.
    """
    matter = access_matter(actor, matter_id)
    chosen = show if show in SHOWS else ""
    shown = max(1, min(pages, MOST_PAGES))
    entries = list_matter_entries(family_of(actor, matter)).filter(SHOWS[chosen])
    found = list(entries[: shown * PAGE + 1])
    has_more = len(found) > shown * PAGE and shown < MOST_PAGES
    return TimelinePage(_lines(found[: shown * PAGE], actor), chosen, shown, has_more)


def latest_sequence(matters: Iterable[UUID]) -> int:
    """Return the number of the newest entry on the matters: it moves with whatever happens there."""
    return list_matter_entries(matters).values_list("sequence", flat=True).first() or 0


def _lines(entries: list[AuditEntry], reader: Actor) -> list[Line]:
    changes = find_changes(entry.data.get("change") for entry in entries if entry.action == STATUS_CHANGED)
    named = ChecklistItem.objects.filter(
        pk__in=[row.subject_id for row in entries if row.subject_type == ITEM]
    )
    items = {str(item.pk): item.label for item in named}
    return fold_steps([_line(event, changes, items) for event in describe(entries, reader=reader)])


def fold_steps(lines: Iterable[Line]) -> list[Line]:
    """Put the lines of a playbook's work under the line of its start; `lines` come newest first."""
    folded: list[Line] = []
    steps: list[Line] = []
    for line in lines:
        entry = line.event.entry
        if entry.action == STARTED and entry.actor_id == ENGINE:
            folded.append(replace(line, steps=steps[::-1]))
            steps = []
        elif entry.actor_id == ENGINE:
            steps.append(line)
        else:
            folded += [*steps, line]
            steps = []
    return [*folded, *steps]


def _line(event: Event, changes: Mapping[str, StatusChange], items: Mapping[str, str]) -> Line:
    entry = event.entry
    before, subject, after = _words(event, items.get(entry.subject_id))
    icon, tone = _mark(entry)
    return Line(
        event=event,
        day=timezone.localtime(event.at).date(),
        who=_("Legist") if entry.actor_kind in {ActorKind.SYSTEM, ActorKind.COMMAND} else event.who,
        before=before,
        subject=subject,
        after=after,
        icon=icon,
        tone=tone,
        change=changes.get(entry.data.get("change", "")) if entry.action == STATUS_CHANGED else None,
    )


def _words(event: Event, item: str | None) -> tuple[str, str, str]:
    """Put the action into words, with the object apart so that it can be a link."""
    named = {} if item is None else {"key": f"“{item}”"}
    sentence = audit.describe_action(event.entry, subject=GAP, **named)
    before, gap, after = sentence.partition(GAP)
    return before.strip(), event.subject if gap else "", after


def _mark(entry: AuditEntry) -> tuple[str, str]:
    if entry.action == STATUS_CHANGED:
        return "activity", code_tone(str(entry.data.get("to", "")))
    fitting = ((icon, tone) for code, icon, tone in MARKS if entry.action.startswith(code))
    return next(fitting, ("circle", ""))
