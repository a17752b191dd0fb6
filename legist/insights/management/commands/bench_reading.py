"""`manage.py bench_reading`: how fast status texts are read, on one core."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench import reading
from legist.core.options import Whole


class Command(BaseCommand):
    """Needs no database and no sample: the texts are made on the spot, each a new one."""

    help = "Measure reading status texts against folding the same texts in the same run."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--texts", type=Whole(), default=10_000, help="texts in one round")
        parser.add_argument("--rounds", type=Whole(most=1000), default=3, help="rounds; medians are reported")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        result = reading.reading(texts=options["texts"], rounds=options["rounds"])
        self.stdout.write(result.as_json() if options["json"] else result.as_text())
