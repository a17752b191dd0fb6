"""Give work that was given up another set of attempts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from legist.core import outbox
from legist.core.clock import utc_now
from legist.core.tasks import status


class Command(BaseCommand):
    """`manage.py retry_failed [--json]`: after the cause is mended, try failed tasks and deliveries again."""

    help = "Try tasks and event deliveries again that were given up after their last attempt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = utc_now()
        retried = {"tasks": status.retry_failed(now=now), "deliveries": outbox.retry_failed(now=now)}
        text = "{tasks} tasks and {deliveries} event deliveries will be tried again."
        self.stdout.write(json.dumps(retried) if options["json"] else text.format(**retried))
