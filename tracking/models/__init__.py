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
    Rereading,
    RereadingRun,
    RereadingState,
    VersionIsFixed,
    VocabularyDraft,
    VocabularyReview,
    VocabularyVersion,
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
from tracking.models.suggestions import AssistConsent, ModelSuggestion, SuggestionState

__all__ = [
    "ABOUT_ONE_CHANGE",
    "ABOUT_THE_CASE",
    "ANSWERS_TO",
    "FROM_HISTORY",
    "MANUAL",
    "STANDS_STILL",
    "Acknowledgement",
    "AssistConsent",
    "Attention",
    "Decision",
    "HistoryIsFixed",
    "ImportBatch",
    "ImportRow",
    "ImportState",
    "ModelSuggestion",
    "Override",
    "OverrideState",
    "Payload",
    "Priority",
    "QueryOutcome",
    "Reads",
    "Receipt",
    "ReceiptState",
    "Rereading",
    "RereadingRun",
    "RereadingState",
    "ReviewAnswer",
    "ReviewItem",
    "ReviewKind",
    "ReviewState",
    "RowOutcome",
    "StatusChange",
    "StatusQuery",
    "SuggestionState",
    "Tier",
    "VersionIsFixed",
    "VocabularyDraft",
    "VocabularyReview",
    "VocabularyVersion",
    "WaitingRow",
    "WaitingState",
]
