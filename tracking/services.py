"""What people do with receipts and changes; one function per act, one transaction each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core import audit, outbox
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.measures import note_act, read_minutes
from legist.practice.models import Matter, User
from legist.practice.names import checked, form_fault
from legist.practice.permissions import Capability, access, access_matter, require, visible_to
from legist.practice.states import ActKind
from tracking import audit_actions as actions
from tracking.access import TRIAGE
from tracking.importing.applying import new_receipt
from tracking.importing.rows import read_form
from tracking.models import NEXT_POLL, Acknowledgement, Receipt, StatusChange, StatusQuery
from tracking.polling import placing, policies, reserve
from tracking.polling.cadence import NextPoll, first_poll
from tracking.polling.lifting import lift, place_anew
from tracking.polling.policy import LETTER
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors import (
    ChangeFilters,
    ReceiptDetail,
    ReceiptFilters,
    access_change,
    access_query,
    access_receipt,
    find_receipt,
    list_changes,
    list_receipts,
    number_index,
    receipt_detail,
    refusal_of_tracked,
    working_capability,
)
from tracking.selectors.changes import overtaken_by
from tracking.states import NextCheck, Priority, ReceiptState, Tier

MOVED_TOPIC = "tracking.receipt_moved"
PLACED_TOPIC = "tracking.receipt_placed"


def track_receipt(
    number: str,
    *,
    actor: Actor,
    now: datetime,
    matter_id: UUID | str | None = None,
    form: str = "",
    priority: str = Priority.NORMAL,
) -> Receipt:
    """Begin to track one receipt number as typed; its first check is due at once.

    Raises InvalidInput for a text that is no receipt number or no form, WrongState when it is tracked
    already; to whom the receipt is closed, the words do not tell why (`refusal_of_tracked`).
    """
    require(actor, Capability.TRACK_RECEIPT)
    parsed = _parse(number)
    form = checked(form, form_fault, field="form") if form.strip() else ""
    matter = access_matter(actor, matter_id, Capability.WORK_MATTER) if matter_id else None
    if tracked := find_receipt(parsed.canonical):
        raise WrongState(refusal_of_tracked(actor, tracked))
    index = number_index(parsed.canonical)
    receipt = new_receipt(
        parsed, index=index, matter=matter, form=read_form(form), priority=priority, actor=actor, now=now
    )
    placing.place_new([receipt], now=now)
    try:
        with unit_of_work(actor=actor):
            receipt.save(force_insert=True)
            _record(actions.RECEIPT_TRACKED, receipt, actor=actor, now=now, tier=receipt.tier)
    except IntegrityError:
        tracked = Receipt.objects.get(number_index=index)
        raise WrongState(refusal_of_tracked(actor, tracked)) from None
    return receipt


def open_receipt(receipt_id: UUID | str, *, actor: Actor, now: datetime) -> ReceiptDetail:
    """Return everything about a receipt, and put on the record that its status was looked at."""
    receipt = (detail := receipt_detail(actor, receipt_id, now=now)).receipt
    _record(actions.RECEIPT_VIEWED, receipt, actor=actor, now=now, bucket=receipt.current_bucket)
    return detail


def reveal_number(receipt_id: UUID | str, *, actor: Actor, now: datetime) -> ReceiptNumber:
    """Return the full receipt number, on the record."""
    receipt = access_receipt(actor, receipt_id)
    _record(actions.NUMBER_REVEALED, receipt, actor=actor, now=now)
    return receipt.receipt_number


@dataclass(frozen=True, slots=True)
class PayloadView:
    """A raw answer, laid out for reading when it is JSON."""

    query: StatusQuery
    body: str = field(repr=False)
    is_json: bool


def view_payload(query_id: UUID | str, *, actor: Actor, now: datetime) -> PayloadView:
    """Return the raw answer of one call, on the record; NotFound when the call brought none."""
    query = access_query(actor, query_id, capability=Capability.VIEW_PAYLOAD)
    if query.payload is None:
        raise NotFound(_("This call brought no answer to show."))
    data = {"query": str(query.pk), "payload": str(query.payload.pk)}
    _record(actions.PAYLOAD_VIEWED, query.receipt, actor=actor, now=now, **data)
    try:
        laid_out = json.dumps(json.loads(query.payload.body), indent=2, ensure_ascii=False)
    except ValueError:
        return PayloadView(query, query.payload.body, is_json=False)
    return PayloadView(query, laid_out, is_json=True)


def assign_receipt(
    receipt_id: UUID | str, *, matter_id: UUID | str, actor: Actor, now: datetime, seen_in: str | None = None
) -> Receipt:
    """Put a receipt into a matter: out of the tray, or from one matter into another.

    Either is published, so that the work about the receipt begins, or goes along. `seen_in` is the id of the
    matter that the person saw it in (empty for the tray); where it was moved since, WrongState is raised.
    """
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor), lock=True)
        matter = _target_matter(actor, matter_id)
        if receipt.matter_id == matter.pk:
            raise WrongState(_("The receipt is in this matter already."))
        if seen_in is not None and seen_in != str(receipt.matter_id or ""):
            raise Overtaken(_("The receipt was moved meanwhile. Reload the page to see where it is now."))
        before, receipt.matter = receipt.matter_id, matter
        receipt.save(update_fields=["matter"])
        place_anew(Receipt.objects.filter(pk=receipt.pk), now=now)
        _record(actions.RECEIPT_ASSIGNED, receipt, actor=actor, now=now)
        topic, data = PLACED_TOPIC, {"receipt": str(receipt.pk)}
        if before is not None:
            topic, data = MOVED_TOPIC, {**data, "from": str(before), "to": str(matter.pk)}
        outbox.publish(topic, key=f"{receipt.pk}:{now.isoformat()}", data=data, now=now)
    return receipt


CHECKED_AT_ONCE = 200
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BY_POLICY = "policy"
"""In place of a tier: the one that the firm's policy says."""


