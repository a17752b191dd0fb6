"""Fetching one thing and authorising in the same step."""

from __future__ import annotations

from uuid import UUID

from legist.core.actors import Actor
from legist.practice.permissions import Capability, access
from workflows.models import ChecklistItem, Deadline, Delivery, Document, Draft, PlaybookRun

Key = UUID | str


def access_draft(
    actor: Actor, draft_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Draft:
    """Return the draft; a stranger gets NotFound, a reader without the capability Forbidden."""
    drafts = Draft.objects.select_related("matter", "client", "matter__attorney", "matter__paralegal")
    return access(actor, drafts, draft_id, via="matter", capability=capability, lock=lock)


def access_deadline(
    actor: Actor, deadline_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Deadline:
    """Return the deadline, authorised through its matter."""
    deadlines = Deadline.objects.select_related(
        "matter", "confirmed_by", "closed_by", "run__change", "receipt"
    )
    return access(actor, deadlines, deadline_id, via="matter", capability=capability, lock=lock)


def access_item(
    actor: Actor, item_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> ChecklistItem:
    """Return the checklist item, authorised through its matter."""
    items = ChecklistItem.objects.select_related("checklist", "checklist__matter")
    return access(actor, items, item_id, via="checklist__matter", capability=capability, lock=lock)


def access_document(
    actor: Actor, document_id: Key, capability: Capability = Capability.VIEW_MATTER
) -> Document:
    """Return the document, authorised through its matter."""
    documents = Document.objects.select_related("matter", "template")
    return access(actor, documents, document_id, via="matter", capability=capability)


def access_delivery(
    actor: Actor, delivery_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Delivery:
    """Return the delivery, authorised through its draft's matter."""
    deliveries = Delivery.objects.select_related("draft", "draft__matter", "draft__client", "approval")
    return access(actor, deliveries, delivery_id, via="draft__matter", capability=capability, lock=lock)


def access_run(actor: Actor, run_id: Key, capability: Capability = Capability.VIEW_MATTER) -> PlaybookRun:
    """Return the run of a playbook, authorised through its matter."""
    runs = PlaybookRun.objects.select_related("playbook", "matter")
    return access(actor, runs, run_id, via="matter", capability=capability)
