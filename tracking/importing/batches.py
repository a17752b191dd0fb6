"""The run of an import: committed chunks that survive a crash, and an end that says so whatever happens."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.db.models import F, Q

from legist.core import audit, instants, outbox
from legist.core.actors import Actor
from legist.core.ids import uuid7
from legist.core.resilience.boundary import Boundary
from legist.core.uow import unit_of_work
from tracking import audit_actions as actions
from tracking.importing.applying import Applier, RacedError
from tracking.importing.planning import Planner
from tracking.importing.reports import COUNTERS, ImportReport, report_of
from tracking.importing.tables import Row, Table, read_table
from tracking.importing.uploads import start_import, upload_import
from tracking.models import ImportBatch, ImportRow, ImportState, RowOutcome
from tracking.polling.timeline import Timeline

CHUNK: Final = 200
LEASE: Final = timedelta(minutes=2)
MAX_ATTEMPTS: Final = 5
FAILED_TOPIC: Final = "tracking.import_failed"
WAITING_TOPIC: Final = "tracking.rows_wait"
# A lock, a lost connection, somebody else writing the same: another run may well succeed.
_PASSING: Final = (DatabaseError, InterfaceError, RacedError)
_LOST_WORKER: Final = "WorkerLost"
_TAKEN: Final = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.ALREADY_TRACKED, RowOutcome.WAITING)


class _LeaseLostError(Exception):
    """Another worker took the import over, or it was cancelled: what was written since is undone."""


def import_now(content: bytes, *, filename: str, actor: Actor, now: datetime, via: str = "") -> ImportReport:
    """Store a file and import it here and now, chunk by chunk; for commands.

    Raises ImportFailedError, with the report of what was imported, when it was stopped by an error.
    """
    batch = upload_import(content, filename=filename, actor=actor, now=now, via=via)
    start_import(batch.pk, actor=actor, now=now)
    for _attempt in range(MAX_ATTEMPTS + 1):
        run_import(batch.pk, actor=actor, now=now)
        batch.refresh_from_db()
        now = max(now, batch.lease_until or now)
        if batch.state not in {ImportState.QUEUED, ImportState.RUNNING}:
            break
    if batch.state == ImportState.FAILED:
        raise ImportFailedError(batch.error_class, report_of(batch))
    return report_of(batch)


class ImportFailedError(Exception):
    """An import was stopped by an error; rows that were imported before stay."""

    def __init__(self, error_class: str, report: ImportReport) -> None:
        super().__init__(error_class)
        self.error_class = error_class
        self.report = report


def run_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> bool:
    """Import the rows that are left; return False when another worker does, or nothing is left to do.

    Rows, receipts and `position` of a chunk commit together, so that a crash repeats nothing: the next
    run goes on at `position`, once the lease of the dead one is over. An error ends the run: a passing one
    puts the import back into the queue, any other, or one too many, makes it FAILED and tells people.
    """
    token, timeline = uuid7(), Timeline(now)
    if not _claim(batch_id, token=token, now=now):
        return False
    with Boundary() as boundary:
        _run(batch_id, token=token, actor=actor, now=now)
    if boundary.error is None:
        return True
    if not isinstance(boundary.error, _LeaseLostError):
        passing = isinstance(boundary.error, _PASSING)
        _stop(batch_id, token=token, error_class=boundary.error_class, may_retry=passing, now=timeline.now())
    return False


def list_waiting(*, now: datetime) -> list[UUID]:
    """Return the imports that nobody works on: queued, or left behind by a dead worker."""
    waiting = ImportBatch.objects.filter(_waiting(now)).order_by("uploaded_at")
    return list(waiting.values_list("pk", flat=True))


def is_any_waiting(now: datetime) -> bool:
    """Say whether an import waits for a worker; one look at the index."""
    return ImportBatch.objects.filter(_waiting(now)).exists()


def _waiting(now: datetime) -> Q:
    return Q(state__in=[ImportState.QUEUED, ImportState.RUNNING], lease_until__lte=now)


def _claim(batch_id: UUID | str, *, token: UUID, now: datetime) -> bool:
    """Take an import; one that killed its workers again and again is given up instead."""
    claimed = ImportBatch.objects.filter(_waiting(now), pk=batch_id).update(
        state=ImportState.RUNNING, lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    ImportBatch.objects.filter(pk=batch_id, started_at__isnull=True).update(started_at=now)
    if ImportBatch.objects.filter(pk=batch_id, attempts__gt=MAX_ATTEMPTS).exists():
        _stop(batch_id, token=token, error_class=_LOST_WORKER, may_retry=False, now=now)
        return False
    return True


def _run(batch_id: UUID | str, *, token: UUID, actor: Actor, now: datetime) -> None:
    timeline = Timeline(now)
    batch = ImportBatch.objects.get(pk=batch_id)
    uploader = Actor.for_user(batch.uploaded_by) if batch.uploaded_by else actor
    table = read_table(batch.content)
    planner, left = _resume(table, batch, uploader)
    applier = Applier(batch, actor=uploader, now=now)
    for offset in range(0, len(left), CHUNK):
        rows = left[offset : offset + CHUNK]
        with unit_of_work(actor=uploader):
            plans = planner.plan(rows)
            counts = applier.apply(plans)
            start = batch.position + offset
            if not _advance(
                batch, token=token, start=start, done=len(rows), counts=counts, now=timeline.now()
            ):
                raise _LeaseLostError
        planner.open(applier.opened)
    _finish(batch, token=token, actor=uploader, now=timeline.now())


def _resume(table: Table, batch: ImportBatch, actor: Actor) -> tuple[Planner, list[Row]]:
    """Return a planner that remembers what is written, and the rows that are left.

    What is written is read from the rows themselves: an import begun by an older version may have counted
    the lines of its file otherwise.
    """
    written = {
        (sheet, line): (outcome, matter)
        for sheet, line, outcome, matter in batch.rows.values_list(
            "sheet", "line", "outcome", "receipt__matter"
        )
    }
    planner = Planner(actor, own=_opened_by(batch))
    left = []
    for row in table.rows:
        outcome, matter = written.get((row.sheet, row.line), ("", None))
        if not outcome:
            left.append(row)
        elif outcome in _TAKEN and not row.fault:
            planner.remember(row.values, is_placed=matter is not None and outcome != RowOutcome.WAITING)
    if batch.total != len(written) + len(left):
        batch.total, batch.position = len(written) + len(left), len(written)
        batch.save(update_fields=["total", "position"])
    return planner, left


def _opened_by(batch: ImportBatch) -> set[UUID]:
    """The matters that earlier runs of this import have opened."""
    if not batch.position:
        return set()
    placed = ImportRow.objects.filter(batch=batch, outcome__in=(RowOutcome.CREATED, RowOutcome.UPDATED))
    opened = placed.filter(receipt__matter__opened_at__gte=batch.started_at)
    return set(opened.values_list("receipt__matter", flat=True))


def _advance(
    batch: ImportBatch, *, token: UUID, start: int, done: int, counts: Counter[str], now: datetime
) -> bool:
    """Move on past a chunk, if the batch is still ours and still where we think; extends the lease."""
    mine = ImportBatch.objects.filter(
        pk=batch.pk, lease_token=token, position=start, state=ImportState.RUNNING
    )
    added = {name: F(name) + counts[str(outcome)] for outcome, name in COUNTERS.items()}
    # The run that got on is itself still under way: it counts as the first one.
    return bool(mine.update(position=start + done, lease_until=now + LEASE, attempts=1, **added))


def _finish(batch: ImportBatch, *, token: UUID, actor: Actor, now: datetime) -> None:
    with unit_of_work(actor=actor):
        mine = ImportBatch.objects.filter(pk=batch.pk, lease_token=token, position=F("total"))
        if not mine.update(
            state=ImportState.DONE, finished_at=now, lease_token=None, lease_until=None, attempts=0
        ):
            return
        batch.refresh_from_db()
        data = {name: getattr(batch, name) for name in COUNTERS.values() if name != "unassigned"}
        audit.record(actions.IMPORT_FINISHED, actor=actor, subject=batch, now=now, data=data)
        if batch.waiting:
            outbox.publish(
                WAITING_TOPIC, key=f"rows_wait:{batch.pk}", data={"import_id": str(batch.pk)}, now=now
            )


def _stop(batch_id: UUID | str, *, token: UUID, error_class: str, may_retry: bool, now: datetime) -> None:
    """Queue an import again after an error that may pass; else end it in a state that says so, and tell."""
    actor = Actor.system("importer")
    with unit_of_work(actor=actor):
        mine = ImportBatch.objects.filter(pk=batch_id, lease_token=token, state=ImportState.RUNNING)
        again = mine.filter(attempts__lt=MAX_ATTEMPTS)
        soon = now + timedelta(seconds=2)
        if may_retry and again.update(state=ImportState.QUEUED, lease_until=soon, lease_token=None):
            return
        if not mine.update(
            state=ImportState.FAILED,
            error_class=error_class,
            finished_at=now,
            lease_until=None,
            lease_token=None,
        ):
            return
        # Its file may be what cannot be opened, so nothing encrypted is read here.
        batch = ImportBatch.objects.only("pk", "position", "total").get(pk=batch_id)
        data = {"error": error_class, "position": batch.position}
        audit.record(actions.IMPORT_FAILED, actor=actor, subject=batch, now=now, data=data)
        key = f"import_failed:{batch_id}:{now.isoformat()}"
        outbox.publish(FAILED_TOPIC, key=key, data={"import_id": str(batch_id)}, now=now)


instants.register(ImportBatch, "lease_until", at_most=LEASE)
