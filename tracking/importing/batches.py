"""The run of an import: committed chunks that survive a crash, and an end that says so whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.leases import release
from legist.core.resilience import backoff
from legist.core.uow import unit_of_work
from legist.practice.clients.offers import offers_from
from legist.practice.permissions import Capability, require
from tracking import audit_actions as actions
from tracking.importing.applying import Applier
from tracking.importing.checking import check_import
from tracking.importing.claims import IMPORT, LeaseLostError, lease, run_claimed
from tracking.importing.offering import publish as publish_offers
from tracking.importing.planning import Planner
from tracking.importing.reports import COUNTERS, ImportReport, report_of
from tracking.importing.uploads import start_import, upload_import
from tracking.models import ImportBatch, ImportRow
from tracking.states import ImportState, RowOutcome
from tracking.tables.apart import read_apart
from tracking.tables.table import Row, Table

CHUNK: Final = 200
WAITING_TOPIC: Final = "tracking.rows_wait"
_TAKEN: Final = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.ALREADY_TRACKED, RowOutcome.WAITING)


def import_now(content: bytes, *, filename: str, actor: Actor, now: datetime, via: str = "") -> ImportReport:
    """Store a file and import it here and now, chunk by chunk; for commands.

    Raises InvalidInput for a file that cannot be used, of which nothing is kept, and ImportFailedError,
    with the report of what was imported, when it was stopped by an error.
    """
    require(actor, Capability.IMPORT_RECEIPTS)
    table = read_apart(content)
    batch = upload_import(content, filename=filename, actor=actor, now=now, via=via)
    check_import(batch.pk, actor=actor, now=now, read=lambda _content: table)
    start_import(batch.pk, actor=actor, now=now)
    for _attempt in range(backoff.IMPORTS.tries + 1):
        run_import(batch.pk, actor=actor, now=now, read=lambda _content: table)
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


def run_import(
    batch_id: UUID | str,
    *,
    actor: Actor,
    now: datetime,
    read: Callable[[bytes], Table] = read_apart,
    at_most: timedelta | None = None,
) -> bool:
    """Import the rows that are left; return False when another worker does, or nothing is left to do.

    Rows, receipts and `position` of a chunk commit together, so that a crash repeats nothing: the next
    run goes on at `position`, once the lease of the dead one is over. After `at_most`, and one chunk at
    least, the upload is given back for the next worker, so that no task is stopped in the middle.
    """

    def run(token: UUID) -> None:
        _run(batch_id, token=token, actor=actor, now=now, read=read, at_most=at_most)

    return run_claimed(batch_id, IMPORT, run=run, now=now)


def _run(
    batch_id: UUID | str,
    *,
    token: UUID,
    actor: Actor,
    now: datetime,
    read: Callable[[bytes], Table],
    at_most: timedelta | None,
) -> None:
    clock = SteadyClock(now)
    batch = ImportBatch.objects.get(pk=batch_id)
    uploader = Actor.for_user(batch.uploaded_by) if batch.uploaded_by else actor
    table = read(batch.content)
    planner, left = _resume(table, batch, uploader)
    applier = Applier(batch, actor=uploader, now=now)
    for offset in range(0, len(left), CHUNK):
        rows = left[offset : offset + CHUNK]
        with unit_of_work(actor=uploader):
            plans = planner.plan(rows)
            counts = applier.apply(plans)
            start = batch.position + offset
            if not _advance(batch, token=token, start=start, done=len(rows), counts=counts, now=clock.now()):
                raise LeaseLostError
        planner.open(applier.opened)
        is_over = at_most is not None and clock.seconds() >= at_most.total_seconds()
        if is_over and offset + CHUNK < len(left):
            # The next worker goes on at once.
            running = lease.mine(batch.pk, token).filter(state=ImportState.RUNNING)
            release(running, due=clock.now(), attempts=0)
            return
    _finish(batch, token=token, actor=uploader, now=clock.now())


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
    mine = lease.mine(batch.pk, token).filter(position=start, state=ImportState.RUNNING)
    added = {name: F(name) + counts[str(outcome)] for outcome, name in COUNTERS.items()}
    # The run that got on is itself still under way: it counts as the first one.
    return lease.renew(mine, now=now, position=start + done, attempts=1, **added)


def _finish(batch: ImportBatch, *, token: UUID, actor: Actor, now: datetime) -> None:
    with unit_of_work(actor=actor, now=now) as unit:
        mine = lease.mine(batch.pk, token).filter(position=F("total"))
        if not release(mine, state=ImportState.DONE, finished_at=now, attempts=0):
            return
        batch.refresh_from_db()
        data = {name: getattr(batch, name) for name in COUNTERS.values() if name != "unassigned"}
        unit.record(actions.IMPORT_FINISHED, batch, **data)
        if offers_from(batch.pk).exists():
            publish_offers(batch, key=str(batch.pk), now=now)
        if batch.waiting:
            outbox.publish(
                WAITING_TOPIC, key=f"rows_wait:{batch.pk}", data={"import_id": str(batch.pk)}, now=now
            )
