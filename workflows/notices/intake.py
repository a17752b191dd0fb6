"""Logging a notice: one act that matches it, enters its date, and ends the wait for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import Overtaken, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from tracking.polling.lifting import lift
from tracking.polling.policies import PollingEvent
from workflows import audit_actions as actions
from workflows.access import access_notice, require_logging
from workflows.models import NoticeRevision, UscisNotice
from workflows.notices import dates, watch
from workflows.notices.entries import Entry, NewNotification, check_entry, read_number
from workflows.notices.matching import claim_receipt, find_first, index_of
from workflows.notices.scans import Scan, keep_scan, read_scan
from workflows.states import NoticeState

PRINTED = ("kind", "notice_date", "received_on", "response_due", "appointment", "note")
MATCHED = ("number", "number_index", "receipt", "state", "first", "matched_at", "deadline", "version")


def correct_notice(
    notice_id: UUID | str, *, entry: Entry, version: int, reason: str = "", actor: Actor, now: datetime
) -> UscisNotice:
    """Replace what was entered by what the paper says; return the notice in its new version.

    `version` is the one that was on the screen. Another number matches it anew, a date that changed is
    confirmed anew, and a wait that the earlier reading had ended begins again. A deadline of another
    case or kind keeps its date: the revision names it, for a person to decide about. Raises WrongState
    when the notice moved on.
    """
    person = require_logging(actor)
    check_entry(entry, today=timezone.localdate(now))
    try:
        with unit_of_work(actor=actor):
            notice = access_notice(actor, notice_id, work=True, lock=True)
            expect_state(notice, NoticeState.TO_MATCH, NoticeState.LOGGED)
            if notice.version != version:
                raise Overtaken(_("Somebody corrected this notice meanwhile. Reload the page to see it."))
            revision = NoticeRevision(
                notice=notice,
                version=version,
                deadline=notice.deadline,
                reason=reason.strip(),
                by=person,
                at=now,
            )
            revision.values = _values(notice)
            revision.save(force_insert=True)
            _replace(notice, entry, actor=actor, now=now)
            record(actions.PAPER_CORRECTED, notice, actor=actor, now=now, version=str(notice.version))
            watch.reopen(notice, actor=actor, now=now)
            settle(notice, actor=actor, now=now)
    except IntegrityError:
        message = _("Corrected like this, it would repeat a notice that was logged before.")
        raise WrongState(message) from None
    return notice


def _values(notice: UscisNotice) -> dict[str, Any]:
    plain = {"kind": notice.kind, "number": notice.number, "note": notice.note}
    days = {name: getattr(notice, name) for name in ("notice_date", "received_on", "response_due")}
    return {
        **plain,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "appointment": notice.appointment or {},
    }


def _replace(notice: UscisNotice, entry: Entry, *, actor: Actor, now: datetime) -> None:
    """Write the new reading; another number decides anew which receipt it belongs to."""
    was_same = (notice.kind, notice.receipt_id)
    notice.kind, notice.notice_date, notice.received_on = entry.kind, entry.notice_date, entry.received_on
    notice.response_due, notice.appointment = entry.response_due, entry.appointment
    notice.note = entry.note.strip()
    number = read_number(entry.number)
    if index_of(number) != notice.number_index:
        notice.number, notice.number_index = number.canonical if number else "", index_of(number)
        notice.receipt = claim_receipt(actor, number, None)
        notice.offered_at = None
    if notice.first_id is None:
        place(notice, find_first(actor, notice), now=now)
    else:
        # A copy that somebody chose to keep stays one.
        notice.state = NoticeState.LOGGED if notice.receipt_id else NoticeState.TO_MATCH
    # A date entered for another case or kind stays there; the revision names it.
    if was_same != (notice.kind, notice.receipt_id) or notice.state != NoticeState.LOGGED:
        notice.deadline = None
    notice.version += 1
    notice.save(update_fields=[*PRINTED, *MATCHED, "offered_at"])


def log_notice(new: NewNotification, *, actor: Actor, now: datetime) -> UscisNotice:
    """Log a notice that came by mail; return it, or what the same form has made before.

    Its receipt is looked for by the printed number, under the actor's permissions: what they may not see
    makes a stranger, like a number nobody tracks. Matched, it confirms its deadline with the printed
    date and ends the wait for it. A notice logged before becomes a duplicate of the first and changes
    nothing. Raises InvalidInput for what cannot be on a notice, Forbidden to readers.
    """
    person = require_logging(actor)
    check_entry(new.entry, today=timezone.localdate(now))
    notice = _build(new, person=person, now=now)
    scan = read_scan(new.scan) if new.scan is not None else None
    notice.scan_digest = scan.digest if scan else ""
    try:
        return _log(notice, new, scan=scan, actor=actor, now=now)
    except IntegrityError:
        # Another tab was faster by a moment; what it wrote is there to be found now.
        return _log(notice, new, scan=scan, actor=actor, now=now)


def _build(new: NewNotification, *, person: User, now: datetime) -> UscisNotice:
    entry = new.entry
    number = read_number(entry.number)
    notice = UscisNotice(
        submission=new.submission,
        kind=entry.kind,
        number=number.canonical if number else "",
        number_index=index_of(number),
        notice_date=entry.notice_date,
        received_on=entry.received_on,
        response_due=entry.response_due,
        note=entry.note.strip(),
        logged_by=person,
        logged_at=now,
    )
    notice.appointment = entry.appointment
    return notice


def _log(
    notice: UscisNotice, new: NewNotification, *, scan: Scan | None, actor: Actor, now: datetime
) -> UscisNotice:
    with unit_of_work(actor=actor):
        same_form = UscisNotice.objects.filter(logged_by=notice.logged_by, submission=notice.submission)
        if (known := same_form.first()) is not None:
            return known
        receipt = claim_receipt(actor, read_number(new.entry.number), new.receipt_id)
        notice.receipt = receipt
        if receipt is not None and not notice.number_index:
            notice.number, notice.number_index = receipt.number, receipt.number_index
        place(notice, find_first(actor, notice), now=now)
        notice.save(force_insert=True)
        if scan is not None:
            keep_scan(notice, scan)
        record(actions.PAPER_LOGGED, notice, actor=actor, now=now, state=notice.state)
        settle(notice, actor=actor, now=now)
    return notice


def place(notice: UscisNotice, first: UscisNotice | None, *, now: datetime) -> None:
    """Set the state of a notice that was just matched or not: duplicate, logged, or to be matched."""
    notice.first = first
    notice.matched_at = now if notice.receipt_id else None
    if first is not None:
        notice.state = NoticeState.DUPLICATE
    else:
        notice.state = NoticeState.LOGGED if notice.receipt_id else NoticeState.TO_MATCH


def settle(notice: UscisNotice, *, actor: Actor, now: datetime) -> None:
    """Do what follows from a logged notice: its date, nobody waits for it any more, USCIS is asked sooner."""
    if notice.state != NoticeState.LOGGED:
        return
    if notice.receipt_id is not None:
        lift(notice.receipt_id, event=PollingEvent.LETTER, at=now, now=now)
    dates.enter_date(notice, actor=actor, now=now)
    watch.satisfy(notice, actor=actor, now=now)


def expect_state(notice: UscisNotice, *states: NoticeState) -> None:
    """Raise WrongState unless the notice is in one of the states."""
    if notice.state not in states:
        message = _("This notice was dealt with meanwhile. Reload the page to see how.")
        raise WrongState(message)


def record(action: audit.Action, notice: UscisNotice, *, actor: Actor, now: datetime, **data: str) -> None:
    """Put an act about a notice on the record of its matter."""
    matter_id = notice.receipt.matter_id if notice.receipt else None
    known = {"paper": notice.kind, **data}
    acting(actor=actor, now=now).record(action, notice, matter_id, **known)
