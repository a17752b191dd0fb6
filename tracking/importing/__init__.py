"""Bulk import of receipt numbers: read, plan (the dry run), apply in chunks that survive a crash."""

from __future__ import annotations

from tracking.importing.batches import (
    FAILED_TOPIC,
    WAITING_TOPIC,
    ImportFailedError,
    import_now,
    is_any_waiting,
    list_waiting,
    run_import,
)
from tracking.importing.deciding import Decision, decide_waiting
from tracking.importing.reports import ImportReport
from tracking.importing.uploads import (
    FAILED_IMPORTS,
    cancel_import,
    dry_run,
    retry_import,
    start_import,
    upload_import,
)

__all__ = [
    "FAILED_IMPORTS",
    "FAILED_TOPIC",
    "WAITING_TOPIC",
    "Decision",
    "ImportFailedError",
    "ImportReport",
    "cancel_import",
    "decide_waiting",
    "dry_run",
    "import_now",
    "is_any_waiting",
    "list_waiting",
    "retry_import",
    "run_import",
    "start_import",
    "upload_import",
]
