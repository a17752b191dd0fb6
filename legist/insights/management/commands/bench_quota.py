"""`manage.py bench_quota`: do pace and quota hold, whatever happens to the pollers?"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench import pipeline, quota
from legist.core.options import Decimal, Whole


class Command(BaseCommand):
    """Runs pollers against a simulated API and a database of its own; touches nothing else.

    Exits 1 when any second held more requests than allowed, or a call was made that was not charged.
    """

    help = "Let pollers call a simulated API under disturbance, and have the API judge their pace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pollers", type=Whole(most=32), default=2, help="pollers at a time")
        parser.add_argument(
            "--latency", type=Decimal(most=10), default=0.0, help="seconds the API takes for an answer"
        )
        parser.add_argument("--mode", choices=quota.MODES, default="calm", help="what happens")
        parser.add_argument("--seconds", type=Decimal(least=1, most=3600), default=10.0, help="for how long")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        with pipeline.empty_database():
            verdict = quota.measure(
                pollers=options["pollers"],
                latency_s=options["latency"],
                mode=options["mode"],
                seconds=options["seconds"],
            )
        found = verdict.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(
                "{calls} calls, {per_second} in a second; at most {max_in_second} requests in any second, "
                "{over} too many; {charged} charged.".format(**found)
            )
        if not verdict.holds:
            sys.exit(1)
