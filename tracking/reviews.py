"""The review queue: what a person must look at, opened by the system and closed with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, Overtaken, WrongState
from legist.core.failpoints import atomic
from legist.core.reasons import Reason, required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from tracking import audit_actions as actions
from tracking.access import access_review, visible_reviews
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.states import (
    ABOUT_A_READING,
    ABOUT_ONE_CHANGE,
    ANSWERS_TO,
    ReviewAnswer,
    ReviewKind,
    ReviewState,
)

# What an answer of the source settles by itself.
SETTLED_BY_AN_ANSWER = (
    ReviewKind.NOT_RECOGNISED,
    ReviewKind.REFUSED,
    ReviewKind.NOT_ANSWERED,
    ReviewKind.UNREADABLE,
    ReviewKind.KEEPS_FAILING,
)


def open_item(
    kind: ReviewKind,
    *,
    receipt: Receipt | None,
    source: str,
    code: str,
    detail: str,
    now: datetime,
    actor: Actor,
    change: StatusChange | None = None,
) -> ReviewItem:
    """Ask a person, once: while the same question is open, a repeat only counts up.

    One about how words were read names the newest reading: whoever answers it answers for all of them.
    The caller holds the receipt's lock (or, without a receipt, the unique index decides a race).
    """
    with unit_of_work(actor=actor, now=now) as unit:
        open_items = ReviewItem.objects.filter(
            receipt=receipt, source=source, kind=kind, state=ReviewState.OPEN
        )
        if kind in ABOUT_ONE_CHANGE:
            open_items = open_items.filter(change=change)
        again = {"occurrences": F("occurrences") + 1, "latest_at": now}
        if open_items.update(**again):
            return _named_anew(open_items.get(), code=code, detail=detail, change=change)
        item = ReviewItem(
            receipt=receipt,
            source=source,
            kind=kind,
            code=code[:40],
            detail=detail or None,
            change=change,
            opened_at=now,
            latest_at=now,
        )
        if not _insert(item):
            open_items.update(**again)
            return open_items.get()
        unit.record(
            actions.REVIEW_OPENED,
            receipt or item,
            receipt.matter_id if receipt else None,
            kind=str(kind),
            code=code,
            source=source,
        )
    return item


def _named_anew(item: ReviewItem, *, code: str, detail: str, change: StatusChange | None) -> ReviewItem:
    if item.kind in ABOUT_A_READING:
        item.code, item.detail, item.change = code[:40], detail or None, change
        item.save(update_fields=["code", "detail", "change"])
    return item


def _insert(item: ReviewItem) -> bool:
    """Insert an item unless another worker has just asked the same."""
    try:
        with atomic():
            item.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def settle(
    kinds: Iterable[ReviewKind],
    *,
    receipt: Receipt | None,
    source: str,
    reason: Reason,
    now: datetime,
    actor: Actor,
    change: StatusChange | None = None,
    since: datetime | None = None,
) -> int:
    """Close the open items whose cause is gone; return how many.

    All of them, those about one change, or those opened since an instant.
    """
    found = ReviewItem.objects.filter(
        receipt=receipt, source=source, kind__in=list(kinds), state=ReviewState.OPEN
    )
    found = found.filter(change=change) if change else found
    items = list(found.filter(opened_at__gte=since) if since else found)
    with unit_of_work(actor=actor):
        for item in items:
            item.closing, item.values = reason.code, item.values | dict(reason.values)
            _close(item, resolution=None, now=now, actor=actor)
    return len(items)


def resolve_review(
    review_id: UUID | str, *, actor: Actor, resolution: str, now: datetime, answer: str = ""
) -> ReviewItem:
    """Close an item with what was found and done. Raises WrongState when somebody was faster.

    Closing "the source shows an older status" means: believe the source. Its next reading counts. A question
    that work waits for needs an `answer`: whether the work starts, or which form it is.
    """
    missing = _("Say what you found and did; it stays on the record.")
    resolution = required_reason(resolution, message=missing, field="resolution")
    with unit_of_work(actor=actor):
        item = _lock(actor, review_id)
        if item.state != ReviewState.OPEN:
            raise Overtaken(_("This was resolved already. Reload the page to see by whom."))
        item.answer = _answer(item, answer)
        _close(item, resolution=resolution, now=now, actor=actor)
        if item.kind == ReviewKind.WENT_BACK and item.receipt_id is not None:
            Receipt.objects.filter(pk=item.receipt_id).update(modified_at=None)
        if item.answer == ReviewAnswer.TAKE and item.receipt_id is not None:
            Receipt.objects.filter(pk=item.receipt_id).update(form_type=item.code.split()[-1])
    return item


def _answer(item: ReviewItem, answer: str) -> str:
    """Return the answer to a question that needs one; other items take none."""
    allowed = ANSWERS_TO.get(ReviewKind(item.kind))
    if allowed is None:
        return ""
    if answer not in allowed:
        message = _("Work waits for this: say which it is.")
        raise InvalidInput.at("answer", message)
    return answer


def assign_review(
    review_id: UUID | str, *, actor: Actor, assignee_id: UUID | str | None, now: datetime
) -> ReviewItem:
    """Give an open item to a person, or back to everybody with None."""
    with unit_of_work(actor=actor, now=now) as unit:
        item = _lock(actor, review_id)
        if item.state != ReviewState.OPEN:
            raise WrongState(_("This was resolved already, so there is nothing to assign."))
        item.assigned_to = _assignee(assignee_id, item)
        item.save(update_fields=["assigned_to"])
        data = {"kind": item.kind, "to": str(assignee_id) if assignee_id else None}
        unit.record(actions.REVIEW_ASSIGNED, item, _scope(item), **data)
    return item


def give_back(person: User, *, actor: Actor, now: datetime) -> int:
    """Give the open items of a person that they can no longer open back to everybody; return how many."""
    held = ReviewItem.objects.filter(assigned_to=person, state=ReviewState.OPEN)
    closed = held.exclude(pk__in=visible_reviews(Actor.for_user(person)).values("pk"))
    with unit_of_work(actor=actor, now=now) as unit:
        items = list(closed.select_related("receipt"))
        for item in items:
            item.assigned_to = None
            item.save(update_fields=["assigned_to"])
            data = {"kind": item.kind, "to": None}
            unit.record(actions.REVIEW_ASSIGNED, item, _scope(item), **data)
    return len(items)


def _lock(actor: Actor, review_id: UUID | str) -> ReviewItem:
    """Lock the receipt before its item, as the poller does, so that the two never wait for each other."""
    found = access_review(actor, review_id, work=True)
    if found.receipt_id is not None:
        Receipt.objects.select_for_update().get(pk=found.receipt_id)
    return access_review(actor, review_id, work=True, lock=True)


def _assignee(user_id: UUID | str | None, item: ReviewItem) -> User | None:
    """Return the person, who must be able to open the item: work given to the blind is lost."""
    if user_id is None:
        return None
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or not visible_reviews(Actor.for_user(person)).filter(pk=item.pk).exists():
        message = _("This person cannot open the item. Choose somebody who works on the matter.")
        raise InvalidInput.at("assignee", message)
    return person


def _close(item: ReviewItem, *, resolution: str | None, now: datetime, actor: Actor) -> None:
    item.state = ReviewState.RESOLVED
    item.resolved_at = now
    item.resolved_by = actor.key
    item.resolution = resolution
    closed = ("state", "resolved_at", "resolved_by", "resolution", "closing", "values", "answer")
    item.save(update_fields=closed)
    acting(actor=actor, now=now).record(actions.REVIEW_RESOLVED, item, _scope(item), kind=item.kind)


def _scope(item: ReviewItem) -> UUID | None:
    return item.receipt.matter_id if item.receipt else None
