"""Uploads: look first, then run in committed chunks that survive a crash."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import WrongState
from legist.core.ids import uuid7
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, acting_person, require
from tracking import audit_actions as actions
from tracking.importing.applying import Applier
from tracking.importing.planning import PlannedRow, Planner
from tracking.importing.tables import Table, read_table
from tracking.models import ImportBatch, ImportRow, ImportState, RowOutcome
from tracking.polling.timeline import Timeline
from tracking.selectors import access_import

CHUNK: Final = 200
LEASE: Final = timedelta(minutes=2)
SHOWN_ROWS: Final = 200
_COUNTERS: Final = {
    RowOutcome.CREATED: "created",
    RowOutcome.UPDATED: "updated",
    RowOutcome.ALREADY_TRACKED: "already_tracked",
    RowOutcome.DUPLICATE: "duplicates",
    RowOutcome.REJECTED: "rejected",
    "unassigned": "unassigned",
}
_ACCEPTED: Final = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.ALREADY_TRACKED)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. Every row of the file counts exactly once.

    `rejected` says why a row was refused, `remarks` what a person should know about one that was accepted.
    """

    rows: int
    unknown_columns: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the document that `import_receipts --json` prints; duplicates of any kind together."""
        repeated, tracked = self.counts[RowOutcome.DUPLICATE], self.counts[RowOutcome.ALREADY_TRACKED]
        return {
            "rows": self.rows,
            "created": self.counts[RowOutcome.CREATED],
            "updated": self.counts[RowOutcome.UPDATED],
            "duplicates": repeated + tracked,
            "repeated_in_file": repeated,
            "already_tracked": tracked,
            "unassigned": self.counts["unassigned"],
            "rejected": self.rejected,
            "remarks": self.remarks,
            "unknown_columns": list(self.unknown_columns),
        }

    def add(self, plans: list[PlannedRow], counts: Counter[str]) -> None:
        """Count a chunk in."""
        self.counts.update(counts)
        self.rejected += [_as_line(plan) for plan in plans if plan.outcome == RowOutcome.REJECTED]
        self.remarks += [_as_line(plan) for plan in plans if plan.reason and plan.outcome in _ACCEPTED]


def dry_run(content: bytes, *, actor: Actor) -> ImportReport:
    """Say what importing the file would do; writes nothing. Raises InvalidInput for an unusable file."""
    require(actor, Capability.IMPORT_RECEIPTS)
    table = read_table(content)
    report, _plans = _plan_all(table, actor)
    return report


def import_now(content: bytes, *, filename: str, actor: Actor, now: datetime) -> ImportReport:
    """Store a file and import it here and now, chunk by chunk; for commands."""
    batch = upload_import(content, filename=filename, actor=actor, now=now)
    start_import(batch.pk, actor=actor, now=now)
    run_import(batch.pk, actor=actor, now=now)
    return report_of(batch.pk)


def upload_import(content: bytes, *, filename: str, actor: Actor, now: datetime) -> ImportBatch:
    """Keep an upload, encrypted, with what importing it would do. No receipt is touched.

    Raises InvalidInput when the file as a whole cannot be used.
    """
    require(actor, Capability.IMPORT_RECEIPTS)
    table = read_table(content)
    report, plans = _plan_all(table, actor)
    sealed: dict[str, Any] = {
        "content": content,
        "unknown_columns": list(table.header.unknown),
        "preview": report.as_json() | {"rows_shown": [_as_preview(plan) for plan in plans[:SHOWN_ROWS]]},
    }
    batch = ImportBatch(
        **sealed,
        filename=filename[:200],
        content_digest=keyed_hash(content, purpose="tracking import"),
        size=len(content),
        total=len(table.rows),
        uploaded_by=acting_person(actor),
        uploaded_at=now,
    )
    with unit_of_work(actor=actor):
        batch.save(force_insert=True)
        data = {"rows": batch.total}
        audit.record(actions.IMPORT_PREVIEWED, actor=actor, subject=batch, now=now, data=data)
    return batch


def start_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Release a previewed upload for import; a worker takes it. Raises WrongState when it has begun."""
    with unit_of_work(actor=actor):
        batch = access_import(actor, batch_id, lock=True)
        moved = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.PREVIEWED).update(
            state=ImportState.QUEUED, lease_until=now
        )
        if not moved:
            raise WrongState(_("This import has begun already, or was cancelled."))
        data = {"rows": batch.total}
        audit.record(actions.IMPORT_STARTED, actor=actor, subject=batch, now=now, data=data)
    batch.refresh_from_db(fields=["state"])
    return batch


