"""Statuses set by hand: for a reason, on the record, and reversible."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core import seals
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, acting_person
from tracking import audit_actions as actions
from tracking.mapping_editor import reprocessing
from tracking.models import Override, Receipt, StatusChange
from tracking.observations.changes import supersede
from tracking.observations.meaning import NewStatus, said_again
from tracking.observations.services import observe
from tracking.selectors import access_override, access_receipt
from tracking.states import MANUAL, OverrideState
from tracking.statuses import CODES, Bucket, StatusCode

RESTORED = "override taken back"


def override_status(
    receipt_id: UUID | str, *, actor: Actor, code: str, reason: str, now: datetime, title: str = ""
) -> Override:
    """Set the status of a receipt by hand; it holds until the source says something new.

    `title` is what the status says in words, by default the label of the code. Raises InvalidInput
    without a reason or with an unknown code, WrongState when the receipt has that status already.
    """
    chosen, reason = _known_code(code), required_reason(reason)
    with unit_of_work(actor=actor, now=now) as unit:
        receipt = access_receipt(actor, receipt_id, capability=Capability.OVERRIDE_STATUS, lock=True)
        if receipt.current_code == chosen and not title.strip():
            raise WrongState(_("The receipt has this status already. Nothing was changed."))
        for active in receipt.overrides.filter(state=OverrideState.ACTIVE):
            supersede(active, receipt=receipt, now=now, actor=actor)
        override = Override(
            receipt=receipt,
            code=chosen,
            previous_code=receipt.current_code,
            reason=reason,
            by=acting_person(actor),
            at=now,
        )
        override.save(force_insert=True)
        _write(receipt, override, code=chosen, title=title.strip(), actor=actor, now=now)
        data = {"override": str(override.id), "from": override.previous_code, "to": str(chosen)}
        unit.record(actions.STATUS_OVERRIDDEN, receipt, **data)
    return override


def revert_override(override_id: UUID | str, *, actor: Actor, reason: str, now: datetime) -> StatusChange:
    """Take an override back: the receipt shows again what the source last said, as it is read today.

    A reading that was in doubt is asked about again.
    Raises WrongState when the override is no longer in force.
    """
    reason = required_reason(reason)
    with unit_of_work(actor=actor, now=now) as unit:
        override = access_override(actor, override_id)
        # The receipt first, as the poller does, so that the two never wait for each other.
        receipt = Receipt.objects.select_for_update().get(pk=override.receipt_id)
        active = Override.objects.filter(pk=override.pk, state=OverrideState.ACTIVE)
        person = acting_person(actor)
        if not seals.change(active, state=OverrideState.REVERTED, ended_at=now, ended_by=person):
            raise Overtaken(_("This correction is no longer in force. Reload the page to see the status."))
        override.refresh_from_db()
        override.end_reason = reason
        override.save(update_fields=["end_reason"])
        change = _restore(receipt, override, actor=actor, now=now)
        change = reprocessing.settle_restored(receipt, change, actor=actor, now=now)
        data = {"override": str(override.id), "to": change.to_code}
        unit.record(actions.OVERRIDE_REVERTED, receipt, **data)
    return change


def _write(
    receipt: Receipt, override: Override, *, code: StatusCode, title: str, actor: Actor, now: datetime
) -> StatusChange:
    info = CODES[code]
    status = NewStatus(
        code=code,
        bucket=info.bucket,
        source=MANUAL,
        title_en=title or info.label,
        client_action=info.client_action,
        terminal=info.terminal,
        rule="override",
        override=override,
    )
    return observe(receipt, status, via=status.source, at=now, actor=actor).written


def _restore(receipt: Receipt, override: Override, *, actor: Actor, now: datetime) -> StatusChange:
    """Write what the source last said as a change of its own; without any reading, that nothing is known."""
    read = receipt.changes.filter(override=None, reread=None).order_by("-sequence").first()
    if read is None:
        status = NewStatus(StatusCode.UNKNOWN, Bucket.NO_STAGE, MANUAL, rule=RESTORED, override=override)
    else:
        seals.require(read)
        status = said_again(read, rule=RESTORED, override=override)
    return observe(receipt, status, via=status.source, at=now, actor=actor).written


def _known_code(code: str) -> StatusCode:
    known = StatusCode.__members__.get(code)
    if known is None or known == StatusCode.UNKNOWN:
        message = _("Choose one of the known statuses.")
        raise InvalidInput.at("code", message)
    return known
