"""Settling at once what the newest status of a case has overtaken, and taking that back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, Overtaken, WrongState
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person
from tracking.access import access_receipt
from workflows import audit_actions as actions
from workflows.checklists.services import reopen_item, skip_items
from workflows.deadlines.services import meet_deadline, reopen_deadline, replace_deadline
from workflows.messages.drafts import restore, withdraw_all
from workflows.models import ChecklistItem, Deadline, Draft
from workflows.overtaken.bundle import Act, Bundle, Piece
from workflows.overtaken.selectors import UNAPPROVED, bundles, overtaken_of
from workflows.states import DraftEventKind, DraftState, ItemClosing

# For how long whoever settled something may take it back in one go.
TAKEN_BACK_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages were withdrawn, to-dos closed, and dates met or replaced."""

    messages: int
    steps: int
    dates: int

    @property
    def total(self) -> int:
        return self.messages + self.steps + self.dates


def settle(receipt_id: UUID | str, *, expected: str, actor: Actor, now: datetime) -> Counts:
    """Settle what a person was shown of a receipt (`expected` is its hash), all or none.

    Raises WrongState where it is not the same any more.
    """
    _require_person(actor)
    with unit_of_work(actor=actor, now=now) as unit:
        receipt = access_receipt(actor, receipt_id, capability=Capability.WORK_MATTER)
        found = next(iter(bundles(actor, [receipt.pk])), Bundle(receipt, ()))
        if not found.size or found.hash != expected:
            raise _changed()
        counts = Counts(
            messages=_withdraw(found.withdrawn, actor=actor, now=now),
            steps=len(skip_items(_steps(found.skipped), ItemClosing.OVERTAKEN, actor=actor, now=now)),
            dates=_close_dates(found, actor=actor, now=now),
        )
        if counts.total != found.size:
            raise _changed()
        data = {"messages": counts.messages, "steps": counts.steps, "dates": counts.dates}
        unit.record(actions.OVERTAKEN_SETTLED, receipt, receipt.matter_id, code=receipt.current_code, **data)
    return counts


def take_back(receipt_id: UUID | str, *, at: datetime | None, actor: Actor, now: datetime) -> Counts:
    """Take back what the person settled of a receipt at that instant; raises WrongState after an hour."""
    person = _require_person(actor)
    with unit_of_work(actor=actor, now=now) as unit:
        receipt = access_receipt(actor, receipt_id, capability=Capability.WORK_MATTER)
        if at is None or not now - TAKEN_BACK_WITHIN <= at <= now:
            raise WrongState(
                _("This was settled too long ago to be taken back at once. Open each by itself.")
            )
        withdrawn = Draft.objects.filter(
            change__receipt=receipt,
            state=DraftState.VOID,
            events__kind=DraftEventKind.VOIDED,
            events__at=at,
            events__by=person,
        )
        skipped = ChecklistItem.objects.filter(
            checklist__run__receipt=receipt, closing=ItemClosing.OVERTAKEN, done_at=at, done_by=person
        )
        closed = Deadline.objects.filter(receipt=receipt, closed_at=at, closed_by=person)
        counts = Counts(
            messages=len([restore(row.pk, actor=actor, now=now) for row in withdrawn.distinct()]),
            steps=len([reopen_item(row.pk, actor=actor, now=now) for row in skipped]),
            dates=len([reopen_deadline(row.pk, actor=actor, now=now) for row in closed]),
        )
        if not counts.total:
            raise Overtaken(
                _("There is nothing to take back any more. Reload the page to see how it stands.")
            )
        data = {"messages": counts.messages, "steps": counts.steps, "dates": counts.dates}
        unit.record(actions.OVERTAKEN_REOPENED, receipt, receipt.matter_id, **data)
    return counts


def clear(
    receipt_id: UUID,
    *,
    purposes: Collection[str],
    checklists: Collection[str],
    actor: Actor,
    now: datetime,
) -> Counts:
    """Withdraw overtaken messages and close overtaken steps of the named kinds, as a playbook asks.

    In the caller's unit of work. Dates are a person's to decide about, always.
    """
    messages = Draft.objects.filter(
        UNAPPROVED, change__receipt=receipt_id, purpose__in=purposes
    ).select_related("change")
    steps = ChecklistItem.objects.filter(
        checklist__run__receipt=receipt_id, done_at=None, checklist__key__in=checklists
    ).select_related("checklist__run__change")
    dates = Deadline.objects.filter(receipt=receipt_id, state="open").select_related("run__change")
    pieces = Bundle(access_receipt(actor, receipt_id), tuple(overtaken_of(messages, steps, dates)))
    return Counts(
        messages=_withdraw(pieces.withdrawn, actor=actor, now=now),
        steps=len(skip_items(_steps(pieces.skipped), ItemClosing.OVERTAKEN, actor=actor, now=now)),
        dates=0,
    )


def _withdraw(pieces: Collection[Piece], *, actor: Actor, now: datetime) -> int:
    """Withdraw messages that are as they were shown, and that nobody has approved meanwhile."""
    shown = [f"{piece.id}:{piece.version}" for piece in pieces]
    locked = Draft.objects.filter(UNAPPROVED, pk__in=[piece.id for piece in pieces])
    same = [
        row.pk
        for row in locked.select_for_update(of=("self",)).order_by("pk")
        if f"{row.pk}:{row.content_hash}" in shown
    ]
    why = _("A newer status has overtaken this message.")
    withdrawn, _on_way = withdraw_all(Draft.objects.filter(pk__in=same), reason=why, actor=actor, now=now)
    return len(withdrawn)


def _steps(pieces: Collection[Piece]) -> list[ChecklistItem]:
    return [piece.row for piece in pieces if isinstance(piece.row, ChecklistItem)]


def _close_dates(found: Bundle, *, actor: Actor, now: datetime) -> int:
    for piece in found.of(Act.MEET):
        meet_deadline(piece.id, actor=actor, now=now)
    for piece in found.of(Act.REPLACE):
        replace_deadline(piece.id, actor=actor, now=now)
    return len(found.of(Act.MEET, Act.REPLACE))


def _changed() -> WrongState:
    return WrongState(_("What is open has changed since you opened this page. Reload it and look again."))


def _require_person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("What a status has overtaken is settled by a person."))
    return person
