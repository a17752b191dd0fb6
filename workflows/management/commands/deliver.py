"""`deliver`: take what has changed through the playbooks, and what is approved to the client."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from legist.core.actors import Actor
from legist.core.clock import utc_now
from workflows.pipeline import Pass, run_pass

PAUSE_S = 2.0


class Command(BaseCommand):
    """Drains the outbox, the playbooks, reminders and deliveries."""

    help = "Start playbooks for new changes and deliver approved messages. Runs until stopped, or --once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then return")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON document per pass"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        actor = Actor.command("deliver", say=self.stderr.write)
        while True:
            done = run_pass(now=utc_now(), actor=actor)
            if options["once"] or not done.is_idle:
                self.stdout.write(json.dumps(asdict(done)) if options["as_json"] else sentence(done))
            if options["once"]:
                return
            time.sleep(PAUSE_S)


def sentence(done: Pass) -> str:
    """Return the counts for a person."""
    outcomes = ", ".join(f"{count} {state}" for state, count in done.deliveries.items() if count)
    return (
        f"{done.events['delivered']} events, {done.playbook_runs} playbook runs, {done.actions} steps, "
        f"{done.reminders} reminders; deliveries: {outcomes or 'none'}."
    )
