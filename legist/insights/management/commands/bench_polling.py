"""`manage.py bench_polling`: how soon changes are seen, against asking about every receipt in turn."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench import polling
from legist.core.options import Whole


class Command(BaseCommand):
    """Runs in memory under a virtual clock: it needs no database and asks nobody."""

    help = (
        "Measure the delay until a change is seen, with the scheduler's own decisions, against simpler ones."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mix", choices=polling.MIXES, default="active", help="how often receipts change"
        )
        parser.add_argument("--n", type=Whole(50), default=20_000, help="receipts")
        parser.add_argument("--quota", type=Whole(), default=10_000, help="calls a day")
        parser.add_argument("--days", type=Whole(most=3650), default=60, help="days that count")
        parser.add_argument(
            "--history",
            type=Whole(0, 3650),
            default=polling.HISTORY,
            help="days before them, in which everybody is asked in turn; 0 begins with the prior alone",
        )
        parser.add_argument("--seeds", type=Whole(most=1000), default=10, help="worlds, each drawn by a seed")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        size = polling.Size(
            options["mix"], options["n"], options["quota"], options["days"], options["history"]
        )
        report = polling.measure(size, seeds=options["seeds"])
        self.stdout.write(report.as_json() if options["json"] else report.as_text())
