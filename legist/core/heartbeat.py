"""Signs of life: a long-running part says that it is there, health checks look when it last did."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db.models import Q

from legist.core import instants
from legist.core.clock import SKEW, is_recent
from legist.core.models import Heartbeat, WorkerProcess

WORKER = "worker"
POLLING_WORKER = "worker.polling"
POLLER = "poller"
# Followed by the id of the field key that a worker seals with.
WRITES_WITH = "writes_with."
CODE: Final = ("legist", "tracking", "workflows", "portal")
# A worker signs every few seconds; one that ends in peace takes its row with it.
SILENT_AFTER: Final = timedelta(seconds=30)
FORGOTTEN_AFTER: Final = timedelta(hours=1)


# What other parts say beside their signs of life, by name; nothing while there is nothing to say.
_verdicts: dict[str, Callable[[datetime], str]] = {}


def register_verdict(name: str, verdict: Callable[[datetime], str]) -> None:
    """Have `/readyz` show what a part says of itself at an instant, in one word."""
    _verdicts[name] = verdict


def verdicts(now: datetime) -> dict[str, str]:
    """Return what parts say of themselves, those that have nothing to say left out."""
    return {name: word for name, verdict in _verdicts.items() if (word := verdict(now))}


def beat(name: str, *, now: datetime) -> None:
    """Note a sign of life; an older one replaces a newer one only where that lies in the future."""
    replaced = Q(at__lte=now) | instants.ahead("at", now=now, at_most=instants.NOTHING)
    if Heartbeat.objects.filter(replaced, name=name).update(at=now):
        return
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as it was seen last; `is_other` where it runs another release than the process that asks."""

    process: WorkerProcess
    is_silent: bool
    is_other: bool


@cache
def release() -> str:
    """Return the version with the first digits of what the code says, as this process found it first.

    A process that lives long asks when it starts: files may be exchanged under it later.
    """
    root = settings.BASE_DIR
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    digest = sha256()
    for path in sorted(path for name in CODE for path in (root / name).rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return f"{version}-{digest.hexdigest()[:7]}"


def sign(worker: WorkerProcess, *, now: datetime) -> None:
    """Note that a worker lives, and forget those that have been silent for an hour."""
    replaced = Q(seen_at__lte=now) | instants.ahead("seen_at", now=now, at_most=instants.NOTHING)
    worker.seen_at = now
    if not WorkerProcess.objects.filter(replaced, pk=worker.pk).update(seen_at=now):
        WorkerProcess.objects.bulk_create([worker], ignore_conflicts=True)
    WorkerProcess.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off(worker: WorkerProcess) -> None:
    """Note that a worker ended as it was told to."""
    WorkerProcess.objects.filter(pk=worker.pk).delete()


def list_workers(*, now: datetime) -> list[Worker]:
    """Return the workers that live or were silent lately, by machine."""
    return [
        Worker(found, not is_recent(found.seen_at, now=now, within=SILENT_AFTER), found.release != release())
        for found in WorkerProcess.objects.order_by("host", "queues", "started_at")
    ]


def latest(name: str) -> datetime | None:
    """Return the latest sign of life, or None when there never was one."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_alive(name: str, *, now: datetime, within: timedelta) -> bool:
    """Return whether the part has shown a sign of life recently enough; one in the future is none."""
    return is_recent(latest(name), now=now, within=within)


def is_ahead(name: str, *, now: datetime) -> bool:
    """Return whether the latest sign of life lies in the future: its clock is wrong, or ours."""
    seen = latest(name)
    return seen is not None and seen - now > SKEW


def list_other_writers(current: str, *, now: datetime, within: timedelta) -> list[str]:
    """Return the ids of other field keys than the current one that a worker sealed with that lately."""
    signs = Heartbeat.objects.filter(name__startswith=WRITES_WITH, at__gte=now - within)
    return [sign.name.removeprefix(WRITES_WITH) for sign in signs.exclude(name=WRITES_WITH + current)]


# What a wrong clock said of a part is forgotten: it is no sign that it lives now.
instants.register(Heartbeat, "at", put_right=lambda rows, _now: rows.delete()[0])
instants.register(WorkerProcess, "seen_at", put_right=lambda rows, _now: rows.delete()[0])
