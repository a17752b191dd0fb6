"""Runs what the rules decide: each step of each playbook once per change, whatever happens twice.

Inserting a step's row is what makes it happen, in one transaction with its effect. A step that cannot
be done leaves a failed row with the reason, tells a person, and can be repeated; the others go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.db import IntegrityError

from legist.core import audit, given_up
from legist.core.actors import Actor
from legist.core.errors import LegistError
from legist.core.failpoints import atomic
from legist.core.reasons import Reason, reason_of
from legist.core.resilience.error_capture import ErrorCapture, is_transient
from legist.core.uow import acting, expect_constraints, unit_of_work
from legist.practice.models import Matter
from legist.practice.permissions import shut_out_of
from tracking.selectors import ChangeFacts, get_change_facts
from tracking.selectors.facts import get_change, locked_receipts
from workflows import audit_actions as actions
from workflows.deadlines import named_days
from workflows.deadlines.later_news import SIDE_EVENTS
from workflows.law.outcomes import ENDS, OUTCOMES
from workflows.models import ActionRun, Deadline, Playbook, PlaybookRun
from workflows.notifications import services as notifications
from workflows.playbooks import deduplication, questions, rehearsal, store, withheld
from workflows.playbooks.rules import Hold, PlannedAction, PlaybookRule, decide, gives_way, without_taken_over
from workflows.playbooks.steps import KINDS, Result, StepContext
from workflows.recipients import assigned, managers
from workflows.states import (
    ActionState,
    DeadlineState,
    NotificationKind,
    NotificationLevel,
    RunState,
    StepFailure,
)

if TYPE_CHECKING:
    from tracking.models import StatusChange

NO_MATTER = "no_matter"
WALLED = "walled"
FAILED_STEPS = "steps"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one call did: runs looked at, steps done, failed and held."""

    runs: int = 0
    done: int = 0
    failed: int = 0
    held: int = 0


def run_for_change(
    change_id: UUID | str, *, now: datetime, actor: Actor, confirmed: bool = False
) -> RunSummary:
    """Start (or go on with) every playbook that the change calls for.

    Safe to call again: what is done stays done, what failed or was held is tried again. `confirmed` says
    that a person has confirmed a reading that needed review.
    """
    with unit_of_work(actor=actor):
        facts = get_change_facts(change_id)
        # One change of a receipt at a time, so that two readings of the same words do not both start.
        locked_receipts().get(pk=facts.receipt_id)
        readings, shadows = store.read_by_mode()
        known = {each.rule.key: each for each in readings if each.rule}
        plan, broken = _plan(facts, readings, confirmed=confirmed)
        deduplication.take_along(facts)
        retire_held(facts, now=now)
        needless = deduplication.at_work(facts) | deduplication.done_by_kin(facts)
        if not confirmed and deduplication.is_read_otherwise(facts):
            needless |= {step.playbook_key for step in plan}
        verdict = questions.consider(
            facts, [step for step in plan if step.playbook_key not in needless], now=now, actor=actor
        )
        verdict.needless |= needless
        deduplication.drop_unstarted(facts, verdict.needless, now=now)
        plan = verdict.applied_to(plan)
        withheld.keep(broken, facts, needless=verdict.needless, now=now, actor=actor)
        counts: Counter[str] = Counter()
        for key, steps in groupby(plan, key=lambda step: step.playbook_key):
            counts["runs"] += 1
            counts.update(_run(known[key].playbook, list(steps), facts=facts, now=now, actor=actor))
        named_days.keep(facts, now=now, actor=actor)
        rehearsal.note_shadows(facts, shadows, active=readings, now=now, actor=actor)
        withheld.drop_uncalled(facts, {each.playbook.key for each in broken}, now=now)
    return RunSummary(**counts)


