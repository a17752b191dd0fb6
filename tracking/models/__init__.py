"""The tables of tracking: receipts, calls, changes, reviews and imports."""

from __future__ import annotations

from tracking.models.change import (
    FROM_HISTORY,
    STANDS_STILL,
    Acknowledgement,
    Attention,
    HistoryIsFixed,
    Reads,
    StatusChange,
)
from tracking.models.imports import ImportBatch, ImportRow, ImportState, RowOutcome, WaitingRow, WaitingState
from tracking.models.mapping import (
    MappingDraft,
    MappingReview,
    MappingVersion,
    ReprocessedReading,
    ReprocessingRun,
    ReprocessingState,
    VersionIsFixed,
)
from tracking.models.override import MANUAL, Override, OverrideState
from tracking.models.query import Decision, Payload, QueryOutcome, StatusQuery
from tracking.models.receipt import Priority, Receipt, ReceiptState, Tier
from tracking.models.review import (
    ABOUT_ONE_CHANGE,
    ABOUT_THE_CASE,
    ANSWERS_TO,
    ReviewAnswer,
    ReviewItem,
    ReviewKind,
    ReviewState,
)
from tracking.models.suggestions import ModelSuggestion, SuggestionConsent, SuggestionState

__all__ = [
    "ABOUT_ONE_CHANGE",
    "ABOUT_THE_CASE",
    "ANSWERS_TO",
    "FROM_HISTORY",
    "MANUAL",
    "STANDS_STILL",
    "Acknowledgement",
    "Attention",
    "Decision",
    "HistoryIsFixed",
    "ImportBatch",
    "ImportRow",
    "ImportState",
    "MappingDraft",
    "MappingReview",
    "MappingVersion",
    "ModelSuggestion",
    "Override",
    "OverrideState",
    "Payload",
    "Priority",
    "QueryOutcome",
    "Reads",
    "Receipt",
    "ReceiptState",
    "ReprocessedReading",
    "ReprocessingRun",
    "ReprocessingState",
    "ReviewAnswer",
    "ReviewItem",
    "ReviewKind",
    "ReviewState",
    "RowOutcome",
    "StatusChange",
    "StatusQuery",
    "SuggestionConsent",
    "SuggestionState",
    "Tier",
    "VersionIsFixed",
    "WaitingRow",
    "WaitingState",
]
