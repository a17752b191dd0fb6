"""What there is of everything, for operators and for tests of the whole."""

from __future__ import annotations

from typing import Any

from legist.core import outbox, tasks
from legist.core.models import AuditEntry
from legist.core.states import DeliveryState
from legist.practice.selectors import count_faulty_names
from tracking.selectors import kept_by_tracking
from workflows.pipeline import kept_by_workflows


def collect() -> dict[str, Any]:
    """Return the counts that `manage.py stats` prints; keys as in the reference."""
    events = outbox.counts()
    return {
        **kept_by_tracking(),
        **kept_by_workflows(),
        "queued_tasks": sum(tasks.counts().values()),
        "outbox_pending": sum(events.values()) - events[DeliveryState.DELIVERED],
        "audit_entries": AuditEntry.objects.count(),
        "names_to_correct": count_faulty_names(),
    }
