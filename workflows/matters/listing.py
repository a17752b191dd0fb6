"""The list of matters: each with its status, what is due next, and on whom it waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from legist.core.actors import Actor
from legist.practice.models import Matter
from legist.practice.people.leaving import seats_left
from legist.practice.permissions import visible_to
from legist.practice.states import MatterState
from tracking.selectors import visible_receipts
from tracking.states import bucket_tone
from tracking.statuses import CODES, StatusCode, Tone
from workflows.deadlines.later_news import answered_runs, later_news
from workflows.matters.waiting import OpenDraft, OpenItem, Party, Waiting, waiting_on
from workflows.messages.selectors import overtaken
from workflows.models import ChecklistItem, ChecklistRun, Deadline, Draft
from workflows.models.deadlines import RUNS_UNSEEN
from workflows.states import DeadlineState, DraftState

if TYPE_CHECKING:
    from tracking.models import Receipt

M = TypeVar("M", bound=Model)
UNFINISHED = (DraftState.DRAFTED, DraftState.IN_REVIEW, DraftState.RETURNED)
# What a reader must see first when a matter has several receipts.
URGENCY = (Tone.ACTION, Tone.BAD, Tone.WAITING, Tone.GOOD, Tone.NEUTRAL)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A line of the list; work of the matters below it counts as its own."""

    matter: Matter
    receipt: Receipt | None
    more_receipts: int
    deadline: Deadline | None
    waiting: Waiting

    @property
    def pk(self) -> UUID:
        return self.matter.pk


def matter_rows(actor: Actor, matters: list[Matter]) -> list[MatterRow]:
    """Return matters that the actor may see as lines of a list; a fixed number of queries."""
    ids = [matter.pk for matter in matters]
    parents = [matter.parent_id for matter in matters if matter.parent_id]
    receipts = _by_matter(
        visible_receipts(actor).filter(matter__in=[*ids, *parents]), lambda row: [row.matter_id]
    )
    counting = Q(due_date__isnull=False) | RUNS_UNSEEN
    open_dates = Deadline.objects.filter(counting, state=DeadlineState.OPEN)
    deadlines = _below(actor, open_dates, ids, via="matter").select_related("matter", "run__change")
    drafts = _below(actor, Draft.objects.filter(state__in=UNFINISHED).defer(*HEAVY), ids, via="matter")
    items = _below(actor, ChecklistItem.objects.filter(done_at=None), ids, via="checklist__matter")
    dated = list(deadlines.order_by(F("due_date").asc(nulls_first=True)))
    answered = later_news(dated)
    due = _by_matter((row for row in dated if row.pk not in answered), _family)
    asked = list(drafts.select_related("matter", "change"))
    overtakes = overtaken(asked)
    unfinished = _by_matter((row for row in asked if row.pk not in overtakes), _family)
    over = answered_runs(dated, set(answered))
    related = items.select_related("checklist__matter", "owner")
    held = (row for row in related if row.checklist.run_id not in over)
    to_do = _by_matter(held, lambda row: _family(row.checklist))
    return [
        _row(
            matter,
            receipts=receipts.get(matter.pk) or receipts.get(matter.parent_id or matter.pk, []),
            deadline=next(iter(due.get(matter.pk, [])), None),
            drafts=unfinished.get(matter.pk, []),
            items=to_do.get(matter.pk, []),
        )
        for matter in matters
    ]


TIMED_IDS: Final = 7
HEAVY = ("texts", "original_texts", "facts", "recipients")


def _below(actor: Actor, rows: QuerySet[M], ids: list[UUID], *, via: str) -> QuerySet[M]:
    """Narrow rows to the matters and those directly below them, as far as the actor may read each."""
    family = Q(**{f"{via}__in": ids}) | Q(**{f"{via}__parent__in": ids})
    return visible_to(actor, rows.filter(family), via=via)


def _by_matter(rows: Iterable[M], matters_of: Callable[[M], list[UUID | None]]) -> dict[UUID, list[M]]:
    grouped: dict[UUID, list[M]] = defaultdict(list)
    for row in rows:
        for matter_id in matters_of(row):
            if matter_id is not None:
                grouped[matter_id].append(row)
    return grouped


def _family(row: Deadline | Draft | ChecklistRun) -> list[UUID | None]:
    """The matter of a row and the one above it: what is open below a case is open in the case."""
    return [row.matter_id, row.matter.parent_id]


def _row(
    matter: Matter,
    *,
    receipts: list[Receipt],
    deadline: Deadline | None,
    drafts: Sequence[Draft],
    items: list[ChecklistItem],
) -> MatterRow:
    ranked = sorted(receipts, key=lambda row: URGENCY.index(Tone(bucket_tone(row.current_bucket))))
    waiting = waiting_on(
        drafts=map(open_draft, drafts),
        items=map(open_item, items),
        with_government=[government_since(receipt) for receipt in receipts if not is_decided(receipt)],
        seats_left=seats_left(matter),
    )
    return MatterRow(
        matter=matter,
        receipt=ranked[0] if ranked else None,
        more_receipts=max(len(ranked) - 1, 0),
        deadline=deadline,
        waiting=waiting if matter.state == MatterState.OPEN else Waiting(Party.NOBODY),
    )


def open_draft(draft: Draft) -> OpenDraft:
    """Return a message as what is waited for: since it was submitted, or written."""
    at = draft.submitted_at if draft.state == DraftState.IN_REVIEW else None
    return OpenDraft(draft.state, timezone.localtime(at or draft.created_at).date())


def open_item(item: ChecklistItem) -> OpenItem:
    """Return an item as what is waited for: since it was set, reopened or last changed."""
    at = item.reopened_at or item.checklist.created_at
    if item.earlier:
        at = max(at, datetime.fromisoformat(item.earlier[-1]["at"]))
    elif item.checklist.key == ChecklistRun.BY_HAND and item.pk.version == TIMED_IDS:
        # The checklist is older than a task that was set on it later; its id says when its form was opened.
        at = max(at, datetime.fromtimestamp((item.pk.int >> 80) / 1000, tz=UTC))
    return OpenItem(Party(item.whose), item.label, item.due_date, timezone.localtime(at).date())


def government_since(receipt: Receipt) -> date:
    """Return the day of the status a receipt stands at, or since when it is watched."""
    return receipt.current_since or timezone.localtime(receipt.created_at).date()


def is_decided(receipt: Receipt) -> bool:
    """True when the government has nothing more to decide about the filing."""
    known = StatusCode.__members__.get(receipt.current_code)
    return known is not None and CODES[known].terminal
