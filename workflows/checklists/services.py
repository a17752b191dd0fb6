"""Checklists: opened by a playbook, worked through by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import Forbidden, WrongState
from legist.core.reasons import Reason
from legist.core.uow import acting, unit_of_work
from legist.practice.models import Matter
from legist.practice.permissions import Capability, acting_person
from workflows import audit_actions as actions
from workflows.access import access_item, expect_open
from workflows.models import ChecklistItem, ChecklistRun, Deadline, PlaybookRun
from workflows.states import DeadlineState, ItemClosing


@dataclass(frozen=True, slots=True)
class NewChecklist:
    """A checklist to open; an item has key, role, text and `days` (from now) or `anchor` (the deadline).

    Title and texts are a playbook's own words, or a PaperStep with its values.
    """

    key: str
    title: str | Reason
    items: Sequence[dict[str, Any]]


def open_checklist(
    new: NewChecklist, *, matter: Matter, run: PlaybookRun | None, actor: Actor, now: datetime
) -> ChecklistRun:
    """Open a checklist; dates that hang on a deadline not known yet come when it is confirmed."""
    due = _deadline_of(run)
    with unit_of_work(actor=actor, now=now) as unit:
        checklist = ChecklistRun.objects.create(
            matter=matter, run=run, key=new.key, created_at=now, **_said("title", new.title)
        )
        ChecklistItem.objects.bulk_create(
            _item(checklist, position, row, due=due, now=now) for position, row in enumerate(new.items, 1)
        )
        data = {"key": new.key, "items": len(new.items)}
        unit.record(actions.CHECKLIST_OPENED, checklist, matter.pk, **data)
    return checklist


def _deadline_of(run: PlaybookRun | None) -> date | None:
    if run is None:
        return None
    known = Deadline.objects.filter(run=run, state=DeadlineState.OPEN, due_date__isnull=False)
    return known.order_by("due_date").values_list("due_date", flat=True).first()


def _item(
    checklist: ChecklistRun, position: int, row: dict[str, Any], *, due: date | None, now: datetime
) -> ChecklistItem:
    return ChecklistItem(
        checklist=checklist,
        key=row["key"],
        position=position,
        **_said("text", row["text"]),
        role=row["role"],
        anchor_days=row.get("anchor"),
        due_date=_due_date(row, due=due, today=timezone.localtime(now).date()),
    )


def _said(column: str, words: str | Reason) -> dict[str, Any]:
    if isinstance(words, Reason):
        return {"code": words.code, "values": dict(words.values)}
    return {column: words}


def _due_date(row: dict[str, Any], *, due: date | None, today: date) -> date | None:
    if "days" in row:
        return today + timedelta(days=row["days"])
    if due is None or "anchor" not in row:
        return None
    # A step that should have been taken already is due now, not in the past.
    return max(due + timedelta(days=row["anchor"]), min(today, due))


def follow_deadline(deadline_id: UUID | str, *, now: datetime) -> int:
    """Move the open items of a deadline's run to the earliest open date, if there is one; return how many."""
    # Held, so that of two changes at once the items follow the one that was made last.
    held = PlaybookRun.objects.select_for_update(of=("self",), no_key=True)
    run = held.filter(deadlines__pk=deadline_id).first()
    due = _deadline_of(run)
    if due is None:
        return 0
    today = timezone.localtime(now).date()
    anchored = ChecklistItem.objects.filter(
        checklist__run=run, anchor_days__isnull=False, done_at__isnull=True
    )
    items = list(anchored)
    for item in items:
        item.due_date = _due_date({"anchor": item.anchor_days}, due=due, today=today)
    return ChecklistItem.objects.bulk_update(items, ["due_date"])


def complete_item(item_id: UUID | str, *, actor: Actor, now: datetime) -> ChecklistItem:
    """Check an item off. Raises WrongState when it is done already."""
    person = acting_person(actor)
    if person is None:
        message = _("A checklist item is done by a person.")
        raise Forbidden(message)
    with unit_of_work(actor=actor):
        item = access_item(actor, item_id, Capability.WORK_MATTER)
        done = ChecklistItem.objects.filter(pk=item.pk, done_at=None).update(done_at=now, done_by=person)
        _expect(done, _("This item is done already. Reload the page to see by whom."))
        _record(actions.ITEM_DONE, item, actor=actor, now=now)
    item.refresh_from_db(fields=["done_at", "done_by"])
    return item


def reopen_item(item_id: UUID | str, *, actor: Actor, now: datetime) -> ChecklistItem:
    """Take a check mark back. Raises WrongState when the item is open, or its matter closed."""
    with unit_of_work(actor=actor):
        item = access_item(actor, item_id, Capability.WORK_MATTER)
        expect_open(item.checklist.matter_id)
        reopened = ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=False)
        changed = reopened.update(done_at=None, done_by=None, closing="", reopened_at=now)
        _expect(changed, _("This item is open already. Reload the page to see it."))
        _record(actions.ITEM_REOPENED, item, actor=actor, now=now)
    item.refresh_from_db(fields=["done_at", "done_by", "closing", "reopened_at"])
    return item


def skip_items(
    items: Iterable[ChecklistItem], closing: ItemClosing, *, actor: Actor, now: datetime
) -> list[ChecklistItem]:
    """Close open items that nobody needs any more, in the caller's unit of work; return those that were open.

    They count as closed, not as done: the page says why.
    """
    person, skipped = acting_person(actor), list[ChecklistItem]()
    for item in items:
        still_open = ChecklistItem.objects.filter(pk=item.pk, done_at=None)
        if still_open.update(done_at=now, done_by=person, closing=closing):
            skipped.append(item)
            data = {"key": item.key, "reason": str(closing)}
            acting(actor=actor, now=now).record(actions.ITEM_SKIPPED, item, item.checklist.matter_id, **data)
    return skipped


def _expect(count: int, message: str) -> None:
    if not count:
        raise WrongState(message)


def _record(action: audit.Action, item: ChecklistItem, *, actor: Actor, now: datetime) -> None:
    acting(actor=actor, now=now).record(action, item, item.checklist.matter_id, key=item.key)
