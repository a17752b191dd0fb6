"""Do the pace and the day's calls hold, whatever happens to the pollers? Judged by the simulated API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any, Final

import requests
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from legist.bench import pipeline
from legist.core.clock import utc_now
from legist.core.models import QuotaDay
from legist.core.tasks.worker import StopSignal
from tracking.polling.run import poll_due
from tracking.selectors import kept_by_tracking

MODES: Final = ("calm", "revoke", "term", "kill", "busy", "clock")
PER_SECOND: Final = 10
RECEIPTS: Final = 2000
_STARTING_S: Final = 60.0
# How often a token is revoked or a poller ended.
_EVERY_S: Final = 1.5
# A process of its own, with the name of the database and the errors of its clock.
_POLLER: Final = """
import sys, django
django.setup()
from legist.bench.quota import poll
poll(*sys.argv[1:])
"""
_ROUND: Final = timedelta(seconds=1)
_PAUSE_S: Final = 0.2
# How wrong the clocks of the pollers are in the mode `clock`, round by round.
_WRONG: Final = (("0", "4"), ("-3", "0"), ("7", "-7"), ("0.5", "-0.5"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the simulated API saw: calls, the most requests in any second, how many of them were too many.

    `charged` is what the ledger took from the day; `per_second` is how many calls were made in a second.
    """

    calls: int
    max_in_second: int
    over: int
    charged: int
    per_second: float

    @property
    def holds(self) -> bool:
        """No request too many in any second, and no call that was not charged."""
        return self.over == 0 and self.charged >= self.calls > 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}


def measure(*, pollers: int, latency_s: float, mode: str, seconds: float) -> Verdict:
    """Let pollers ask about more than they can, for so long, in a database made for it."""
    known, charged = kept_by_tracking(now=utc_now())["receipts"], _charged()
    pipeline.create([f"IOE97{index:08d}" for index in range(known, known + RECEIPTS)])
    with pipeline.simulator(latency_ms=latency_s * 1000) as url, ExitStack() as stack:
        team = _Team(url, wrong=mode == "clock")
        stack.callback(team.stop)
        for _ in range(pollers):
            team.start()
        stack.enter_context(_busy(2 * (os.cpu_count() or 1) if mode == "busy" else 0))
        began = _wait_for(lambda: _calls(url)["total"] >= PER_SECOND)
        before = _calls(url)["total"]
        while time.monotonic() < began + seconds:
            time.sleep(_EVERY_S)
            _disturb(mode, team, url)
        took, made = time.monotonic() - began, _calls(url)["total"] - before
        team.stop()
        seen = _calls(url)
    return Verdict(
        calls=seen["total"],
        max_in_second=seen["max_requests_per_second"],
        over=seen["over"],
        charged=_charged() - charged,
        per_second=round(made / took, 2),
    )


def _charged() -> int:
    return QuotaDay.objects.filter(lane="uscis").aggregate(sum=Sum("used"))["sum"] or 0


class _Team:
    """The pollers, each a process of its own."""

    def __init__(self, url: str, *, wrong: bool) -> None:
        own = {
            "USCIS_API_URL": url,
            "USCIS_TOKEN_URL": f"{url}/oauth/accesstoken",
            "USCIS_CLIENT_ID": "demo",
            "USCIS_CLIENT_SECRET": "demo",
            "USCIS_TPS": str(PER_SECOND),
            "USCIS_DAILY_QUOTA": str(pipeline.UNLIMITED),
        }
        self._environment = os.environ | own
        self._is_wrong = wrong
        self._started = 0
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        offsets = _WRONG[self._started % len(_WRONG)] if self._is_wrong else ()
        name = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-c", _POLLER, name, *offsets]
        self._started += 1
        self._processes.append(
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=self._environment)  # noqa: S603  our own module
        )

    def replace_oldest(self, number: signal.Signals) -> None:
        """End the oldest poller with a signal, and start another at once."""
        oldest = self._processes.pop(0)
        oldest.send_signal(number)
        self.start()
        oldest.wait()

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        while self._processes:
            self._processes.pop().wait()


def poll(database: str, *offsets: str) -> None:
    """Be one poller, until SIGTERM; `offsets`: the seconds by which its clock is wrong, round by round."""
    connection.settings_dict["NAME"] = database
    stop = StopSignal()
    for offset in cycle(timedelta(seconds=float(each)) for each in offsets or ["0"]):
        if stop.is_set:
            return
        at_most = _ROUND if len(offsets) > 1 else None
        if not poll_due(now=utc_now() + offset, at_most=at_most, is_stopped=lambda: stop.is_set).claimed:
            time.sleep(_PAUSE_S)


def _disturb(mode: str, team: _Team, url: str) -> None:
    if mode == "revoke":
        requests.post(f"{url}/_sim/tokens/expire", timeout=10)
    elif mode == "term":
        team.replace_oldest(signal.SIGTERM)
    elif mode == "kill":
        team.replace_oldest(signal.SIGKILL)


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def _calls(url: str) -> dict[str, Any]:
    seen: dict[str, Any] = requests.get(f"{url}/_sim/calls?tps={PER_SECOND}", timeout=10).json()
    return seen


def _wait_for(condition: Callable[[], bool]) -> float:
    """Wait until it holds; return since when."""
    until = time.monotonic() + _STARTING_S
    while not condition():
        if time.monotonic() > until:
            message = f"The pollers made no calls within {_STARTING_S:g} seconds; their errors are above."
            raise RuntimeError(message)
        time.sleep(0.05)
    return time.monotonic()
