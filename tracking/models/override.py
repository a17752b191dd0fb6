"""A status set by a person."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7
from legist.core.seals import Sealed, SealedQuerySet, SealField

MANUAL = "manual"
"""Source key of a status that a person set."""


class OverrideState(models.TextChoices):
    """Where an override stands."""

    ACTIVE = "active", _("In force")
    REVERTED = "reverted", _("Taken back")
    SUPERSEDED = "superseded", _("Replaced by something newer")


class Override(Sealed):
    """One status that a person set by hand, with the reason, sealed. It can be taken back.

    It holds until the source says something it had not said before, or another override follows.
    States: active -> reverted (by a person, with a reason) | superseded (by a reading or an override).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="overrides")
    state = models.CharField(max_length=12, choices=OverrideState, default=OverrideState.ACTIVE)
    code = models.CharField(max_length=32, help_text="StatusCode the person chose.")
    previous_code = models.CharField(max_length=32, blank=True, default="", help_text="Code it replaced.")
    reason = EncryptedTextField(help_text="Why, in the person's words.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for commands.",
    )
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = EncryptedTextField(null=True, blank=True)
    seal = SealField(
        covers=("receipt_id", "state", "code", "previous_code", "by_id", "at", "ended_at", "ended_by_id")
    )

    receipt_id: UUID

    objects: ClassVar[models.Manager[Override]] = SealedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(state="active"), name="override_one_active"
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True)
                | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="override_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.id}"
