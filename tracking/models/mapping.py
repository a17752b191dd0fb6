"""The firm's vocabulary of statuses: versions, the draft of the next one, and history read anew."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7
from tracking.models.change import Reads


class VersionIsFixed(Exception):
    """Somebody tried to alter a published version; a correction is a new version."""

    def __init__(self) -> None:
        super().__init__("A published vocabulary is never altered or deleted; publish another version.")


class FixedQuerySet(models.QuerySet[Any]):
    """Refuses what would rewrite a published version. (Key rotation works below it.)"""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise VersionIsFixed

    def delete(self) -> NoReturn:
        raise VersionIsFixed


class MappingVersion(models.Model):
    """One published vocabulary, as a whole, with who published it and why. Never altered, never deleted.

    The one with the highest number is in force; before the first, ours is. Titles and names of stages are
    no personal data, so the content is kept in the clear.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True, help_text="1, 2, 3 …")
    content = models.JSONField(help_text="Stages and rules, as `tracking.mapping.content` writes them.")
    edits = models.JSONField(default=list, help_text="The steps from the version before.")
    reason = EncryptedTextField(help_text="Why, in the person's words.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()

    objects: ClassVar[models.Manager[MappingVersion]] = FixedQuerySet.as_manager()

    class Meta:
        db_table = "tracking_vocabularyversion"
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="vocabulary_from_one")]

    def __str__(self) -> str:
        return f"vocabulary {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise VersionIsFixed
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise VersionIsFixed


class MappingDraft(models.Model):
    """The firm's one draft of its next vocabulary: steps on top of the version in force, whichever it is."""

    slot = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    edits = models.JSONField(default=list, help_text="Steps, in order.")
    revision = models.PositiveIntegerField(default=0, help_text="Raised by every step: what one saw.")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "tracking_vocabularydraft"
        constraints = [models.CheckConstraint(condition=Q(slot=1), name="vocabulary_one_draft")]

    def __str__(self) -> str:
        return f"vocabulary draft, revision {self.revision}"


class ReprocessingState(models.TextChoices):
    """Where a run over history stands."""

    QUEUED = "queued", _("Waiting for the worker")
    RUNNING = "running", _("Reading")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")


class ReprocessingRun(models.Model):
    """One run over past changes, reading their texts anew. It adds readings and rewrites none.

    States: queued -> running -> done; queued | running -> cancelled. Changes up to `cursor` are committed
    together with it, so a killed run goes on where it stopped. At most one waits or runs at a time for
    everything; runs over single titles may stand beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=ReprocessingState, default=ReprocessingState.QUEUED)
    version = models.PositiveIntegerField(help_text="Vocabulary in force when it was asked for.")
    titles = models.JSONField(default=list, help_text="Title keys it is about; empty for all of history.")
    total = models.PositiveIntegerField(help_text="Changes to look at.")
    position = models.PositiveIntegerField(default=0, help_text="Changes looked at.")
    cursor = models.UUIDField(null=True, blank=True, help_text="Last change that was looked at.")
    differing = models.PositiveIntegerField(default=0, help_text="Changes that read differently now.")
    moved = models.PositiveIntegerField(default=0, help_text="Cases whose present status changed by it.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker holds it until then.")
    lease_token = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "tracking_rereadingrun"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(moved__lte=F("differing")), name="rereading_moved_differ"),
        ]
        indexes = [
            # rereading.list_waiting: what waits for a worker.
            models.Index(
                fields=["lease_until"],
                name="rereading_waiting",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"rereading {self.id} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in {ReprocessingState.QUEUED, ReprocessingState.RUNNING}


class ReprocessedReading(models.Model):
    """What one past change reads as by a later vocabulary or normalizer. Added, never altered.

    The newest one counts; the change keeps what it was recorded as.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey("tracking.StatusChange", on_delete=models.PROTECT, related_name="rereadings")
    run = models.ForeignKey(
        ReprocessingRun, null=True, blank=True, on_delete=models.PROTECT, related_name="rereadings"
    )
    code = models.CharField(max_length=32)
    client_action = models.BooleanField()
    terminal = models.BooleanField()
    needs_review = models.BooleanField()
    rule = models.CharField(max_length=120)
    normalizer = models.CharField(max_length=40, help_text="Version of normalizer and vocabulary.")
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    change_id: UUID

    objects: ClassVar[models.Manager[ReprocessedReading]] = FixedQuerySet.as_manager()

    class Meta:
        db_table = "tracking_rereading"
        constraints = [
            models.UniqueConstraint(fields=["change", "run"], name="rereading_once_per_run"),
        ]
        indexes = [
            # What a change reads as now: its newest rereading.
            models.Index(fields=["change", "-id"], name="rereading_of_change"),
        ]

    def __str__(self) -> str:
        return f"rereading of {self.change_id}"

    @property
    def reads(self) -> Reads:
        return Reads(self.code, self.client_action, self.terminal, self.needs_review)


class MappingReview(models.Model):
    """One look of a person through what the vocabulary leaves open; the next is due a while after."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    unmapped = models.PositiveIntegerField(help_text="Titles nobody could read, then.")
    ambiguous = models.PositiveIntegerField(help_text="Titles a person should confirm, then.")
    fresh = models.PositiveIntegerField(help_text="Titles first seen since the look before, then.")

    class Meta:
        db_table = "tracking_vocabularyreview"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"vocabulary review {self.id}"
