"""Correcting what was read off a notice: the reading before is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.uow import unit_of_work
from workflows import audit_actions as actions
from workflows.access import access_notice, require_logging
from workflows.models import NoticeRevision, UscisNotice
from workflows.notices import watch
from workflows.notices.entries import Entry, check_entry, read_number
from workflows.notices.intake import expect_state, place, record, settle
from workflows.notices.matching import claim_receipt, find_first, index_of
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
                raise WrongState(_("Somebody corrected this notice meanwhile. Reload the page to see it."))
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
