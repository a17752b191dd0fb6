"""Drafts of messages to clients, and the approvals that alone let them out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.seals import Sealed, SealedQuerySet, SealField
from workflows.models.base import Row


class DraftState(models.TextChoices):
    """Where a draft stands."""

    DRAFTED = "drafted", _("Draft")
    IN_REVIEW = "in_review", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")
    SENT = "sent", _("Sent")
    VOID = "void", _("Withdrawn")


class Draft(Row):
    """One message to one client.

    drafted -> in_review -> approved -> sent ; in_review -> returned -> drafted ; any unsent -> void.
    An edit makes a new version and takes an approval away. Only approved text is ever delivered.
    """

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="drafts")
    client = models.ForeignKey("practice.Client", on_delete=models.PROTECT, related_name="drafts")
    change = models.ForeignKey(
        "tracking.StatusChange", on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    purpose = models.SlugField(max_length=60, help_text=_("The message template's key."))
    template_version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=5, help_text=_("The language the e-mail goes out in."))
    channels = models.JSONField(default=list)
    recipients = EncryptedJSONField(help_text=_("[{channel, address}]"))
    texts = EncryptedJSONField(help_text=_("{language: {subject, body}}"))
    original_texts = EncryptedJSONField(help_text=_("The texts as the template gave them."))
    facts = EncryptedJSONField(help_text=_("[{key, value}] put into the text."))
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.DRAFTED)
    version = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(
        max_length=64, help_text=_("Of the exact texts, recipients and channels.")
    )
    approval = models.OneToOneField(
        "workflows.Approval", on_delete=models.PROTECT, null=True, blank=True, related_name="approved_draft"
    )
    approved_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state__in=["approved", "sent"], approval__isnull=False)
                    & Q(approved_hash=F("content_hash"))
                )
                | (~Q(state__in=["approved", "sent"]) & Q(approval__isnull=True, approved_hash="")),
                name="draft_out_only_with_approval",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="draft_sent_has_time"
            ),
            models.UniqueConstraint(fields=["run", "purpose"], name="draft_once_per_run"),
        ]
        indexes = [
            # The approval queue, oldest first.
            models.Index(fields=["submitted_at", "id"], condition=Q(state="in_review"), name="draft_waiting"),
            # Earlier messages to the same client.
            models.Index(fields=["client", "-created_at"], name="draft_client"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version} ({self.state})"


class Approval(Sealed, Row):
    """An attorney's consent to one exact version, sealed. Kept when an edit voids it."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="approvals")
    version = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    seal = SealField(covers=("draft_id", "version", "content_hash", "by_id", "at", "voided_at"))

    objects: ClassVar[models.Manager[Approval]] = SealedQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "version"], name="approval_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class DraftEventKind(models.TextChoices):
    """The steps in a draft's life."""

    DRAFTED = "drafted", _("drafted")
    EDITED = "edited", _("edited")
    READDRESSED = "readdressed", _("addressed anew")
    SUBMITTED = "submitted", _("asked for approval")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    APPROVAL_VOIDED = "approval_voided", _("approval voided by an edit")
    SENT = "sent", _("sent")
    VOIDED = "voided", _("withdrawn")


class DraftEvent(Row):
    """One step in a draft's life, with who did it and, where one must be given, the reason."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=DraftEventKind)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_key = models.CharField(max_length=80)
    reason = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["draft", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="approved") | Q(by__isnull=False), name="draft_event_approved_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
