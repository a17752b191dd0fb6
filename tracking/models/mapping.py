"""What the firm makes of statuses, history read anew, a model's suggestions, and the polling policy."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from tracking.models.changes import Reads
from tracking.states import ReprocessingState, SuggestionState


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
    base = models.JSONField(null=True, blank=True, help_text="What came with Legist when it was written.")
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


class PollingPolicyVersion(models.Model):
    """One version of the firm's polling policy, as a whole. The newest holds, and none is altered.

    `placed_upto` and `placed_at` say how far the receipts have been put into their tiers by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True, help_text="1, 2, 3 …")
    content = models.JSONField(help_text="The document, as `tracking.polling.policy` reads it.")
    base = models.JSONField(null=True, blank=True, help_text="What came with Legist when it was written.")
    reason = EncryptedTextField(help_text="Why, in the person's words.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()
    placed_upto = models.UUIDField(null=True, help_text="The last receipt that was placed by it.")
    placed_at = models.DateTimeField(null=True, help_text="When every receipt had been placed by it.")

    def __str__(self) -> str:
        return f"polling policy {self.number}"
