"""History processed again: what past texts say by the mapping in force. It adds readings and rewrites none.

A past change that reads differently gets a `ReprocessedReading` beside it. Where it is what a case stands on
now, a status change of its own takes its place, with everything that follows from a change: the record, the
inbox, the playbooks. A status that a person set by hand stands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.errors import WrongState
from legist.core.leases import Lease, release
from legist.core.reasons import Reason
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, acting_person, require
from tracking import audit_actions as actions
from tracking import reviews
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.history import (
    differing,
    latest_readings,
    source_texts,
    standing_among,
    standing_texts,
    texts_under,
)
from tracking.models import Receipt, ReprocessedReading, ReprocessingRun, StatusChange
from tracking.observations import changes
from tracking.observations.meaning import NewStatus, reread
from tracking.observations.services import observe
from tracking.states import ReprocessingState, ReviewClosing, ReviewKind

log = structlog.get_logger(__name__)
CHUNK: Final = 200
LEASE: Final = timedelta(minutes=2)
AT_ONCE: Final = timedelta(minutes=2)
NOTHING: Final = UUID(int=0)
_OPEN: Final = (ReprocessingState.QUEUED, ReprocessingState.RUNNING)
_lease: Final = Lease(ReprocessingRun, LEASE)
ABOUT_MEANING: Final = (ReviewKind.UNKNOWN_STATUS, ReviewKind.CHECK_READING)


def start(keys: Collection[str], *, version: int, actor: Actor, now: datetime) -> ReprocessingRun:
    """Have the past changes under these title keys read anew; with none given, all of history."""
    texts = texts_under(keys) if keys else source_texts()
    run = ReprocessingRun(
        version=version,
        titles=sorted(keys),
        total=texts.count(),
        asked_by=acting_person(actor),
        asked_at=now,
        lease_until=now,
    )
    with unit_of_work(actor=actor, now=now) as unit:
        run.save(force_insert=True)
        data = {"version": version, "titles": len(keys), "total": run.total}
        unit.record(actions.REREADING_STARTED, run, **data)
    return run


def reprocess_everything(*, actor: Actor, now: datetime) -> ReprocessingRun:
    """Have all of history read anew, as after a new normalizer. Raises WrongState while that goes on."""
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor):
        if ReprocessingRun.objects.filter(state__in=_OPEN, titles=[]).exists():
            raise WrongState(_("All of history is being read anew already."))
        return start((), version=current_mapping().number, actor=actor, now=now)


def cancel_run(run_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Stop a run before its next chunk; the readings it has added stay. Raises WrongState when it is over."""
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor, now=now) as unit:
        going = ReprocessingRun.objects.filter(pk=run_id, state__in=_OPEN)
        if not release(going, state=ReprocessingState.CANCELLED, finished_at=now):
            raise WrongState(_("This run is over; there is nothing to stop."))
        run = ReprocessingRun.objects.get(pk=run_id)
        unit.record(actions.REREADING_CANCELLED, run)


def list_waiting(*, now: datetime) -> list[UUID]:
    """Return the runs that nobody works on: queued, or left behind by a dead worker."""
    return list(
        ReprocessingRun.objects.filter(_waiting(now)).order_by("asked_at").values_list("pk", flat=True)
    )


def is_any_waiting(now: datetime) -> bool:
    """Say whether a run waits for a worker; one look at the index."""
    return ReprocessingRun.objects.filter(_waiting(now)).exists()


@dataclass(slots=True)
class _Chunk:
    """What reading a few changes anew brought."""

    looked_at: int
    differing: int = 0
    moved: int = 0


def run_reprocessing(run_id: UUID | str, *, actor: Actor, now: datetime) -> bool:
    """Read what is left of a run; return False when another worker does, or nothing is left.

    The readings of a chunk and the `cursor` commit together, so that a crash repeats nothing. After
    `AT_ONCE` the run is given back for the next worker, so that no task lasts too long; so it is after an
    error, which is the task's to try again.
    """
    clock = SteadyClock(now)
    waiting = ReprocessingRun.objects.filter(_waiting(now), pk=run_id)
    started = Coalesce("started_at", Value(now, output_field=DateTimeField()))
    token = _lease.claim(waiting, now=now, state=ReprocessingState.RUNNING, started_at=started)
    if token is None:
        return False
    mine = _lease.mine(run_id, token).filter(state=ReprocessingState.RUNNING)
    try:
        _read_on(mine, actor=actor, clock=clock)
    finally:
        # Of what is done, or somebody else's by now, nothing is found.
        release(mine, due=clock.now())
    return True


def _read_on(mine: QuerySet[ReprocessingRun], *, actor: Actor, clock: SteadyClock) -> None:
    run = mine.get()
    texts = texts_under(run.titles) if run.titles else source_texts()
    texts = texts.select_related("receipt").order_by("pk")
    while chunk := list(texts.filter(pk__gt=run.cursor or NOTHING)[:CHUNK]):
        if clock.seconds() > AT_ONCE.total_seconds():
            return
        run.cursor = chunk[-1].pk
        with unit_of_work(actor=actor):
            result = _read(chunk, run=run, actor=actor, now=clock.now())
            if not _advance(mine, run, result=result, now=clock.now()):
                raise WrongState(_("Another worker took this run over, or it was stopped."))
    _finish(mine, run, actor=actor, now=clock.now())


