"""`manage.py demo_data`: a fictional firm to try Legist with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.options import SEED, Whole
from legist.sample_firm import firm
from legist.sample_firm import firm as sample_firm

LIMIT = 1_000_000


class Command(BaseCommand):
    """Creates the demo firm once, and receipts in bulk when asked; prints how to sign in."""

    help = "Create a fictional firm; with --receipts also up to 1,000,000 fictional receipts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--receipts", type=Whole(0, LIMIT), default=0, help="how many receipts to add in bulk"
        )
        parser.add_argument("--seed", type=SEED, default=1, help="other seeds make other receipts")
        parser.add_argument("--csv", type=Path, help="where to write the sample file to upload")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--mailbox", default="", help="address of the demo's mailbox, to be printed")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            message = (
                "demo_data creates people with a known password; it does not run where LEGIST_ENV is prod."
            )
            raise CommandError(message, returncode=2)
        actor, now = Actor.command("demo_data"), utc_now()
        people = sample_firm.create_people(actor=actor, now=now)
        for done in firm.create_receipts(options["receipts"], seed=options["seed"], actor=actor, now=now):
            if not options["json"]:
                self.stdout.write(f"{done} of {options['receipts']} receipts")
        if options["csv"]:
            options["csv"].write_text(sample_firm.sample_csv())
        if options["json"]:
            addresses = [person.address for person in people]
            self.stdout.write(json.dumps({"receipts": options["receipts"], "people": addresses}))
            return
        self.print_sign_ins(people, csv=options["csv"], mailbox=options["mailbox"])

    def print_sign_ins(self, people: list[sample_firm.SignIn], *, csv: Path | None, mailbox: str) -> None:
        lines = [
            "",
            f"  {settings.LEGIST_FIRM_NAME} is at {settings.LEGIST_BASE_URL}",
            f"  Staff sign in with the password {sample_firm.PASSWORD}",
            "",
            *(f"    {p.address:<24} {p.role:<11} {p.does}" for p in people),
            "",
        ]
        if csv:
            lines.append(f"  File to upload under Imports: {csv}")
        if mailbox:
            lines.append(f"  Mail to clients, and their sign-in codes: {mailbox}")
        self.stdout.write("\n".join([*lines, "  Ctrl-C stops everything; the data stays.", ""]))
