"""`manage.py rotate_keys`: bring every encrypted value under the first field key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from legist.core import crypto, heartbeat
from legist.core.clock import utc_now
from legist.core.options import Whole
from legist.core.rotation import Unreadable, rotate

SHOWN: Final = 20
# A worker shows every few seconds which key it seals with.
WRITER_SILENCE: Final = timedelta(minutes=2)
NOT_YET = (
    "Keep all keys: restart every web and worker process with the new key first in LEGIST_FIELD_KEYS, then "
    "run this again. Only a run that finds nothing to do says that keys may be removed."
)
REMOVABLE = (
    "A second look found nothing under another key, and no worker has sealed with one for two minutes. "
    "Keys other than the first may now be removed if every web process was started with the first in place."
)


class Command(BaseCommand):
    """Re-encrypts in batches; stop it when you like and run it again.

    Exits 1 where rows cannot be opened, or where somebody still writes with another key.
    """

    help = "Re-encrypt every value with the first of LEGIST_FIELD_KEYS. Resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=Whole(), default=500, help="rows in one transaction")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        unreadable = list[Unreadable]()
        tables: dict[str, int] = {}
        for label, done in rotate(batch=options["batch"], unreadable=unreadable):
            tables[label] = tables.get(label, 0) + done
            if not options["json"]:
                self.stdout.write(f"{label}: {done}")
        # The proof: whatever is found now was written meanwhile, by somebody who seals with another key.
        again = sum(done for _label, done in rotate(batch=options["batch"]))
        others = heartbeat.list_other_writers(crypto.current_key_id(), now=utc_now(), within=WRITER_SILENCE)
        total = sum(tables.values()) + again
        may_remove = not (unreadable or others or total)
        if options["json"]:
            found = {"rows": total, "tables": tables, "unreadable": len(unreadable), "other_writers": others}
            self.stdout.write(json.dumps(found | {"may_remove": may_remove}))
        else:
            self.stdout.write(f"{total} rows re-encrypted. {REMOVABLE if may_remove else ''}".strip())
        self._refuse(unreadable, others=others, again=again)
        if not may_remove:
            self.stderr.write(NOT_YET)

    def _refuse(self, unreadable: list[Unreadable], *, others: list[str], again: int) -> None:
        if unreadable:
            rows = ", ".join(f"{row.label} {row.pk}" for row in unreadable[:SHOWN])
            message = (
                f"{len(unreadable)} rows open under none of LEGIST_FIELD_KEYS: {rows}. Keep all keys, find "
                "the missing one or restore these rows, and run it again."
            )
            raise CommandError(message, returncode=1)
        if others or again:
            message = f"A process still writes with another key ({', '.join(others) or 'seen by its rows'}). "
            raise CommandError(message + NOT_YET, returncode=1)
