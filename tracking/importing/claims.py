"""Who works on an upload: taken under a lease, left behind by the dead, given up when nothing helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.db.models import F, Q

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.clock import SteadyClock
from legist.core.leases import Lease, release
from legist.core.resilience import backoff
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.uow import unit_of_work
from tracking import audit_actions as actions
from tracking.importing.applying import RacedError
from tracking.models import ImportBatch
from tracking.states import ImportState
from tracking.tables.apart import ReadingStoppedError

LEASE: Final = timedelta(minutes=2)
FAILED_TOPIC: Final = "tracking.import_failed"
# A lock, a lost connection, somebody else writing the same: another run may well succeed.
_PASSING: Final = (DatabaseError, InterfaceError, RacedError, ReadingStoppedError)
_LOST_WORKER: Final = "WorkerLost"
lease: Final = Lease(ImportBatch, LEASE)


class LeaseLostError(Exception):
    """Another worker took the upload over, or it was cancelled: what was written since is undone."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work on an upload: the states it waits in, that it runs in, and that it goes back to."""

    waits: tuple[ImportState, ...]
    runs: ImportState
    again: ImportState

    def waiting(self, now: datetime) -> Q:
        """Choose the uploads that nobody works on: new ones, or left behind by a dead worker."""
        return Q(state__in=self.waits) & lease.is_over(now)


CHECK: Final = Work((ImportState.CHECKING,), ImportState.CHECKING, ImportState.CHECKING)
IMPORT: Final = Work((ImportState.QUEUED, ImportState.RUNNING), ImportState.RUNNING, again=ImportState.QUEUED)


def run_claimed(batch_id: UUID | str, work: Work, *, run: Callable[[UUID], None], now: datetime) -> bool:
    """Do `run` with the token of a lease; return False when another worker does, or nothing is left to do.

    An error ends it: a passing one has the work wait again, any other, or one too many, makes the upload
    FAILED and tells people.
    """
    clock, token = SteadyClock(now), _claim(batch_id, work, now=now)
    if token is None:
        return False
    with ErrorCapture() as boundary:
        run(token)
    if boundary.error is None:
        return True
    if not isinstance(boundary.error, LeaseLostError):
        passing = isinstance(boundary.error, _PASSING)
        _stop(
            batch_id,
            work,
            token=token,
            error_class=boundary.error_class,
            may_retry=passing,
            now=clock.now(),
        )
    return False


def list_waiting(work: Work, *, now: datetime) -> list[UUID]:
    """Return the uploads on which nobody does the work that is due, the oldest first."""
    waiting = ImportBatch.objects.filter(work.waiting(now)).order_by("uploaded_at")
    return list(waiting.values_list("pk", flat=True))


def is_any_waiting(now: datetime) -> bool:
    """Say whether an upload waits for a worker; one look at the index."""
    waits = (*CHECK.waits, *IMPORT.waits)
    return ImportBatch.objects.filter(lease.is_over(now), state__in=waits).exists()


def _claim(batch_id: UUID | str, work: Work, *, now: datetime) -> UUID | None:
    """Take an upload; one that killed its workers again and again is given up instead."""
    waiting = ImportBatch.objects.filter(work.waiting(now), pk=batch_id)
    token = lease.claim(waiting, now=now, state=work.runs, attempts=F("attempts") + 1)
    if token is None:
        return None
    if work is IMPORT:
        ImportBatch.objects.filter(pk=batch_id, started_at__isnull=True).update(started_at=now)
    if ImportBatch.objects.filter(pk=batch_id, attempts__gt=backoff.IMPORTS.tries).exists():
        _stop(batch_id, work, token=token, error_class=_LOST_WORKER, may_retry=False, now=now)
        return None
    return token


def _stop(
    batch_id: UUID | str, work: Work, *, token: UUID, error_class: str, may_retry: bool, now: datetime
) -> None:
    """Have it wait again after an error that may pass; else end it in a state that says so, and tell."""
    actor = Actor.system("importer")
    with unit_of_work(actor=actor, now=now) as unit:
        mine = lease.mine(batch_id, token).filter(state=work.runs)
        again, soon = mine.filter(attempts__lt=backoff.IMPORTS.tries), now + backoff.IMPORTS.wait(1)
        if may_retry and release(again, due=soon, state=work.again):
            return
        if not release(mine, state=ImportState.FAILED, error_class=error_class, finished_at=now):
            return
        # Its file may be what cannot be opened, so nothing encrypted is read here.
        batch = ImportBatch.objects.only("pk", "position", "total").get(pk=batch_id)
        data = {"error": error_class, "position": batch.position}
        unit.record(actions.IMPORT_FAILED, batch, **data)
        key = f"import_failed:{batch_id}:{now.isoformat()}"
        outbox.publish(FAILED_TOPIC, key=key, data={"import_id": str(batch_id)}, now=now)
