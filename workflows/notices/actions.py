"""What people do with a notice that was logged: match it, set it aside, keep a copy; and what waits."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, LegistError, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, can
from tracking.receipts import ReceiptNumber
from tracking.selectors.facts import receipts_numbered
from workflows import audit_actions as actions
from workflows.access import access_notice, may_work, require_logging, triage_people
from workflows.models import UscisNotice
from workflows.notices import dates
from workflows.notices.entries import read_number
from workflows.notices.intake import expect_state, place, record, settle
from workflows.notices.matching import claim_receipt, find_first, find_receipt
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NoticeState, NotificationKind, NotificationLevel

if TYPE_CHECKING:
    from tracking.models import Receipt

Key = UUID | str


def match_notice(notice_id: Key, *, number: str = "", actor: Actor, now: datetime) -> UscisNotice:
    """Match a stranger: to the receipt with its own number, or with the number given instead.

    Raises InvalidInput when no receipt that the actor may see has it, WrongState when it is matched.
    """
    require_logging(actor)
    wanted = read_number(number)
    with unit_of_work(actor=actor):
        notice = access_notice(actor, notice_id, work=True, lock=True)
        expect_state(notice, NoticeState.TO_MATCH)
        receipt = claim_receipt(actor, wanted or read_number(notice.number), None)
        if receipt is None:
            message = _("No case that you may see has this receipt number. Track it first, or read it again.")
            raise InvalidInput.at("number", message)
        return join(notice, receipt, actor=actor, now=now, how="person")


def join(notice: UscisNotice, receipt: Receipt, *, actor: Actor, now: datetime, how: str) -> UscisNotice:
    """Put a stranger to its receipt, with all that follows; the caller has authorised both and locked it.

    Where the receipt has the same notice already, this one becomes its duplicate.
    """
    notice.receipt = receipt
    if not notice.number_index:
        notice.number, notice.number_index = receipt.number, receipt.number_index
    place(notice, find_first(actor, notice), now=now)
    fields = ["receipt", "number", "number_index", "state", "first", "matched_at"]
    try:
        with unit_of_work(actor=actor):
            notice.save(update_fields=fields)
    except IntegrityError:
        message = _("The same notice was logged for this case a moment ago. Reload the page to see it.")
        raise WrongState(message) from None
    record(actions.PAPER_MATCHED, notice, actor=actor, now=now, state=notice.state, how=how)
    settle(notice, actor=actor, now=now)
    return notice


def set_aside(notice_id: Key, *, reason: str, actor: Actor, now: datetime) -> UscisNotice:
    """Put a stranger aside that is not ours; the reason is kept and the notice can be taken back."""
    person = require_logging(actor)
    with unit_of_work(actor=actor):
        notice = access_notice(actor, notice_id, work=True, lock=True)
        expect_state(notice, NoticeState.TO_MATCH)
        notice.state, notice.reason = NoticeState.SET_ASIDE, required_reason(reason)
        notice.closed_by, notice.closed_at = person, now
        notice.save(update_fields=["state", "reason", "closed_by", "closed_at"])
        record(actions.PAPER_SET_ASIDE, notice, actor=actor, now=now)
    return notice


def take_back(notice_id: Key, *, actor: Actor, now: datetime) -> UscisNotice:
    """Put a notice that was set aside among those to match again.

    Raises WrongState when the same one was logged anew meanwhile.
    """
    require_logging(actor)
    with unit_of_work(actor=actor):
        notice = access_notice(actor, notice_id, work=True, lock=True)
        expect_state(notice, NoticeState.SET_ASIDE)
        if find_first(actor, notice) is not None:
            raise Overtaken(_("The same notice was logged again meanwhile. Go on with that one."))
        notice.state, notice.reason = NoticeState.TO_MATCH, ""
        notice.closed_by = notice.closed_at = notice.offered_at = None
        fields = ["state", "reason", "closed_by", "closed_at", "offered_at"]
        notice.save(update_fields=fields)
        record(actions.PAPER_TAKEN_BACK, notice, actor=actor, now=now)
    return notice


def keep_copy(notice_id: Key, *, reason: str, actor: Actor, now: datetime) -> UscisNotice:
    """Keep a duplicate as a notice of its own, because it is another copy; the reason is kept."""
    require_logging(actor)
    with unit_of_work(actor=actor):
        notice = access_notice(actor, notice_id, work=True, lock=True)
        expect_state(notice, NoticeState.DUPLICATE)
        notice.reason = required_reason(reason)
        notice.state = NoticeState.LOGGED if notice.receipt_id else NoticeState.TO_MATCH
        notice.save(update_fields=["state", "reason"])
        record(actions.PAPER_KEPT, notice, actor=actor, now=now)
        settle(notice, actor=actor, now=now)
    return notice


def enter_date(notice_id: Key, *, actor: Actor, now: datetime) -> UscisNotice:
    """Enter the printed date of a logged notice whose date nobody could enter before."""
    require_logging(actor)
    with unit_of_work(actor=actor):
        notice = access_notice(actor, notice_id, work=True, lock=True)
        expect_state(notice, NoticeState.LOGGED)
        if notice.deadline_id is not None:
            raise WrongState(_("The date of this notice is entered already."))
        if dates.enter_date(notice, actor=actor, now=now) is None:
            raise WrongState(_("There is no date to enter yet: put the receipt into a matter first."))
    return notice


def list_ready() -> QuerySet[UscisNotice]:
    """Return the strangers whose number is tracked by now, and the dates whose receipt has a matter."""
    tracked = receipts_numbered(OuterRef("number_index"))
    is_known = (
        Q(state=NoticeState.TO_MATCH, offered_at__isnull=True) & ~Q(number_index="") & Q(Exists(tracked))
    )
    has_matter = Q(waits_for_matter=True, receipt__matter__isnull=False)
    return UscisNotice.objects.filter(is_known | has_matter)


def has_ready(_now: datetime) -> bool:
    """Return whether `run_ready` would find something to do: one query."""
    return list_ready().exists()


def run_ready(*, now: datetime, actor: Actor, limit: int = 50) -> int:
    """Do what has become possible, on behalf of whoever logged the notice; return how many were looked at.

    What that person may not do is offered to those who may, and looked at once only.
    """
    looked_at = each_alone(
        list(list_ready().order_by("id").values_list("pk", flat=True)),
        partial(_look, now=now, actor=actor),
        failed=partial(_tell_plainly, now=now, actor=actor),
        limit=limit,
    )
    return len(looked_at)


def _look(notice_id: UUID, *, now: datetime, actor: Actor) -> bool:
    with unit_of_work(actor=actor):
        found = UscisNotice.objects.select_for_update(of=("self",)).select_related("receipt__matter")
        notice = found.get(pk=notice_id)
        if notice.state == NoticeState.TO_MATCH:
            _match(notice, now=now)
        elif notice.waits_for_matter:
            _enter(notice, now=now)
    return True


def _tell_plainly(notice_id: UUID, attempt: ErrorCapture, *, now: datetime, actor: Actor) -> None:
    """Ask whoever logged the notice, once, to look at it: it could not be matched or entered by itself."""
    del attempt
    with unit_of_work(actor=actor):
        notice = UscisNotice.objects.select_related("logged_by").get(pk=notice_id)
        message = notifications.Message(
            key=f"papernotice:{notice.pk}:failed",
            kind=NotificationKind.PAPER,
            level=NotificationLevel.URGENT,
            subject=notice,
            matter=None,
        )
        notifications.notify([notice.logged_by], message, now=now)


def _match(notice: UscisNotice, *, now: datetime) -> None:
    logger = Actor.for_user(notice.logged_by)
    receipt = find_receipt(logger, ReceiptNumber(notice.number))
    if receipt is not None and can(logger, Capability.WORK_RECEIPT, receipt.matter):
        try:
            with unit_of_work():
                join(notice, receipt, actor=logger, now=now, how="later")
        except LegistError:
            # The row is as it was: a person decides.
            notice.refresh_from_db()
        else:
            return
    offer(notice, now=now)


def _enter(notice: UscisNotice, *, now: datetime) -> None:
    logger = Actor.for_user(notice.logged_by)
    if may_work(logger, notice) and dates.enter_date(notice, actor=logger, now=now) is not None:
        return
    notice.waits_for_matter = False
    notice.save(update_fields=["waits_for_matter"])
    offer(notice, now=now)


def offer(notice: UscisNotice, *, now: datetime) -> int:
    """Tell those who work on the receipt that a notice of theirs waits for them; return how many."""
    receipt = notice.receipt or receipts_numbered(notice.number_index).select_related("matter").get()
    matter = receipt.matter
    people = (assigned(matter) or managers(matter)) if matter else triage_people()
    notice.offered_at = now
    notice.save(update_fields=["offered_at"])
    message = notifications.Message(
        key=f"paper:{notice.pk}:{receipt.pk}",
        kind=NotificationKind.PAPER,
        level=NotificationLevel.ACTION,
        subject=notice,
        matter=matter,
        data={"paper": notice.kind, "what": "offer"},
    )
    return notifications.notify(people, message, now=now)
