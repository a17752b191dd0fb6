"""Signs of life: a long-running part says that it is there, health checks look when it last did."""

from __future__ import annotations

from datetime import datetime, timedelta

from legist.core.models import Heartbeat

WORKER = "worker"
POLLING_WORKER = "worker.polling"
POLLER = "poller"


def beat(name: str, *, now: datetime) -> None:
    """Note a sign of life; an older one never replaces a newer one."""
    if Heartbeat.objects.filter(name=name, at__lte=now).update(at=now):
        return
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)


def latest(name: str) -> datetime | None:
    """Return the latest sign of life, or None when there never was one."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_alive(name: str, *, now: datetime, within: timedelta) -> bool:
    """Return whether the part has shown a sign of life recently enough."""
    seen = latest(name)
    return seen is not None and now - seen <= within
