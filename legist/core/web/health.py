"""Whether the process is up, and whether the system can do its work; for probes, in plain JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from legist.core import canary, flags, given_up, heartbeat, storage
from legist.core.clock import utc_now
from legist.core.tasks import oldest_due_at, schedules

WORKER_SILENCE = timedelta(seconds=30)
POLLER_SILENCE = timedelta(minutes=5)
QUEUE_DELAY = timedelta(minutes=2)
READY = frozenset({"ok", "off", "idle", "waiting"})


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 while this process answers; touches nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Return 200 when database, disk, keys, queue, worker and poller are well, otherwise 503; names each.

    So it does while events or tasks were given up that nobody has tried again or seen; `given_up` counts.
    """
    checks, left = check_readiness(now=utc_now()), count_given_up()
    checks |= {"given_up": _given_up(left)} if left else {}
    is_ready = all(verdict in READY for verdict in checks.values())
    body = {"status": "ok" if is_ready else "failing", "checks": checks, "given_up": left}
    return JsonResponse(body, status=200 if is_ready else 503)


def check_readiness(*, now: datetime) -> dict[str, str]:
    """Return a verdict for each part: ok, idle (nothing is due), off (by an operator), or what is wrong.

    `storage` is full where the disk is, `worker` is clock_ahead where its sign of life lies in the future.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        keys = "wrong" if canary.faults() else "ok"
        verdicts = {"queue": _queue(now), "worker": _worker(now), "poller": _poller(now)}
        return {"database": "ok", "storage": storage.verdict(), "keys": keys} | verdicts
    except DatabaseError:
        return {"database": "unreachable"}


def count_given_up() -> dict[str, int]:
    """Return how much of each kind was given up and not seen; empty without a database."""
    try:
        return given_up.counts()
    except DatabaseError:
        return {}


def _given_up(left: dict[str, int]) -> str:
    if given_up.is_blocking(left):
        return "unseen"
    return "waiting" if any(left.values()) else "ok"


def _queue(now: datetime) -> str:
    oldest = oldest_due_at(now)
    return "ok" if oldest is None or now - oldest <= QUEUE_DELAY else "delayed"


def _worker(now: datetime) -> str:
    if heartbeat.is_ahead(heartbeat.WORKER, now=now):
        return "clock_ahead"
    return "ok" if heartbeat.is_alive(heartbeat.WORKER, now=now, within=WORKER_SILENCE) else "silent"


def _poller(now: datetime) -> str:
    if not flags.is_on(flags.POLLING):
        return "off"
    if heartbeat.is_alive(heartbeat.POLLER, now=now, within=POLLER_SILENCE):
        return "ok"
    # It shows no sign of life while no receipt is due, and that is no fault.
    return "silent" if schedules.list_late(now=now, by=POLLER_SILENCE) else "idle"