def set_tier(receipt_id: UUID | str, *, tier: str, actor: Actor, now: datetime) -> Receipt:
    """Ask about a receipt more or less often, or pause it, until it is left to the policy again (BY_POLICY).

    A change of tier makes the next check due now.
    """
    if tier not in (*Tier.values, BY_POLICY):
        raise InvalidInput.at("tier", _("Choose one of the tiers."))
    pinned = "" if tier == BY_POLICY else tier
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor), lock=True)
        before, held = receipt.tier, policies.in_force()
        if pinned == receipt.pinned_tier and pinned == before:
            return receipt
        receipt.pinned_tier = pinned
        held.put(receipt, now=now, teams=held.teams([receipt]))
        if receipt.tier != before:
            _reschedule(receipt, now=now)
        receipt.save(update_fields=["pinned_tier", *placing.COLUMNS])
        _record(actions.TIER_SET, receipt, actor=actor, now=now, **{"from": before, "to": receipt.tier})
    return receipt


def stop_tracking(receipt_id: UUID | str, *, reason: str, actor: Actor, now: datetime) -> Receipt:
    """Stop asking about a receipt; the reason stays on the record. Raises WrongState when it is stopped."""
    missing = _("Say why the receipt is no longer watched; it stays on the record.")
    reason = required_reason(reason, message=missing)
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor), lock=True)
        if receipt.state == ReceiptState.STOPPED:
            raise WrongState(_("This receipt is not watched any more."))
        receipt.state, receipt.stopped_reason = ReceiptState.STOPPED, reason
        _reschedule(receipt, now=now)
        receipt.save(update_fields=["state", "stopped_reason", *NEXT_POLL])
        _record(actions.TRACKING_STOPPED, receipt, actor=actor, now=now)
    return receipt


def resume_tracking(receipt_id: UUID | str, *, actor: Actor, now: datetime) -> Receipt:
    """Watch a stopped receipt again, from now on. Raises WrongState when it is watched."""
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor), lock=True)
        if receipt.state == ReceiptState.TRACKED:
            raise WrongState(_("This receipt is watched already."))
        receipt.state, receipt.stopped_reason = ReceiptState.TRACKED, None
        _reschedule(receipt, now=now)
        receipt.save(update_fields=["state", "stopped_reason", *NEXT_POLL])
        _record(actions.TRACKING_RESUMED, receipt, actor=actor, now=now)
    return receipt


def note_letter(receipt_id: UUID | str, *, actor: Actor, now: datetime) -> Receipt:
    """Note that somebody got a letter about the case, and return it in the tier that this gives it."""
    with unit_of_work(actor=actor, now=now):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor))
        if not receipt.is_watched:
            raise WrongState(_("This receipt is not watched. Resume it or choose another tier first."))
        lift(receipt_id, event=LETTER, at=now, now=now)
        receipt.refresh_from_db(fields=["tier", "tier_why"])
        _record(actions.RECEIPT_LIFTED, receipt, actor=actor, now=now, event=LETTER)
    return receipt


