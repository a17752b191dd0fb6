"""Django's entry into tracking."""

from __future__ import annotations

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Receipts, polling, status changes."""

    name = "tracking"
    verbose_name = "Tracking"

    def ready(self) -> None:
        from tracking import audit_actions, registrations, services, tasks  # noqa: F401  register themselves
        from tracking.suggestions import audit_actions as assist_actions

        audit_actions.register_subjects()
        assist_actions.register_subjects()
        registrations.register()
