"""What one person has to do, of every kind of line, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person, require, visible_to
from legist.practice.states import MatterState
from tracking.selectors import ChangeFilters, ReviewFilters, Scope, list_changes, list_reviews
from tracking.states import Attention, code_label
from workflows.deadlines.selectors import unanswered
from workflows.labels import purpose_label
from workflows.matters.listing import HEAVY, UNFINISHED
from workflows.messages.selectors import visible_drafts
from workflows.models import ChecklistItem, ChecklistRun, Deadline, Draft, IncomingMessage, WorkChoice
from workflows.my_work.lines import Band, Choice, Group, Line, arranged
from workflows.overtaken.selectors import overtaken_of, receipt_of
from workflows.states import DeadlineState, DeadlineStatus, DraftState, ItemRole, WorkKind

if TYPE_CHECKING:
    from tracking.models import ReviewItem, StatusChange

# Of each kind; a person with more has to be helped by others, not by a longer page.
LIMIT: Final = 300
# The rail counts anew after the first, and pages say what it counted for the second (seconds).
COUNTED_FOR, KNOWN_FOR = 30, 600
OPEN = MatterState.OPEN


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person decided about their lines, and which lines colleagues gave them, by kind."""

    own: dict[str, Choice]
    concerned: dict[str, set[UUID]]

    def of(self, kind: WorkKind) -> set[UUID]:
        """The ids of what was given to them, and of what they gave away: theirs whoever is seated."""
        return self.concerned.get(kind, set())


@dataclass(frozen=True, slots=True)
class MyWork:
    """A person's work in bands; `is_cut` when there was more than is read."""

    bands: dict[Band, list[Group]]
    is_cut: bool
    # The receipts of which something was overtaken.
    overtaken: frozenset[UUID] = frozenset()

    def lines(self) -> Iterator[Line]:
        """Every line, wherever it stands."""
        return (line for groups in self.bands.values() for group in groups for line in group.lines)

    def count(self, *bands: Band) -> int:
        """How many lines stand in some bands."""
        return sum(len(group.lines) for band in bands for group in self.bands[band])

    @property
    def pressing(self) -> int:
        """How many lines are overdue or of this week, without the news that the inbox counts."""
        groups = (group for band in (Band.OVERDUE, Band.NOW) for group in self.bands[band])
        return sum(not line.is_news for group in groups for line in group.lines)


def my_work(actor: Actor, *, now: datetime) -> MyWork:
    """Return what the person has to do themselves, most urgent first; empty for who is no person."""
    require(actor, Capability.VIEW_MATTER)
    person, today = acting_person(actor), timezone.localtime(now).date()
    if person is None:
        return MyWork({band: [] for band in Band}, is_cut=False)
    choices = _choices(person)
    items = list(_items(actor, person, choices)[:LIMIT])
    drafts = list(_drafts(actor, person, choices)[:LIMIT])
    changes = _changes(actor, choices, now=now)
    reviews = list(_reviews(actor, person, choices)[:LIMIT])
    replies = list(_replies(actor, person, choices)[:LIMIT])
    matters = {row.checklist.matter_id for row in items} | {row.matter_id for row in drafts}
    matters |= {row.receipt.matter_id for row in changes if row.receipt.matter_id}
    dates = _dates(actor, person, choices, beside=matters)
    mine = [row for row in dates if vars(row)["is_mine"]][:LIMIT]
    pieces = overtaken_of(drafts, items, dates)
    over = {piece.id for piece in pieces}
    lines = [
        *(_line_of_item(row, is_answered=row.pk in over) for row in items),
        *(_line_of_date(row, is_answered=row.pk in over) for row in mine),
        *(_line_of_change(row) for row in changes),
        *(
            _line_of_draft(row, is_answered=row.pk in over)
            for row in drafts
            if not _waits_elsewhere(row, person, choices)
        ),
        *(_line_of_review(row) for row in reviews),
        *(_line_of_reply(row) for row in replies),
    ]
    told = {row.change_id for row in drafts if row.change_id and row.pk not in over}
    bands = arranged(_guarded(lines, dates, over), choices.own, told=told, today=today)
    read = (items, mine, drafts, changes, reviews, replies)
    is_cut = any(len(rows) == LIMIT for rows in read)
    found = MyWork(bands, is_cut=is_cut, overtaken=frozenset(map(receipt_of, pieces)))
    cache.set(f"my-work-{person.pk}", (found.pressing, now), KNOWN_FOR)
    return found


def known_pressing(actor: Actor) -> int | None:
    """Return how many lines were overdue or of this week when last counted; None when that is long ago."""
    count, _at = _known(actor)
    return count


