"""Papers that are due: raised with what to do, and again while nobody looks for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from legist.core import instants
from legist.core.actors import Actor
from legist.core.reasons import Reason
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import unit_of_work
from tracking.statuses import StatusCode
from workflows import audit_actions as actions
from workflows.checklists.services import NewChecklist, open_checklist
from workflows.models import ChecklistItem, Deadline, NoticeWatch
from workflows.notices import alerts
from workflows.notices.expected import EXPECTED, REQUESTS
from workflows.notices.watch import OPEN, end_if_overtaken, record
from workflows.states import DeadlineState, PaperStep, WatchState

Step = dict[str, Any]
KEY = "missing_paper"


def title(code: str) -> Reason:
    """Return the name of the checklist, by the status that promised the paper."""
    if code == StatusCode.MAIL_RETURNED:
        return Reason(PaperStep.GET_RETURNED)
    return Reason(PaperStep.FIND, {"status": code})


def steps_for(code: str, *, due: date | None, today: date) -> list[Step]:
    """Return the steps in order; `due` is the last day to answer as known so far, for requests.

    Each has the key, role, text and `days` of a checklist item.
    """
    common = [_step(PaperStep.ADDRESS, 1), _step(PaperStep.ACCOUNT, 1), _step(PaperStep.CLIENT, 2)]
    if code == StatusCode.MAIL_RETURNED:
        return [*common, _step(PaperStep.RESEND, 2, key="call")]
    return [*_window(due, today), *common, _step(PaperStep.CALL, 3), _step(PaperStep.REQUEST, 4)]


def _window(due: date | None, today: date) -> list[Step]:
    """The first thing to know about a request is how much of its time is left."""
    if due is None:
        return []
    text = Reason(PaperStep.WINDOW, {"due": due.isoformat(), "left": (due - today).days})
    return [{"key": "window", "role": "attorney", "text": text, "days": 1}]


def _step(code: PaperStep, days: int, *, key: str = "") -> Step:
    return {"key": key or code.value, "role": "paralegal", "text": Reason(code), "days": days}


PATIENCE = timedelta(days=5)
URGENT_PATIENCE = timedelta(days=2)
# Whoever has begun to look has this long before others are told.
REST = timedelta(days=7)
HIGHEST = 2


def has_due(now: datetime) -> bool:
    """Return whether `run_due` would find something to do."""
    return NoticeWatch.objects.filter(state__in=OPEN, due_at__lte=now).exists()


def run_due(*, now: datetime, actor: Actor, limit: int = 100) -> int:
    """Raise the papers that should have come, and tell more people of those nobody looked for.

    Each once per level, whatever happens twice; returns how many were looked at.
    """
    due = NoticeWatch.objects.filter(state__in=OPEN, due_at__lte=now).order_by("due_at")
    looked_at = each_alone(
        list(due.values_list("pk", flat=True)),
        partial(_look, now=now, actor=actor),
        failed=partial(_tell_plainly, now=now, actor=actor),
        limit=limit,
    )
    return len(looked_at)


def _look(watch_id: UUID, *, now: datetime, actor: Actor) -> bool:
    with unit_of_work(actor=actor):
        rows = NoticeWatch.objects.select_for_update(of=("self",))
        watch = rows.select_related("receipt__matter", "change").get(pk=watch_id)
        if watch.state not in OPEN or watch.due_at is None or watch.due_at > now:
            return True
        if end_if_overtaken(watch, actor=actor, now=now):
            return True
        if watch.state == WatchState.WAITING:
            _raise(watch, now=now, actor=actor)
        else:
            _again(watch, now=now, actor=actor)
    return True


def _tell_plainly(watch_id: UUID, attempt: ErrorCapture, *, now: datetime, actor: Actor) -> None:
    """Tell people, once, of a paper that is missing and could not be raised as it should."""
    del attempt
    with unit_of_work(actor=actor):
        alerts.tell_plainly(NoticeWatch.objects.select_related("receipt__matter").get(pk=watch_id), now=now)


def _raise(watch: NoticeWatch, *, now: datetime, actor: Actor) -> None:
    watch.state, watch.raised_at, watch.level = WatchState.RAISED, now, 0
    watch.due_at = now + _patience(watch)
    watch.save(update_fields=["state", "raised_at", "level", "due_at"])
    _open_steps(watch, now=now, actor=actor)
    people = alerts.tell_missing(watch, now=now)
    record(actions.PAPER_MISSING, watch, actor=actor, now=now, people=people)


def _again(watch: NoticeWatch, *, now: datetime, actor: Actor) -> None:
    _open_steps(watch, now=now, actor=actor)
    touched = touched_at(watch)
    if touched is not None and touched + REST > now:
        watch.due_at = touched + REST
        watch.save(update_fields=["due_at"])
        return
    watch.level = min(watch.level + 1, HIGHEST)
    watch.due_at = now + _patience(watch) if watch.level < HIGHEST else None
    watch.save(update_fields=["level", "due_at"])
    people = alerts.tell_missing(watch, now=now)
    record(actions.PAPER_UNTOUCHED, watch, actor=actor, now=now, people=people)


def _patience(watch: NoticeWatch) -> timedelta:
    return URGENT_PATIENCE if EXPECTED[watch.code].is_urgent else PATIENCE


def touched_at(watch: NoticeWatch) -> datetime | None:
    """Return when somebody last did something about the paper: took it on, or checked a step off."""
    done = ChecklistItem.objects.filter(checklist=watch.checklist_id, done_at__isnull=False)
    latest = (
        done.order_by("-done_at").values_list("done_at", flat=True).first() if watch.checklist_id else None
    )
    return max((at for at in (watch.taken_at, latest) if at is not None), default=None)


def _open_steps(watch: NoticeWatch, *, now: datetime, actor: Actor) -> None:
    """Open the checklist in the receipt's matter, once; a receipt without one gets it with its matter."""
    matter = watch.receipt.matter
    if matter is None or watch.checklist_id is not None:
        return
    today = timezone.localdate(now)
    items = steps_for(watch.code, due=window_end(watch), today=today)
    new = NewChecklist(key=KEY, title=title(watch.code), items=items)
    watch.checklist = open_checklist(new, matter=matter, run=None, actor=actor, now=now)
    watch.save(update_fields=["checklist"])


def window_end(watch: NoticeWatch) -> date | None:
    """Return the last day to answer a request as known so far; None for other papers."""
    return window_ends([watch]).get(watch.pk)


def window_ends(watches: Iterable[NoticeWatch]) -> dict[UUID, date]:
    """Return the last day to answer for each watch over a request, in one query."""
    requests = {watch.pk: watch.receipt_id for watch in watches if EXPECTED[watch.code].kinds == REQUESTS}
    known = Deadline.objects.filter(kind__in=REQUESTS, state=DeadlineState.OPEN, due_date__isnull=False)
    of_them = known.filter(receipt__in=set(requests.values())).order_by("-due_date")
    rows = of_them.values_list("receipt_id", "due_date")
    earliest = {receipt: due for receipt, due in rows if due is not None}
    return {pk: earliest[receipt] for pk, receipt in requests.items() if receipt in earliest}


def _beyond_patience(now: datetime) -> Q:
    """Only what was raised waits by our clock; the first day follows from the dates of the case."""
    return Q(state=WatchState.RAISED) & instants.ahead("due_at", now=now, at_most=REST)


instants.register(NoticeWatch, "due_at", at_most=_beyond_patience)
