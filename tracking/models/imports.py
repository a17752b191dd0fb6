"""Bulk uploads of receipt numbers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7


class ImportState(models.TextChoices):
    """Where an upload stands."""

    PREVIEWED = "previewed", _("Waiting for your decision")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class RowOutcome(models.TextChoices):
    """What became of one row of an upload."""

    CREATED = "created", _("New receipt")
    UPDATED = "updated", _("Updated")
    ALREADY_TRACKED = "already_tracked", _("Already tracked")
    DUPLICATE = "duplicate", _("Repeated in this file")
    REJECTED = "rejected", _("Not imported")


class ImportBatch(models.Model):
    """One uploaded file of receipt numbers and how far its import has come.

    States: previewed -> queued -> running -> done; previewed | queued | running -> cancelled.
    Rows before `position` are committed together with their ImportRow, so a killed import goes on
    where it stopped, and a row is never taken twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.PREVIEWED)
    filename = EncryptedTextField(help_text="As uploaded; may name a client.")
    content = EncryptedBytesField(help_text="The file itself.")
    content_digest = models.CharField(max_length=64, help_text="Keyed digest, to recognise a second upload.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    unknown_columns = EncryptedJSONField(null=True, blank=True, help_text="Headers that were ignored.")
    preview = EncryptedJSONField(null=True, blank=True, help_text="What the dry run found.")
    total = models.PositiveIntegerField(help_text="Rows with content, without the header.")
    position = models.PositiveIntegerField(default=0, help_text="Rows done.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    already_tracked = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0, help_text="Repeats within the file.")
    rejected = models.PositiveIntegerField(default=0)
    unassigned = models.PositiveIntegerField(default=0, help_text="Created without a matter.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker holds it until then.")
    lease_token = models.UUIDField(null=True, blank=True)

    uploaded_by_id: UUID | None

    class Meta:
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(position__lte=F("total")), name="import_position_within_total"
            ),
        ]
        indexes = [
            # services.resume_imports: what a dead worker left behind.
            models.Index(
                fields=["lease_until"], name="import_unfinished", condition=Q(state__in=["queued", "running"])
            ),
            # The uploads of one person, newest first.
            models.Index(fields=["uploaded_by", "-id"], name="import_by_person"),
        ]

    def __str__(self) -> str:
        return f"import {self.id}"


class ImportRow(models.Model):
    """What became of one row of an upload; the row's own values stay in the encrypted file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(help_text="Line in the file, the header being line 1.")
    outcome = models.CharField(max_length=16, choices=RowOutcome)
    value_masked = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="", help_text="Why not, or a remark.")
    receipt = models.ForeignKey(
        "tracking.Receipt", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="import_line_once")]
        indexes = [
            # The report of one import, by outcome, in file order.
            models.Index(fields=["batch", "outcome", "line"], name="import_row_outcome"),
        ]

    def __str__(self) -> str:
        return f"import row {self.id}"
