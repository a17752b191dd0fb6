"""`manage.py bench_pipeline`: how fast the whole pipeline is, against a bare loop of calls."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench import pipeline
from legist.core.options import Whole


class Command(BaseCommand):
    """Runs against a simulated API and a database of its own; touches nothing else."""

    help = "Measure polling from claim to status change against a bare loop of requests in the same run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--receipts", type=Whole(), default=500, help="receipts in one round")
        parser.add_argument("--rounds", type=Whole(most=1000), default=3, help="rounds; medians are reported")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = pipeline.pipeline(receipts=options["receipts"], rounds=options["rounds"])
        self.stdout.write(result.as_json() if options["json"] else result.as_text())
