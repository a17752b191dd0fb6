"""The tracked receipt number, every call about it with its answer, and the statuses that a person set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7
from legist.core.seals import Sealed, SealedQuerySet, SealField
from tracking.receipts import ReceiptNumber
from tracking.states import Decision, OverrideState, Priority, QueryOutcome, ReceiptState, Tier

NEXT_POLL = ("next_poll_at", "next_poll_reason", "next_poll_values")
_NEVER: Mapping[str, Any] = {"next_poll_at": None, "next_poll_reason": "", "next_poll_values": {}}


class Receipt(models.Model):
    """One receipt number that the firm watches, with the status as known now.

    States: tracked <-> stopped (a person decides, with a reason). While it is tracked and its tier is
    neither paused nor on demand it always has a next poll, whatever went wrong: the database refuses
    anything else. On demand it has one from when somebody asks until there is an answer.
    The current_* columns repeat the latest StatusChange so that lists need no join; only
    `tracking.changes` writes them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = EncryptedTextField(help_text="Canonical receipt number; personal data.")
    number_index = models.CharField(max_length=64, unique=True, help_text="Blind index for exact lookup.")
    filing_index = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Blind index of what receipts filed together share.",
    )
    neighbour_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the status of one filed together last changed."
    )
    prefix = models.CharField(max_length=3, help_text="First three letters: the office or system.")
    form_type = models.CharField(max_length=16, blank=True, default="", help_text="Such as I-485.")
    matter = models.ForeignKey(
        "practice.Matter",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receipts",
        help_text="Empty while the receipt waits in the unassigned tray.",
    )
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.STANDARD)
    tier_why = models.JSONField(
        default=dict, blank=True, help_text="TierReason with its values; empty before the first decision."
    )
    pinned_tier = models.CharField(
        max_length=16,
        choices=Tier,
        blank=True,
        default="",
        help_text="A person's choice; empty: the policy's.",
    )
    shadow = models.JSONField(
        default=dict, blank=True, help_text="Tier and why by the policy in shadow; empty without one."
    )
    events = models.JSONField(
        default=dict, blank=True, help_text="When each PollingEvent came last: what may lift the tier."
    )
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    state = models.CharField(max_length=8, choices=ReceiptState, default=ReceiptState.TRACKED)
    stopped_reason = EncryptedTextField(null=True, blank=True)

    current_code = models.CharField(
        max_length=32, blank=True, default="", help_text="StatusCode, empty before the first reading."
    )
    current_bucket = models.CharField(
        max_length=20, blank=True, default="", help_text="Bucket; a side event leaves it as it was."
    )
    stage_code = models.CharField(
        max_length=32,
        blank=True,
        default="",
        help_text="StatusCode that set the stage; a side event leaves it. Firms gather their stages by it.",
    )
    current_title = models.CharField(max_length=300, blank=True, default="")
    current_since = models.DateField(null=True, blank=True, help_text="Day the status says it happened.")
    source = models.CharField(
        max_length=16, blank=True, default="", help_text="Where the current status came from."
    )
    latest_change = models.ForeignKey(
        "tracking.StatusChange", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sequence = models.PositiveIntegerField(default=0, help_text="Number of status changes so far.")

    reading_digest = models.CharField(
        max_length=64, blank=True, default="", help_text="Keyed digest of the text last read at the source."
    )
    reading_key = models.CharField(
        max_length=64, blank=True, default="", help_text="Keyed digest of what that text meant."
    )
    history_digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="Keyed digest of the history last looked through; empty before the first look.",
    )
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="Filing date by the source.")
    modified_at = models.DateTimeField(
        null=True, blank=True, help_text="Modification time that the source gave with its last good reading."
    )

    last_good_at = models.DateTimeField(
        null=True, blank=True, help_text="When the status was last read with success."
    )
    last_checked_at = models.DateTimeField(null=True, blank=True, help_text="Last call, good or bad.")
    last_error = models.CharField(
        max_length=40,
        blank=True,
        default="",
        help_text="Error code of the last call, empty when it was good.",
    )
    attempts = models.PositiveIntegerField(default=0, help_text="Failed calls in a row.")
    next_poll_at = models.DateTimeField(null=True, blank=True)
    next_poll_reason = models.CharField(
        max_length=200, blank=True, default="", help_text="NextCheck: why then."
    )
    next_poll_values = models.JSONField(default=dict, blank=True, help_text="Values of its sentence.")
    lease_until = models.DateTimeField(
        null=True, blank=True, help_text="A worker holds the receipt until then; a crash only delays it."
    )
    lease_token = models.UUIDField(null=True, blank=True, help_text="The claim that holds it.")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80, help_text="Key of the actor that began to track it.")

    matter_id: UUID | None
    latest_change_id: UUID | None

    class Meta:
        constraints = [
            # Nothing stops silently: watched means scheduled, and only watched means scheduled.
            models.CheckConstraint(
                condition=(
                    Q(state="tracked", next_poll_at__isnull=False) & ~Q(tier="paused")
                    | Q(state="stopped", next_poll_at__isnull=True)
                    | Q(tier__in=["paused", "on_demand"], next_poll_at__isnull=True)
                ),
                name="receipt_watched_is_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True, lease_token__isnull=True)
                | Q(lease_until__isnull=False, lease_token__isnull=False),
                name="receipt_lease_is_whole",
            ),
        ]
        indexes = [
            # lease.claim_due: the most overdue first.
            models.Index(
                fields=["next_poll_at"], name="receipt_due", condition=Q(next_poll_at__isnull=False)
            ),
            # lease.claim_due: reading back what the update claimed.
            models.Index(
                fields=["lease_token"], name="receipt_lease", condition=Q(lease_token__isnull=False)
            ),
            # selectors.list_receipts by the firm's stage, in keyset order; what a change of stages moves.
            models.Index(fields=["stage_code", "-id"], name="receipt_stage"),
            # selectors.list_receipts by tier; source_health counts the tiers.
            models.Index(fields=["tier", "-id"], name="receipt_tier"),
            # planning.stir: those filed together.
            models.Index(fields=["filing_index"], name="receipt_filing", condition=~Q(filing_index="")),
            # The unassigned tray.
            models.Index(fields=["-id"], name="receipt_unassigned", condition=Q(matter__isnull=True)),
            # selectors.list_receipts: what fails.
            models.Index(fields=["last_error", "-id"], name="receipt_failing", condition=~Q(last_error="")),
        ]

    def __str__(self) -> str:
        return f"receipt {self.id}"

    @property
    def recorded_within(self) -> UUID | None:
        """The matter whose timeline tells of it."""
        return self.matter_id

    @property
    def receipt_number(self) -> ReceiptNumber:
        """The number as a value with its mask and groups; opens the encrypted field."""
        return ReceiptNumber(self.number)

    @property
    def masked(self) -> str:
        return self.receipt_number.masked

    def plan_next_poll(self, columns: Mapping[str, Any] | None) -> None:
        """Set when it is asked about next and why then, or that it is not; the caller saves NEXT_POLL."""
        for name in NEXT_POLL:
            setattr(self, name, (columns or _NEVER)[name])

    @property
    def is_planned(self) -> bool:
        """True when it is asked about by itself."""
        return self.is_watched and self.tier != Tier.ON_DEMAND

    @property
    def is_watched(self) -> bool:
        return self.state == ReceiptState.TRACKED and self.tier != Tier.PAUSED


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
    stays `started` was lost with its worker; the next claim of the receipt marks it `lost`. `source` is
    the lane it was made on, whose name begins with the key of the source.
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


