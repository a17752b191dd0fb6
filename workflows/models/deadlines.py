"""Deadlines, provisional until a person enters the printed date, and their reminders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row


class DeadlineStatus(models.TextChoices):
    """How sure the date is."""

    PROVISIONAL = "provisional", _("Provisional")
    CONFIRMED = "confirmed", _("Confirmed")


class DeadlineState(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("Open")
    MET = "met", _("Met")
    MOVED = "moved", _("Moved")
    WAIVED = "waived", _("Waived")


class Deadline(Row):
    """One date the matter depends on. Never deleted; a moved one points to nothing, its successor to it.

    open -> met | moved | waived. The provisional date, computed by a rule, and the confirmed one, read
    from paper, are both kept. A date that only the paper notice tells (an appointment) is open without one.
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
    reminder_offsets = models.JSONField(default=list, help_text=_("Days before the date."))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField()

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
    def difference_days(self) -> int | None:
        """How many days the confirmed date lies after the computed one; None while one is missing."""
        if self.confirmed_due is None or self.provisional_due is None:
            return None
        return (self.confirmed_due - self.provisional_due).days


class ReminderState(models.TextChoices):
    """What became of a reminder."""

    PENDING = "pending", _("Planned")
    SENT = "sent", _("Shown")
    CANCELLED = "cancelled", _("Cancelled")


class Reminder(Row):
    """One reminder of one deadline, so many days before it (negative: after it)."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    offset_days = models.SmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.PENDING)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "offset_days"], name="reminder_once_per_offset"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="reminder_sent_has_time"
            ),
        ]
        indexes = [
            # The periodic task takes what is due.
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="reminder_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days} days ({self.state})"
