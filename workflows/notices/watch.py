"""The wait for a paper: begun by a change of status, ended by the paper, by the case, or by a person."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import Forbidden, Overtaken
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.models import User
from tracking.observations.identity import Notice, Same
from tracking.observations.standing import answers_another
from tracking.selectors import ChangeFacts, get_change_facts, same_words
from tracking.selectors.facts import changes_after, get_change, locked_receipts
from tracking.statuses import StatusCode, acts_as
from workflows import audit_actions as actions
from workflows.access import access_watch, visible_watches
from workflows.deadlines.reminders import due_at
from workflows.models import ChecklistItem, ChecklistRun, NoticeWatch, UscisNotice
from workflows.notices import alerts
from workflows.notices.expected import EXPECTED, REQUESTS, answers, due_day, is_moot
from workflows.notices.grace_periods import get_wait
from workflows.playbooks.builtin.base import NEWS_DAYS, REQUEST_DAYS
from workflows.playbooks.deduplication import is_by_hand, same_as
from workflows.playbooks.rules import all_hold
from workflows.states import NoticeState, WatchEnd, WatchState

if TYPE_CHECKING:
    from tracking.models import StatusChange

OPEN = (WatchState.WAITING, WatchState.RAISED)


def begin(change_id: UUID | str, *, actor: Actor, now: datetime) -> NoticeWatch | None:
    """Begin to wait for the paper that a change promises, once; end the waits that it makes needless.

    Nobody waits for the paper of old history, of a kind the firm has switched off, or of a status that
    a later one has overtaken already. Paper that is here already ends the wait at once.
    """
    with unit_of_work(actor=actor):
        facts = get_change_facts(change_id)
        # One change of a receipt at a time, so that two readings of the same words do not both wait.
        locked_receipts().get(pk=facts.receipt_id)
        end_overtaken(facts.receipt_id, actor=actor, now=now)
        if (awaited := _awaited_already(facts)) is not None:
            return awaited
        change = get_change(facts.change_id)
        if not _is_news(facts) or _overtaken(change):
            return None
        wait = get_wait(acts_as(facts.code))
        if not wait.is_on:
            return None
        watch, is_new = NoticeWatch.objects.get_or_create(
            change_id=facts.change_id, defaults=_values(facts, days=wait.days, now=now)
        )
        if is_new and (known := _paper_for(watch)) is not None:
            _satisfy(watch, known, actor=actor, now=now)
    return watch


def _awaited_already(facts: ChangeFacts) -> NoticeWatch | None:
    """Return the wait for the same paper that another change has begun, however it ended.

    One about the same words, read or corrected otherwise since, or about the same notice told of before. One
    that ended because the status was corrected does not count: it may have been corrected back. Nor does an
    ended one where nobody can tell from the words whether the notice is the same.
    """
    if is_by_hand(facts):
        return None
    words = set(same_words(facts).values_list("pk", flat=True))
    begun = NoticeWatch.objects.filter(receipt=facts.receipt_id, code=acts_as(facts.code)).exclude(
        Q(change=facts.change_id) | Q(end=WatchEnd.CORRECTED)
    )
    for watch in begun.select_related("change").order_by("id"):
        same = same_as(facts, watch.change)
        if watch.change_id in words or same is Same.YES or (same is Same.UNSURE and watch.state in OPEN):
            return watch
    return None


def _is_news(facts: ChangeFacts) -> bool:
    """The rule of the playbooks: a first reading of what happened long ago is history."""
    if acts_as(facts.code) not in EXPECTED:
        return False
    if facts.code == StatusCode.MAIL_RETURNED and not all_hold(facts, {"returned": "notice"}):
        # A card that came back has a deadline and a playbook of its own.
        return False
    days = REQUEST_DAYS if EXPECTED[acts_as(facts.code)].kinds == REQUESTS else NEWS_DAYS
    return all_hold(facts, {"first_reading_max_age_days": days})


def _values(facts: ChangeFacts, *, days: int, now: datetime) -> dict[str, object]:
    since = facts.event_date or timezone.localtime(facts.detected_at).date()
    learned = timezone.localtime(now if facts.is_reread else facts.detected_at).date()
    at = due_at(due_day(since, learned, days=days))
    return {
        "receipt_id": facts.receipt_id,
        "code": acts_as(facts.code),
        "since": since,
        "due_at": at if days else now,
        "created_at": now,
    }


def _paper_for(watch: NoticeWatch) -> UscisNotice | None:
    logged = UscisNotice.objects.filter(receipt=watch.receipt_id, state=NoticeState.LOGGED)
    return next((each for each in logged.order_by("id") if _answers(watch, each)), None)


def _answers(watch: NoticeWatch, notice: UscisNotice) -> bool:
    return answers(watch.code, watch.since, kind=notice.kind, notice_date=notice.notice_date)


def satisfy(notice: UscisNotice, *, actor: Actor, now: datetime) -> int:
    """End the waits that a logged notice answers; return how many. The caller holds the unit of work."""
    waiting = _open(notice.receipt_id)
    return sum(_satisfy(watch, notice, actor=actor, now=now) for watch in waiting if _answers(watch, notice))


def _satisfy(watch: NoticeWatch, notice: UscisNotice, *, actor: Actor, now: datetime) -> bool:
    mine = NoticeWatch.objects.filter(pk=watch.pk, state__in=OPEN)
    if not mine.update(state=WatchState.SATISFIED, notice=notice, due_at=None, ended_at=now):
        return False
    drop_steps(watch, actor=actor, now=now)
    record(actions.PAPER_ARRIVED, watch, actor=actor, now=now)
    return True


def reopen(notice: UscisNotice, *, actor: Actor, now: datetime) -> int:
    """Begin the waits anew that a notice had ended before it was corrected, unless it still answers them."""
    ended = NoticeWatch.objects.filter(notice=notice, state=WatchState.SATISFIED).select_related("receipt")
    wrong = [watch for watch in ended if watch.receipt_id != notice.receipt_id or not _answers(watch, notice)]
    for watch in wrong:
        NoticeWatch.objects.filter(pk=watch.pk).update(
            state=WatchState.WAITING, notice=None, due_at=now, ended_at=None, raised_at=None, level=0
        )
        record(actions.PAPER_AWAITED_AGAIN, watch, actor=actor, now=now)
    return len(wrong)


def end_overtaken(receipt_id: UUID, *, actor: Actor, now: datetime) -> int:
    """End the waits of a receipt that later statuses have made needless, and say so; return how many."""
    watches = list(_open(receipt_id))
    return sum(end_if_overtaken(watch, actor=actor, now=now) for watch in watches)


def end_if_overtaken(watch: NoticeWatch, *, actor: Actor, now: datetime) -> bool:
    """End one wait that later statuses have made needless; people who were told of it are told so."""
    end = _overtaken(watch.change)
    if end is None:
        return False
    was_raised = watch.state == WatchState.RAISED
    _dismiss(watch, end, reason="", actor=actor, now=now)
    if was_raised:
        alerts.tell_moved_on(watch, now=now)
    return True


def _overtaken(change: StatusChange) -> WatchEnd | None:
    code, own = acts_as(change.to_code), Notice.told_by(change)
    later = changes_after(change.receipt_id, change.sequence)
    rows = list(
        later.only(
            "to_code", "title_en", "title_es", "event_date", "facts", "override_id", "reread_of_id"
        ).order_by("sequence")
    )
    of_same_words = list(takewhile(lambda row: row.override_id or row.reread_of_id, rows))
    corrections = [row for row in rows if row.override_id or (row.reread_of_id and row in of_same_words)]
    if any(acts_as(row.to_code) != code for row in corrections):
        return WatchEnd.CORRECTED
    # The same notice told of again makes its own paper no more needless than before.
    told_again = [row for row in rows if own.compare(Notice.told_by(row)) is not Same.NO]
    news = [
        row.to_code
        for row in rows
        if row not in told_again
        and not (row.reread_of_id and row in of_same_words)
        and not answers_another(row.to_code, f"{row.title_en} {row.title_es}", request=code)
    ]
    return WatchEnd.MOVED_ON if is_moot(code, news) else None


def dismiss(watch_id: UUID | str, *, reason: str, actor: Actor, now: datetime) -> NoticeWatch:
    """Stop waiting for a paper because a person says so; the reason is kept."""
    missing = _("Say why nobody needs this paper; the reason is kept on the record.")
    reason = required_reason(reason, message=missing)
    with unit_of_work(actor=actor):
        watch = _lock_open(watch_id, actor=actor)
        _dismiss(watch, WatchEnd.BY_PERSON, reason=reason, actor=actor, now=now)
    return watch


def take(watch_id: UUID | str, *, actor: Actor, now: datetime) -> NoticeWatch:
    """Note that a person is looking for the paper: nobody else is told for a week."""
    if not isinstance(actor.user, User):
        message = _("A person looks for a paper.")
        raise Forbidden(message)
    with unit_of_work(actor=actor):
        watch = _lock_open(watch_id, actor=actor)
        watch.taken_by, watch.taken_at = actor.user, now
        watch.save(update_fields=["taken_by", "taken_at"])
        record(actions.PAPER_TAKEN, watch, actor=actor, now=now)
    return watch


def give_back(person: User, *, actor: Actor, now: datetime) -> int:
    """Give back the papers that a person looks for and can no longer see; return how many."""
    held = NoticeWatch.objects.filter(taken_by=person, state__in=OPEN)
    closed = held.exclude(pk__in=visible_watches(Actor.for_user(person)).values("pk"))
    with unit_of_work(actor=actor):
        watches = list(closed.select_related("receipt"))
        for watch in watches:
            watch.taken_by = watch.taken_at = None
            watch.save(update_fields=["taken_by", "taken_at"])
            record(actions.PAPER_GIVEN_BACK, watch, actor=actor, now=now)
    return len(watches)


def _lock_open(watch_id: UUID | str, *, actor: Actor) -> NoticeWatch:
    watch = access_watch(actor, watch_id, lock=True)
    if watch.state not in OPEN:
        raise Overtaken(_("Nobody waits for this paper any more. Reload the page to see why."))
    return watch


def _dismiss(watch: NoticeWatch, end: WatchEnd, *, reason: str, actor: Actor, now: datetime) -> None:
    watch.state, watch.end, watch.reason = WatchState.DISMISSED, end, reason
    watch.due_at, watch.ended_at = None, now
    watch.save(update_fields=["state", "end", "reason", "due_at", "ended_at"])
    drop_steps(watch, actor=actor, now=now)
    record(actions.PAPER_NOT_AWAITED, watch, actor=actor, now=now, why=str(end))


def drop_steps(watch: NoticeWatch, *, actor: Actor, now: datetime) -> int:
    """Take away what was still to do about a paper that nobody looks for; what was done stays."""
    if watch.checklist_id is None:
        return 0
    items = ChecklistItem.objects.filter(checklist=watch.checklist_id)
    dropped, _each = items.filter(done_at__isnull=True).delete()
    if dropped:
        record(actions.PAPER_STEPS_DROPPED, watch, actor=actor, now=now, items=dropped)
    if not items.exists():
        ChecklistRun.objects.filter(pk=watch.checklist_id).delete()
    return dropped


def _open(receipt_id: UUID | None) -> QuerySet[NoticeWatch]:
    watches = NoticeWatch.objects.filter(receipt=receipt_id, state__in=OPEN)
    return watches.select_related("receipt__matter", "change")


def record(
    action: audit.Action, watch: NoticeWatch, *, actor: Actor, now: datetime, **data: str | int
) -> None:
    """Put an act about a wait on the record of the receipt's matter."""
    known = {"code": watch.code, **data}
    acting(actor=actor, now=now).record(action, watch, watch.receipt.matter_id, **known)
