"""The manual review queue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7


class ReviewKind(models.TextChoices):
    """Why a person is asked."""

    UNKNOWN_STATUS = "unknown_status", _("A status we have not seen before")
    CHECK_READING = "check_reading", _("A status we may have misread")
    NOT_RECOGNISED = "not_recognised", _("USCIS does not recognise the receipt number")
    REFUSED = "refused", _("USCIS refuses the receipt number")
    NOT_ANSWERED = "not_answered", _("USCIS refuses to answer about this receipt alone")
    UNREADABLE = "unreadable", _("An answer we cannot use")
    KEEPS_FAILING = "keeps_failing", _("No answer after several tries")
    WENT_BACK = "went_back", _("The source shows an older status than before")
    SAME_NOTICE = "same_notice", _("The same notice or a new one?")
    BEHIND_DECISION = "behind_decision", _("A stage that lies behind a decision")
    PAST_REQUEST = "past_request", _("Requests that only the history shows")
    OTHER_FORM = "other_form", _("The source names another form")
    ACCESS_REFUSED = "access_refused", _("The source refuses our access")
    VOCABULARY = "vocabulary", _("It is time to look through the statuses")


# Questions about one change each, which its work waits for.
ABOUT_ONE_CHANGE = (ReviewKind.SAME_NOTICE, ReviewKind.BEHIND_DECISION)

# What USCIS said of a case and nobody is sure of: until it is settled, anything may be asked of the client.
ABOUT_THE_CASE = (
    ReviewKind.UNKNOWN_STATUS,
    ReviewKind.CHECK_READING,
    ReviewKind.WENT_BACK,
    ReviewKind.PAST_REQUEST,
    *ABOUT_ONE_CHANGE,
)


class ReviewAnswer(models.TextChoices):
    """What a person says to a question that work waits for, or that decides what is known."""

    START = "start", _("Start the work")
    LEAVE = "leave", _("Start nothing")
    TAKE = "take", _("The form that the source names")
    KEEP = "keep", _("The form that was known")


# What may be answered to which question; the others take no answer.
ANSWERS_TO = {
    **dict.fromkeys(ABOUT_ONE_CHANGE, (ReviewAnswer.START, ReviewAnswer.LEAVE)),
    ReviewKind.OTHER_FORM: (ReviewAnswer.TAKE, ReviewAnswer.KEEP),
}


class ReviewState(models.TextChoices):
    """Where an item stands."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


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
    resolution = EncryptedTextField(null=True, blank=True, help_text="What was found and done.")
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
