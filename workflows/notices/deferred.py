"""What could not be done when a notice was logged: done when its receipt is tracked, or has a matter."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from legist.core.actors import Actor
from legist.core.errors import LegistError
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, can
from tracking.models import Receipt
from tracking.receipts import ReceiptNumber
from workflows.access import may_work, triage_people
from workflows.models import UscisNotice
from workflows.notices import dates
from workflows.notices.actions import join
from workflows.notices.matching import find_receipt
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NoticeState, NotificationKind, NotificationLevel


def list_ready() -> QuerySet[UscisNotice]:
    """Return the strangers whose number is tracked by now, and the dates whose receipt has a matter."""
    tracked = Receipt.objects.filter(number_index=OuterRef("number_index"))
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
    receipt = notice.receipt or Receipt.objects.select_related("matter").get(number_index=notice.number_index)
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
