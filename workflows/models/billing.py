"""What happened that the firm may bill."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.base import Row


class BillingEvent(Row):
    """One billable milestone, named once per change. Amounts live in the firm's billing system."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="billing_events")
    change = models.ForeignKey(
        "tracking.StatusChange", on_delete=models.PROTECT, related_name="billing_events"
    )
    run = models.ForeignKey(
        "workflows.PlaybookRun",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="billing_events",
    )
    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=160, help_text=_("The milestone in words."))
    occurred_date = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "kind"], name="billing_event_once_per_change"),
        ]

    def __str__(self) -> str:
        return self.kind
