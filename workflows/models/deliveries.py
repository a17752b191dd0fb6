"""Handing an approved message over, once per channel."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row
from workflows.models.drafts import Approval, Draft


class Channel(models.TextChoices):
    """How a message reaches a client."""

    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Portal")
    HAND = "hand", _("Post or telephone")


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    PENDING = "pending", _("Waiting to go out")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Delivered")
    HELD = "held", _("Held")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Unclear whether it went out")
    CANCELLED = "cancelled", _("Cancelled")


# Nothing carries the message: a person posts it or calls, and records that.
BY_HAND, LEFT_PORTAL, NO_WAY_IN = "by_hand", "left_portal", "no_way_in"
UNREACHED = frozenset({BY_HAND, LEFT_PORTAL, NO_WAY_IN})


class Delivery(Row):
    """One approved version on its way over one channel.

    pending -> sending -> sent | failed | pending (again, later) ; sending -> uncertain (after a crash)
    -> sent | pending, by a person ; pending -> held ; any that has not begun -> cancelled.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="deliveries")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="deliveries")
    version = models.PositiveIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True, help_text=_("The same at every attempt."))
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True, help_text=_("Code of the latest failure."))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["draft", "version", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="delivery_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="delivery_sending_has_claim"
            ),
        ]
        indexes = [
            # What is due to go out.
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="delivery_pending"),
            # What a crash may have left behind.
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="delivery_sending"),
        ]

    @property
    def needs_hands(self) -> bool:
        """True while nothing reaches the client, until somebody records a letter or a call."""
        return self.state == DeliveryState.HELD and self.error in UNREACHED

    def __str__(self) -> str:
        return f"{self.channel} v{self.version} ({self.state})"
