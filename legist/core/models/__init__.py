"""The kernel's tables."""

from __future__ import annotations

from legist.core.models.audit import AuditEntry, AuditHead, LedgerViolation
from legist.core.models.canary import KeyCanary
from legist.core.models.given_up import GivenUpMark
from legist.core.models.heartbeat import Heartbeat
from legist.core.models.outbox import DeliveryState, OutboxDelivery, OutboxEvent
from legist.core.models.quota import BreakerState, LaneState, QuotaDay, QuotaLane
from legist.core.models.tasks import PeriodicTask, TaskState, TaskTicket
from legist.core.models.upkeep import HealedInstant, WriteProbe

__all__ = [
    "AuditEntry",
    "AuditHead",
    "BreakerState",
    "DeliveryState",
    "GivenUpMark",
    "HealedInstant",
    "Heartbeat",
    "KeyCanary",
    "LaneState",
    "LedgerViolation",
    "OutboxDelivery",
    "OutboxEvent",
    "PeriodicTask",
    "QuotaDay",
    "QuotaLane",
    "TaskState",
    "TaskTicket",
    "WriteProbe",
]
