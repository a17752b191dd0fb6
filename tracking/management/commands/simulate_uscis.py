"""`manage.py simulate_uscis`: the simulated USCIS API in the foreground."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracking.simulator.options import add_arguments, options_from
from tracking.simulator.server import PortError, run

BAD_USAGE = 2


class Command(BaseCommand):
    """Serves until interrupted; knows nothing of the database."""

    help = "Serve a stand-in for the USCIS Case Status API on the loopback interface."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the simulator."""
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        try:
            run(options_from(argparse.Namespace(**options)))
        except PortError as error:
            raise CommandError(str(error), returncode=BAD_USAGE) from None
