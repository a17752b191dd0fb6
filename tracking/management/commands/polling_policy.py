"""`manage.py polling_policy`: how the calls of a day are used, what that costs, and which way it is done."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from legist.core.actors import Actor
from legist.core.clock import utc_now
from tracking.polling import planning

TURNS = {"share": True, "fixed": False}


class Command(BaseCommand):
    """`share` shares the calls out by weight and believed change, `fixed` keeps the tiers' intervals."""

    help = "Say what polling costs and how soon it sees a change, or turn sharing out the calls on or off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("cost", *TURNS), help="what to do")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = utc_now()
        turned = False
        if options["act"] in TURNS:
            actor = Actor.command("polling_policy", say=self.stderr.write)
            turned = planning.share_out(on=TURNS[options["act"]], actor=actor, now=now)
        cost = planning.cost(now=now)
        document = {"shared": cost.is_shared, "turned": turned} | cost.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(document))
            return
        way = "shared out by weight and believed change" if cost.is_shared else "at fixed intervals by tier"
        calls = f"{cost.calls_per_day:.0f} of {cost.quota} calls a day"
        self.stdout.write(f"Receipts are asked about {way}: {calls}.")
        for tier, hours in cost.expected_delay_hours.items():
            receipts = cost.receipts[tier]
            self.stdout.write(f"{tier}: {receipts} receipts, a change is seen after {hours:.1f} hours")
