"""Run the background work."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from legist.core.canary import expect_right_keys
from legist.core.options import Whole
from legist.core.tasks import worker
from legist.core.tasks.base import EVERY_QUEUE, PoolBrokenError, Queue

MOST_WORKERS: Final = 256


def default_workers() -> int:
    """Return the number of worker processes that the settings ask for."""
    numbers: dict[str, Any] = settings.Q_CLUSTER
    return int(numbers["workers"])


class Command(BaseCommand):
    """`manage.py worker [--workers N] [--only polling | --except polling]`: run until SIGTERM or SIGINT.

    Only a worker that polls needs the credentials of USCIS. Whatever some workers leave, others must take.
    """

    help = "Run background tasks and schedules until told to stop (SIGTERM or Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--workers", type=Whole(most=MOST_WORKERS), help="Worker processes (default: LEGIST_WORKERS)."
        )
        kinds = parser.add_mutually_exclusive_group()
        names = [str(queue) for queue in Queue]
        kinds.add_argument("--only", choices=names, help="Take this kind of work and no other.")
        kinds.add_argument("--except", dest="left", choices=names, help="Leave this kind of work to others.")

    def handle(self, *_args: Any, **options: Any) -> None:
        asked = options["workers"]
        workers: int = default_workers() if asked is None else asked
        queues = _queues(options)
        if Queue.POLLING in queues and not settings.LEGIST_POLLS:
            message = "LEGIST_POLLS is no: start with --except polling, or remove LEGIST_POLLS."
            raise CommandError(message, returncode=2)
        expect_right_keys()
        try:
            worker.run(workers=workers, queues=queues)
        except PoolBrokenError as error:
            raise CommandError(str(error)) from error


def _queues(options: dict[str, Any]) -> frozenset[Queue]:
    if options["only"]:
        return frozenset({Queue(options["only"])})
    return EVERY_QUEUE - {options["left"]}
