"""Bulk uploads of receipt numbers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from legist.core.crypto import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from tracking.remarks import said
from tracking.states import ImportState, RowOutcome, WaitingState


class ImportBatch(models.Model):
    """One uploaded file of receipt numbers and how far its import has come.

    States: checking -> previewed -> queued -> running -> done; checking -> refused, with the reason in
    `preview`; checking | previewed | queued | running -> cancelled; checking | queued | running -> failed ->
    checking or queued again when a person asks for it. `total` is 0 until the file was read.
    Rows before `position` are committed together with their ImportRow, so a killed import goes on
    where it stopped, and a row is never taken twice. An import that failed says so in `error_class` and
    `finished_at`; `attempts` counts the runs since it last got on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKING)
    filename = EncryptedTextField(help_text="As uploaded; may name a client.")
    content = EncryptedBytesField(help_text="The file itself.")
    content_digest = models.CharField(max_length=64, help_text="Keyed digest, to recognise a second upload.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    unknown_columns = EncryptedJSONField(null=True, blank=True, help_text="Headers that were ignored.")
    preview = EncryptedJSONField(
        null=True, blank=True, help_text="What the dry run found, or why it is refused."
    )
    sheets = EncryptedJSONField(null=True, blank=True, help_text="Names of the sheets, in order.")
    total = models.PositiveIntegerField(help_text="Rows with content, without the header.")
    position = models.PositiveIntegerField(default=0, help_text="Rows done.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    already_tracked = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0, help_text="Repeats within the file.")
    waiting = models.PositiveIntegerField(default=0, help_text="Rows that a person decides about.")
    rejected = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0, help_text="Empty lines, headings, unread sheets.")
    unassigned = models.PositiveIntegerField(default=0, help_text="Created without a matter.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker holds it until then.")
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Runs since rows were last written.")
    error_class = models.CharField(max_length=200, blank=True, default="", help_text="Why it failed.")

    uploaded_by_id: UUID | None

    class Meta:
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(position__lte=F("total")), name="import_position_within_total"
            ),
        ]
        indexes = [
            # tasks.resume_imports: what waits for a worker, or a dead one left behind.
            models.Index(
                fields=["lease_until"],
                name="import_unfinished",
                condition=Q(state__in=["checking", "queued", "running"]),
            ),
            # Imports that were given up, newest first.
            models.Index(fields=["-finished_at"], name="import_failed", condition=Q(state="failed")),
            # The uploads of one person, newest first.
            models.Index(fields=["uploaded_by", "-id"], name="import_by_person"),
        ]

    def __str__(self) -> str:
        return f"import {self.id}"


class ImportRow(models.Model):
    """What became of one row of an upload; the row's own values stay in the encrypted file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(default=0, help_text="Which sheet, from 0; see the import.")
    line = models.PositiveIntegerField(help_text="Line in its sheet, counted from 1.")
    outcome = models.CharField(max_length=16, choices=RowOutcome)
    value_masked = models.CharField(max_length=40, blank=True, default="")
    remarks = models.JSONField(default=list, help_text="Why not, or what to know: codes with values.")
    reason = models.TextField(blank=True, default="", help_text="What an earlier release wrote of it.")
    receipt = models.ForeignKey(
        "tracking.Receipt", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "line"], name="import_line_once")]
        indexes = [
            # The report of one import, by outcome, in file order.
            models.Index(fields=["batch", "outcome", "sheet", "line"], name="import_row_outcome"),
        ]

    def __str__(self) -> str:
        return f"import row {self.id}"

    @property
    def why(self) -> str:
        """Why not, or what to know, in the reader's language."""
        return self.reason or said(self.remarks)


class WaitingRow(models.Model):
    """What a row says about client and matter, until somebody who may decides; its receipt is watched.

    States: open -> linked | separate | kept | refused. `matter` and `client` are what the row names, as far
    as the firm has them; whoever uploaded the file may be the one who must not see them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    row = models.OneToOneField(ImportRow, on_delete=models.CASCADE, related_name="waiting")
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(
        "practice.Matter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        "practice.Client", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said = EncryptedJSONField(help_text="What the row says about client and matter.")
    digest = models.CharField(max_length=64, help_text="Keyed digest of it, to recognise a second upload.")
    causes = models.CharField(max_length=60, help_text="Codes of why it waits, separated by commas.")
    state = models.CharField(max_length=10, choices=WaitingState, default=WaitingState.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = EncryptedTextField(null=True, blank=True)

    receipt_id: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="waiting_decided_has_time",
            ),
        ]
        indexes = [
            # The rows that wait, oldest first.
            models.Index(fields=["opened_at"], name="waiting_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"waiting row {self.id}"
