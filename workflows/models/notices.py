"""Paper that came by mail, its scans and every earlier reading of it; and paper that should have come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from workflows.models.base import Row
from workflows.states import NoticeKind, NoticeState, WatchEnd, WatchState


class UscisNotice(Row):
    """One sheet of paper from USCIS as a person entered it. Never deleted.

    to_match -> logged (its receipt was found), to_match <-> set_aside (not ours, with a reason),
    duplicate -> logged (kept as another copy, with a reason). `first` is the notice it repeats.
    """

    submission = models.UUIDField(help_text=_("The form it came from: sent twice, it is logged once."))
    kind = models.CharField(max_length=12, choices=NoticeKind)
    state = models.CharField(max_length=10, choices=NoticeState)
    number = EncryptedTextField(blank=True, default="", help_text=_("Receipt number as printed."))
    number_index = models.CharField(max_length=64, blank=True, default="", help_text=_("Blind index."))
    receipt = models.ForeignKey(
        "tracking.Receipt", on_delete=models.PROTECT, null=True, blank=True, related_name="paper_notices"
    )
    notice_date = models.DateField(help_text=_("The date printed on the notice."))
    received_on = models.DateField(help_text=_("The day it reached the firm."))
    response_due = models.DateField(null=True, blank=True, help_text=_("As printed."))
    appointment = EncryptedJSONField(null=True, blank=True, help_text=_("Day, time and place as printed."))
    note = EncryptedTextField(blank=True, default="")
    scan_digest = models.CharField(max_length=64, blank=True, default="", help_text=_("Keyed digest."))
    first = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="repetitions"
    )
    reason = EncryptedTextField(blank=True, default="", help_text=_("Why it was set aside, or kept."))
    deadline = models.ForeignKey(
        "workflows.Deadline", on_delete=models.PROTECT, null=True, blank=True, related_name="paper_notices"
    )
    waits_for_matter = models.BooleanField(
        default=False, help_text=_("Its date is entered when the receipt gets a matter.")
    )
    version = models.PositiveIntegerField(default=1)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Who works on its matter was told of it then.")
    )

    receipt_id: UUID | None
    deadline_id: UUID | None
    first_id: UUID | None
    logged_by_id: UUID

    class Meta:
        db_table = "workflows_papernotice"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["logged_by", "submission"], name="paper_once_per_form"),
            # The same sheet twice is a duplicate, unless a person says that it is another copy.
            models.UniqueConstraint(
                fields=["receipt", "kind", "notice_date"],
                condition=Q(state="logged", first__isnull=True),
                name="paper_once_per_receipt",
            ),
            models.UniqueConstraint(
                fields=["receipt", "scan_digest"],
                condition=Q(state="logged", first__isnull=True) & ~Q(scan_digest=""),
                name="paper_scan_once_per_receipt",
            ),
            # Strangers are compared within one person's entries: another's may be closed to that person.
            models.UniqueConstraint(
                fields=["logged_by", "number_index", "kind", "notice_date"],
                condition=Q(state="to_match", first__isnull=True) & ~Q(number_index=""),
                name="paper_stranger_once",
            ),
            models.UniqueConstraint(
                fields=["logged_by", "scan_digest"],
                condition=Q(state="to_match", first__isnull=True) & ~Q(scan_digest=""),
                name="paper_stranger_scan_once",
            ),
            models.CheckConstraint(
                condition=Q(state="logged", receipt__isnull=False)
                | Q(state="to_match", receipt__isnull=True)
                | Q(state__in=["duplicate", "set_aside"]),
                name="paper_logged_has_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state="duplicate") | Q(first__isnull=False), name="paper_duplicate_of_one"
            ),
            models.CheckConstraint(
                condition=Q(state="set_aside", closed_by__isnull=False, closed_at__isnull=False)
                | (~Q(state="set_aside") & Q(closed_by__isnull=True, closed_at__isnull=True)),
                name="paper_set_aside_by_someone",
            ),
        ]
        indexes = [
            # The tabs of the list, newest first.
            models.Index(fields=["state", "-id"], name="paper_state"),
            # The worker's search for strangers whose receipt is tracked by now.
            models.Index(
                fields=["number_index"],
                condition=Q(state="to_match", offered_at__isnull=True),
                name="paper_unmatched",
            ),
            # The worker's search for dates that wait for a matter.
            models.Index(fields=["id"], condition=Q(waits_for_matter=True), name="paper_waits_for_matter"),
            # The notices with one number, for telling who may see a stranger.
            models.Index(fields=["number_index"], name="paper_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def appointment_day(self) -> date | None:
        """The day printed for an appointment."""
        day = (self.appointment or {}).get("day")
        return date.fromisoformat(day) if day else None

    @property
    def appointment_words(self) -> dict[str, str]:
        """Time and place of the appointment as printed; empty texts where nothing is."""
        known: dict[str, Any] = self.appointment or {}
        return {"time": known.get("time", ""), "place": known.get("place", "")}


class NoticeScan(Row):
    """The picture of one notice, kept apart so that lists never carry it."""

    notice = models.OneToOneField(UscisNotice, on_delete=models.PROTECT, related_name="scan")
    content = EncryptedBytesField()
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()

    class Meta:
        db_table = "workflows_paperscan"

    def __str__(self) -> str:
        return f"{self.content_type} ({self.size})"


class NoticeRevision(Row):
    """How a notice read before it was corrected. Rows are only added."""

    notice = models.ForeignKey(UscisNotice, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField(help_text=_("The version that was replaced."))
    values = EncryptedJSONField(help_text=_("Every field as it was entered before."))
    deadline = models.ForeignKey(
        "workflows.Deadline", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = EncryptedTextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "workflows_paperrevision"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "version"], name="paper_revision_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


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
