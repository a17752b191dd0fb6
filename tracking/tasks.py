"""Background work of tracking: thin, idempotent, ids only."""

from __future__ import annotations

from datetime import timedelta

from legist.core import language_model
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.tasks import Queue, enqueue, periodic, task
from tracking import importing
from tracking.assist import asking
from tracking.polling import lease, run
from tracking.sources import get_source
from tracking.vocabulary import checkup, rereading

SOURCE = "uscis"


@task("tracking.sweep", timeout_s=240, queue=Queue.POLLING)
def sweep() -> None:
    """Ask about what is due; the lease and the budget decide how much this worker takes."""
    run.poll_due(source=get_source(SOURCE), now=utc_now(), at_most=timedelta(seconds=20))


@task("tracking.run_import", timeout_s=280)
def run_import(batch_id: str) -> None:
    """Import the rows of one upload that are left."""
    importing.run_import(batch_id, actor=Actor.system("importer"), now=utc_now())


@task("tracking.check_import", timeout_s=280)
def check_import(batch_id: str) -> None:
    """Find out what importing one upload would do."""
    importing.check_import(batch_id, actor=Actor.system("importer"), now=utc_now())


@task("tracking.resume_imports")
def resume_imports() -> None:
    """Have every upload go on that waits for a worker, also one whose worker died."""
    now = utc_now()
    for batch_id in importing.list_waiting(importing.CHECK, now=now):
        enqueue(check_import, kwargs={"batch_id": str(batch_id)}, dedup_key=f"check:{batch_id}")
    for batch_id in importing.list_waiting(importing.IMPORT, now=now):
        enqueue(run_import, kwargs={"batch_id": str(batch_id)}, dedup_key=f"import:{batch_id}")


@task("tracking.run_rereading", timeout_s=280)
def run_rereading(run_id: str) -> None:
    """Read the past statuses of one run anew that are left."""
    rereading.run_rereading(run_id, actor=Actor.system("rereader"), now=utc_now())


@task("tracking.resume_rereadings")
def resume_rereadings() -> None:
    """Have every run over past statuses go on that waits for a worker, also one whose worker died."""
    for run_id in rereading.list_waiting(now=utc_now()):
        enqueue(run_rereading, kwargs={"run_id": str(run_id)}, dedup_key=f"rereading:{run_id}")


@task("tracking.remind_of_vocabulary")
def remind_of_vocabulary() -> None:
    """Ask for a look through the statuses when one is due."""
    checkup.remind(now=utc_now(), actor=Actor.system("vocabulary"))


@task("tracking.ask_assistant", timeout_s=290)
def ask_assistant() -> None:
    """Ask a language model about unknown statuses, where the firm has agreed to it."""
    asking.ask_due(get_model=language_model.get_model, now=utc_now(), at_most=timedelta(seconds=120))


periodic(sweep, every=timedelta(seconds=2), when=lease.is_any_due)
periodic(resume_imports, every=timedelta(seconds=2), when=importing.is_any_waiting)
periodic(resume_rereadings, every=timedelta(seconds=2), when=rereading.is_any_waiting)
periodic(remind_of_vocabulary, every=timedelta(hours=6), when=checkup.is_due)
periodic(ask_assistant, every=timedelta(seconds=15), when=asking.is_any_waiting)
