"""Give work that was given up another set of attempts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from legist.core import given_up
from legist.core.actors import Actor
from legist.core.clock import utc_now

COMMAND = Actor.command("retry_failed")


class Command(BaseCommand):
    """`manage.py retry_failed [--json]`: after the cause is mended, try failed tasks and deliveries again."""

    help = "Try tasks and event deliveries again that were given up after their last attempt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = utc_now()
        retried = {
            name: given_up.try_again(source, actor=COMMAND, now=now)
            for name, source in (("tasks", "tickets"), ("deliveries", "events"))
        }
        text = "{tasks} tasks and {deliveries} event deliveries will be tried again."
        self.stdout.write(json.dumps(retried) if options["json"] else text.format(**retried))
