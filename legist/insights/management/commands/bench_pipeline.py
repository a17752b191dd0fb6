"""`manage.py bench_pipeline`: how fast the whole pipeline is, against a bare loop of calls."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.bench import pipeline
from legist.core.clock import utc_now
from legist.core.options import Whole
from legist.sample_firm import firm


class Command(BaseCommand):
    """Runs against a simulated API and a database of its own; touches nothing else."""

    help = "Measure polling from claim to status change against a bare loop of requests in the same run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--receipts", type=Whole(), default=500, help="receipts in one round")
        parser.add_argument("--rounds", type=Whole(most=1000), default=3, help="rounds; medians are reported")
        parser.add_argument(
            "--drain",
            type=Whole(most=64),
            nargs="+",
            help="measure the drain of changes by a worker with so many processes",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["drain"]:
            self._drain(options)
            return
        result = pipeline.pipeline(receipts=options["receipts"], rounds=options["rounds"])
        self.stdout.write(result.as_json() if options["json"] else result.as_text())

    def _drain(self, options: dict[str, Any]) -> None:
        found = pipeline.drains(changes=options["receipts"], workers=options["drain"], prepare=_prepare)
        ratios = [round(each.per_second / found[0].per_second, 2) for each in found]
        if options["json"]:
            lines = [asdict(each) | {"ratio": ratio} for each, ratio in zip(found, ratios, strict=True)]
            told = {
                "reference": f"{found[0].workers} process(es), {found[0].engine}",
                "ratio": ratios[-1],
                "drains": lines,
            }
            self.stdout.write(json.dumps(told | {"processors": os.cpu_count()}))
            return
        for each, ratio in zip(found, ratios, strict=True):
            cost = f"{each.cpu_ms} ms here and {each.database_ms} ms in the database for each"
            speed = f"{each.workers} processes ({each.engine}): {each.per_second} changes/s, ratio {ratio}"
            limits = f"processors busy for {each.busy_share:.0%}, {each.lock_share:.1%} waiting for locks"
            self.stdout.write(f"{speed}; {cost}; {limits}")


def _prepare(receipts: int) -> None:
    """Make the demo firm, with receipts in its matters."""
    now = utc_now()
    firm.create_people(actor=pipeline.BENCH, now=now)
    list(firm.create_receipts(receipts, seed=1, actor=pipeline.BENCH, now=now))
