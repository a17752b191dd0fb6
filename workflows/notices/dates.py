"""The date a notice carries: entered where a deadline waits for it, or as a new deadline."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.practice.permissions import Capability, visible_to
from tracking.selectors import known_forms
from workflows.deadlines import services
from workflows.deadlines.recalculation import Service
from workflows.law.counting import DeadlineError, Known, compute
from workflows.law.periods import general
from workflows.law.remedies import remedies
from workflows.models import Deadline, UscisNotice
from workflows.notices.kinds import DECISIONS, KINDS, SLACK, deadline_kinds
from workflows.states import DeadlineState, DeadlineStatus, NoticeState

if TYPE_CHECKING:
    from tracking.models import Receipt


def printed_day(notice: UscisNotice) -> date | None:
    """Return the day that counts on this notice, if it carries one."""
    return notice.appointment_day if KINDS[notice.kind].is_appointment else notice.response_due


def open_deadline(
    receipt: Receipt, kind: str, *, actor: Actor, apart_from: UscisNotice | None = None
) -> Deadline | None:
    """Return the open deadline that a notice of this kind speaks of, as far as the actor may work on it.

    One that still waits for its date comes first. A date that another notice has confirmed is that
    notice's own, except for an appointment: there the newer notice replaces the day.
    """
    for each in deadline_kinds(kind, forms_of(receipt)):
        known = _open(receipt, each, actor=actor)
        waiting = known.filter(status=DeadlineStatus.PROVISIONAL).order_by("due_date", "created_at").first()
        if waiting is not None:
            return waiting
        confirmed = known.order_by("-confirmed_at")
        if not KINDS[kind].is_appointment:
            live = UscisNotice.objects.filter(state=NoticeState.LOGGED, deadline__isnull=False)
            others = live.exclude(pk=apart_from.pk) if apart_from else live
            confirmed = confirmed.exclude(pk__in=others.values("deadline"))
        if (found := confirmed.first()) is not None:
            return found
    return None


def forms_of(receipt: Receipt) -> tuple[str, ...]:
    """Return the forms that the case of a receipt may be about."""
    return known_forms(receipt, receipt.latest_change)


def _open(receipt: Receipt, kind: str, *, actor: Actor) -> QuerySet[Deadline]:
    known = Deadline.objects.filter(receipt=receipt, kind=kind, state=DeadlineState.OPEN)
    return visible_to(actor, known, via="matter", capability=Capability.WORK_MATTER)


def enter_date(notice: UscisNotice, *, actor: Actor, now: datetime) -> Deadline | None:
    """Enter the printed date where it belongs and return that deadline; None when there is none to keep.

    The caller holds the unit of work. Without a matter the date waits until the receipt has one. A notice
    that prints no date is counted by the rule, and the deadline stays provisional.
    """
    receipt = notice.receipt
    if receipt is None or not deadline_kinds(notice.kind, forms_of(receipt)):
        return None
    if receipt.matter is None:
        _note(notice, None, waits=True)
        return None
    deadline = _enter(notice, receipt, actor=actor, now=now)
    _note(notice, deadline, waits=False)
    return deadline


def _note(notice: UscisNotice, deadline: Deadline | None, *, waits: bool) -> None:
    notice.deadline, notice.waits_for_matter = deadline, waits
    notice.save(update_fields=["deadline", "waits_for_matter"])


def _enter(notice: UscisNotice, receipt: Receipt, *, actor: Actor, now: datetime) -> Deadline | None:
    _count_from_notice(notice, receipt, actor=actor, now=now)
    due = printed_day(notice)
    known = open_deadline(receipt, notice.kind, actor=actor, apart_from=notice)
    if due is None and notice.kind in DECISIONS:
        return _add_remedies(notice, receipt, actor=actor, now=now) or known
    deadline = known or _add(notice, receipt, actor=actor, now=now)
    if due is None:
        return deadline
    if _is_another_day(deadline, due, notice):
        reason = _("The appointment notice of %(day)s gives another day.") % {"day": notice.notice_date}
        return services.move_deadline(deadline.pk, due=due, reason=reason, actor=actor, now=now)
    return services.confirm_deadline(deadline.pk, due=due, actor=actor, now=now)


def _count_from_notice(notice: UscisNotice, receipt: Receipt, *, actor: Actor, now: datetime) -> None:
    """Count anew, from the notice's own date, what was counted from the earliest or latest day possible.

    A notice that cannot be the one that was waited for, by its date, tells nothing about them.
    """
    kinds = [
        each for each in deadline_kinds(notice.kind, forms_of(receipt)) if general(each).days is not None
    ]
    guessed = Deadline.objects.filter(
        Q(issued_known=Known.AFTER, issued_on__lte=notice.notice_date)
        | Q(issued_known=Known.SEEN, issued_on__gte=notice.notice_date),
        receipt=receipt,
        kind__in=kinds,
        state=DeadlineState.OPEN,
        status=DeadlineStatus.PROVISIONAL,
    )
    for each in visible_to(actor, guessed, via="matter", capability=Capability.WORK_MATTER):
        service = Service(each.served, from_abroad=each.from_abroad, dated=notice.notice_date)
        services.recount_deadline(each.pk, service=service, actor=actor, now=now)


def _is_another_day(deadline: Deadline, due: date, notice: UscisNotice) -> bool:
    """True when an earlier notice has set the appointment on a day that this one changes."""
    earlier = deadline.paper_notices.exclude(pk=notice.pk).exists()
    return earlier and deadline.status == DeadlineStatus.CONFIRMED and deadline.due_date != due


def _add_remedies(notice: UscisNotice, receipt: Receipt, *, actor: Actor, now: datetime) -> Deadline | None:
    """Start the clock of every remedy against a decision; the attorney waives those that are not used.

    Return the one whose day comes first, None where the board has them all. One that was waived or met after
    this decision is not started again.
    """
    after = DECISIONS[notice.kind]
    same = Q(state=DeadlineState.OPEN) | Q(issued_on__gte=notice.notice_date - SLACK)
    there = set(Deadline.objects.filter(same, receipt=receipt).values_list("kind", flat=True))
    missing = {each.kind: each.title for each in remedies(after, forms_of(receipt)) if each.kind not in there}
    added = [
        _add(notice, receipt, kind=kind, title=title, actor=actor, now=now) for kind, title in missing.items()
    ]
    return min(added, key=lambda each: each.due_date or date.max, default=None)


def _add(
    notice: UscisNotice,
    receipt: Receipt,
    *,
    kind: str = "",
    title: str = "",
    actor: Actor,
    now: datetime,
) -> Deadline:
    assert receipt.matter is not None  # noqa: S101  the caller has looked
    kind = kind or deadline_kinds(notice.kind, forms_of(receipt))[0]
    counted = compute(kind, notice.notice_date, forms=forms_of(receipt))
    new = services.NewDeadline(
        kind=kind,
        title=title or KINDS[notice.kind].title,
        due=counted.due,
        rule=str(counted.rule),
        citation=counted.citation,
        steps=counted.steps,
        receipt_id=receipt.pk,
        issued_on=notice.notice_date,
        issued_known=str(Known.STATED),
    )
    return services.add_deadline(new, matter=receipt.matter, run=None, actor=actor, now=now)


def counted_day(receipt: Receipt, kind: str, notice_date: date | None, *, actor: Actor) -> date | None:
    """Return the day as counted so far: of the open deadline, or by the rule from the notice's date."""
    known = open_deadline(receipt, kind, actor=actor)
    if known is not None:
        return known.provisional_due
    kinds = deadline_kinds(kind, forms_of(receipt))
    if not kinds or notice_date is None:
        return None
    try:
        return compute(kinds[0], notice_date, forms=forms_of(receipt)).due
    except DeadlineError:
        return None
