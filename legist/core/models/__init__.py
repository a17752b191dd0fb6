"""The kernel's tables."""

from __future__ import annotations

from legist.core.models.definitions import DefinitionDraft
from legist.core.models.record import (
    AuditEntry,
    AuditHead,
    GivenUpMark,
    HealedInstant,
    Heartbeat,
    Incident,
    KeyCanary,
    LedgerViolation,
    WriteProbe,
)
from legist.core.models.work import (
    LaneState,
    OutboxDelivery,
    OutboxEvent,
    PeriodicTask,
    QuotaDay,
    QuotaLane,
    TaskTicket,
    WorkerProcess,
)

__all__ = [
    "AuditEntry",
    "AuditHead",
    "DefinitionDraft",
    "GivenUpMark",
    "HealedInstant",
    "Heartbeat",
    "Incident",
    "KeyCanary",
    "LaneState",
    "LedgerViolation",
    "OutboxDelivery",
    "OutboxEvent",
    "PeriodicTask",
    "QuotaDay",
    "QuotaLane",
    "TaskTicket",
    "WorkerProcess",
    "WriteProbe",
]
