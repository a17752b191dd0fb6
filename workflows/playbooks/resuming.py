"""Runs that waited for a person: found by looking, so that nothing waits for an event that never comes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from legist.core.actors import Actor
from legist.core.resilience.error_capture import each_alone
from tracking.selectors.facts import questions_about
from tracking.states import ABOUT_ONE_CHANGE, ReviewKind, ReviewState
from workflows.models import PlaybookRun
from workflows.playbooks import engine, questions
from workflows.playbooks.deduplication import SWITCHED_OFF
from workflows.playbooks.withheld import list_repaired
from workflows.states import RunState


def list_ready() -> QuerySet[PlaybookRun]:
    """Return the runs whose cause to wait is gone: the receipt has a matter, or a person checked the reading.

    Or its playbook can be read again, or a person has said whether its work starts. A check without a
    correction confirms the reading; a correction is a change of its own.
    """
    reviews = questions_about(ReviewKind.CHECK_READING, receipt=OuterRef("receipt"))
    checked = reviews.filter(
        state=ReviewState.RESOLVED, resolved_at__gte=OuterRef("started_at"), resolved_by__startswith="user:"
    )
    unsettled = reviews.filter(state=ReviewState.OPEN)
    is_assigned = Q(state=RunState.PARKED, receipt__matter__isnull=False)
    is_confirmed = Q(state=RunState.HELD, receipt__latest_change=F("change"))
    is_confirmed &= Q(Exists(checked)) & ~Q(Exists(unsettled))
    about_it = questions_about(*ABOUT_ONE_CHANGE, change=OuterRef("change"))
    is_answered = Q(state=RunState.HELD, reason__in=questions.ASKED)
    is_answered &= Q(Exists(about_it)) & ~Q(Exists(about_it.filter(state=ReviewState.OPEN)))
    is_confirmed &= ~Q(reason__in=questions.ASKED)
    is_repaired = Q(state=RunState.INVALID, playbook_key__in=list_repaired())
    return PlaybookRun.objects.filter(is_assigned | is_confirmed | is_answered | is_repaired)


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
        engine.resume_parked(run.receipt_id, now=now, actor=actor)
    else:
        confirmed = run.state == RunState.HELD and run.reason not in questions.ASKED
        engine.run_for_change(run.change_id, now=now, actor=actor, confirmed=confirmed)
    _give_up(run, now=now)


def _give_up(run: PlaybookRun, *, now: datetime) -> None:
    """Skip a run that no playbook wants any more, lest it is looked at for ever."""
    same = PlaybookRun.objects.filter(pk=run.pk, state=run.state, reason=run.reason)
    same.update(state=RunState.SKIPPED, reason=SWITCHED_OFF, finished_at=now)
