"""Uploads before and around their run: kept, released, cancelled, tried again. Nothing looks into them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import WrongState
from legist.core.given_up import Source
from legist.core.leases import release
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, acting_person, require
from tracking import audit_actions as actions
from tracking.models import ImportBatch
from tracking.selectors import access_import
from tracking.states import ImportState
from tracking.tables.apart import unusable
from tracking.tables.limits import BYTES

_GOING: Final = (
    ImportState.CHECKING,
    ImportState.PREVIEWED,
    ImportState.QUEUED,
    ImportState.RUNNING,
    ImportState.FAILED,
)


def upload_import(
    content: bytes, *, filename: str, actor: Actor, now: datetime, via: str = ""
) -> ImportBatch:
    """Keep an upload, encrypted, for a worker to look into; what it costs does not depend on what is in it.

    `via` says on the record how it came when that is not the page. Raises InvalidInput when it is too large.
    """
    require(actor, Capability.IMPORT_RECEIPTS)
    if len(content) > BYTES.most:
        raise unusable(BYTES.refusal)
    sealed: dict[str, Any] = {"content": content}
    batch = ImportBatch(
        **sealed,
        state=ImportState.CHECKING,
        lease_until=now,
        filename=filename[:200],
        content_digest=keyed_hash(content, purpose="tracking import"),
        size=len(content),
        total=0,
        uploaded_by=acting_person(actor),
        uploaded_at=now,
    )
    with unit_of_work(actor=actor, now=now) as unit:
        batch.save(force_insert=True)
        unit.record(actions.IMPORT_UPLOADED, batch, via=via)
    return batch


def start_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Release a previewed upload for import; a worker takes it. Raises WrongState when it has begun."""
    begun = _("This import has begun already, was cancelled, or its file is still being checked.")
    return _queue(batch_id, ImportState.PREVIEWED, refusal=begun, actor=actor, now=now)


def retry_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Have an upload that failed go on where it stopped. Raises WrongState when it did not fail."""
    not_failed = _("This import was not stopped by an error; there is nothing to try again.")
    return _queue(batch_id, ImportState.FAILED, refusal=not_failed, actor=actor, now=now)


def retry_failed(ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int:
    """Have imports that failed go on: all of them, or those named; return how many."""
    failed = list_failed() if ids is None else list_failed().filter(pk__in=ids)
    found = list(failed.values_list("pk", flat=True))
    for batch_id in found:
        retry_import(batch_id, actor=actor, now=now)
    return len(found)


def list_failed() -> QuerySet[ImportBatch]:
    """Return the imports that were given up."""
    return ImportBatch.objects.filter(state=ImportState.FAILED)


def cancel_import(batch_id: UUID | str, *, actor: Actor, now: datetime) -> ImportBatch:
    """Stop an import before its next chunk; rows already imported stay. Raises WrongState when it is over."""
    with unit_of_work(actor=actor, now=now) as unit:
        batch = access_import(actor, batch_id, lock=True)
        stopped = ImportBatch.objects.filter(pk=batch.pk, state__in=_GOING)
        if not release(stopped, state=ImportState.CANCELLED, finished_at=now):
            raise WrongState(_("This import is over; there is nothing to cancel."))
        unit.record(actions.IMPORT_CANCELLED, batch)
    batch.refresh_from_db(fields=["state", "finished_at"])
    return batch


def _queue(
    batch_id: UUID | str, state: ImportState, *, refusal: str, actor: Actor, now: datetime
) -> ImportBatch:
    with unit_of_work(actor=actor, now=now) as unit:
        batch = access_import(actor, batch_id, lock=True)
        # What nobody has looked into yet is not imported unseen.
        is_seen = not ImportBatch.objects.filter(pk=batch.pk, preview__isnull=True).exists()
        moved = ImportBatch.objects.filter(pk=batch.pk, state=state).update(
            state=ImportState.QUEUED if is_seen else ImportState.CHECKING,
            lease_until=now,
            attempts=0,
            error_class="",
            finished_at=None,
        )
        if not moved:
            raise WrongState(refusal)
        if is_seen:
            data = {"rows": batch.total}
            unit.record(actions.IMPORT_STARTED, batch, **data)
        else:
            unit.record(actions.IMPORT_CHECKED_AGAIN, batch)
    batch.refresh_from_db(fields=["state"])
    return batch


FAILED_IMPORTS: Final = Source(
    name="imports",
    label=gettext_lazy("Imports"),
    rows=list_failed,
    what=Value("import"),
    error="error_class",
    at="finished_at",
    retry=retry_failed,
)
