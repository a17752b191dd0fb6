"""Django's entry into tracking."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Receipts, polling, status changes."""

    name = "tracking"
    verbose_name = "Tracking"

    def ready(self) -> None:
        """Register audit actions, places, tasks, checks and the field history of what people edit."""
        from legist.core import given_up
        from legist.core.audit import register_history
        from legist.practice.people.leaving import register_work
        from tracking import audit_actions, navigation, promises, reviews
        from tracking.importing import FAILED_IMPORTS
        from tracking.models import Receipt, ReviewItem
        from tracking.suggestions import audit_actions as assist_actions
        from tracking.web.mapping import offers

        audit_actions.register_subjects()
        assist_actions.register_subjects()
        navigation.register()
        offers.register()
        promises.register()
        register_work(reviews.give_back)
        given_up.register(FAILED_IMPORTS)
        for module in ("tasks", "checks"):
            import_module(f"tracking.{module}")
        register_history(Receipt, exclude=MACHINE_FIELDS)
        register_history(ReviewItem)


# Columns that the poller writes; what they held stands in StatusQuery and StatusChange.
MACHINE_FIELDS = (
    "number_index",
    "sequence",
    "latest_change",
    "reading_digest",
    "reading_key",
    "submitted_at",
    "modified_at",
    "last_good_at",
    "last_checked_at",
    "last_error",
    "attempts",
    "next_poll_at",
    "next_poll_reason",
    "next_poll_values",
    "lease_until",
    "lease_token",
)
