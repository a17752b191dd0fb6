"""What the firm agreed to about a language model, and what the model suggested."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7


class SuggestionConsent(models.Model):
    """The firm's agreement that redacted status texts go to one model at one place.

    States: in force -> ended, by a person or because the settings name another model. At most one is in
    force; an ended one never comes back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.CharField(max_length=200, help_text="provider:model, and where it stands if not there.")
    text = models.TextField(help_text="What was agreed to, word for word.")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty while in force, and when a change of the settings ended it.",
    )

    class Meta:
        db_table = "tracking_assistconsent"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(revoked_at__isnull=True), name="assist_one_consent_in_force"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True),
                name="assist_consent_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"assistant consent {self.id}"


class SuggestionState(models.TextChoices):
    """Where a suggestion stands."""

    WAITING = "waiting", _("To be asked")
    SUGGESTED = "suggested", _("Suggested, not checked by a person yet")
    CONFIRMED = "confirmed", _("Confirmed by a person")
    REJECTED = "rejected", _("Not used")
    FAILED = "failed", _("Could not be asked")


class ModelSuggestion(models.Model):
    """What one model says one status change means. It changes nothing: a person decides.

    States: waiting -> suggested -> confirmed | rejected (by a person's decision about the title);
    waiting -> rejected (the answer does not stand in the text) | failed (no answer after several tries);
    failed -> waiting (a person has it asked again).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey("tracking.StatusChange", on_delete=models.PROTECT, related_name="suggestions")
    consent = models.ForeignKey(SuggestionConsent, on_delete=models.PROTECT, related_name="suggestions")
    model = models.CharField(max_length=200, help_text="The target of the consent it was asked under.")
    prompt_version = models.CharField(max_length=16)
    title_index = models.CharField(
        max_length=64, help_text="Keyed hash of the title: one title, one question."
    )
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.WAITING)
    code = models.CharField(max_length=32, blank=True, default="", help_text="StatusCode it suggests.")
    confidence = models.FloatField(null=True, blank=True, help_text="0 to 1, as the model says.")
    evidence = EncryptedTextField(null=True, blank=True, help_text="The passage it quotes from the text.")
    facts = EncryptedJSONField(null=True, blank=True, help_text="Dates, form and office it names.")
    why = models.CharField(max_length=40, blank=True, default="", help_text="Code: why rejected or failing.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Calls that failed.")
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="Set while it waits.")
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="", help_text="Key of the actor.")
    decided_at = models.DateTimeField(null=True, blank=True)

    change_id: UUID
    consent_id: UUID

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "model", "prompt_version"], name="suggestion_once"),
            models.UniqueConstraint(
                fields=["title_index", "model", "prompt_version"], name="suggestion_one_per_title"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False)
                | (~Q(state="waiting") & Q(next_try_at__isnull=True)),
                name="suggestion_waiting_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="suggestion_confidence_range",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suggested", "confirmed"]) | ~Q(code=""), name="suggestion_has_a_code"
            ),
        ]
        indexes = [
            # What is due to be asked.
            models.Index(fields=["next_try_at"], name="suggestion_due", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"model suggestion {self.id}"
