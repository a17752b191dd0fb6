"""Status changes: the inbox and its counts for people, and when each was learned for measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from legist.core.actors import Actor
from legist.practice.counts import rows_for
from legist.practice.models import Matter
from tracking.access import visible_changes
from tracking.models import Acknowledgement, StatusChange
from tracking.states import FROM_HISTORY, STANDS_STILL, Attention

# What nobody looked at for two months is no news; it stays in the receipt's history.
INBOX_WINDOW: Final = timedelta(days=60)


class Scope(StrEnum):
    """Whose changes: of matters I am named on, of my teams' matters, or all that I may see."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """Narrows the inbox. `attention` is one of act, tell, note: what a change asks for here."""

    scope: Scope = Scope.MINE
    attention: str = ""
    code: str = ""
    is_acknowledged: bool | None = False
    receipt_id: UUID | None = None
    matter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done for a change, or why nothing was; `url` is where it stands."""

    words: str
    url: str = ""

    def __str__(self) -> str:
        return self.words


Teller = Callable[[Actor, Sequence[StatusChange]], Mapping[UUID, list[Deed]]]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Have whoever works on changes tell what was done for them, in a fixed number of queries."""
    _tellers.append(teller)


_elsewhere: list[Callable[[Actor], Q]] = []


def register_elsewhere(elsewhere: Callable[[Actor], Q]) -> None:
    """Have whoever works on changes say of which the act stands in another place, for what this actor reads.

    The inbox goes on telling of those, and asks for nothing. The condition is about a change.
    """
    _elsewhere.append(elsewhere)


def deeds_for(actor: Actor, changes: Sequence[StatusChange]) -> dict[UUID, list[Deed]]:
    """Return what was done for changes that the caller has authorised, by change."""
    found: dict[UUID, list[Deed]] = {}
    for teller in _tellers if changes else ():
        for change, deeds in teller(actor, changes).items():
            found.setdefault(change, []).extend(deeds)
    return found


def list_changes(actor: Actor, filters: ChangeFilters, *, now: datetime) -> QuerySet[StatusChange]:
    """Return the latest change of each receipt in two months where it matches, newest first.

    A receipt is one row: what a later change has overtaken waits no more, and is no act of today. Each
    carries `earlier`, how many were overtaken within the window, `asks`, its attention, or note where what it
    asks for stands elsewhere, and has receipt, matter and client.

    Each carries `is_acknowledged`: for "mine" by the person, otherwise by anybody, since work that a
    colleague has taken is not waiting any more.
    """
    exact = {
        "asks": filters.attention,
        "to_code": filters.code,
        "receipt": filters.receipt_id,
        "receipt__matter": filters.matter_id,
    }
    changes = _inbox(actor, filters.scope, since=now - INBOX_WINDOW).filter(
        **{key: value for key, value in exact.items() if value}
    )
    if filters.is_acknowledged is not None:
        changes = changes.filter(is_acknowledged=filters.is_acknowledged)
    earlier = told_since(now - INBOX_WINDOW).filter(
        receipt=OuterRef("receipt"), sequence__lt=OuterRef("sequence")
    )
    counted = earlier.order_by().values("receipt").annotate(n=Count("pk")).values("n")
    found: QuerySet[StatusChange] = changes.annotate(earlier=Coalesce(Subquery(counted), 0))
    return found.select_related("receipt__matter__client", "override").order_by("-id")


def told_since(since: datetime) -> QuerySet[StatusChange]:
    """Return what the inbox tells of at all: what was detected since then, without what only stands still."""
    changes: QuerySet[StatusChange] = StatusChange.objects.filter(detected_at__gte=since)
    return changes.exclude(rule=STANDS_STILL)


def earlier_than(change: StatusChange, *, now: datetime) -> list[StatusChange]:
    """Return what the inbox told of a receipt before one change, which the caller has authorised."""
    older = told_since(now - INBOX_WINDOW).filter(receipt=change.receipt_id, sequence__lt=change.sequence)
    return list(older.select_related("receipt__matter", "override").order_by("-sequence"))


