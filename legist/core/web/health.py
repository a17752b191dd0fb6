"""Whether the process is up, and whether the system can do its work; for probes, in plain JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from legist.core import canary, flags, heartbeat
from legist.core.clock import utc_now
from legist.core.tasks import oldest_due_at, schedules

WORKER_SILENCE = timedelta(seconds=30)
POLLER_SILENCE = timedelta(minutes=5)
QUEUE_DELAY = timedelta(minutes=2)


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 while this process answers; touches nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Return 200 when database, keys, queue, worker and poller are well, otherwise 503; names each check."""
    checks = check_readiness(now=utc_now())
    is_ready = all(verdict in {"ok", "off", "idle"} for verdict in checks.values())
    body = {"status": "ok" if is_ready else "failing", "checks": checks}
    return JsonResponse(body, status=200 if is_ready else 503)


def check_readiness(*, now: datetime) -> dict[str, str]:
    """Return a verdict for each part: ok, idle (nothing is due), off (by an operator), or what is wrong."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        verdicts = {"queue": _queue(now), "worker": _worker(now), "poller": _poller(now)}
        return {"database": "ok", "keys": "wrong" if canary.faults() else "ok"} | verdicts
    except DatabaseError:
        return {"database": "unreachable"}


def _queue(now: datetime) -> str:
    oldest = oldest_due_at(now)
    return "ok" if oldest is None or now - oldest <= QUEUE_DELAY else "delayed"


def _worker(now: datetime) -> str:
    return "ok" if heartbeat.is_alive(heartbeat.WORKER, now=now, within=WORKER_SILENCE) else "silent"


def _poller(now: datetime) -> str:
    if not flags.is_on(flags.POLLING):
        return "off"
    if heartbeat.is_alive(heartbeat.POLLER, now=now, within=POLLER_SILENCE):
        return "ok"
    # It shows no sign of life while no receipt is due, and that is no fault.
    return "silent" if schedules.list_late(now=now, by=POLLER_SILENCE) else "idle"