def _plan(
    facts: ChangeFacts, readings: Collection[store.Reading], *, confirmed: bool
) -> tuple[list[PlannedAction], list[store.Reading]]:
    """Decide on the steps; return also the playbooks that cannot be read, for which nobody can decide.

    A correction taken back starts what its words had called for and nobody began.
    """
    if facts.is_restored:
        began = deduplication.held_back(facts)
        readings = [each for each in readings if each.playbook.key in began]
        facts = replace(facts, is_restored=False, is_reread=True)
    plan, broken = list[PlannedAction](), list[store.Reading]()
    meant = without_taken_over(facts.code, [each.rule for each in readings if each.rule])
    change = get_change(facts.change_id)
    superseded = deduplication.overtaking(change).exists()
    for each in readings:
        attempt = ErrorCapture()
        with attempt:
            for rule in (rule for rule in meant if rule is each.rule and not gives_way(rule, facts, meant)):
                # What a person has confirmed and is still to be done is no news of yesterday.
                is_over = superseded and not (confirmed and _is_still_due(change, rule))
                plan += decide(facts, [rule], superseded=is_over, confirmed=confirmed)
        if each.faults or attempt.error:
            broken.append(each if each.faults else replace(each, faults=(attempt.error_class,)))
    return plan, broken


def retire_held(facts: ChangeFacts, *, now: datetime) -> int:
    """Skip held runs of earlier changes of the receipt: a newer status answers their question.

    What only a person can answer stays, and so does what is still to be done if they confirm it. A side event
    answers it only where it is what the same words are now read as.
    """
    earlier = PlaybookRun.objects.filter(
        receipt_id=facts.receipt_id, state=RunState.HELD, change__sequence__lt=facts.sequence
    ).exclude(reason__in=questions.ASKED)
    replaced = deduplication.held_about(facts) if not facts.is_new or facts.is_override else earlier.none()
    if facts.code in SIDE_EVENTS:
        earlier, replaced = earlier.none(), replaced if facts.is_reread else replaced.none()
    said_anew = set(replaced.values_list("pk", flat=True))
    over = [
        run.pk
        for run in earlier.select_related("change", "playbook")
        if run.pk in said_anew or not may_still_run(run)
    ]
    held = PlaybookRun.objects.filter(pk__in={*over, *said_anew}, state=RunState.HELD)
    return held.update(state=RunState.SKIPPED, reason=deduplication.OVERTAKEN, finished_at=now)


def is_superseded(change_id: UUID) -> bool:
    """True when a later change of the same receipt says something else; side events do not count."""
    return deduplication.overtaking(get_change(change_id)).exists()


def may_still_run(run: PlaybookRun) -> bool:
    """True when a run has something to do that nothing later has met or left without a point.

    Not so where people have closed every date that it had put on the board.
    """
    rule = store.read(run.playbook).rule
    return rule is None or _is_still_due(run.change, rule)


def _is_still_due(change: StatusChange, rule: PlaybookRule) -> bool:
    kinds = {step.params["kind"] for step in rule.actions if step.kind in questions.CLOCKS}
    dates = Deadline.objects.filter(run__change=change, run__playbook_key=rule.key)
    if dates.exists() and not dates.filter(state=DeadlineState.OPEN).exists():
        return False
    if not kinds and not (change.client_action and any(step.kind == "checklist" for step in rule.actions)):
        return False
    reported = deduplication.reported_since(change)
    return any(not reported & OUTCOMES.get(kind, ENDS) for kind in kinds or {""})


def _run(
    playbook: Playbook, steps: list[PlannedAction], *, facts: ChangeFacts, now: datetime, actor: Actor
) -> Counter[str]:
    run, is_new = _open(playbook, facts, now=now)
    if run.state in (RunState.DONE, RunState.SKIPPED):
        return Counter()
    if facts.matter_id is None:
        if is_new:
            _record(actions.RUN_PARKED, run, facts, now=now, actor=actor, code=str(facts.code))
        return Counter()
    context = _context(run, facts, now=now, actor=actor)
    if run.matter_id is None:
        run.matter = context.matter
        run.save(update_fields=["matter"])
    if _is_walled(playbook, context):
        _leave_to_people(run, context)
        return Counter()
    due = {
        step.action_key for step in steps if step.hold is None or questions.stands_meanwhile(step, context)
    }
    if due and not run.actions.exists():
        if not _begin(run, facts, is_another=any(step.hold == Hold.SAME_NOTICE for step in steps)):
            _close(run, RunState.SKIPPED, reason=deduplication.REPEATED, now=now)
            return Counter()
        _record(actions.RUN_STARTED, run, facts, now=now, actor=actor, code=str(facts.code))
    counts = Counter(
        outcome for step in steps if (outcome := _step(step, context) if step.action_key in due else "held")
    )
    _finish(run, steps, counts, facts=facts, now=now, actor=actor)
    return counts


