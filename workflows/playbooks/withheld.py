"""Playbooks that cannot be read: people are told once, and what a change would have started is kept.

A kept run starts by itself when its playbook can be read again, or is put aside when it is switched off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.core.resilience.error_capture import ErrorCapture
from legist.core.uow import acting
from tracking.selectors import ChangeFacts
from workflows import audit_actions as actions
from workflows.models import Playbook, PlaybookRun
from workflows.notifications import services as notifications
from workflows.playbooks import store as playbooks
from workflows.playbooks.rules import CONDITIONS, UNREADABLE, Facts, all_hold, names
from workflows.playbooks.store import BUCKETS, CODES, Reading
from workflows.recipients import firm_managers, operations
from workflows.states import NotificationKind, NotificationLevel, RunState

INVALID, NOT_CALLED_FOR = "invalid", "not_called_for"


def keep(
    readings: Iterable[Reading], facts: ChangeFacts, *, needless: Collection[str], now: datetime, actor: Actor
) -> int:
    """Tell of each playbook that cannot be read, and keep a run where the change may have called for it.

    Returns how many runs are kept anew.
    """
    kept = 0
    for reading in readings:
        tell(reading, now=now)
        if reading.playbook.key not in needless and may_call_for(reading.playbook, facts):
            kept += _keep(reading.playbook, facts, now=now, actor=actor)
    return kept


def may_call_for(playbook: Playbook, facts: Facts) -> bool:
    """True unless what can be read of the playbook says that the change does not start it."""
    if facts.code == UNREADABLE or facts.is_restored:
        return False
    can_tell = not CODES(playbook.codes) and not BUCKETS(playbook.buckets)
    if can_tell and not names(playbook, facts.code, facts.bucket):
        return False
    conditions = playbook.conditions if isinstance(playbook.conditions, Mapping) else {}
    readable = {
        name: value
        for name, value in conditions.items()
        if name in CONDITIONS and not CONDITIONS[name].check(value)
    }
    with ErrorCapture():
        return all_hold(facts, readable)
    return True


def _keep(playbook: Playbook, facts: ChangeFacts, *, now: datetime, actor: Actor) -> int:
    run, is_new = PlaybookRun.objects.get_or_create(
        playbook_key=playbook.key,
        change_id=facts.change_id,
        defaults={
            "playbook": playbook,
            "receipt_id": facts.receipt_id,
            "matter_id": facts.matter_id,
            "state": RunState.INVALID,
            "reason": INVALID,
            "started_at": now,
        },
    )
    if is_new:
        data = {"playbook": playbook.key, "change": str(facts.change_id)}
        acting(actor=actor, now=now).record(actions.RUN_INVALID, run, facts.matter_id, **data)
    return int(is_new)


def drop_uncalled(facts: ChangeFacts, broken: Collection[str], *, now: datetime) -> None:
    """Put aside what was kept of a change and, now that the playbook can be read, is not called for."""
    kept = PlaybookRun.objects.filter(change=facts.change_id, state=RunState.INVALID)
    kept.exclude(playbook_key__in=broken).update(
        state=RunState.SKIPPED, reason=NOT_CALLED_FOR, finished_at=now
    )


def list_kept() -> QuerySet[PlaybookRun]:
    """Return the runs that wait for their playbook to be corrected."""
    return PlaybookRun.objects.filter(state=RunState.INVALID)


def list_repaired() -> set[str]:
    """Return the keys of the playbooks for which runs are kept and that are no longer invalid."""
    keys = set(list_kept().order_by().values_list("playbook_key", flat=True).distinct())
    if not keys:
        return keys
    return keys - {reading.playbook.key for reading in playbooks.read_enabled() if reading.faults}


def tell(reading: Reading, *, now: datetime) -> None:
    """Tell operations and the managers, once per playbook and fault."""
    faults = sha256("\n".join(reading.faults).encode()).hexdigest()[:16]
    message = notifications.Message(
        key=f"playbook:{reading.playbook.pk}:{faults}",
        kind=NotificationKind.PLAYBOOK,
        level=NotificationLevel.URGENT,
        subject=reading.playbook,
        matter=None,
        data={"playbook": reading.playbook.key},
    )
    notifications.notify([*operations(), *firm_managers()], message, now=now)
