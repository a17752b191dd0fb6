"""Status changes: immutable rows, who has taken note of them, findings beside them, questions to a person."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from legist.core.seals import Sealed, SealedQuerySet, SealField
from tracking.states import (
    ABOUT_ONE_CHANGE,
    Attention,
    FindingKind,
    ReviewAnswer,
    ReviewKind,
    ReviewState,
)


class Reads(NamedTuple):
    """What a text was read as, as far as anything follows from it."""

    code: str
    client_action: bool
    terminal: bool
    needs_review: bool


class HistoryIsFixed(Exception):
    """Somebody tried to alter or delete a status change; a correction is a new change."""

    def __init__(self) -> None:
        super().__init__("A status change is never altered or deleted; record an override instead.")


# All that a change says, its encrypted words included.
SEALED = (
    "receipt_id",
    "sequence",
    "from_code",
    "to_code",
    "from_bucket",
    "to_bucket",
    "from_stage",
    "to_stage",
    "title_en",
    "title_es",
    "description_en",
    "description_es",
    "facts",
    "client_action",
    "terminal",
    "attention",
    "event_date",
    "detected_after",
    "detected_at",
    "source",
    "rule",
    "normalizer",
    "confidence",
    "needs_review",
    "override_id",
    "query_id",
    "reread_of_id",
    "actor",
    "correlation_id",
)


class StatusChangeQuerySet(SealedQuerySet["StatusChange"]):
    """Refuses what would rewrite history. (Key rotation works below it, on the base manager.)"""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise HistoryIsFixed

    def delete(self) -> NoReturn:
        raise HistoryIsFixed

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise HistoryIsFixed


class StatusChange(Sealed):
    """One change of a receipt's status, as learned at `detected_at`, sealed. Never altered, never deleted.

    USCIS acted somewhere between `detected_after` (the last good reading before) and `detected_at`;
    `event_date` is the day its text names. A side event (fee, expedite, address) keeps the bucket:
    from_bucket = to_bucket. A correction by a person is a row of its own, with `override` set; so is the same
    text read anew by better rules, with `reread_of` set to the change whose place it takes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="changes")
    sequence = models.PositiveIntegerField(help_text="1 for the first status, then without gaps.")
    from_code = models.CharField(max_length=32, blank=True, default="", help_text="Empty at the first.")
    to_code = models.CharField(max_length=32)
    from_bucket = models.CharField(max_length=20, blank=True, default="")
    to_bucket = models.CharField(max_length=20, help_text="Stage after the change.")
    from_stage = models.CharField(max_length=32, blank=True, default="")
    to_stage = models.CharField(
        max_length=32, blank=True, default="", help_text="Code that set the stage; a side event keeps it."
    )
    title_en = models.CharField(max_length=300, blank=True, default="")
    title_es = models.CharField(max_length=300, blank=True, default="")
    description_en = EncryptedTextField(null=True, blank=True)
    description_es = EncryptedTextField(null=True, blank=True)
    facts = EncryptedJSONField(null=True, blank=True, help_text="What the text says: dates, office, form.")
    client_action = models.BooleanField(default=False, help_text="Somebody on our side must act.")
    terminal = models.BooleanField(default=False, help_text="The adjudication of this filing is over.")
    attention = models.CharField(max_length=4, choices=Attention)
    event_date = models.DateField(null=True, blank=True)
    detected_after = models.DateTimeField(null=True, blank=True, help_text="Last good reading before.")
    detected_at = models.DateTimeField()
    source = models.CharField(max_length=16, help_text="Source key, or `manual`.")
    rule = models.CharField(max_length=120, blank=True, default="", help_text="Normalizer rule that fired.")
    normalizer = models.CharField(max_length=40, blank=True, default="", help_text="Its version.")
    confidence = models.FloatField(default=1.0, help_text="0 to 1.")
    needs_review = models.BooleanField(default=False)
    override = models.ForeignKey(
        "tracking.Override", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    query = models.ForeignKey(
        "tracking.StatusQuery", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    reread_of = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reread",
        help_text="The change whose text this one reads anew; nothing new was said.",
    )
    actor = models.CharField(max_length=80, help_text="Key of the actor that recorded it.")
    correlation_id = models.CharField(max_length=64, blank=True, default="")
    seal = SealField(covers=SEALED)

    receipt_id: UUID
    override_id: UUID | None
    reread_of_id: UUID | None

    objects: ClassVar[models.Manager[StatusChange]] = StatusChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "sequence"], name="change_sequence"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="change_sequence_from_one"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="change_confidence_range"
            ),
        ]
        indexes = [
            # The inbox: what was learned within its window, and its three groups.
            models.Index(fields=["-detected_at"], name="change_detected"),
            models.Index(fields=["attention", "-detected_at"], name="change_attention"),
            # vocabulary: the past changes under one title, and the titles there are.
            models.Index(fields=["title_en", "id"], name="change_title"),
        ]

    def __str__(self) -> str:
        return f"status change {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFixed
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise HistoryIsFixed

    @property
    def title(self) -> str:
        """What the source calls it: in English, or in Spanish where that is all it says."""
        return self.title_en or self.title_es

    @property
    def reads(self) -> Reads:
        return Reads(self.to_code, self.client_action, self.terminal, self.needs_review)

    @property
    def is_first(self) -> bool:
        return self.sequence == 1


