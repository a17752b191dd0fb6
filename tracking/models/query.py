"""Every call to a source, and what it answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7


class QueryOutcome(models.TextChoices):
    """How a call ended."""

    STARTED = "started", _("Started")
    OK = "ok", _("Answered")
    TRANSIENT = "transient", _("Failed, will be tried again")
    PERMANENT = "permanent", _("Refused")
    MISCONFIGURED = "misconfigured", _("Our access was refused")
    LOST = "lost", _("Lost: the worker died")


class Decision(models.TextChoices):
    """What was decided because of a call."""

    NONE = "", _("Nothing yet")
    FIRST = "first", _("First status")
    CHANGED = "changed", _("Status changed")
    UNCHANGED = "unchanged", _("Nothing new")
    SILENT_UPDATE = "silent_update", _("Same text, newer modification date")
    REWORDED = "reworded", _("Same meaning in other words")
    LATE = "late", _("Came after a newer reading: set aside")
    OLDER = "older", _("The source went back in time: set aside")
    RETRY = "retry", _("Try again later")
    DEFERRED = "deferred", _("The source asked us to wait")
    REVIEW = "review", _("A person is asked")


class Payload(models.Model):
    """One distinct raw answer of a source, stored once however often it comes.

    Content-addressed by a keyed digest, so that the digest tells nothing to who does not hold the key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64, unique=True, help_text="Keyed digest of the body.")
    body = EncryptedTextField(help_text="The raw answer; personal data.")
    size = models.PositiveIntegerField(help_text="Length of the body in characters.")
    first_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"payload {self.id}"


class StatusQuery(models.Model):
    """One external call about one receipt.

    The row is written as `started` before the call leaves and completed with the result. A row that
    stays `started` was lost with its worker; the next claim of the receipt marks it `lost`.
    States: started -> ok | transient | permanent | misconfigured | lost.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid7, editable=False, help_text="Also the request id sent to the source."
    )
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="queries")
    source = models.CharField(max_length=16, help_text="Key of the source; also the lane of its budget.")
    run = models.UUIDField(help_text="The claim that made the call; one per batch.")
    attempt = models.PositiveIntegerField(default=1, help_text="1 for a first try, 2 for its first repeat.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=QueryOutcome, default=QueryOutcome.STARTED)
    error_code = models.CharField(max_length=40, blank=True, default="")
    decision = models.CharField(max_length=16, choices=Decision, blank=True, default=Decision.NONE)
    words = EncryptedTextField(
        null=True, blank=True, help_text="What the source said about a failure in its own words, masked."
    )
    payload = models.ForeignKey(
        Payload, null=True, blank=True, on_delete=models.PROTECT, related_name="queries"
    )

    class Meta:
        verbose_name_plural = "status queries"
        indexes = [
            # receipt_detail: the latest calls about one receipt.
            models.Index(fields=["receipt", "-started_at"], name="query_receipt"),
            # source_health: outcomes within the last hour and day.
            models.Index(fields=["source", "started_at", "outcome"], name="query_window"),
            # lease.mark_lost: calls that never came back.
            models.Index(fields=["receipt"], name="query_open", condition=Q(outcome="started")),
        ]

    def __str__(self) -> str:
        return f"status query {self.id}"