def count_pressing(actor: Actor, *, now: datetime) -> int:
    """Count the lines that are overdue or of this week, unless that was done a moment ago."""
    count, at = _known(actor)
    if count is None or at is None or now - at > timedelta(seconds=COUNTED_FOR):
        return my_work(actor, now=now).pressing
    return count


def _known(actor: Actor) -> tuple[int | None, datetime | None]:
    found: tuple[int, datetime] | None = cache.get(f"my-work-{actor.id}")
    return found or (None, None)


def _choices(person: User) -> Choices:
    rows = WorkChoice.objects.filter(Q(user=person) | Q(given_to=person)).select_related("given_to")
    own: dict[str, Choice] = {}
    concerned: dict[str, set[UUID]] = {}
    for row in rows:
        if row.user_id == person.pk:
            name = row.given_to.name if row.given_to else ""
            own[f"{row.kind}:{row.subject_id}"] = Choice(row.until_date, row.past_date, name)
        if row.given_to_id:
            concerned.setdefault(row.kind, set()).add(row.subject_id)
    return Choices(own, concerned)


def _seated(person: User, via: str) -> Q:
    return Q(**{f"{via}__attorney": person}) | Q(**{f"{via}__paralegal": person})


def _items(actor: Actor, person: User, choices: Choices) -> QuerySet[ChecklistItem]:
    """Items of which the person is the owner; or that wait for their seat, or for the client of theirs."""
    matter = "checklist__matter"
    seats = Q(role=ItemRole.ATTORNEY, **{f"{matter}__attorney": person})
    seats |= Q(role=ItemRole.PARALEGAL, **{f"{matter}__paralegal": person})
    alone = Q(**{f"{matter}__attorney": person, f"{matter}__paralegal": None})
    seats |= Q(role=ItemRole.PARALEGAL) & alone
    seats |= Q(role=ItemRole.CLIENT) & (Q(**{f"{matter}__paralegal": person}) | alone)
    theirs = Q(owner=person) | (Q(owner=None) & seats) | Q(pk__in=choices.of(WorkKind.ITEM))
    found = ChecklistItem.objects.filter(theirs, done_at=None, **{f"{matter}__state": OPEN})
    related = ("checklist__matter__client", "checklist__run__change", "checklist__run__receipt", "owner")
    return visible_to(actor, found, via=matter).select_related(*related).order_by("due_date", "id")


def _drafts(actor: Actor, person: User, choices: Choices) -> QuerySet[Draft]:
    """Messages of their matters that have not been approved, whoever has to move next."""
    theirs = _seated(person, "matter") | Q(pk__in=choices.of(WorkKind.MESSAGE))
    found = visible_drafts(actor).filter(theirs, state__in=UNFINISHED)
    related = found.select_related("matter__client", "matter__attorney", "change__receipt", "run__receipt")
    return related.defer(*HEAVY).order_by("created_at", "id")


def _changes(actor: Actor, choices: Choices, *, now: datetime) -> list[StatusChange]:
    asking = Q(asks__in=(Attention.ACT, Attention.TELL))
    mine = list_changes(actor, ChangeFilters(scope=Scope.MINE), now=now).filter(asking)
    found = list(mine[:LIMIT])
    for row in found:
        vars(row)["is_news"] = True
    if given := choices.of(WorkKind.CHANGE) - {row.pk for row in found}:
        found += list_changes(actor, ChangeFilters(scope=Scope.ALL), now=now).filter(pk__in=given)[:LIMIT]
    return found


def _reviews(actor: Actor, person: User, choices: Choices) -> QuerySet[ReviewItem]:
    assigned = Q(assigned_to=person) | Q(pk__in=choices.of(WorkKind.REVIEW))
    return list_reviews(actor, ReviewFilters()).filter(assigned).select_related("receipt__matter__client")


def _replies(actor: Actor, person: User, choices: Choices) -> QuerySet[IncomingMessage]:
    """What clients wrote about the person's matters and nobody has answered."""
    theirs = _seated(person, "matter") | Q(pk__in=choices.of(WorkKind.REPLY))
    found = IncomingMessage.objects.filter(theirs, answered_at=None, matter__state=OPEN)
    related = found.select_related("matter__client").defer("text").order_by("received_at", "id")
    return visible_to(actor, related, via="matter")


def _dates(actor: Actor, person: User, choices: Choices, *, beside: set[UUID]) -> list[Deadline]:
    """Open dates of the person's matters and of those `beside`; each says whether it is the person's own."""
    mine = _seated(person, "matter") | Q(pk__in=choices.of(WorkKind.DATE))
    found = Deadline.objects.filter(mine | Q(matter__in=beside), state=DeadlineState.OPEN, matter__state=OPEN)
    related = found.select_related("matter__client", "run__change", "receipt").defer("steps")
    rows: list[Deadline] = list(visible_to(actor, related, via="matter").annotate(waits=Exists(unanswered())))
    for row in rows:
        seated = person.pk in {row.matter.attorney_id, row.matter.paralegal_id}
        vars(row)["is_mine"] = seated or row.pk in choices.of(WorkKind.DATE)
    return rows