def overtaken_by(changes: Iterable[StatusChange], *, now: datetime) -> list[StatusChange]:
    """Return what the inbox would have told of the receipts of these changes before them."""
    until: dict[UUID, int] = {}
    for change in changes:
        until[change.receipt_id] = max(change.sequence, until.get(change.receipt_id, 0))
    older = told_since(now - INBOX_WINDOW).filter(receipt__in=until).select_related("receipt")
    return [each for each in older if each.sequence < until[each.receipt_id]]


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Receipts whose latest change waits, by what it asks of the firm: the rows of the inbox."""

    act: int
    tell: int
    note: int

    @property
    def total(self) -> int:
        return self.act + self.tell + self.note

    @property
    def asking(self) -> int:
        """Those that ask for something: what the navigation counts, of one's own matters."""
        return self.act + self.tell


def inbox_counts(actor: Actor, *, scope: Scope = Scope.MINE, now: datetime) -> InboxCounts:
    """Count what waits in the inbox, in one query."""
    found = dict(rows_for(actor, _by_attention, scope, since=now - INBOX_WINDOW))
    return InboxCounts(found.get("act", 0), found.get("tell", 0), found.get("note", 0))


def _by_attention(actor: Actor, scope: Scope, *, since: datetime) -> QuerySet[Any, Any]:
    rows = _inbox(actor, scope, since=since).filter(is_acknowledged=False).order_by()
    numbers: QuerySet[Any, Any] = rows.values_list("asks").annotate(Count("pk"))
    return numbers


def _inbox(actor: Actor, scope: Scope, *, since: datetime) -> QuerySet[Any]:
    acknowledged = Acknowledgement.objects.filter(change=OuterRef("pk"))
    of_receipt = StatusChange.objects.filter(receipt=OuterRef("receipt")).exclude(rule=STANDS_STILL)
    is_history = Q(rule__startswith=FROM_HISTORY)
    later = of_receipt.filter(sequence__gt=OuterRef("sequence"))
    # What only the history tells of overtakes nothing that was read.
    overtaken = Exists(later.exclude(is_history)) | is_history & (
        Exists(later) | Exists(of_receipt.exclude(is_history))
    )
    changes = visible_changes(actor).filter(pk__in=told_since(since).values("pk")).exclude(overtaken)
    if actor.user is not None and scope == Scope.MINE:
        person = actor.user.pk
        acknowledged = acknowledged.filter(user=person)
        changes = changes.filter(Q(receipt__matter__attorney=person) | Q(receipt__matter__paralegal=person))
    elif actor.user is not None and scope == Scope.TEAM:
        shared = Matter.objects.filter(mattergroupobjectpermission__group__user=actor.user.pk)
        changes = changes.filter(receipt__matter__in=shared.values("pk"))
    is_elsewhere = Q(pk__in=[])
    for elsewhere in _elsewhere:
        is_elsewhere |= elsewhere(actor)
    asks = Case(
        When(is_elsewhere, then=Value(Attention.NOTE)), default=F("attention"), output_field=CharField()
    )
    return changes.annotate(is_acknowledged=Exists(acknowledged), asks=asks)


def without_repeats(changes: Iterable[StatusChange]) -> list[StatusChange]:
    """Return changes (newest first) as they happened: what stood still is told once, after what came before.

    A status that was written again because something older became known takes the place of what was written,
    as it was recorded first.
    """
    found, repeated_at = list[StatusChange](), None
    for change in changes:
        if repeated_at is None:
            repeated_at = len(found) if change.rule == STANDS_STILL else None
            found.append(change)
        elif change.rule.startswith(FROM_HISTORY):
            found.append(change)
        else:
            found[repeated_at] = change
            repeated_at = repeated_at if change.rule == STANDS_STILL else None
    return found


class Seen(NamedTuple):
    """A change that a source told: learned `at`, after the good reading at `after`; its text's day if any."""

    at: datetime
    after: datetime | None
    said_on: date | None
    form: str
    stage: str


def changes_told(since: datetime, until: datetime) -> Iterator[Seen]:
    """Yield what sources told, without first readings, corrections by hand and texts read anew."""
    told = StatusChange.objects.filter(
        detected_at__gte=since,
        detected_at__lt=until,
        sequence__gt=1,
        override__isnull=True,
        reread_of__isnull=True,
    ).values_list("detected_at", "detected_after", "event_date", "receipt__form_type", "from_stage")
    return (Seen(*row) for row in told.order_by().iterator())
