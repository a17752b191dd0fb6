"""The rows of tracking that the record promises: status changes, and what people set by hand."""

from __future__ import annotations

from legist.core.actors import ActorKind
from legist.core.models import AuditEntry
from legist.core.promises import Promise, Values, register_promise, register_witness
from tracking import audit_actions as actions
from tracking.models import Override, Receipt, StatusChange
from tracking.states import OverrideState


def register() -> None:
    """Have `verify_audit` compare them."""
    register_witness(Receipt)
    register_witness(StatusChange)
    register_promise(Promise(actions.STATUS_CHANGED.code, StatusChange, change_told, subject="receipt_id"))
    register_promise(Promise(actions.STATUS_OVERRIDDEN.code, Override, override_told, subject="receipt_id"))
    register_promise(Promise(actions.OVERRIDE_REVERTED.code, Override, reverting_told))
    register_promise(Promise(actions.OVERRIDE_SUPERSEDED.code, Override, superseding_told))


def change_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a new status says of the change."""
    told = {"id": "change", "from_code": "from", "to_code": "to", "to_bucket": "bucket", "source": "source"}
    values = {name: entry.data[key] for name, key in told.items() if key in entry.data}
    return {**values, "receipt_id": entry.subject_id, "detected_at": entry.at} if "id" in values else None


def override_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a status set by hand says of the override."""
    told = {"id": "override", "previous_code": "from", "code": "to"}
    values = {name: entry.data[key] for name, key in told.items() if key in entry.data}
    if "id" not in values:
        return None
    by = entry.actor_id if entry.actor_kind == ActorKind.USER else None
    return {**values, "receipt_id": entry.subject_id, "at": entry.at, "by_id": by}


def reverting_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a correction taken back says of the override."""
    return _ended(entry, OverrideState.REVERTED)


def superseding_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a replaced correction says of the override."""
    return _ended(entry, OverrideState.SUPERSEDED)


def _ended(entry: AuditEntry, state: OverrideState) -> Values | None:
    found = entry.data.get("override")
    return {"id": found, "state": state, "ended_at": entry.at} if found else None
