"""`manage.py stats`: how much there is of everything."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.insights.counts import collect


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
