"""What importing an upload would do, found out by the worker before anything is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.errors import InvalidInput
from legist.core.leases import release
from legist.core.reasons import reason_of
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from tracking import audit_actions as actions
from tracking.importing.claims import CHECK, LeaseLostError, lease, run_claimed
from tracking.importing.planning import PlannedRow, Planner
from tracking.importing.reports import ImportReport, as_line, without
from tracking.models import ImportBatch
from tracking.remarks import REMARKS
from tracking.states import ImportState
from tracking.tables.apart import read_apart
from tracking.tables.table import Table

SHOWN_ROWS: Final = 200
_AT_ONCE: Final = 200


def dry_run(content: bytes, *, actor: Actor) -> ImportReport:
    """Say what importing the file would do; writes nothing. Raises InvalidInput for an unusable file."""
    require(actor, Capability.IMPORT_RECEIPTS)
    table = read_apart(content)
    report = ImportReport.of(table)
    for _plans in _planned(table, report, actor):
        pass
    return report


def check_import(
    batch_id: UUID | str, *, actor: Actor, now: datetime, read: Callable[[bytes], Table] = read_apart
) -> bool:
    """Find out what importing an upload would do; return False when another worker does, or it is done.

    A file that cannot be used is REFUSED with the reason; else the upload is PREVIEWED and waits for a
    person. A worker that dies over it, or an error, is met as in an import.
    """

    def run(token: UUID) -> None:
        _check(batch_id, token=token, actor=actor, now=now, read=read)

    return run_claimed(batch_id, CHECK, run=run, now=now)


def refusal_of(batch: ImportBatch) -> str:
    """Return why the file of an upload cannot be used, or an empty text."""
    refused = (batch.preview or {}).get("refused", "")
    # An earlier release kept the words.
    return refused if isinstance(refused, str) else REMARKS.say(refused["code"], refused["values"])


def _check(
    batch_id: UUID | str, *, token: UUID, actor: Actor, now: datetime, read: Callable[[bytes], Table]
) -> None:
    clock = SteadyClock(now)
    batch = ImportBatch.objects.get(pk=batch_id)
    uploader = Actor.for_user(batch.uploaded_by) if batch.uploaded_by else actor
    try:
        table = read(batch.content)
    except InvalidInput as error:
        batch.preview = {"refused": asdict(reason_of(error))}
        _settle(batch, ImportState.REFUSED, token=token, actor=uploader, now=clock.now())
        return
    batch.total, batch.skipped = len(table.rows), len(table.skipped)
    report, shown = ImportReport.of(table), list[dict[str, Any]]()
    for plans in _planned(table, report, uploader):
        shown += [_as_preview(plan, table.sheets) for plan in plans[: SHOWN_ROWS - len(shown)]]
        _hold(batch, token=token, now=clock.now())
    batch.unknown_columns, batch.sheets = list(table.header.unknown), list(table.sheets)
    batch.preview = report.kept() | {"rows_shown": shown}
    _settle(batch, ImportState.PREVIEWED, token=token, actor=uploader, now=clock.now())


def _planned(table: Table, report: ImportReport, actor: Actor) -> Iterator[list[PlannedRow]]:
    """Plan the rows portion by portion and count each into the report."""
    planner = Planner(actor)
    for start in range(0, len(table.rows), _AT_ONCE):
        plans = planner.plan(table.rows[start : start + _AT_ONCE])
        counts = Counter(str(plan.outcome) for plan in plans)
        counts["unassigned"] = sum(plan.is_unassigned for plan in plans)
        report.add(plans, counts)
        yield plans


def _mine(batch: ImportBatch, token: UUID) -> Any:
    return lease.mine(batch.pk, token).filter(state=ImportState.CHECKING)


def _hold(batch: ImportBatch, *, token: UUID, now: datetime) -> None:
    """Extend the lease, and let the page say how many rows there are."""
    if not lease.renew(_mine(batch, token), now=now, total=batch.total):
        raise LeaseLostError


def _settle(batch: ImportBatch, state: ImportState, *, token: UUID, actor: Actor, now: datetime) -> None:
    """Write what was found, if the upload is still ours. Raises LeaseLostError when it is not."""
    is_refused = state == ImportState.REFUSED
    with unit_of_work(actor=actor, now=now) as unit:
        finished = now if is_refused else None
        if not release(_mine(batch, token), state=state, attempts=0, finished_at=finished):
            raise LeaseLostError
        batch.save(update_fields=["total", "skipped", "unknown_columns", "sheets", "preview"])
        action = actions.IMPORT_REFUSED if is_refused else actions.IMPORT_PREVIEWED
        data = {} if is_refused else {"rows": batch.total}
        unit.record(action, batch, **data)


def _as_preview(plan: PlannedRow, sheets: tuple[str, ...]) -> dict[str, Any]:
    line = without(as_line(plan, sheets), "reason")
    return line | {"outcome": str(plan.outcome), "unassigned": plan.is_unassigned}
