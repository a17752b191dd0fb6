"""Calendar feeds: one secret address per person, kept only as a keyed hash."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.base import Row


class FeedScope(models.TextChoices):
    """Whose deadlines a calendar shows, of those its owner may see when it is read."""

    MINE = "mine", _("My own")
    TEAM = "team", _("My team's")
    ALL = "all", _("All I may see")


class CalendarFeed(Row):
    """One secret address that a calendar program reads. Renewing revokes it and makes another.

    active -> revoked. The address is shown once and cannot be read again: only its keyed hash is kept.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    secret_hash = models.CharField(max_length=64, unique=True, help_text=_("Keyed hash of the secret."))
    scope = models.CharField(max_length=4, choices=FeedScope, default=FeedScope.MINE)
    shows_names = models.BooleanField(default=False, help_text=_("Matter reference and client's name."))
    created_at = models.DateTimeField()
    first_read_at = models.DateTimeField(null=True, blank=True)
    latest_read_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
