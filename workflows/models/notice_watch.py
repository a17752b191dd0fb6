"""Paper that should have come: one watch per change of status, and how long it waits."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row


class WatchState(models.TextChoices):
    """Where the wait for a paper stands."""

    WAITING = "waiting", _("On its way")
    RAISED = "raised", _("Missing")
    SATISFIED = "satisfied", _("It came")
    DISMISSED = "dismissed", _("Not needed")


class WatchEnd(models.TextChoices):
    """Why nobody waits for the paper any more, though none was logged."""

    BY_PERSON = "by_person", _("a person decided so")
    MOVED_ON = "moved_on", _("the case moved on")
    CORRECTED = "corrected", _("the status was corrected")


class NoticeWatch(Row):
    """The wait for the notice that one change of status promises.

    waiting -> raised -> satisfied | dismissed, and straight from waiting to either. While it is open,
    `due_at` is when something happens next: it is raised, or more people are told.
    """

    change = models.OneToOneField(
        "tracking.StatusChange", on_delete=models.PROTECT, related_name="paper_watch"
    )
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="paper_watches")
    code = models.CharField(max_length=32, help_text=_("The status that promised it."))
    since = models.DateField(help_text=_("The day USCIS acted, or else on which we learned of it."))
    state = models.CharField(max_length=10, choices=WatchState, default=WatchState.WAITING)
    due_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(
        default=0, help_text=_("0 whoever works on it, 1 the attorney too, 2 the managers too.")
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    checklist = models.ForeignKey(
        "workflows.ChecklistRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    notice = models.ForeignKey(
        "workflows.UscisNotice", on_delete=models.PROTECT, null=True, blank=True, related_name="watches"
    )
    end = models.CharField(max_length=10, choices=WatchEnd, blank=True, default="")
    reason = EncryptedTextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    receipt_id: UUID
    checklist_id: UUID | None

    class Meta:
        db_table = "workflows_paperwatch"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "raised"], ended_at__isnull=True)
                | Q(state="satisfied", ended_at__isnull=False, notice__isnull=False, due_at__isnull=True)
                | (Q(state="dismissed", ended_at__isnull=False, due_at__isnull=True) & ~Q(end="")),
                name="paper_watch_ends_for_a_cause",
            ),
            # Nothing stops silently: a wait that has not been raised has its day.
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(due_at__isnull=False), name="paper_watch_waits_until"
            ),
        ]
        indexes = [
            # The worker's search for what is due.
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="paper_watch_due"),
            # The list of what is missing, and the number beside it.
            models.Index(fields=["-id"], condition=Q(state="raised"), name="paper_watch_raised"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.state})"


class GracePeriod(Row):
    """How many days the firm gives one kind of notice; without a row the built-in number holds."""

    code = models.CharField(max_length=32, unique=True)
    days = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "workflows_paperwait"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.days}"