def _guarded(lines: Iterable[Line], dates: Iterable[Deadline], answered: set[UUID]) -> Iterator[Line]:
    """Give each line the nearest date of its receipt, or of its matter where it is about no receipt."""
    nearest: dict[UUID, date] = {}
    for row in dates:
        if row.due_date and row.pk not in answered:
            for place in (row.receipt_id, row.matter_id):
                if place:
                    nearest[place] = min(row.due_date, nearest.get(place, row.due_date))
    for line in lines:
        days = [day for day in (line.due, nearest.get(line.place) if line.place else None) if day]
        yield replace(line, guard=min(days, default=None))


def _line_of_item(row: ChecklistItem, *, is_answered: bool) -> Line:
    run = row.checklist.run
    is_by_hand = run is None and row.checklist.key == ChecklistRun.BY_HAND
    is_clients = row.owner is None and row.role == ItemRole.CLIENT
    return Line(
        kind=WorkKind.ITEM,
        id=row.pk,
        text=row.label,
        matter=row.checklist.matter,
        receipt=run.receipt if run else None,
        due=row.due_date,
        change_id=run.change_id if run else None,
        code=run.change.to_code if run else "",
        is_pressing=is_by_hand and row.due_date is None,
        is_answered=is_answered,
        waits_for=_("the client") if is_clients else "",
    )


def _line_of_date(row: Deadline, *, is_answered: bool) -> Line:
    return Line(
        kind=WorkKind.DATE,
        id=row.pk,
        text=row.title,
        matter=row.matter,
        receipt=row.receipt,
        due=row.due_date,
        change_id=row.run.change_id if row.run else None,
        code=row.run.change.to_code if row.run else "",
        is_pressing=row.runs_unseen or vars(row)["waits"],
        is_answered=is_answered,
        is_unsure=row.status == DeadlineStatus.PROVISIONAL,
        can_take=vars(row)["waits"],
    )


def _line_of_change(row: StatusChange) -> Line:
    asks = _("Look at the new status and act on it") if row.attention == Attention.ACT else ""
    return Line(
        kind=WorkKind.CHANGE,
        id=row.pk,
        text=asks or _("Look at the new status and tell the client"),
        matter=row.receipt.matter,
        receipt=row.receipt,
        change_id=row.pk,
        code=row.to_code,
        is_pressing=True,
        is_news=vars(row).get("is_news", False),
    )


def _waits_elsewhere(row: Draft, person: User, choices: Choices) -> bool:
    """True of a message that waits in the attorney's own queue, or for the paralegal of their matter."""
    is_attorneys = row.matter.attorney_id == person.pk
    if row.state == DraftState.IN_REVIEW:
        return is_attorneys
    is_given = row.pk in choices.of(WorkKind.MESSAGE)
    return is_attorneys and row.matter.paralegal_id not in {None, person.pk} and not is_given


SAID: Final = {
    DraftState.DRAFTED: gettext_lazy("Finish the message: %(what)s"),
    DraftState.RETURNED: gettext_lazy("Change the message that was sent back: %(what)s"),
    DraftState.IN_REVIEW: gettext_lazy("Message that waits for approval: %(what)s"),
}


def _line_of_draft(row: Draft, *, is_answered: bool) -> Line:
    attorney = row.matter.attorney.name if row.matter.attorney else _("an attorney")
    receipt = row.change.receipt if row.change else row.run.receipt if row.run else None
    return Line(
        kind=WorkKind.MESSAGE,
        id=row.pk,
        text=str(SAID[DraftState(row.state)]) % {"what": purpose_label(row.purpose)},
        matter=row.matter,
        receipt=receipt,
        change_id=row.change_id,
        code=row.change.to_code if row.change else "",
        is_pressing=True,
        is_answered=is_answered,
        waits_for=attorney if row.state == DraftState.IN_REVIEW else "",
    )


def _line_of_review(row: ReviewItem) -> Line:
    said = f"{row.get_kind_display()}: {code_label(row.code)}" if row.code and row.change_id else ""
    return Line(
        kind=WorkKind.REVIEW,
        id=row.pk,
        text=said or row.get_kind_display(),
        matter=row.receipt.matter if row.receipt else None,
        receipt=row.receipt,
        is_pressing=True,
    )


def _line_of_reply(row: IncomingMessage) -> Line:
    return Line(
        kind=WorkKind.REPLY,
        id=row.pk,
        text=_("Answer what the client wrote"),
        matter=row.matter,
        is_pressing=True,
    )
