"""Deadlines, provisional until a person enters the printed date, their reminders, and calendar feeds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.law.outcomes import REPLACED_BY
from workflows.models.base import Row
from workflows.states import (
    DEADLINE_CLOSING,
    DateSource,
    DeadlineState,
    DeadlineStatus,
    EscalationLevel,
    FeedScope,
    ReminderState,
)


class DeadlineIsKept(Exception):
    """Somebody tried to delete a deadline; it is met, moved or waived instead."""

    def __init__(self) -> None:
        super().__init__("A deadline is never deleted; meet, move or waive it.")


# A clock that runs although nobody knows the day: a returned fee, what was first seen when it was old. The
# day of an appointment is merely not known yet.
RUNS_UNSEEN = Q(due_date__isnull=True) & ~Q(issued_known="") & ~Q(kind__in=list(REPLACED_BY))


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Refuses to delete."""

    def delete(self) -> NoReturn:
        raise DeadlineIsKept


class Deadline(Row):
    """One date the matter depends on. Never deleted; a moved one points to nothing, its successor to it.

    open -> met | moved | waived. Every date it might have is kept in `candidates`; while it is provisional
    the earliest of them is `due_date`. The date by rule and the confirmed one, read from paper, have columns
    of their own. A date that only the paper notice tells (an appointment) is open without one.
    """

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="deadlines")
    receipt = models.ForeignKey(
        "tracking.Receipt", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    status = models.CharField(max_length=12, choices=DeadlineStatus)
    state = models.CharField(max_length=8, choices=DeadlineState, default=DeadlineState.OPEN)
    due_date = models.DateField(null=True, blank=True, help_text=_("The date that counts now."))
    provisional_due = models.DateField(null=True, blank=True)
    confirmed_due = models.DateField(null=True, blank=True)
    rule = models.CharField(max_length=160, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    steps = models.JSONField(default=list, help_text=_("How the provisional date was counted, step by step."))
    candidates = models.JSONField(
        default=list, help_text=_("Possible dates, each with its source: rule, text or paper.")
    )
    issued_on = models.DateField(null=True, blank=True, help_text=_("The day the rule counts from."))
    issued_known = models.CharField(
        max_length=8, blank=True, default="", help_text=_("How that day is known: stated, after, seen.")
    )
    served = models.CharField(
        max_length=12,
        blank=True,
        default="",
        help_text=_("mail, personal or electronic; empty while nobody has said."),
    )
    from_abroad = models.BooleanField(default=False, help_text=_("The person is outside the country."))
    reminder_offsets = models.JSONField(default=list, help_text=_("Days before the date."))
    own_reminders = models.BooleanField(
        default=False, help_text=_("Its reminders were chosen for it and do not follow the firm's.")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(blank=True, default="")
    closing = models.CharField(
        max_length=40, blank=True, default="", help_text=_("DeadlineClosing: why, where no person says it.")
    )
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Deadline]] = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = [F("due_date").asc(nulls_first=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="provisional", confirmed_due__isnull=True, confirmed_at__isnull=True)
                | Q(
                    status="confirmed",
                    confirmed_due__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    due_date=F("confirmed_due"),
                ),
                name="deadline_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="deadline_closed_by_someone",
            ),
            models.UniqueConstraint(
                fields=["run", "kind"], condition=Q(previous__isnull=True), name="deadline_once_per_run"
            ),
        ]
        indexes = [
            # The deadline board: open ones by date.
            models.Index(fields=["due_date", "id"], condition=Q(state="open"), name="deadline_open_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"

    @property
    def runs_unseen(self) -> bool:
        """Whether it runs although nobody knows its day; see `RUNS_UNSEEN`."""
        return self.due_date is None and bool(self.issued_known) and self.kind not in REPLACED_BY

    @property
    def why_closed(self) -> str:
        """Why it was closed: a person's words in quotes, or ours in the reader's language."""
        return f"“{self.reason}”" if self.reason else DEADLINE_CLOSING.say(self.closing)

    @property
    def recorded_within(self) -> UUID:
        """The matter whose timeline tells of it."""
        return self.matter_id

    @property
    def difference_days(self) -> int | None:
        """How many days the confirmed date lies after the computed one; None while one is missing."""
        if self.confirmed_due is None or self.provisional_due is None:
            return None
        return (self.confirmed_due - self.provisional_due).days

    @property
    def known_dates(self) -> list[tuple[DateSource, date]]:
        """The possible dates with their sources, earliest first."""
        rows = [(DateSource(row["source"]), date.fromisoformat(row["due"])) for row in self.candidates]
        return sorted(rows, key=lambda row: row[1])

    @property
    def spread_days(self) -> int:
        """How many days lie between the earliest and the latest possible date; 0 when they agree."""
        days = [day for _source, day in self.known_dates]
        return (max(days) - min(days)).days if days else 0

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise DeadlineIsKept


class Reminder(Row):
    """One reminder of one deadline, so many days before it (negative: after it).

    pending -> sent | cancelled. A sent one climbs the rungs at `next_rung_at` until a person acknowledges it.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    offset_days = models.SmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.PENDING)
    sent_at = models.DateTimeField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(choices=EscalationLevel, default=EscalationLevel.NOBODY)
    next_rung_at = models.DateTimeField(null=True, blank=True, help_text=_("When the next one is told."))
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, next_rung_at__isnull=True),
                name="reminder_acknowledged_by_someone",
            ),
            models.UniqueConstraint(fields=["deadline", "offset_days"], name="reminder_once_per_offset"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="reminder_sent_has_time"
            ),
        ]
        indexes = [
            # The periodic task takes what is due.
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="reminder_pending"),
            # And what nobody has acknowledged in time.
            models.Index(
                fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="reminder_climbing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days} days ({self.state})"


class ReminderRule(Row):
    """What the firm decided about the reminders of one kind of deadline; no row means the shipped ones.

    The newest version of a kind holds. None is altered: a change is a version of its own.
    """

    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1, help_text=_("Counts from 1 for each kind."))
    base = models.JSONField(null=True, blank=True, help_text=_("What shipped when it was decided."))
    offsets = models.JSONField(default=list, help_text=_("Days before the date."))
    attorney_after = models.PositiveSmallIntegerField(
        default=1, help_text=_("Business days without an acknowledgement until the attorney is told.")
    )
    manager_after = models.PositiveSmallIntegerField(
        default=1, help_text=_("Further business days until the managers are told.")
    )
    reason = EncryptedTextField(null=True, blank=True, help_text=_("Why; empty from before it was asked."))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "version"]
        constraints = [
            # Finds the newest of a kind too.
            models.UniqueConstraint(fields=["kind", "version"], name="reminder_rule_version_once"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def published_by(self) -> Any:
        return self.updated_by

    @property
    def published_at(self) -> datetime:
        return self.updated_at


class CalendarFeed(Row):
    """One secret address that a calendar program reads. Renewing revokes it and makes another.

    active -> revoked. The address is shown once and cannot be read again: only its keyed hash is kept.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    secret_hash = models.CharField(max_length=64, unique=True, help_text=_("Keyed hash of the secret."))
    scope = models.CharField(max_length=4, choices=FeedScope, default=FeedScope.MINE)
    shows_names = models.BooleanField(default=False, help_text=_("Matter reference and client's name."))
    created_at = models.DateTimeField()
    first_read_at = models.DateTimeField(null=True, blank=True)
    latest_read_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
