"""`manage.py bench_quota`: do pace and quota hold, whatever happens to the pollers and to the API?"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.bench import pipeline, quota, virtual
from legist.core.options import Decimal, Whole

BAD_USAGE = 2
KINDS = (*virtual.OUTAGES, virtual.SOME)


class Command(BaseCommand):
    """Runs pollers against a simulated API and a database of its own; touches nothing else.

    `--days` and `--outage` go by a clock of their own, in which weeks pass within minutes. Exits 1 when any
    second or day held more requests than allowed, a call was made that was not charged, a day's calls were
    left over, or a receipt waited longer than a quarter of an hour after an outage.
    """

    help = (
        "Let pollers call a simulated API under disturbance, and have the API judge pace, days and outages."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pollers", type=Whole(most=32), default=2, help="pollers at a time")
        parser.add_argument(
            "--latency", type=Decimal(most=10), default=0.0, help="seconds the API takes for an answer"
        )
        parser.add_argument("--mode", choices=quota.MODES, default="calm", help="what happens")
        parser.add_argument("--seconds", type=Decimal(least=1, most=3600), default=10.0, help="for how long")
        days = "three workers through so many days under a virtual clock (calm, clock or kill)"
        parser.add_argument("--days", type=Whole(most=3650), help=days)
        parser.add_argument("--quota", type=Whole(), default=100, help="calls of such a day")
        outage = "an API that fails in this way for eight hours under a virtual clock"
        parser.add_argument("--outage", choices=(*KINDS, "all"), help=outage)
        parser.add_argument("--receipts", type=Whole(), default=60, help="receipts that meet the outage")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["days"] and options["mode"] not in virtual.DISTURBANCES:
            message = f"--days goes with --mode {', '.join(virtual.DISTURBANCES)}; nothing was measured."
            raise CommandError(message, returncode=BAD_USAGE)
        with pipeline.empty_database():
            holds = self._measure(options)
        if not holds:
            sys.exit(1)

    def _measure(self, options: dict[str, Any]) -> bool:
        if options["outage"]:
            kinds = KINDS if options["outage"] == "all" else [options["outage"]]
            rows = [virtual.measure_outage(kind, receipts=options["receipts"], hours=8) for kind in kinds]
            found = {"outages": [row.as_json() for row in rows]}
            self._print(options, found, "\n".join(_OUTAGE.format(**row.as_json()) for row in rows))
            return all(row.holds for row in rows)
        verdict: virtual.Days | quota.Verdict
        if options["days"]:
            sentence, asked = _DAYS, {"days": options["days"], "per_day": options["quota"]}
            verdict = virtual.measure_days(**asked, disturbed=options["mode"])
        else:
            sentence = _SECONDS
            verdict = quota.measure(
                pollers=options["pollers"],
                latency_s=options["latency"],
                mode=options["mode"],
                seconds=options["seconds"],
            )
        self._print(options, verdict.as_json(), sentence.format(**verdict.as_json()))
        return verdict.holds

    def _print(self, options: dict[str, Any], document: dict[str, Any], text: str) -> None:
        self.stdout.write(json.dumps(document) if options["json"] else text)


_SECONDS = (
    "{calls} calls, {per_second} in a second; at most {max_in_second} requests in any second, "
    "{over} too many; {charged} charged."
)
_DAYS = (
    "{calls} calls in {days} days ({disturbed}), {over} too many on any day; {spent:.1%} of the quota used, "
    "at least {least_spent:.1%} of each day's; {charged} charged."
)
_OUTAGE = (
    "{kind}: {calls} calls about {receipts} receipts in {hours:g} hours, {retries:.1%} of them repeats, "
    "{knocks} knocks; "
    "the longest wait after it {longest_wait_minutes} minutes."
)
