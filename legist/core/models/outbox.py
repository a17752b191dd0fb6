"""Events that cross an app boundary, and who has taken note of them."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class OutboxEvent(models.Model):
    """Something that happened, written in the same transaction as the thing itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=100)
    key = models.CharField(
        max_length=200, unique=True, help_text="Publishing the same key again does nothing."
    )
    data = models.JSONField(default=dict, help_text="Ids, codes and counts; never personal data.")
    correlation_id = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Pruning what everybody has taken note of long ago.
            models.Index(fields=["created_at"], name="outbox_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class DeliveryState(models.TextChoices):
    """Where the delivery of one event to one subscriber stands."""

    PENDING = "pending", "waiting"
    LEASED = "leased", "being handled"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"


class OutboxDelivery(models.Model):
    """One subscriber's copy of one event.

    pending -> leased -> delivered
       ^         |
       +- retry -+--> failed (after the last attempt; a person decides)
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that count towards giving up: the database was there."
    )
    failing_since = models.DateTimeField(null=True, help_text="The first failure of this set of attempts.")
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True, help_text="Only the holder may mark the delivery.")
    delivered_at = models.DateTimeField(null=True)
    latest_error_class = models.CharField(
        max_length=200, default="", help_text="The class only: messages may name people."
    )

    class Meta:
        indexes = [
            # The drain's search for what is due.
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=models.Q(state="pending")
            ),
            # The drain's search for leases that ran out.
            models.Index(fields=["lease_until"], name="delivery_leased", condition=models.Q(state="leased")),
            # What waits for a person.
            models.Index(fields=["subscriber"], name="delivery_failed", condition=models.Q(state="failed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once_per_subscriber"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"
