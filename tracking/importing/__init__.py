"""Bulk import of receipt numbers: read, plan (the dry run), apply in chunks that survive a crash."""

from __future__ import annotations

from tracking.importing.batches import WAITING_TOPIC, ImportFailedError, import_now, run_import
from tracking.importing.checking import check_import, dry_run, refusal_of
from tracking.importing.claims import CHECK, FAILED_TOPIC, IMPORT, is_any_waiting, list_waiting
from tracking.importing.deciding import Decision, decide_waiting
from tracking.importing.offering import OFFERS_TOPIC
from tracking.importing.reports import ImportReport
from tracking.importing.uploads import (
    FAILED_IMPORTS,
    cancel_import,
    retry_import,
    start_import,
    upload_import,
)

__all__ = [
    "CHECK",
    "FAILED_IMPORTS",
    "FAILED_TOPIC",
    "IMPORT",
    "OFFERS_TOPIC",
    "WAITING_TOPIC",
    "Decision",
    "ImportFailedError",
    "ImportReport",
    "cancel_import",
    "check_import",
    "decide_waiting",
    "dry_run",
    "import_now",
    "is_any_waiting",
    "list_waiting",
    "refusal_of",
    "retry_import",
    "run_import",
    "start_import",
    "upload_import",
]