def request_check(receipt_id: UUID | str, *, actor: Actor, now: datetime) -> Receipt:
    """Have a watched receipt asked about next, within the budget; the worker does it within seconds."""
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor), lock=True)
        if not receipt.is_watched:
            raise WrongState(_("This receipt is not watched. Resume it or choose another tier first."))
        _ask([receipt], actor=actor, now=now, may_wait=False)
    return receipt


def request_checks(filters: ReceiptFilters, *, actor: Actor, now: datetime) -> list[UUID]:
    """Have every watched receipt of a list asked about next that the actor works on; return which.

    Raises WrongState, and asks about none, where they are too many at once, none, or more than is left of
    the day's reserve for what people ask.
    """
    capability = working_capability(actor)
    require(actor, capability)
    with unit_of_work(actor=actor, now=now):
        works = visible_to(
            actor, Receipt.objects.all(), via="matter", capability=capability, unassigned=TRIAGE
        )
        listed = list_receipts(actor, filters, now=now).order_by().values("pk")
        wanted = Receipt.objects.filter(pk__in=listed, state=ReceiptState.TRACKED).exclude(tier=Tier.PAUSED)
        locked = wanted.filter(pk__in=works.values("pk")).select_for_update(of=("self",)).order_by("pk")
        found = list(locked[: CHECKED_AT_ONCE + 1])
        if not found:
            raise WrongState(_("None of these receipts is watched and yours to work on."))
        if len(found) > CHECKED_AT_ONCE:
            message = _("At most %(n)d receipts are checked at once. Narrow the list first.")
            raise WrongState(message % {"n": CHECKED_AT_ONCE})
        ids, _later = _ask(found, actor=actor, now=now, may_wait=False)
    return ids


@dataclass(frozen=True, slots=True)
class Requested:
    """What became of the receipts of a selection; the four numbers add up to it.

    `asked` are next in line (`ids`), `waiting` go when the reserve of the next UTC day begins, `beyond` fit
    into neither and are asked about as planned, `left_out` are not watched or not the person's to work on.
    """

    asked: int
    waiting: int
    beyond: int
    left_out: int
    ids: Sequence[UUID] = ()


def request_selected(ids: Collection[UUID], *, actor: Actor, now: datetime) -> Requested:
    """Have ticked receipts asked about next, those asked about longest ago first, as far as the reserves go.

    Raises WrongState where none is ticked, or too many at once.
    """
    capability = working_capability(actor)
    require(actor, capability)
    ticked = set(ids)
    if not ticked:
        raise WrongState(_("Tick the receipts to be checked first."))
    if len(ticked) > CHECKED_AT_ONCE:
        message = _("At most %(n)d receipts are checked at once. Tick fewer.")
        raise WrongState(message % {"n": CHECKED_AT_ONCE})
    with unit_of_work(actor=actor, now=now):
        watched = Receipt.objects.filter(pk__in=ticked, state=ReceiptState.TRACKED).exclude(tier=Tier.PAUSED)
        works = visible_to(actor, watched, via="matter", capability=capability, unassigned=TRIAGE)
        locked = Receipt.objects.filter(pk__in=works.values("pk")).select_for_update(of=("self",))
        found = sorted(locked.order_by("pk"), key=lambda each: each.last_checked_at or LONG_AGO)
        ids, waiting = _ask(found, actor=actor, now=now, may_wait=True)
    asked = len(ids)
    return Requested(asked, waiting, len(found) - asked - waiting, len(ticked) - len(found), ids)


def _ask(receipts: list[Receipt], *, actor: Actor, now: datetime, may_wait: bool) -> tuple[list[UUID], int]:
    """Have locked receipts asked about next; return which, and how many wait for the next day's reserve.

    One that waits for it already costs nothing more.
    """
    waits = [each for each in receipts if each.next_poll_reason == NextCheck.PERSON_ASKED]
    again = [each for each in waits if each.next_poll_at and each.next_poll_at <= now]
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)
    ahead = [each for each in waits if each.next_poll_at == tomorrow] if may_wait else []
    fresh = [each for each in receipts if each not in again and each not in ahead]
    charged = reserve.take_asked(len(fresh), now=now, may_wait=may_wait)
    at_once, rest = [*again, *fresh[: charged.now]], fresh[charged.now :]
    # What is planned before the next day's reserve begins does not wait for it.
    later = [each for each in rest if not each.next_poll_at or each.next_poll_at > tomorrow][: charged.ahead]
    reserve.give_back_ahead(charged.ahead - len(later))
    for receipt in [*at_once, *later]:
        receipt.plan_next_poll(
            NextPoll(tomorrow if receipt in later else now, NextCheck.PERSON_ASKED).columns
        )
        _record(actions.CHECK_REQUESTED, receipt, actor=actor, now=now)
        note_act(ActKind.CHECK_REQUESTED, receipt.matter, about=receipt.pk, actor=actor, now=now)
    Receipt.objects.bulk_update([*at_once, *later], NEXT_POLL)
    return [receipt.pk for receipt in at_once], len(later) + len(ahead)


