"""The tables of tracking: receipts, calls, changes, reviews and imports."""

from __future__ import annotations

from tracking.models.changes import (
    Acknowledgement,
    Finding,
    HistoryIsFixed,
    Reads,
    ReviewItem,
    StatusChange,
)
from tracking.models.imports import ImportBatch, ImportRow, WaitingRow
from tracking.models.mapping import (
    MappingDraft,
    MappingReview,
    MappingVersion,
    ModelSuggestion,
    PollingPolicyVersion,
    ReprocessedReading,
    ReprocessingRun,
    SuggestionConsent,
    VersionIsFixed,
)
from tracking.models.receipts import (
    NEXT_POLL,
    Override,
    Payload,
    PollingDial,
    PollingPlan,
    Receipt,
    StatusQuery,
)

__all__ = [
    "NEXT_POLL",
    "Acknowledgement",
    "Finding",
    "HistoryIsFixed",
    "ImportBatch",
    "ImportRow",
    "MappingDraft",
    "MappingReview",
    "MappingVersion",
    "ModelSuggestion",
    "Override",
    "Payload",
    "PollingDial",
    "PollingPlan",
    "PollingPolicyVersion",
    "Reads",
    "Receipt",
    "ReprocessedReading",
    "ReprocessingRun",
    "ReviewItem",
    "StatusChange",
    "StatusQuery",
    "SuggestionConsent",
    "VersionIsFixed",
    "WaitingRow",
]
