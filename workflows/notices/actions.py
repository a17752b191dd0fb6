"""What people do with a notice that was logged: match it, set it aside, keep it as another copy."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import unit_of_work
from tracking.models import Receipt
from workflows import audit_actions as actions
from workflows.access import access_notice, require_logging
from workflows.models import UscisNotice
from workflows.notices import dates
from workflows.notices.entries import read_number
from workflows.notices.intake import expect_state, place, record, settle
from workflows.notices.matching import claim_receipt, find_first
from workflows.states import NoticeState

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
            raise InvalidInput(message, {"number": [message]})
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
            raise WrongState(_("The same notice was logged again meanwhile. Go on with that one."))
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
