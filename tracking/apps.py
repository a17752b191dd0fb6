"""Django's entry into tracking."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from legist.core.audit import register_history


class TrackingConfig(AppConfig):
    """Receipts, polling, status changes."""

    name = "tracking"
    verbose_name = "Tracking"

    def ready(self) -> None:
        """Register audit actions, tasks and the field history of what people edit."""
        for module in ("audit_actions", "tasks"):
            import_module(f"tracking.{module}")
        from tracking.models import ImportBatch, Override, Receipt, ReviewItem

        for model in (Receipt, Override, ReviewItem, ImportBatch):
            register_history(model)
