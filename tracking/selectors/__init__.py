"""The read side of tracking: authorised fetches, lists, pages and facts."""

from __future__ import annotations

from tracking.access import (
    access_change,
    access_import,
    access_override,
    access_query,
    access_receipt,
    access_review,
    refusal_of_tracked,
    visible_changes,
    visible_receipts,
    working_capability,
)
from tracking.selectors.changes import ChangeFilters, InboxCounts, Scope, inbox_counts, list_changes
from tracking.selectors.client import list_client_receipts
from tracking.selectors.facts import ChangeFacts, get_change_facts, known_forms, same_words
from tracking.selectors.health import SourceHealth, Window, source_health, view_source_health
from tracking.selectors.queues import (
    ImportDetail,
    ImportProgress,
    ReviewFilters,
    count_inbox,
    count_reviews,
    import_detail,
    import_progress,
    kept_by_tracking,
    list_imports,
    list_reviews,
)
from tracking.selectors.receipts import (
    Freshness,
    FreshnessState,
    ReceiptDetail,
    ReceiptFilters,
    find_receipt,
    freshness,
    list_receipts,
    number_index,
    receipt_detail,
)
from tracking.selectors.waiting import (
    access_waiting_row,
    decidable_matters,
    list_waiting_rows,
    waiting_detail,
)

__all__ = [
    "ChangeFacts",
    "ChangeFilters",
    "Freshness",
    "FreshnessState",
    "ImportDetail",
    "ImportProgress",
    "InboxCounts",
    "ReceiptDetail",
    "ReceiptFilters",
    "ReviewFilters",
    "Scope",
    "SourceHealth",
    "Window",
    "access_change",
    "access_import",
    "access_override",
    "access_query",
    "access_receipt",
    "access_review",
    "access_waiting_row",
    "count_inbox",
    "count_reviews",
    "decidable_matters",
    "find_receipt",
    "freshness",
    "get_change_facts",
    "import_detail",
    "import_progress",
    "inbox_counts",
    "kept_by_tracking",
    "known_forms",
    "list_changes",
    "list_client_receipts",
    "list_imports",
    "list_receipts",
    "list_reviews",
    "list_waiting_rows",
    "number_index",
    "receipt_detail",
    "refusal_of_tracked",
    "same_words",
    "source_health",
    "view_source_health",
    "visible_changes",
    "visible_receipts",
    "waiting_detail",
    "working_capability",
]
