"""Messages and documents: templates, drafts, the approvals that alone let them out, and their deliveries."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from legist.core.models.definitions import DefinitionRow
from legist.core.seals import Sealed, SealedQuerySet, SealField
from workflows.models.base import Row
from workflows.states import (
    UNREACHED,
    ApprovalRule,
    Channel,
    DeliveryState,
    DocumentOrigin,
    DraftEventKind,
    DraftState,
)


class Draft(Row):
    """One message to one client.

    drafted -> in_review -> approved -> sent ; in_review -> returned -> drafted ; any unsent -> void ;
    in_review -> joined, as a part of another draft that alone is approved and sent -> in_review.
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
    joined_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
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
    approval_rule = models.CharField(max_length=12, choices=ApprovalRule, default=ApprovalRule.ONE)
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
            models.CheckConstraint(
                condition=Q(state="joined", joined_into__isnull=False)
                | (~Q(state="joined") & Q(joined_into__isnull=True)),
                name="draft_joined_names_its_whole",
            ),
        ]
        indexes = [
            # The approval queue, oldest first.
            models.Index(fields=["submitted_at", "id"], condition=Q(state="in_review"), name="draft_waiting"),
            # Earlier messages to the same client.
            models.Index(fields=["client", "-created_at"], name="draft_client"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version} ({self.state})"

    @property
    def recorded_within(self) -> UUID:
        """The matter whose timeline tells of it."""
        return self.matter_id


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
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
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
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="delivery_sending_is_leased",
            ),
        ]
        indexes = [
            # What is due to go out.
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="delivery_pending"),
            # What a crash may have left behind.
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased_out"),
        ]

    @property
    def needs_hands(self) -> bool:
        """True while nothing reaches the client, until somebody records a letter or a call."""
        return self.state == DeliveryState.HELD and self.error in UNREACHED

    def __str__(self) -> str:
        return f"{self.channel} v{self.version} ({self.state})"


class IncomingMessage(Row):
    """What a client wrote to the firm from the portal; plain text. open -> answered, by a person."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="incoming")
    client = models.ForeignKey("practice.Client", on_delete=models.PROTECT, related_name="incoming")
    text = EncryptedTextField()
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="incoming_answered_by_someone",
            ),
        ]
        indexes = [
            # What a client wrote of late, for the list in the portal and its limit.
            models.Index(fields=["client", "-received_at"], name="incoming_of_client"),
        ]

    def __str__(self) -> str:
        return f"incoming {self.id}"

    @property
    def recorded_within(self) -> UUID:
        """The matter whose timeline tells of it."""
        return self.matter_id


class MessageTemplate(DefinitionRow, Row):
    """The text a draft starts from, in one language. A version is never edited once it was used."""

    IDENTITY = ("key", "language")
    CONTENT = ("subject", "body")

    key = models.SlugField(max_length=60)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(
        max_length=160, help_text=_("Says nothing about the case: it shows on lock screens.")
    )
    body = models.TextField(help_text=_("Plain text with {{ placeholders }}."))
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "origin", "version"], name="message_template_once"
            ),
            models.UniqueConstraint(
                fields=["key", "language"], condition=Q(active=True), name="message_template_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} v{self.version}"


class DocumentTemplate(DefinitionRow, Row):
    """A Word file with placeholders that an attorney edits in Word. It holds no personal data."""

    IDENTITY = ("key", "language")
    CONTENT = ("name", "content")

    key = models.SlugField(max_length=60)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "origin", "version"], name="document_template_once"
            ),
            models.UniqueConstraint(
                fields=["key", "language"], condition=Q(active=True), name="document_template_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sha256 = hashlib.sha256(bytes(self.content)).hexdigest()
        super().save(*args, **kwargs)


class Document(Row):
    """One file of a matter, kept encrypted, never sent by itself: made here, or brought by staff or client.

    What was brought is never replaced: another file is the next version of the `first`.
    """

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="documents")
    origin = models.CharField(
        max_length=6, choices=DocumentOrigin, default=DocumentOrigin.MADE, help_text=_("Who brought it.")
    )
    template = models.ForeignKey(
        DocumentTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    filename = models.CharField(max_length=120, help_text=_("A generic name: no person, no number."))
    content_type = models.CharField(max_length=100)
    content = EncryptedBytesField()
    size = models.PositiveIntegerField()
    name = EncryptedTextField(null=True, blank=True, help_text=_("What it is, as whoever brought it said."))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    incoming = models.ForeignKey(
        IncomingMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    first = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later_versions"
    )
    version = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="made", template__isnull=False, added_by__isnull=True)
                | Q(~Q(origin="made"), template__isnull=True, added_by__isnull=False),
                name="document_made_or_brought",
            ),
            models.UniqueConstraint(fields=["first", "version"], name="document_version_once"),
        ]
        indexes = [
            # What somebody brought of late, for the limits of clients.
            models.Index(
                fields=["added_by", "-created_at"], condition=~Q(origin="made"), name="document_brought"
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.name or self.title)

    @property
    def was_brought(self) -> bool:
        """Whether staff or a client brought it: it was looked into, and a browser may show it in place."""
        return self.origin != DocumentOrigin.MADE

    @property
    def recorded_within(self) -> UUID:
        """The matter whose timeline tells of it."""
        return self.matter_id