def _is_walled(playbook: Playbook, context: StepContext) -> bool:
    """True when who published it may not see the matter, and no person who may has it start all the same."""
    publisher = playbook.published_by_id
    if publisher is None or context.actor.user is not None:
        return False
    return (context.matter.pk, publisher) in shut_out_of([context.matter])


def _leave_to_people(run: PlaybookRun, context: StepContext) -> None:
    """Start nothing where its publisher may not reach, and tell those who may start it themselves."""
    _close(run, RunState.SKIPPED, reason=WALLED, now=context.now)
    _record(actions.RUN_HELD, run, context.change, now=context.now, actor=context.actor, reason=WALLED)
    message = notifications.Message(
        key=f"walled:{run.pk}",
        kind=NotificationKind.STEP,
        level=NotificationLevel.URGENT,
        subject=run,
        matter=context.matter,
        data={"playbook": run.playbook_key, "kind": WALLED},
    )
    people = [*assigned(context.matter), *managers(context.matter)]
    notifications.notify(people, message, now=context.now)


def _open(playbook: Playbook, facts: ChangeFacts, *, now: datetime) -> tuple[PlaybookRun, bool]:
    """Return the locked run of this playbook for this change; a second caller waits for the first."""
    run, is_new = PlaybookRun.objects.get_or_create(
        playbook_key=playbook.key,
        change_id=facts.change_id,
        defaults={
            "playbook": playbook,
            "receipt_id": facts.receipt_id,
            "matter_id": facts.matter_id,
            "state": RunState.HELD if facts.matter_id else RunState.PARKED,
            "reason": "" if facts.matter_id else NO_MATTER,
            "started_at": now,
        },
    )
    run = PlaybookRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.INVALID:
        # It can be read again, perhaps as a newer version.
        run.playbook, run.matter_id = playbook, facts.matter_id
        run.state = RunState.HELD if facts.matter_id else RunState.PARKED
        run.reason = "" if facts.matter_id else NO_MATTER
        run.save(update_fields=["playbook", "matter", "state", "reason"])
    return run, is_new


def _begin(run: PlaybookRun, facts: ChangeFacts, *, is_another: bool) -> bool:
    """Remember the notice that a run begins to work on; False when another run has that one already."""
    is_another |= questions.is_another(facts)
    key = deduplication.notice_key(facts, is_another=is_another)
    same = PlaybookRun.objects.filter(receipt=run.receipt_id, playbook_key=run.playbook_key, notice_key=key)
    if facts.is_reread:
        # What had been done about these words was given up, or it would have been found.
        same.exclude(pk=run.pk).update(notice_key="")
    try:
        with atomic():
            PlaybookRun.objects.filter(pk=run.pk).update(notice_key=key)
    except IntegrityError:
        return False
    return True


def _matter_of(facts: ChangeFacts) -> Matter:
    matters = Matter.objects.select_related("client", "attorney", "paralegal")
    return matters.get(receipts=facts.receipt_id)


def _context(run: PlaybookRun, facts: ChangeFacts, *, now: datetime, actor: Actor) -> StepContext:
    matter = _matter_of(facts)
    done = run.actions.filter(state=ActionState.DONE).exclude(result_id=None)
    results = {key: made for key, made in done.values_list("action_key", "result_id") if made}
    return StepContext(facts, run, matter, matter.client, actor, now, results)


