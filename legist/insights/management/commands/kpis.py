"""`manage.py kpis`: the firm's measures over a span of days."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.clock import utc_now
from legist.core.options import day
from legist.insights import kpis
from legist.insights.readers import Window


class Command(BaseCommand):
    """Prints measures; reads only."""

    help = "Print each measure over a span of days, and by day, week or month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=day, required=True, help="the first day")
        parser.add_argument("--to", dest="last", type=day, required=True, help="the last day, counted too")
        parser.add_argument("--group", choices=[str(each) for each in kpis.Grouping], default="day")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if not 0 <= (last - first).days < kpis.MOST_DAYS:
            message = f"Give a span of 1 to {kpis.MOST_DAYS} days: --from is {first}, --to is {last}."
            raise CommandError(message, returncode=2)
        window = Window.of(first, last, now=utc_now())
        results = kpis.compute(window, kpis.Grouping(options["group"]))
        if options["json"]:
            self.stdout.write(json.dumps(kpis.as_json(results)))
            return
        for each in results:
            said = each.figure
            value = "no data" if said.value is None else f"{said.value:g} {each.measure.unit}"
            between = "" if said.low == said.high else f", between {said.low:g} and {said.high:g}"
            self.stdout.write(f"{each.measure.key}: {value} (n {said.n}{between})")