def note_hand_check(receipt_id: UUID | str, *, minutes: str, actor: Actor, now: datetime) -> Receipt:
    """Note that a person looked the receipt up elsewhere, and how many minutes it took."""
    with unit_of_work(actor=actor):
        receipt = access_receipt(actor, receipt_id, capability=working_capability(actor))
        took, matter = read_minutes(minutes), receipt.matter
        note_act(ActKind.CHECKED_BY_HAND, matter, about=receipt.pk, minutes=took, actor=actor, now=now)
        _record(actions.CHECKED_BY_HAND, receipt, actor=actor, now=now, minutes=took)
    return receipt


def acknowledge(change_id: UUID | str, *, actor: Actor, now: datetime) -> bool:
    """Take note of a change; False when the person had done so before."""
    return acknowledge_many([access_change(actor, change_id)], actor=actor, now=now) == 1


def acknowledge_all(filters: ChangeFilters, *, actor: Actor, now: datetime) -> int:
    """Take note of everything that an inbox view shows; return how many changes left the inbox."""
    return acknowledge_many(list_changes(actor, filters, now=now), actor=actor, now=now)


def acknowledge_many(changes: Iterable[StatusChange], *, actor: Actor, now: datetime) -> int:
    """Take note of changes that the caller has authorised, and of what each has overtaken.

    Return of how many of them themselves; repeating it does nothing.
    """
    user = actor.user
    if not isinstance(user, User):
        raise WrongState(_("Only a person can take note of a change."))
    with unit_of_work(actor=actor):
        asked = {change.pk: change for change in changes}
        wanted = asked | {change.pk: change for change in overtaken_by(asked.values(), now=now)}
        rows = Acknowledgement.objects.filter(change__in=wanted, user=user).values_list("change", flat=True)
        known = set(rows)
        fresh = [change for pk, change in wanted.items() if pk not in known]
        Acknowledgement.objects.bulk_create(
            [Acknowledgement(change=change, user=user, at=now) for change in fresh], ignore_conflicts=True
        )
        for change in fresh:
            data = {"change": str(change.pk)}
            _record(actions.CHANGE_ACKNOWLEDGED, change.receipt, actor=actor, now=now, **data)
    return len(asked.keys() - known)


def put_back(changes: Iterable[StatusChange], *, actor: Actor, now: datetime) -> int:
    """Undo that a person took note of changes, which the caller has authorised; return how many rows."""
    user = actor.user
    if not isinstance(user, User):
        raise WrongState(_("Only a person can take note of a change."))
    with unit_of_work(actor=actor):
        wanted = {change.pk: change for change in changes}
        mine = Acknowledgement.objects.select_for_update().filter(change__in=wanted, user=user)
        found = list(mine.values_list("change", flat=True))
        mine.filter(change__in=found).delete()
        for pk in found:
            _record(actions.CHANGE_PUT_BACK, wanted[pk].receipt, actor=actor, now=now, change=str(pk))
    return len({wanted[pk].receipt_id for pk in found})


def _target_matter(actor: Actor, matter_id: UUID | str) -> Matter:
    """Return the matter a receipt may be put into: one the actor works on, or any for operations."""
    capability = working_capability(actor)
    if capability == Capability.WORK_RECEIPT:
        return access_matter(actor, matter_id, Capability.WORK_MATTER)
    return access(actor, Matter.objects.all(), matter_id, via="pk", capability=capability, view=capability)


def _reschedule(receipt: Receipt, *, now: datetime) -> None:
    receipt.plan_next_poll(first_poll(tier=receipt.tier, now=now).columns if receipt.is_watched else None)


def _parse(number: str) -> ReceiptNumber:
    try:
        return ReceiptNumber.parse(number)
    except ReceiptNumberError as error:
        raise InvalidInput(error.message, {"receipt_number": [error.message]}) from None


def _record(
    action: audit.Action, receipt: Receipt, *, actor: Actor, now: datetime, **data: str | int
) -> None:
    acting(actor=actor, now=now).record(action, receipt, **data)
