"""`manage.py bench_reading`: how fast status texts are read, on one core."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.insights import bench_reading


class Command(BaseCommand):
    """Needs no database and no sample: the texts are made on the spot, each a new one."""

    help = "Measure reading status texts against folding the same texts in the same run."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--texts", type=int, default=10_000, help="texts in one round")
        parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are reported")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        if min(options["texts"], options["rounds"]) < 1:
            message = "--texts and --rounds must be 1 or more."
            raise CommandError(message, returncode=2)
        result = bench_reading.reading(texts=options["texts"], rounds=options["rounds"])
        self.stdout.write(result.as_json() if options["json"] else result.as_text())