class Acknowledgement(models.Model):
    """One person has taken note of one change, which leaves the inbox."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(StatusChange, on_delete=models.PROTECT, related_name="acknowledgements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "user"], name="acknowledgement_once"),
        ]

    def __str__(self) -> str:
        return f"acknowledgement {self.id}"


class Finding(models.Model):
    """What an answer showed that is no new status: nobody outside hears of it, and no work starts.

    A silent update: the source's record date moved, its words did not. A disagreement: `source` says `code`
    while `stands` stands, by `other_source`; it is open until both say the same or a newer status comes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=16, choices=FindingKind)
    source = models.CharField(max_length=16, help_text="Key of the source whose answer showed it.")
    code = models.CharField(max_length=32, help_text="StatusCode that this source says.")
    other_source = models.CharField(max_length=16, blank=True, default="", help_text="Who says otherwise.")
    stands = models.CharField(max_length=32, blank=True, default="", help_text="StatusCode that stands.")
    record_before = models.DateTimeField(null=True, blank=True, help_text="The source's date until then.")
    record_now = models.DateTimeField(null=True, blank=True, help_text="The source's date since.")
    detected_after = models.DateTimeField(null=True, blank=True, help_text="The good reading before it.")
    detected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When a disagreement was over.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "source"],
                condition=Q(kind="disagreement", ended_at__isnull=True),
                name="finding_one_open_disagreement",
            ),
        ]
        indexes = [
            # receipt_detail, and list_receipts by kind.
            models.Index(fields=["receipt", "kind", "-detected_at"], name="finding_receipt"),
        ]

    def __str__(self) -> str:
        return f"finding {self.id}"


class ReviewItem(models.Model):
    """One question to a person about one receipt, or about a source as a whole (no receipt).

    At most one open item per receipt and kind (of what work waits for, per change and kind): a repeat raises
    `occurrences` instead.
    States: open -> resolved, by a person with a reason or by the system when the cause is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey(
        "tracking.Receipt", null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    source = models.CharField(max_length=16, help_text="Source the question is about.")
    kind = models.CharField(max_length=20, choices=ReviewKind)
    state = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.OPEN)
    code = models.CharField(max_length=40, blank=True, default="", help_text="Error code or status code.")
    detail = EncryptedTextField(null=True, blank=True, help_text="Raw title, or the source's own message.")
    change = models.ForeignKey(
        "tracking.StatusChange", null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    occurrences = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    latest_at = models.DateTimeField(help_text="Last time the cause was seen.")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True, default="", help_text="Key of the actor.")
    resolution = EncryptedTextField(null=True, blank=True, help_text="What a person found and did.")
    closing = models.CharField(
        max_length=40, blank=True, default="", help_text="ReviewClosing: why it was closed without a person."
    )
    values = models.JSONField(default=dict, blank=True, help_text="Values for why it was asked or closed.")
    answer = models.CharField(
        max_length=8, choices=ReviewAnswer, blank=True, default="", help_text="Whether waiting work starts."
    )

    receipt_id: UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "kind"],
                condition=Q(state="open", receipt__isnull=False) & ~Q(kind__in=ABOUT_ONE_CHANGE),
                name="review_one_open_per_receipt",
            ),
            models.UniqueConstraint(
                fields=["change", "kind"],
                condition=Q(state="open", kind__in=ABOUT_ONE_CHANGE),
                name="review_one_open_per_change",
            ),
            models.UniqueConstraint(
                fields=["source", "kind"],
                condition=Q(state="open", receipt__isnull=True),
                name="review_one_open_per_source",
            ),
            models.CheckConstraint(
                condition=Q(state="open", resolved_at__isnull=True)
                | Q(state="resolved", resolved_at__isnull=False),
                name="review_end_is_dated",
            ),
        ]
        indexes = [
            # The review queue, oldest first.
            models.Index(fields=["opened_at"], name="review_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"review item {self.id}"

    def get_kind_label(self) -> Any:
        return ReviewKind(self.kind).label
