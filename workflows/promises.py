"""The rows of the workflows that the record promises: approvals, given and voided, and words in force."""

from __future__ import annotations

from legist.core.models import AuditEntry
from legist.core.promises import Promise, Values, register_promise, register_witness
from workflows import audit_actions as actions
from workflows.models import Approval, Draft, WordingVersion

OF_VERSION = ("draft_id", "version")


def register() -> None:
    """Have `verify_audit` compare them."""
    register_witness(Draft)
    given = Promise(actions.DRAFT_APPROVED.code, Approval, approval_told, OF_VERSION, subject="draft_id")
    register_promise(given)
    for edit in (actions.DRAFT_EDITED, actions.DRAFT_READDRESSED):
        register_promise(Promise(edit.code, Approval, voiding_by_edit_told, OF_VERSION))
    register_promise(Promise(actions.DRAFT_VOIDED.code, Approval, voiding_told, OF_VERSION))
    register_promise(Promise(actions.WORDING_PUBLISHED.code, WordingVersion, wording_told, subject="id"))


def wording_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about published words says of their version."""
    return {"id": entry.subject_id, "code": entry.data["code"], "version": entry.data["version"]}


def approval_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about an approval says of it."""
    if not {"version", "content_hash"} <= entry.data.keys():
        return None
    return {
        "draft_id": entry.subject_id,
        "version": entry.data["version"],
        "content_hash": entry.data["content_hash"],
        "by_id": entry.actor_id,
        "at": entry.at,
    }


def voiding_by_edit_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about an edit says of the approval of the version before it."""
    return _voided(entry, version=int(entry.data.get("version", 0)) - 1)


def voiding_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a withdrawal says of the approval of that version."""
    return _voided(entry, version=int(entry.data.get("version", 0)))


def _voided(entry: AuditEntry, *, version: int) -> Values | None:
    if not entry.data.get("voided"):
        return None
    return {"draft_id": entry.subject_id, "version": version, "voided_at": entry.at}
