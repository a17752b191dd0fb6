"""Run the background work."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from legist.core.canary import expect_right_keys
from legist.core.tasks import worker
from legist.core.tasks.base import PoolBrokenError


def default_workers() -> int:
    """Return the number of worker processes that the settings ask for."""
    numbers: dict[str, Any] = settings.Q_CLUSTER
    return int(numbers["workers"])


class Command(BaseCommand):
    """`manage.py worker [--workers N]`: run tasks and schedules until SIGTERM or SIGINT."""

    help = "Run background tasks and schedules until told to stop (SIGTERM or Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, help="Worker processes (default: LEGIST_WORKERS).")

    def handle(self, *_args: Any, **options: Any) -> None:
        workers: int = options["workers"] or default_workers()
        if workers < 1:
            raise CommandError("--workers: give a number of 1 or more.", returncode=2)
        expect_right_keys()
        try:
            worker.run(workers=workers)
        except PoolBrokenError as error:
            raise CommandError(str(error)) from error