def apply_to(change: StatusChange, *, actor: Actor, now: datetime) -> bool:
    """Read one change anew, here and now; True when it is what its case stands on and that has changed."""
    with unit_of_work(actor=actor):
        result = _read([change], run=None, actor=actor, now=now)
    return bool(result.moved)


def settle_restored(receipt: Receipt, restored: StatusChange, *, actor: Actor, now: datetime) -> StatusChange:
    """Read the words that a receipt stands on again as they are read today; return what it stands on then.

    While a person had set its status, new readings were only noted beside the past, and its questions may
    have been closed. The caller has locked the receipt and holds the unit of work.
    """
    standing, words = restored, standing_texts().filter(receipt=receipt).order_by("-sequence").first()
    if words is None:
        return standing
    status = reread(words, asked=receipt.number, vocabulary=current_mapping())
    if status.reads != restored.reads:
        if status.reads != latest_readings([words]).get(words.pk, words).reads:
            _add_reading(words, status, run=None, actor=actor, now=now)
        receipt.latest_change = restored
        standing = _put_in_place(receipt, status, actor=actor, now=now)
    if standing.needs_review:
        changes.ask_about_meaning(receipt, standing, now=now, actor=actor)
    return standing


def _read(texts: list[StatusChange], *, run: ReprocessingRun | None, actor: Actor, now: datetime) -> _Chunk:
    """Read by what is in force at this moment, whatever was when the run was asked for."""
    result = _Chunk(looked_at=len(texts))
    ids = {change.receipt_id for change in texts}
    # Always in the same order, as the poller locks them, so that nobody waits in a circle.
    locked = {row.pk: row for row in Receipt.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    standing = standing_among(texts)
    failed = partial(_ask_about_text, actor=actor, now=now)
    for change, _before, status in differing(texts, current_mapping(), failed=failed):
        result.differing += 1
        _add_reading(change, status, run=run, actor=actor, now=now)
        receipt = locked[change.receipt_id]
        if change.pk in standing:
            _move(receipt, status, actor=actor, now=now)
            result.moved += 1
        else:
            _settle(receipt, change, status, actor=actor, now=now)
    return result


def _ask_about_text(change: StatusChange, attempt: ErrorCapture, *, actor: Actor, now: datetime) -> None:
    """Ask a person about a text that cannot be read anew, and go on with the others."""
    log.error("text_not_read", change=str(change.pk), error_class=attempt.error_class, where=attempt.where)
    reviews.open_item(
        ReviewKind.UNREADABLE,
        receipt=change.receipt,
        source=change.source,
        code="text_unreadable",
        detail="",
        change=change,
        now=now,
        actor=actor,
    )


def _put_in_place(receipt: Receipt, status: NewStatus, *, actor: Actor, now: datetime) -> StatusChange:
    in_place = replace(status, in_place=True)
    return observe(receipt, in_place, via=status.source, at=now, actor=actor).written


def _add_reading(
    change: StatusChange, status: NewStatus, *, run: ReprocessingRun | None, actor: Actor, now: datetime
) -> None:
    ReprocessedReading(
        change=change,
        run=run,
        code=status.code,
        client_action=status.client_action,
        terminal=status.terminal,
        needs_review=status.needs_review,
        rule=status.rule[:120],
        normalizer=status.normalizer[:40],
        actor=actor.key,
        at=now,
    ).save(force_insert=True)


def _move(receipt: Receipt, status: NewStatus, *, actor: Actor, now: datetime) -> None:
    """Let the new reading take the place of what the case stands on."""
    replaced = _put_in_place(receipt, status, actor=actor, now=now)
    _settle(receipt, None, status, actor=actor, now=now)
    if status.needs_review:
        changes.ask_about_meaning(receipt, replaced, now=now, actor=actor)


def _settle(
    receipt: Receipt, change: StatusChange | None, status: NewStatus, *, actor: Actor, now: datetime
) -> None:
    """Close the questions that the new reading answers: those about one change, or all of the receipt's."""
    if status.needs_review and change is not None:
        return
    reviews.settle(
        ABOUT_MEANING,
        receipt=receipt,
        source=status.source,
        reason=Reason(ReviewClosing.READ_ANEW, {"status": str(status.code)}),
        now=now,
        actor=actor,
        change=change,
    )


def _waiting(now: datetime) -> Q:
    return Q(state__in=_OPEN) & _lease.is_over(now)


def _advance(mine: QuerySet[ReprocessingRun], run: ReprocessingRun, *, result: _Chunk, now: datetime) -> bool:
    """Move on past a chunk, if the run is still ours; extends the lease."""
    return _lease.renew(
        mine,
        now=now,
        cursor=run.cursor,
        position=F("position") + result.looked_at,
        differing=F("differing") + result.differing,
        moved=F("moved") + result.moved,
    )


def _finish(mine: QuerySet[ReprocessingRun], run: ReprocessingRun, *, actor: Actor, now: datetime) -> None:
    with unit_of_work(actor=actor, now=now) as unit:
        if not release(mine, state=ReprocessingState.DONE, finished_at=now):
            return
        run.refresh_from_db()
        data = {"position": run.position, "differing": run.differing, "moved": run.moved}
        unit.record(actions.REREADING_FINISHED, run, **data)
