"""`manage.py stats`: how much there is of everything."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.core import outbox, tasks
from legist.core.clock import utc_now
from legist.core.models import AuditEntry
from legist.core.states import DeliveryState
from legist.practice.selectors import count_faulty_names
from tracking.selectors import kept_by_tracking
from workflows.pipeline import kept_by_workflows


def collect() -> dict[str, Any]:
    """Return the counts that `manage.py stats` prints; keys as in the reference."""
    events = outbox.counts()
    return {
        **kept_by_tracking(now=utc_now()),
        **kept_by_workflows(),
        "queued_tasks": sum(tasks.counts().values()),
        "outbox_pending": sum(events.values()) - events[DeliveryState.DELIVERED],
        "audit_entries": AuditEntry.objects.count(),
        "names_to_correct": count_faulty_names(),
    }


class Command(BaseCommand):
    """Prints counts; reads only."""

    help = "Count receipts, calls, changes, work, drafts, deliveries and what waits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        counts = collect()
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for name, value in counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {value}")
