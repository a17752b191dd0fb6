"""Uploads before and around their run: looked at first, released, cancelled, tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core import audit
from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import WrongState
from legist.core.given_up import Source
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, acting_person, require
from tracking import audit_actions as actions
from tracking.importing.planning import PlannedRow, Planner
from tracking.importing.reports import ImportReport, as_line
from tracking.importing.tables import Table, read_table
from tracking.models import ImportBatch, ImportState
from tracking.selectors import access_import

SHOWN_ROWS: Final = 200
_AT_ONCE: Final = 200


def dry_run(content: bytes, *, actor: Actor) -> ImportReport:
    """Say what importing the file would do; writes nothing. Raises InvalidInput for an unusable file."""
    require(actor, Capability.IMPORT_RECEIPTS)
    report, _plans = _plan_all(read_table(content), actor)
    return report


def upload_import(
    content: bytes, *, filename: str, actor: Actor, now: datetime, via: str = ""
) -> ImportBatch:
    """Keep an upload, encrypted, with what importing it would do. No receipt is touched.

    `via` says on the record how it came when that is not the page. Raises InvalidInput when the file as a
    whole cannot be used.
    """
    require(actor, Capability.IMPORT_RECEIPTS)
    table = read_table(content)
    report, plans = _plan_all(table, actor)
    shown = [_as_preview(plan, table.sheets) for plan in plans[:SHOWN_ROWS]]
    sealed: dict[str, Any] = {
        "content": content,
        "unknown_columns": list(table.header.unknown),
        "sheets": list(table.sheets),
        "preview": report.as_json() | {"rows_shown": shown},
    }
    batch = ImportBatch(
        **sealed,
        filename=filename[:200],
        content_digest=keyed_hash(content, purpose="tracking import"),
        size=len(content),
        total=len(table.rows),
        skipped=len(table.skipped),
        uploaded_by=acting_person(actor),
        uploaded_at=now,
    )
    with unit_of_work(actor=actor):
        batch.save(force_insert=True)
        data = {"rows": batch.total, "via": via}
        audit.record(actions.IMPORT_PREVIEWED, actor=actor, subject=batch, now=now, data=data)
    return batch


def start_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Release a previewed upload for import; a worker takes it. Raises WrongState when it has begun."""
    begun = _("This import has begun already, or was cancelled.")
    return _queue(batch_id, ImportState.PREVIEWED, refusal=begun, actor=actor, now=now)


def retry_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Have an import that failed go on where it stopped. Raises WrongState when it did not fail."""
    not_failed = _("This import was not stopped by an error; there is nothing to try again.")
    return _queue(batch_id, ImportState.FAILED, refusal=not_failed, actor=actor, now=now)


def retry_failed(ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Have imports that failed go on: all of them, or those named; return how many."""
    failed = list_failed() if ids is None else list_failed().filter(pk__in=ids)
    found = list(failed.values_list("pk", flat=True))
    for batch_id in found:
        retry_import(batch_id, actor=actor, now=now)
    return len(found)


def list_failed() -> QuerySet[ImportBatch]:
    """Return the imports that were given up."""
    return ImportBatch.objects.filter(state=ImportState.FAILED)


def cancel_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Stop an import before its next chunk; rows already imported stay. Raises WrongState when it is over."""
    with unit_of_work(actor=actor):
        batch = access_import(actor, batch_id, lock=True)
        going = (ImportState.PREVIEWED, ImportState.QUEUED, ImportState.RUNNING, ImportState.FAILED)
        stopped = ImportBatch.objects.filter(pk=batch.pk, state__in=going).update(
            state=ImportState.CANCELLED, finished_at=now, lease_token=None, lease_until=None
        )
        if not stopped:
            raise WrongState(_("This import is over; there is nothing to cancel."))
        audit.record(actions.IMPORT_CANCELLED, actor=actor, subject=batch, now=now)
    batch.refresh_from_db(fields=["state", "finished_at"])
    return batch


def _queue(
    batch_id: UUID | str, state: ImportState, *, refusal: str, actor: Actor, now: datetime
) -> ImportBatch:
    with unit_of_work(actor=actor):
        batch = access_import(actor, batch_id, lock=True)
        moved = ImportBatch.objects.filter(pk=batch.pk, state=state).update(
            state=ImportState.QUEUED, lease_until=now, attempts=0, error_class="", finished_at=None
        )
        if not moved:
            raise WrongState(refusal)
        data = {"rows": batch.total}
        audit.record(actions.IMPORT_STARTED, actor=actor, subject=batch, now=now, data=data)
    batch.refresh_from_db(fields=["state"])
    return batch


def _plan_all(table: Table, actor: Actor) -> tuple[ImportReport, list[PlannedRow]]:
    planner = Planner(actor)
    report = ImportReport.of(table)
    everything: list[PlannedRow] = []
    for start in range(0, len(table.rows), _AT_ONCE):
        plans = planner.plan(table.rows[start : start + _AT_ONCE])
        counts = Counter(str(plan.outcome) for plan in plans)
        counts["unassigned"] = sum(plan.is_unassigned for plan in plans)
        report.add(plans, counts)
        everything += plans
    return report, everything


def _as_preview(plan: PlannedRow, sheets: tuple[str, ...]) -> dict[str, Any]:
    return as_line(plan, sheets) | {"outcome": str(plan.outcome), "unassigned": plan.is_unassigned}


FAILED_IMPORTS: Final = Source(
    name="imports",
    label=gettext_lazy("Imports"),
    rows=list_failed,
    what=Value("import"),
    error="error_class",
    at="finished_at",
    retry=retry_failed,
)
