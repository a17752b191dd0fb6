"""One poller of `bench_quota`: a process of its own that asks about what is due until SIGTERM.

`python -m legist.bench.quota_poller DATABASE CLOCK...`: the name of the database, and by how many seconds
its clock is wrong, in turn, round by round.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from itertools import cycle
from typing import Final

import django
from django.db import connection

ROUND: Final = timedelta(seconds=1)
PAUSE_S: Final = 0.2


def main(database: str, *offsets: str) -> None:
    """Poll until told to stop."""
    django.setup()
    connection.settings_dict["NAME"] = database
    from legist.core.clock import utc_now
    from legist.core.tasks.worker import StopSignal
    from tracking.polling.run import poll_due

    stop = StopSignal()
    for offset in cycle(timedelta(seconds=float(each)) for each in offsets or ["0"]):
        if stop.is_set:
            return
        now = utc_now() + offset
        wrong = ROUND if len(offsets) > 1 else None
        if not poll_due(now=now, at_most=wrong, is_stopped=lambda: stop.is_set).claimed:
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
