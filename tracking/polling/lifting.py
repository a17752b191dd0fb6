"""What makes news of a receipt likely, or unlikely: noted with it, and its tier decided anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Q, QuerySet

from legist.core import outbox
from legist.core.clock import utc_now
from legist.core.models import OutboxEvent
from legist.core.uow import unit_of_work
from legist.practice.services import CHANGED_TOPIC as MATTER_TOPIC
from legist.practice.states import MatterState
from tracking.models import NEXT_POLL, Receipt, StatusChange
from tracking.observations.changes import TOPIC as STATUS_TOPIC
from tracking.polling import planning
from tracking.polling.cadence import NextPoll, is_over
from tracking.polling.placing import place_now
from tracking.polling.policy import BY_STAGE, DEADLINE, ON_DEMAND, PAUSED, SIBLING
from tracking.sources import POLLED
from tracking.states import FROM_HISTORY, NextCheck, Tier


@outbox.subscribe(MATTER_TOPIC, name="tracking.look_again")
def look_again(event: OutboxEvent) -> None:
    """Put the receipts of a matter into their tiers when it is closed or reopened, and then ask soon.

    While its matter is closed a receipt leaves the tier that a person chose.
    """
    since, receipts = event.created_at, Receipt.objects.filter(matter=event.data["matter"])
    with unit_of_work(now=utc_now()):
        place_anew(receipts, now=utc_now())
        if event.data["state"] == MatterState.OPEN:
            watched = receipts.filter(next_poll_at__gt=since)
            watched.exclude(tier=Tier.LOW).update(**NextPoll(since, NextCheck.MATTER_REOPENED).columns)


@outbox.subscribe(STATUS_TOPIC, name="tracking.lift")
def lift_after_change(event: OutboxEvent) -> None:
    """Note a change as an event of its receipt and of its neighbours in the matter, and lift them by it.

    A case that it ends leaves the tier that a person chose. A first reading, and what only the history or a
    new reading of an old text shows, is no event.
    """
    change = StatusChange.objects.select_related("receipt").get(pk=event.data["change_id"])
    if not change.from_code or change.reread_of_id or change.rule.startswith(FROM_HISTORY):
        return
    matter = change.receipt.matter_id
    told = Q(pk=change.receipt_id) | (Q(matter=matter) if matter else Q())

    def note(receipt: Receipt) -> None:
        is_own = receipt.pk == change.receipt_id
        if is_own and is_over(change.to_bucket, change.to_code):
            unpin(receipt)
        if what := BY_STAGE.get(change.to_bucket) if is_own else SIBLING:
            note_event(receipt, what, change.detected_at)

    with unit_of_work(now=utc_now()):
        place_now(Receipt.objects.filter(told), now=utc_now(), note=note)
    stir(change.receipt, at=change.detected_at, now=utc_now())


def stir(receipt: Receipt, *, at: datetime, now: datetime) -> int:
    """Note with those filed together that a receipt has changed; return of how many.

    Where calls are shared out, their planned checks come sooner by as much as that has been worth until now.
    """
    if not receipt.filing_index:
        return 0
    share = planning.current(POLLED, now=now)
    together = Receipt.objects.filter(filing_index=receipt.filing_index, next_poll_at__isnull=False)
    others = together.exclude(pk=receipt.pk).select_related("matter").defer("number", "matter__title")
    with unit_of_work(now=now):
        found = list(others.select_for_update(of=("self",)).order_by("pk"))
        for each in found:
            each.neighbour_changed_at = max(at, each.neighbour_changed_at or at)
            if share and each.next_poll_reason == NextCheck.SHARED:
                planned = share.next_poll(each, now=max(each.last_checked_at or at, at))
                if planned.at < (each.next_poll_at or planned.at):
                    each.plan_next_poll(planned.columns)
        Receipt.objects.bulk_update(found, ["neighbour_changed_at", *NEXT_POLL], batch_size=100)
    return len(found)


def lift(receipt_id: UUID | str, *, event: str, at: datetime, now: datetime) -> None:
    """Note something that makes news of a receipt likely, for callers that have authorised."""
    with unit_of_work(now=now):
        wanted = Receipt.objects.filter(pk=receipt_id)
        place_now(wanted, now=now, note=lambda receipt: note_event(receipt, event, at))


def expect_deadline(receipt_id: UUID | str, *, due: date | None, now: datetime) -> None:
    """Have a receipt asked about more often before the next date that is open about it, if any."""
    at = datetime.combine(due, time.min, tzinfo=UTC).isoformat() if due else None

    def note(receipt: Receipt) -> None:
        kept = {event: instant for event, instant in receipt.events.items() if event != DEADLINE}
        receipt.events = kept | ({DEADLINE: at} if at else {})

    with unit_of_work(now=now):
        place_now(Receipt.objects.filter(pk=receipt_id), now=now, note=note)


def place_anew(receipts: QuerySet[Receipt], *, now: datetime) -> int:
    """Put receipts into their tiers whose matter is another, or stands otherwise; return how many moved."""
    return place_now(receipts, now=now, note=_leave_when_closed)


def _leave_when_closed(receipt: Receipt) -> None:
    if receipt.matter is not None and receipt.matter.state == MatterState.CLOSED:
        unpin(receipt)


def note_event(receipt: Receipt, event: str, at: datetime) -> None:
    """Keep in memory when an event came last; one that is heard of late undoes no later one."""
    before = receipt.events.get(event)
    if before is None or datetime.fromisoformat(before) < at:
        receipt.events = receipt.events | {event: at.isoformat()}


def unpin(receipt: Receipt) -> None:
    """Leave a receipt to the policy again, in memory, but for one that a person wants asked about no more."""
    if receipt.pinned_tier not in (PAUSED, ON_DEMAND):
        receipt.pinned_tier = ""
