"""What there is of everything, for operators and for tests of the whole."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count

from legist.core.models import AuditEntry, OutboxDelivery, TaskTicket
from legist.core.states import DeliveryState
from legist.practice.selectors import count_faulty_names
from tracking.models import Receipt, ReviewItem, StatusChange, StatusQuery
from workflows.models import ActionRun, ChecklistItem, Deadline, Delivery, Draft, PlaybookRun


def collect() -> dict[str, Any]:
    """Return the counts that `manage.py stats` prints; keys as in the reference."""
    by_state = Draft.objects.order_by().values_list("state").annotate(n=Count("pk"))
    deliveries: defaultdict[str, dict[str, int]] = defaultdict(dict)
    grouped = Delivery.objects.order_by().values_list("state", "channel").annotate(n=Count("pk"))
    for state, channel, count in grouped:
        deliveries[state][channel] = count
    pending = OutboxDelivery.objects.exclude(state=DeliveryState.DELIVERED)
    return {
        "receipts": Receipt.objects.count(),
        "queries": StatusQuery.objects.count(),
        "changes": StatusChange.objects.count(),
        "review_items": ReviewItem.objects.count(),
        "playbook_runs": PlaybookRun.objects.count(),
        "actions": ActionRun.objects.count(),
        "tasks": ChecklistItem.objects.count(),
        "queued_tasks": TaskTicket.objects.count(),
        "deadlines": Deadline.objects.count(),
        "drafts": dict(by_state),
        "deliveries": dict(deliveries),
        "outbox_pending": pending.count(),
        "audit_entries": AuditEntry.objects.count(),
        "names_to_correct": count_faulty_names(),
    }
