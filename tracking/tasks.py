"""Background work of tracking: thin, idempotent, ids only."""

from __future__ import annotations

from datetime import timedelta

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.tasks import enqueue, periodic, task
from tracking import importing
from tracking.polling import lease, run
from tracking.sources import get_source

SOURCE = "uscis"


@task("tracking.sweep", timeout_s=240)
def sweep() -> None:
    """Ask about what is due; the lease and the budget decide how much this worker takes."""
    run.poll_due(source=get_source(SOURCE), now=utc_now(), at_most=timedelta(seconds=20))


@task("tracking.run_import", timeout_s=280)
def run_import(batch_id: str) -> None:
    """Import the rows of one upload that are left."""
    importing.run_import(batch_id, actor=Actor.system("importer"), now=utc_now())


@task("tracking.resume_imports")
def resume_imports() -> None:
    """Have every import go on that waits for a worker, also one whose worker died."""
    now = utc_now()
    for batch_id in importing.list_waiting(now=now):
        enqueue(run_import, kwargs={"batch_id": str(batch_id)}, dedup_key=f"import:{batch_id}")


periodic(sweep, every=timedelta(seconds=2), when=lease.is_any_due)
periodic(resume_imports, every=timedelta(seconds=2), when=importing.is_any_waiting)