class PollingPlan(models.Model):
    """How the calls of one source are shared out at present, and what the firm has seen that it follows from.

    Renewed every hour by `tracking.polling.planning`, the only writer. While `is_shared` is off, receipts
    keep the fixed intervals of their tiers, and only what is seen is counted. A lane beside the source's own
    has a row for its `urgent` calls alone.
    """

    source = models.CharField(primary_key=True, max_length=16, help_text="Key of the source.")
    is_shared = models.BooleanField(default=False, help_text="Off: fixed intervals by tier.")
    price = models.FloatField(default=0.0, help_text="Calls a day for each unit of pull.")
    floors_kept = models.FloatField(default=1.0, help_text="Below 1: the floors ask for more than there is.")
    seen = models.JSONField(
        default=list, help_text="Rows of form, stage, age group, receipt-days watched, changes seen."
    )
    planned_at = models.DateTimeField(null=True, help_text="Up to when what was seen is counted.")
    urgent_day = models.DateField(null=True, help_text="The UTC day of `urgent`.")
    urgent = models.PositiveIntegerField(
        default=0, help_text="Calls of that day that were no planned checks: the reserve's."
    )

    asked_day = models.DateField(null=True, help_text="The UTC day of `asked`.")
    asked = models.PositiveIntegerField(default=0, help_text="Checks that people asked for that day.")
    asked_ahead = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Checks that people asked for that wait for the day after it."
    )

    def __str__(self) -> str:
        return f"polling plan of {self.source}"


class PollingDial(models.Model):
    """How far polling is turned down for a source, one of its lanes, a tier or a team; empty means all.

    States: in force -> ended, by a person (`ended_at`) or by its own time (`until`). `tracking.polling.dials`
    is the only writer; a row is never altered otherwise.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=16, help_text="Key of the source.")
    lane = models.CharField(max_length=16, blank=True, default="", help_text="Key of one of its lanes.")
    tier = models.CharField(max_length=16, blank=True, default="")
    team = models.ForeignKey(
        "practice.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    percent = models.PositiveSmallIntegerField(help_text="Share of the calls that goes on, 0 to 99.")
    reason = models.CharField(max_length=20, blank=True, default="", help_text="OperatorReason.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for commands.",
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: until somebody turns it back.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody turned it.")

    team_id: UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "lane", "tier"],
                condition=Q(ended_at=None, team=None),
                name="dial_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["source", "lane", "tier", "team"],
                condition=Q(ended_at=None, team__isnull=False),
                name="dial_one_in_force_per_team",
            ),
            models.CheckConstraint(condition=Q(percent__lt=100), name="dial_turns_down"),
        ]

    def __str__(self) -> str:
        return f"polling dial {self.id}"


class Override(Sealed):
    """One status that a person set by hand, with the reason, sealed. It can be taken back.

    It holds until the source says something it had not said before, or another override follows.
    States: active -> reverted (by a person, with a reason) | superseded (by a reading or an override).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="overrides")
    state = models.CharField(max_length=12, choices=OverrideState, default=OverrideState.ACTIVE)
    code = models.CharField(max_length=32, help_text="StatusCode the person chose.")
    previous_code = models.CharField(max_length=32, blank=True, default="", help_text="Code it replaced.")
    reason = EncryptedTextField(help_text="Why, in the person's words.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for commands.",
    )
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = EncryptedTextField(null=True, blank=True)
    seal = SealField(
        covers=("receipt_id", "state", "code", "previous_code", "by_id", "at", "ended_at", "ended_by_id")
    )

    receipt_id: UUID

    objects: ClassVar[models.Manager[Override]] = SealedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(state="active"), name="override_one_active"
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True)
                | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="override_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.id}"