def cancel_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Stop an import before its next chunk; rows already imported stay. Raises WrongState when it is over."""
    with unit_of_work(actor=actor):
        batch = access_import(actor, batch_id, lock=True)
        running = (ImportState.PREVIEWED, ImportState.QUEUED, ImportState.RUNNING)
        stopped = ImportBatch.objects.filter(pk=batch.pk, state__in=running).update(
            state=ImportState.CANCELLED, finished_at=now, lease_token=None, lease_until=None
        )
        if not stopped:
            raise WrongState(_("This import is over; there is nothing to cancel."))
        audit.record(actions.IMPORT_CANCELLED, actor=actor, subject=batch, now=now)
    batch.refresh_from_db(fields=["state", "finished_at"])
    return batch


def run_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> bool:
    """Import the rows that are left; return False when another worker does, or nothing is left to do.

    Rows, receipts and `position` of a chunk commit together, so that a crash repeats nothing: the next
    run goes on at `position`, once the lease of the dead one is over.
    """
    token, timeline = uuid7(), Timeline(now)
    if not _claim(batch_id, token=token, now=now):
        return False
    batch = ImportBatch.objects.get(pk=batch_id)
    uploader = Actor.for_user(batch.uploaded_by) if batch.uploaded_by else actor
    table = read_table(batch.content)
    planner = _resume(table, batch, uploader)
    applier = Applier(batch, actor=uploader, now=now)
    for start in range(batch.position, len(table.rows), CHUNK):
        rows = table.rows[start : start + CHUNK]
        with unit_of_work(actor=uploader):
            plans = planner.plan(rows)
            counts = applier.apply(plans)
            if not _advance(batch, token=token, start=start, counts=counts, now=timeline.now()):
                message = _("Another worker took this import over, or it was cancelled.")
                raise WrongState(message)
    _finish(batch, token=token, actor=uploader, now=timeline.now())
    return True


def list_waiting(*, now: datetime) -> list[UUID]:
    """Return the imports that nobody works on: queued, or left behind by a dead worker."""
    waiting = ImportBatch.objects.filter(_waiting(now)).order_by("uploaded_at")
    return list(waiting.values_list("pk", flat=True))


def is_any_waiting(now: datetime) -> bool:
    """Say whether an import waits for a worker; one look at the index."""
    return ImportBatch.objects.filter(_waiting(now)).exists()


def report_of(batch_id: UUID | str) -> ImportReport:
    """Rebuild the report of an import from what it has written."""
    batch = ImportBatch.objects.get(pk=batch_id)
    counts = Counter({str(outcome): getattr(batch, name) for outcome, name in _COUNTERS.items()})
    lines = ImportRow.objects.filter(batch=batch).order_by("line").values("line", "value_masked", "reason")
    return ImportReport(
        rows=batch.total,
        unknown_columns=tuple(batch.unknown_columns or ()),
        counts=counts,
        rejected=[dict(row) for row in lines.filter(outcome=RowOutcome.REJECTED)],
        remarks=[dict(row) for row in lines.filter(outcome__in=_ACCEPTED).exclude(reason="")],
    )


def _plan_all(table: Table, actor: Actor) -> tuple[ImportReport, list[PlannedRow]]:
    planner = Planner(actor)
    report = ImportReport(len(table.rows), table.header.unknown)
    everything: list[PlannedRow] = []
    for start in range(0, len(table.rows), CHUNK):
        plans = planner.plan(table.rows[start : start + CHUNK])
        counts = Counter(str(plan.outcome) for plan in plans)
        counts["unassigned"] = sum(plan.is_unassigned for plan in plans)
        report.add(plans, counts)
        everything += plans
    return report, everything


def _waiting(now: datetime) -> Q:
    return Q(state__in=[ImportState.QUEUED, ImportState.RUNNING], lease_until__lte=now)


def _claim(batch_id: UUID | str, *, token: UUID, now: datetime) -> bool:
    claimed = ImportBatch.objects.filter(_waiting(now), pk=batch_id).update(
        state=ImportState.RUNNING, lease_token=token, lease_until=now + LEASE
    )
    if claimed:
        ImportBatch.objects.filter(pk=batch_id, started_at__isnull=True).update(started_at=now)
    return bool(claimed)


def _resume(table: Table, batch: ImportBatch, actor: Actor) -> Planner:
    """Return a planner that remembers what the rows before `position` have taken."""
    planner = Planner(actor)
    accepted = set(batch.rows.filter(outcome__in=_ACCEPTED).values_list("line", flat=True))
    for row in table.rows[: batch.position]:
        if row.line in accepted:
            planner.remember(row.values)
    return planner


def _advance(batch: ImportBatch, *, token: UUID, start: int, counts: Counter[str], now: datetime) -> bool:
    """Move on past a chunk, if the batch is still ours and still where we think; extends the lease."""
    mine = ImportBatch.objects.filter(
        pk=batch.pk, lease_token=token, position=start, state=ImportState.RUNNING
    )
    added = {name: F(name) + counts[str(outcome)] for outcome, name in _COUNTERS.items()}
    return bool(mine.update(position=min(start + CHUNK, batch.total), lease_until=now + LEASE, **added))


def _finish(batch: ImportBatch, *, token: UUID, actor: Actor, now: datetime) -> None:
    with unit_of_work(actor=actor):
        mine = ImportBatch.objects.filter(pk=batch.pk, lease_token=token, position=F("total"))
        if not mine.update(state=ImportState.DONE, finished_at=now, lease_token=None, lease_until=None):
            return
        batch.refresh_from_db()
        data = {name: getattr(batch, name) for name in _COUNTERS.values() if name != "unassigned"}
        audit.record(actions.IMPORT_FINISHED, actor=actor, subject=batch, now=now, data=data)


def _as_line(plan: PlannedRow) -> dict[str, Any]:
    return {"line": plan.line, "value_masked": plan.value_masked, "reason": plan.reason}


def _as_preview(plan: PlannedRow) -> dict[str, Any]:
    return _as_line(plan) | {"outcome": str(plan.outcome), "unassigned": plan.is_unassigned}
