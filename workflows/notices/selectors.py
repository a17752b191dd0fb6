"""What the pages about paper show: the list in its tabs, and one notice with all around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from legist.core.actors import Actor
from legist.practice.counts import counted, rows_for
from legist.practice.models import Matter
from legist.practice.permissions import Capability, access_matter, can, visible_matters
from tracking.receipts import ReceiptNumber
from tracking.selectors import visible_receipts, working_capability
from workflows.access import access_notice, may_read, may_work, visible_notices, visible_watches
from workflows.models import NoticeRevision, NoticeScan, NoticeWatch, UscisNotice
from workflows.notices.kinds import correction
from workflows.notices.matching import find_receipt
from workflows.notices.overdue import window_ends
from workflows.states import NoticeState, WatchState

if TYPE_CHECKING:
    from tracking.models import Receipt

TABS: dict[str, tuple[NoticeState, ...]] = {
    "match": (NoticeState.TO_MATCH,),
    "logged": (NoticeState.LOGGED,),
    "aside": (NoticeState.SET_ASIDE, NoticeState.DUPLICATE),
}


@dataclass(frozen=True, slots=True)
class NoticeFilters:
    """One tab of the list, narrowed to a kind of notice and to the person's own matters."""

    tab: str = "match"
    kind: str = ""
    is_mine: bool = False


def list_notices(actor: Actor, filters: NoticeFilters) -> QuerySet[UscisNotice]:
    """Return the notices of a tab, newest first; "mine" of a stranger means logged by the person."""
    found = visible_notices(actor).filter(state__in=TABS[filters.tab])
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.is_mine and actor.user:
        found = found.filter(_of_mine(actor, "receipt__matter") | Q(receipt=None, logged_by=actor.user.pk))
    return found.select_related("receipt__matter__client", "logged_by", "deadline", "first").order_by("-id")


def list_missing(actor: Actor, filters: NoticeFilters) -> QuerySet[NoticeWatch]:
    """Return the papers that should have come and did not, newest first."""
    found = visible_watches(actor).filter(state=WatchState.RAISED)
    if filters.is_mine and actor.user:
        found = found.filter(_of_mine(actor, "receipt__matter"))
    known = found.select_related("receipt__matter__client", "taken_by", "checklist")
    return known.prefetch_related("checklist__items").order_by("-id")


def _of_mine(actor: Actor, path: str) -> Q:
    person = actor.user.pk if actor.user else None
    return Q(**{f"{path}__attorney": person}) | Q(**{f"{path}__paralegal": person})


def count_to_match(actor: Actor) -> int:
    """Return how many notices wait to be matched."""
    return _to_match(actor).count()


def count_missing(actor: Actor) -> int:
    """Return how many papers are missing."""
    return _missing(actor).count()


def count_waiting(actor: Actor) -> int:
    """Return the number beside the place in the rail, missing and to be matched, in one query."""
    return sum(number for (number,) in rows_for(actor, _waiting))


def _waiting(actor: Actor) -> QuerySet[Any, Any]:
    return counted(_to_match(actor)).union(counted(_missing(actor)), all=True)


def _to_match(actor: Actor) -> QuerySet[UscisNotice]:
    return visible_notices(actor).filter(state=NoticeState.TO_MATCH)


def _missing(actor: Actor) -> QuerySet[NoticeWatch]:
    return visible_watches(actor).filter(state=WatchState.RAISED)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A paper that did not come; `window` is the last day to answer a request, as known so far."""

    watch: NoticeWatch
    steps: list[str]
    window: date | None
    may_work: bool


def missing_rows(actor: Actor, watches: list[NoticeWatch]) -> list[MissingRow]:
    """Return what a page of missing papers shows; a fixed number of queries."""
    capability = working_capability(actor)
    matters = {watch.receipt.matter_id for watch in watches if watch.receipt.matter_id}
    workable = {*visible_matters(actor, capability).filter(pk__in=matters).values_list("pk", flat=True)}
    is_tray_open = can(actor, capability)
    windows = window_ends(watches)
    return [
        MissingRow(
            watch=watch,
            steps=_open_steps(watch),
            window=windows.get(watch.pk),
            may_work=watch.receipt.matter_id in workable if watch.receipt.matter_id else is_tray_open,
        )
        for watch in watches
    ]


def _open_steps(watch: NoticeWatch) -> list[str]:
    items = watch.checklist.items.all() if watch.checklist else []
    return [item.label for item in items if item.done_at is None]


@dataclass(frozen=True, slots=True)
class NoticeDetail:
    """One notice with its scan, its deadline, what it repeats, how it read before, and what it may lead to.

    `match` is the receipt a stranger belongs to, if it is open to the reader; `correct_to` the status
    that the paper speaks for against the online one.
    """

    notice: UscisNotice
    may_read: bool
    may_work: bool
    may_override: bool
    scan: NoticeScan | None
    match: Receipt | None
    repetitions: list[UscisNotice]
    revisions: list[NoticeRevision]
    correct_to: str

    @property
    def matter(self) -> Matter | None:
        return self.notice.receipt.matter if self.notice.receipt else None

    @property
    def left_behind(self) -> list[NoticeRevision]:
        """Earlier readings whose date still stands at another deadline."""
        kept = [each for each in self.revisions if each.deadline_id]
        return [each for each in kept if each.deadline_id != self.notice.deadline_id]


def paper_detail(actor: Actor, notice_id: UUID | str) -> NoticeDetail:
    """Return everything about a notice; NotFound to strangers."""
    notice = access_notice(actor, notice_id)
    receipt = notice.receipt
    is_open = notice.state == NoticeState.TO_MATCH and bool(notice.number_index)
    repetitions = notice.repetitions.select_related("logged_by").order_by("id")
    return NoticeDetail(
        notice=notice,
        may_read=may_read(actor, notice),
        may_work=may_work(actor, notice),
        may_override=can(actor, Capability.OVERRIDE_STATUS, receipt.matter if receipt else None),
        scan=NoticeScan.objects.filter(notice=notice).defer("content").first(),
        match=find_receipt(actor, ReceiptNumber(notice.number)) if is_open else None,
        repetitions=list(repetitions.filter(pk__in=visible_notices(actor).values("pk"))),
        revisions=list(notice.revisions.select_related("by", "deadline")),
        correct_to=_correct_to(notice, receipt),
    )


def _correct_to(notice: UscisNotice, receipt: Receipt | None) -> str:
    if receipt is None or notice.state != NoticeState.LOGGED:
        return ""
    return correction(
        notice.kind,
        notice.notice_date,
        current_code=receipt.current_code,
        current_since=receipt.current_since,
    )


def receipts_of(actor: Actor, matter_id: UUID | str) -> list[Receipt]:
    """Return the receipts a notice of a matter may belong to: its own, or those of the case above it."""
    matter = access_matter(actor, matter_id)
    own = list(visible_receipts(actor).filter(matter=matter).order_by("-id"))
    if own or matter.parent_id is None:
        return own
    return list(visible_receipts(actor).filter(matter=matter.parent_id).order_by("-id"))


def missing_for(
    actor: Actor, *, receipt_id: UUID | None = None, matter_id: UUID | None = None
) -> list[NoticeWatch]:
    """Return the missing papers of one receipt, or of one matter, for their pages."""
    found = visible_watches(actor).filter(state=WatchState.RAISED)
    narrowed = found.filter(receipt=receipt_id) if receipt_id else found.filter(receipt__matter=matter_id)
    return list(narrowed.select_related("receipt"))
