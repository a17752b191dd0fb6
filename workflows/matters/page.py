"""Everything the page of a matter shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from legist.core.actors import Actor
from legist.practice.clients.offers import open_offers
from legist.practice.clients.parties import list_parties
from legist.practice.models import User
from legist.practice.people.leaving import seats_left
from legist.practice.permissions import Capability, access_matter, can, walls_over
from legist.practice.roles import Role
from legist.practice.selectors import list_staff, list_teams
from legist.practice.states import MatterStage, MatterState
from tracking.selectors import Freshness, freshness, polling_of, visible_receipts
from tracking.selectors.receipts import proposing_forms
from workflows.deadlines.later_news import answered_runs
from workflows.matters.by_hand import NoteLine, list_notes
from workflows.matters.listing import UNFINISHED, government_since, is_decided, open_draft, open_item
from workflows.matters.selectors import MatterWork, family_of, matter_work
from workflows.matters.timeline import latest_sequence
from workflows.matters.waiting import Party, Waiting, waiting_on
from workflows.messages.correspondence import list_incoming
from workflows.models import ChecklistItem, Deadline, Draft, IncomingMessage
from workflows.recipients import readers
from workflows.states import DeadlineState, DeadlineStatus, DraftState

if TYPE_CHECKING:
    from legist.practice.models import ContactOffer, Matter, MatterParty, Tag, Team, Wall
    from tracking.models import Receipt


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt of the matter with how fresh its status is."""

    receipt: Receipt
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Access:
    """Who may see the matter, who is shut out, and who could be given it."""

    people: list[User]
    teams: list[Team]
    walls: list[Wall]
    attorneys: list[User] = field(default_factory=list)
    paralegals: list[User] = field(default_factory=list)
    all_teams: list[Team] = field(default_factory=list)
    staff: list[User] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A matter as its readers see it."""

    work: MatterWork
    receipts: list[ReceiptLine]
    waiting: Waiting
    access: Access | None
    can_manage: bool
    is_client_in_portal: bool
    proposing: list[str]
    offers: list[ContactOffer]
    notes: list[NoteLine]
    incoming: list[IncomingMessage]
    colleagues: list[User]
    parties: list[MatterParty]
    tags: list[Tag]

    @property
    def matter(self) -> Matter:
        return self.work.matter

    @property
    def receipt_ids(self) -> list[UUID]:
        return [line.receipt.pk for line in self.receipts]

    @property
    def is_open(self) -> bool:
        return self.matter.state == MatterState.OPEN

    @property
    def can_correct(self) -> bool:
        return self.can_manage or self.work.can_work

    @property
    def can_work(self) -> bool:
        return self.work.can_work and self.is_open

    @property
    def open_deadlines(self) -> list[Deadline]:
        """The open deadlines, those whose date is not known yet first."""
        return [row for row in self.work.deadlines if row.state == DeadlineState.OPEN]

    @property
    def closed_deadlines(self) -> list[Deadline]:
        return [row for row in self.work.deadlines if row.state != DeadlineState.OPEN]

    @property
    def open_items(self) -> list[ChecklistItem]:
        """What is to be done, due first."""
        items = [item for each in self.work.checklists for item in each.items.all() if item.done_at is None]
        return sorted(items, key=lambda item: (item.due_date or date.max, item.position))

    @property
    def waiting_draft(self) -> Draft | None:
        """The message that waits longest for an attorney, of those that no later status has overtaken."""
        waiting = [draft for draft in self.work.drafts if draft.state == DraftState.IN_REVIEW]
        found = [draft for draft in waiting if draft.pk not in self.work.overtaken]
        return min(found, key=lambda draft: draft.submitted_at or draft.created_at, default=None)

    @property
    def unfinished_drafts(self) -> list[Draft]:
        """The messages that nobody has finished or withdrawn."""
        return [draft for draft in self.work.drafts if draft.state in UNFINISHED]

    @property
    def unsent_drafts(self) -> list[Draft]:
        """The messages that are approved and have not gone out, or not on every way."""
        return [draft for draft in self.work.drafts if draft.state == DraftState.APPROVED]

    @property
    def provisional_deadline(self) -> Deadline | None:
        """The first deadline whose date nobody has read from the paper notice yet, and that still matters."""
        unread = (row for row in self.work.unanswered_deadlines if row.status == DeadlineStatus.PROVISIONAL)
        return next(unread, None)

    @property
    def next_step(self) -> str:
        """The one thing to do next on this page: approve, confirm, close, or nothing."""
        if self.waiting_draft and self.work.can_approve:
            return "approve"
        if self.provisional_deadline and self.can_work:
            return "confirm"
        if self.matter.stage == MatterStage.TO_CLOSE and self.can_manage and self.is_open:
            return "close"
        return ""


def matter_pulse(actor: Actor, matter_id: UUID | str) -> tuple[int, str]:
    """Return what moves when the page would look different; NotFound to strangers.

    Everything that happens is on the record; a fresh reading is not, so its minute counts too.
    """
    matter = access_matter(actor, matter_id)
    read = visible_receipts(actor).filter(matter=matter, last_good_at__isnull=False)
    newest = read.order_by("-last_good_at").values_list("last_good_at", flat=True).first()
    return latest_sequence(family_of(actor, matter)), f"{newest:%Y%m%d%H%M}" if newest else ""


def matter_page(
    actor: Actor, matter_id: UUID | str, *, now: datetime, with_access: bool = False
) -> MatterPage:
    """Return a matter with its work and receipts, and with who has access where that is asked for.

    NotFound to strangers; a fixed number of queries.
    """
    work = matter_work(actor, matter_id)
    lines = _receipts(actor, work.matter, now=now)
    can_manage = can(actor, Capability.MANAGE_MATTER, work.matter)
    return MatterPage(
        work=work,
        receipts=lines,
        waiting=_waiting(work, lines),
        access=_access(work.matter, is_manager=can_manage) if with_access else None,
        can_manage=can_manage,
        is_client_in_portal=work.matter.client.user_id is not None and work.matter.client.has_portal,
        proposing=proposing_forms(actor, work.matter.client),
        offers=open_offers([work.matter.client]),
        incoming=list_incoming(work.matter),
        parties=list_parties(work.matter),
        tags=list(work.matter.tags.all()),
        notes=list_notes(actor, work.matter, can_manage=can_manage),
        colleagues=readers(work.matter) if work.can_work and work.matter.state == MatterState.OPEN else [],
    )


def _receipts(actor: Actor, matter: Matter, *, now: datetime) -> list[ReceiptLine]:
    """The receipts of the matter; one opened under a case shows those of the case."""
    found = list(visible_receipts(actor).filter(matter=matter).order_by("-id"))
    if not found and matter.parent_id:
        found = list(visible_receipts(actor).filter(matter=matter.parent_id).order_by("-id"))
    polling = polling_of(found, now=now)
    return [ReceiptLine(receipt, freshness(receipt, now=now, polling=polling)) for receipt in found]


def _waiting(work: MatterWork, receipts: list[ReceiptLine]) -> Waiting:
    if work.matter.state == MatterState.CLOSED:
        return Waiting(Party.NOBODY)
    dated = [row for row in work.deadlines if row.state == DeadlineState.OPEN]
    over = answered_runs(dated, set(work.later))
    lists = [each for each in work.checklists if each.run_id not in over]
    drafts = [row for row in work.drafts if row.state in UNFINISHED and row.pk not in work.overtaken]
    items = [item for each in lists for item in each.items.all() if item.done_at is None]
    return waiting_on(
        drafts=map(open_draft, drafts),
        items=map(open_item, items),
        with_government=[government_since(line.receipt) for line in receipts if not is_decided(line.receipt)],
        seats_left=seats_left(work.matter),
    )


def _access(matter: Matter, *, is_manager: bool) -> Access:
    holders = User.objects.filter(matteruserobjectpermission__content_object=matter).distinct()
    teams = list_teams().filter(group__mattergroupobjectpermission__content_object=matter).distinct()
    walls = list(
        walls_over(matter).select_related("user", "created_by", "matter").order_by("created_at", "pk")
    )
    if not is_manager:
        return Access(list(holders), list(teams), walls)
    staff = list(list_staff())
    shut_out = {wall.user_id for wall in walls}
    wholly = {wall.user_id for wall in walls if wall.client_id}
    free = [person for person in staff if person.pk not in shut_out]
    return Access(
        people=list(holders),
        teams=list(teams),
        walls=walls,
        attorneys=[person for person in free if person.role == Role.ATTORNEY],
        paralegals=[person for person in free if person.role == Role.PARALEGAL],
        all_teams=list(list_teams()),
        staff=[person for person in staff if person.pk not in wholly],
    )
