"""Ask the source about due receipts."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core import instants
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.options import Whole
from legist.core.tasks.worker import StopSignal
from tracking.polling.run import PollResult, poll_patiently, poll_receipt
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors import find_receipt

ACCESS_REFUSED: Final = 1
BAD_USAGE: Final = 2
PAUSE_S: Final = 2.0
# How long --once waits in all where the source asks for a pause.
PATIENCE: Final = timedelta(minutes=1)
REFUSED: Final = (
    "The source refuses our access. Check USCIS_CLIENT_ID, USCIS_CLIENT_SECRET, USCIS_API_URL and "
    "USCIS_TOKEN_URL, restart the worker, then press 'Let calls through' under Source health."
)


class Command(BaseCommand):
    """Claims due receipts and asks about them, within the budget; without --once until Ctrl-C.

    Exits 1 as soon as the source refuses our access, 2 on bad usage.
    """

    help = "Ask USCIS about the receipts that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Ask about what is due now and return.")
        parser.add_argument("--limit", type=Whole(), metavar="N", help="At most N receipts per round.")
        parser.add_argument("--receipt", metavar="R", help="Ask about this receipt now, due or not.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document per round.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one round or one after the other."""
        actor = Actor.command("poll", say=self.stderr.write)
        with StopSignal() as stop:
            if options["receipt"]:
                self._print(_poll_one(options["receipt"], actor), options)
            elif options["once"]:
                self._print(_poll_round(options["limit"], actor, stop=stop, patience=PATIENCE), options)
            else:
                self._poll_on(options, actor, stop=stop)

    def _poll_on(self, options: dict[str, Any], actor: Actor, *, stop: StopSignal) -> None:
        """Poll round by round until told to stop; calls on their way come back, and none leaves any more."""
        while not stop.is_set:
            result = _poll_round(options["limit"], actor, stop=stop)
            if result.claimed or result.is_refused:
                self._print(result, options)
            stop.wait(PAUSE_S)

    def _print(self, result: PollResult, options: dict[str, Any]) -> None:
        document = result.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self.stdout.write(_sentence(document))
        if result.note:
            self.stderr.write(result.note)
        if result.is_refused:
            self.stderr.write(REFUSED)
            sys.exit(ACCESS_REFUSED)


def _poll_round(
    limit: int | None, actor: Actor, *, stop: StopSignal, patience: timedelta = timedelta()
) -> PollResult:
    return poll_patiently(limit=limit, actor=actor, stop=stop, patience=patience, clock=_now)


def _now() -> datetime:
    """By the clock that all machines share, so that a wrong one here spends no other day's calls."""
    return instants.judge(utc_now())


def _poll_one(typed: str, actor: Actor) -> PollResult:
    try:
        number = ReceiptNumber.parse(typed)
    except ReceiptNumberError as error:
        raise CommandError(f"--receipt: {error.message}", returncode=BAD_USAGE) from None
    receipt = find_receipt(number.canonical)
    if receipt is None:
        message = f"--receipt: {number.masked} is not tracked. Import it first with import_receipts."
        raise CommandError(message, returncode=BAD_USAGE)
    return poll_receipt(receipt.pk, now=_now(), actor=actor)


def _sentence(document: dict[str, Any]) -> str:
    return (
        f"Claimed {document['claimed']}: {document['changed']} changed, {document['unchanged']} unchanged, "
        f"{document['retry']} to try again, {document['review']} for a person, "
        f"{document['skipped_budget']} left for lack of budget ({document['seconds']} s)."
    )