def _step(step: PlannedAction, context: StepContext) -> str | None:
    """Do one step once; return `done`, `failed`, or None when it was done before.

    It fails alone, whatever it raises; only where the database was busy or away is the whole left, to be
    tried again from the start.
    """
    earlier = context.run.actions.filter(action_key=step.action_key).first()
    if earlier is not None and earlier.state == ActionState.DONE:
        return None
    attempt = ErrorCapture()
    with attempt, unit_of_work(actor=context.actor):
        guard = earlier or _guard(step, context)
        result = KINDS[step.kind](context, step.params)
        _note(guard, result, context)
        expect_constraints()
    if attempt.error is None:
        context.results[step.action_key] = result.id
        return "done"
    if is_transient(attempt.error):
        raise attempt.error
    _fail(step, context, attempt)
    return "failed"


def _guard(step: PlannedAction, context: StepContext) -> ActionRun:
    return ActionRun.objects.create(
        run=context.run,
        change_id=context.change.change_id,
        playbook_key=step.playbook_key,
        action_key=step.action_key,
        kind=step.kind,
        state=ActionState.DONE,
        done_at=context.now,
    )


def _note(guard: ActionRun, result: Result, context: StepContext) -> None:
    guard.state, guard.result_kind, guard.result_id = ActionState.DONE, result.kind, result.id
    guard.reason, guard.values, guard.error_class, guard.done_at = "", {}, "", context.now
    done = ("state", "result_kind", "result_id", "reason", "values", "error_class", "done_at")
    guard.save(update_fields=done)


def _fail(step: PlannedAction, context: StepContext, attempt: ErrorCapture) -> None:
    """Keep why the step could not be done; tell the matter's people, and operations by class and id only."""
    error = attempt.error
    # What the step had changed in memory was undone in the database.
    context.matter = _matter_of(context.change)
    failed = context.run.actions.filter(action_key=step.action_key).first() or _guard(step, context)
    failed.state, failed.done_at = ActionState.FAILED, context.now
    reason = reason_of(error) if isinstance(error, LegistError) else Reason(StepFailure.UNEXPECTED)
    failed.reason, failed.values = reason.code, dict(reason.values)
    failed.error_class = attempt.error_class
    failed.save(update_fields=["state", "reason", "values", "error_class", "done_at"])
    if not isinstance(error, LegistError):
        log.error("step_failed", step=str(failed.pk), error_class=attempt.error_class, where=attempt.where)
    _record(
        actions.STEP_FAILED,
        context.run,
        context.change,
        now=context.now,
        actor=context.actor,
        action=step.action_key,
        error=attempt.error_class,
    )
    message = notifications.Message(
        key=f"step:{failed.pk}",
        kind=NotificationKind.STEP,
        level=NotificationLevel.URGENT,
        subject=context.run,
        matter=context.matter,
        data={"playbook": step.playbook_key, "action": step.action_key, "kind": step.kind},
    )
    notifications.notify([*assigned(context.matter), *managers(context.matter)], message, now=context.now)
    given_up.announce_now(now=context.now, only=FAILED_STEPS)


def _finish(
    run: PlaybookRun,
    steps: list[PlannedAction],
    counts: Counter[str],
    *,
    facts: ChangeFacts,
    now: datetime,
    actor: Actor,
) -> None:
    holds = {step.hold for step in steps if step.hold}
    if waits := holds & {Hold.NEEDS_REVIEW, *questions.ASKED}:
        _close(run, RunState.HELD, reason=min(waits), now=now)
    elif counts["failed"]:
        _close(run, RunState.PARTIAL, reason="failed", now=now)
    else:
        _close(run, RunState.DONE, reason=Hold.SUPERSEDED if holds else "", now=now)
    if holds:
        reason = str(min(waits or holds))
        _record(actions.RUN_HELD, run, facts, now=now, actor=actor, reason=reason)


def _close(run: PlaybookRun, state: RunState, *, reason: str, now: datetime) -> None:
    finished = None if state == RunState.HELD else now
    PlaybookRun.objects.filter(pk=run.pk).update(state=state, reason=reason, finished_at=finished)


def _record(
    act: audit.Action, run: PlaybookRun, facts: ChangeFacts, *, now: datetime, actor: Actor, **data: str
) -> None:
    known = {"playbook": run.playbook_key, "change": str(facts.change_id), **data}
    acting(actor=actor, now=now).record(act, run, facts.matter_id, **known)
