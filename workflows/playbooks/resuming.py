"""Runs that wait for a person: found by looking, so that nothing waits for an event that never comes.

And those that people, or operations, have go on themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.resilience.error_capture import each_alone
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability
from tracking.selectors import get_change_facts
from tracking.selectors.facts import changes_after, questions_about
from tracking.states import ABOUT_ONE_CHANGE, FROM_HISTORY, ReviewKind, ReviewState
from tracking.statuses import StatusCode
from workflows.access import access_run
from workflows.deadlines.later_news import SIDE_EVENTS
from workflows.models import ActionRun, PlaybookRun
from workflows.playbooks import deduplication, engine, questions, withheld
from workflows.states import ActionState, RunState

# What asks nobody for anything and leaves work to the firm all the same.
_WORK_OF_THE_FIRM = (StatusCode.CLOSED, StatusCode.INTERVIEW_CANCELLED)


def list_ready() -> QuerySet[PlaybookRun]:
    """Return the runs whose cause to wait is gone: the receipt has a matter, or a person checked the reading.

    Or its playbook can be read again, or a person has said whether its work starts. A check without a
    correction confirms every reading that was in question then, also one after which something else was said
    (only what leaves something to do is looked at); a correction is a change of its own. About what only the
    history shows the list of earlier requests and decisions asks.
    """
    is_confirmed = _is_checked(ReviewKind.CHECK_READING)
    is_confirmed |= Q(change__rule__startswith=FROM_HISTORY) & _is_checked(ReviewKind.PAST_REQUEST)
    is_assigned = Q(state=RunState.PARKED, receipt__matter__isnull=False)
    leaves_work = Q(change__client_action=True) | Q(change__to_code__in=_WORK_OF_THE_FIRM)
    since = changes_after(OuterRef("receipt"), OuterRef("change__sequence"))
    is_latest = ~Q(Exists(since.exclude(to_code__in=SIDE_EVENTS)))
    is_confirmed &= Q(state=RunState.HELD) & (is_latest | leaves_work)
    about_it = questions_about(*ABOUT_ONE_CHANGE, change=OuterRef("change"))
    is_answered = Q(state=RunState.HELD, reason__in=questions.ASKED)
    is_answered &= Q(Exists(about_it)) & ~Q(Exists(about_it.filter(state=ReviewState.OPEN)))
    is_confirmed &= ~Q(reason__in=questions.ASKED)
    is_repaired = Q(state=RunState.INVALID, playbook_key__in=withheld.list_repaired())
    return PlaybookRun.objects.filter(is_assigned | is_confirmed | is_answered | is_repaired)


def _is_checked(kind: ReviewKind) -> Q:
    """True where a person has closed the question of this kind that was open about the change of a run."""
    reviews = questions_about(
        kind, receipt=OuterRef("receipt"), opened_at__lte=OuterRef("change__detected_at")
    )
    by_person = reviews.filter(
        state=ReviewState.RESOLVED,
        resolved_at__gte=OuterRef("change__detected_at"),
        resolved_by__startswith="user:",
    )
    return Q(Exists(by_person)) & ~Q(Exists(reviews.filter(state=ReviewState.OPEN)))


def has_ready(_now: datetime) -> bool:
    """Return whether `resume_ready` would find something to do: two queries, a third while runs are kept."""
    return list_ready().exists()


def resume_ready(*, now: datetime, actor: Actor, limit: int = 50) -> int:
    """Go on with the runs whose cause to wait is gone; return how many were looked at."""
    ready = list(list_ready().order_by("started_at", "id")[:limit])
    each_alone(ready, lambda run: _resume(run, now=now, actor=actor))
    return len(ready)


def _resume(run: PlaybookRun, *, now: datetime, actor: Actor) -> None:
    if run.state == RunState.PARKED:
        resume_parked(run.receipt_id, now=now, actor=actor)
    elif run.state == RunState.HELD and run.reason not in questions.ASKED:
        _confirm(run, now=now, actor=actor)
    else:
        engine.run_for_change(run.change_id, now=now, actor=actor)
    _give_up(run, reason=deduplication.SWITCHED_OFF, now=now)


def _confirm(run: PlaybookRun, *, now: datetime, actor: Actor) -> None:
    """Go on with a run whose reading a person has confirmed, unless later words have done with it."""
    with unit_of_work(actor=actor):
        is_over = deduplication.is_read_otherwise(get_change_facts(run.change_id), or_corrected=True)
        is_over |= engine.is_superseded(run.change_id) and not engine.may_still_run(run)
        if is_over:
            _give_up(run, reason=deduplication.OVERTAKEN, now=now)
        else:
            engine.run_for_change(run.change_id, now=now, actor=actor, confirmed=True)


def _give_up(run: PlaybookRun, *, reason: str, now: datetime) -> None:
    """Skip a run that went on with nothing, lest it is looked at for ever."""
    same = PlaybookRun.objects.filter(pk=run.pk, state=run.state, reason=run.reason)
    same.update(state=RunState.SKIPPED, reason=reason, finished_at=now)


def resume_parked(receipt_id: UUID | str, *, now: datetime, actor: Actor) -> engine.RunSummary:
    """Start what waited for the receipt to get a matter; what has been overtaken since is skipped.

    Not so where something is still to be done about it, whatever came after.
    """
    total: Counter[str] = Counter()
    with unit_of_work(actor=actor):
        parked = PlaybookRun.objects.filter(receipt_id=receipt_id, state=RunState.PARKED)
        for run in list(parked.select_related("receipt").order_by("started_at", "id")):
            if engine.is_superseded(run.change_id) and not engine.may_still_run(run):
                # In the matter, so that its people see it and may start it all the same.
                PlaybookRun.objects.filter(pk=run.pk).update(matter=run.receipt.matter_id)
                _give_up(run, reason=deduplication.OVERTAKEN, now=now)
                continue
            summary = engine.run_for_change(run.change_id, now=now, actor=actor)
            total.update({name: getattr(summary, name) for name in engine.RunSummary.__slots__})
    return engine.RunSummary(**total)


def repeat_run(run_id: UUID | str, *, now: datetime, actor: Actor) -> engine.RunSummary:
    """Try the failed steps of a run again, on behalf of a person who has removed the cause.

    Or start those of one that was skipped because something newer was said, or since who published the
    playbook may not see the matter: a person who works on it may know better.
    Raises WrongState when nothing of it failed or was skipped so.
    """
    with unit_of_work(actor=actor):
        run = access_run(actor, run_id, Capability.WORK_MATTER)
        left = PlaybookRun.objects.filter(
            pk=run.pk, state=RunState.SKIPPED, reason__in=[deduplication.OVERTAKEN, engine.WALLED]
        )
        if left.update(state=RunState.HELD, reason=deduplication.NEEDS_REVIEW, finished_at=None):
            run.refresh_from_db()
            summary = engine.run_for_change(run.change_id, now=now, actor=actor, confirmed=True)
            _give_up(run, reason=deduplication.SWITCHED_OFF, now=now)
            return summary
        if run.state not in {RunState.PARTIAL, RunState.INVALID}:
            message = _("No step of this run waits to be repeated. Reload the page to see it.")
            raise WrongState(message)
        if run.state == RunState.INVALID and run.playbook_key not in withheld.list_repaired():
            message = _("The playbook is still invalid. It has to be corrected first.")
            raise WrongState(message)
        return _again(run, now=now, actor=actor)


def _again(run: PlaybookRun, *, now: datetime, actor: Actor) -> engine.RunSummary:
    # What is partial only ever started because no review was needed, or a person had confirmed the reading.
    confirmed = run.state == RunState.PARTIAL
    return engine.run_for_change(run.change_id, now=now, actor=actor, confirmed=confirmed)


def try_again(ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Try failed steps (all, or the named ones) again, with what else failed in their runs; return how many.

    For operations, who see neither matter nor reason.
    """
    failed = list_failed() if ids is None else list_failed().filter(pk__in=ids)
    runs = PlaybookRun.objects.filter(pk__in=failed.values("run"), state=RunState.PARTIAL)
    count = failed.count()
    for run in list(runs.order_by("pk")):
        _again(run, now=now, actor=actor)
    return count


def start_kept(ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Start what was kept for playbooks that can be read again; return how many runs that were."""
    kept = withheld.list_kept().filter(playbook_key__in=withheld.list_repaired())
    runs = list(kept.order_by("pk") if ids is None else kept.filter(pk__in=ids).order_by("pk"))
    for run in runs:
        _again(run, now=now, actor=actor)
    return len(runs)


def list_failed() -> QuerySet[ActionRun]:
    """Return the steps that failed."""
    return ActionRun.objects.filter(state=ActionState.FAILED)
