"""Bulk import of receipt numbers: read, plan (the dry run), apply in chunks that survive a crash."""

from __future__ import annotations

from tracking.importing.batches import (
    ImportReport,
    cancel_import,
    dry_run,
    import_now,
    is_any_waiting,
    list_waiting,
    run_import,
    start_import,
    upload_import,
)

__all__ = [
    "ImportReport",
    "cancel_import",
    "dry_run",
    "import_now",
    "is_any_waiting",
    "list_waiting",
    "run_import",
    "start_import",
    "upload_import",
]
