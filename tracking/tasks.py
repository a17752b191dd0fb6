"""Background work of tracking: thin, idempotent, ids only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from legist.core import instants, language_model
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.tasks import Queue, Ran, enqueue, is_to_end, periodic, task
from tracking import importing
from tracking.mapping_editor import checkup, reprocessing
from tracking.models import ImportBatch, ReprocessingRun
from tracking.polling import dials, placing, planning, run
from tracking.suggestions import asking

PORTIONS_AT_ONCE = 50
SWEEP_AT_ONCE = timedelta(seconds=20)
# Well within the limit of the task, so that it ends between two chunks.
IMPORT_AT_ONCE = timedelta(seconds=120)


@task("tracking.sweep", timeout_s=240, queue=Queue.POLLING)
def sweep() -> Ran:
    """Ask about what is due; the lease and the budget decide how much this worker takes.

    Whose calls a day's are is judged by the clock that all machines share, and so is when a receipt is due.
    """
    done = run.poll_due(now=instants.judge(utc_now()), at_most=SWEEP_AT_ONCE, is_stopped=is_to_end)
    return Ran(did=done.counters.ok, left=done.claimed - done.counters.ok, more=done.as_counts())


@task("tracking.steer", timeout_s=240, queue=Queue.POLLING)
def steer() -> Ran:
    """Put receipts into the tiers of a new policy, keep the plan, and remind of what is left turned down."""
    now = instants.judge(utc_now())
    dials.remind(now=now)
    moved = placing.place_waiting(now=now, portions=PORTIONS_AT_ONCE)
    return Ran(did=moved + planning.steer(now=now))


@task("tracking.run_import", timeout_s=280)
def run_import(batch_id: str) -> Ran:
    """Import the rows of one upload that are left, as far as its time goes; the next task does the rest."""

    def act() -> bool:
        actor = Actor.system("importer")
        return importing.run_import(batch_id, actor=actor, now=utc_now(), at_most=IMPORT_AT_ONCE)

    return _advanced(ImportBatch.objects.filter(pk=batch_id), act)


@task("tracking.check_import", timeout_s=280)
def check_import(batch_id: str) -> Ran:
    """Find out what importing one upload would do."""
    return Ran(did=int(importing.check_import(batch_id, actor=Actor.system("importer"), now=utc_now())))


@task("tracking.resume_imports")
def resume_imports() -> Ran:
    """Have every upload go on that waits for a worker, also one whose worker died."""
    now = utc_now()
    checks = importing.list_waiting(importing.CHECK, now=now)
    imports = importing.list_waiting(importing.IMPORT, now=now)
    for batch_id in checks:
        enqueue(check_import, kwargs={"batch_id": str(batch_id)}, dedup_key=f"check:{batch_id}")
    for batch_id in imports:
        enqueue(run_import, kwargs={"batch_id": str(batch_id)}, dedup_key=f"import:{batch_id}")
    return Ran(did=len(checks) + len(imports))


@task("tracking.run_rereading", timeout_s=280)
def run_reprocessing(run_id: str) -> Ran:
    """Read the past statuses of one run anew that are left."""

    def act() -> bool:
        return reprocessing.run_reprocessing(run_id, actor=Actor.system("rereader"), now=utc_now())

    return _advanced(ReprocessingRun.objects.filter(pk=run_id), act)


@task("tracking.resume_rereadings")
def resume_reprocessing() -> Ran:
    """Have every run over past statuses go on that waits for a worker, also one whose worker died."""
    waiting = reprocessing.list_waiting(now=utc_now())
    for run_id in waiting:
        enqueue(run_reprocessing, kwargs={"run_id": str(run_id)}, dedup_key=f"rereading:{run_id}")
    return Ran(did=len(waiting))


@task("tracking.remind_of_vocabulary")
def remind_of_vocabulary() -> Ran:
    """Ask for a look through the statuses when one is due."""
    return Ran(did=int(checkup.remind(now=utc_now(), actor=Actor.system("vocabulary"))))


@task("tracking.ask_assistant", timeout_s=290)
def ask_assistant() -> Ran:
    """Ask a language model about unknown statuses, where the firm has agreed to it."""
    limit = timedelta(seconds=120)
    done = asking.ask_due(get_model=language_model.get_model, now=utc_now(), at_most=limit)
    return Ran(did=done.suggested, left=done.asked - done.suggested)


def _advanced(row: QuerySet[Any], act: Callable[[], bool]) -> Ran:
    """Count by the position that moves with what is written, so that what an error stopped counts too."""
    before, _total = row.values_list("position", "total").get()
    act()
    after, total = row.values_list("position", "total").get()
    return Ran(did=after - before, left=max(total - after, 0))


periodic(sweep, every=timedelta(seconds=2), when=run.is_awaited)
periodic(steer, every=timedelta(minutes=1))
periodic(resume_imports, every=timedelta(seconds=2), when=importing.is_any_waiting)
periodic(resume_reprocessing, every=timedelta(seconds=2), when=reprocessing.is_any_waiting)
periodic(remind_of_vocabulary, every=timedelta(hours=6), when=checkup.is_due)
periodic(ask_assistant, every=timedelta(seconds=15), when=asking.is_any_waiting)
