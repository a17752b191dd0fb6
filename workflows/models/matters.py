"""Beside a matter: checklists, what may be billed, reasons for closing, and what staff are told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from workflows.models.base import Row
from workflows.states import (
    ITEM_CLOSING,
    PAPER_STEP,
    ItemRole,
    NotificationKind,
    NotificationLevel,
    WorkKind,
)


class ChecklistRun(Row):
    """One checklist opened in one matter; under the key BY_HAND the tasks that people set each other."""

    BY_HAND: ClassVar = "by-hand"

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="checklists")
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="checklists"
    )
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=160, blank=True, help_text=_("As its playbook says it."))
    code = models.CharField(
        max_length=40, blank=True, default="", help_text=_("PaperStep, where no playbook opened it.")
    )
    values = models.JSONField(default=dict, blank=True, help_text=_("Values of its sentence."))
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(key="by-hand", run__isnull=True), name="checklist_by_hand_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """Its name, in the reader's language where it is ours."""
        if self.key == self.BY_HAND and self.run_id is None:
            return gettext("Tasks")
        return PAPER_STEP.say(self.code, self.values) if self.code else self.title


class ChecklistItem(Row):
    """One thing to do. open -> done -> (reopened) open.

    With a `closing` it was not done: nobody needs it any more. A playbook may close it so, in nobody's name.
    """

    checklist = models.ForeignKey(ChecklistRun, on_delete=models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=300, blank=True, help_text=_("As its playbook says it."))
    code = models.CharField(
        max_length=40, blank=True, default="", help_text=_("PaperStep, where no playbook says it.")
    )
    values = models.JSONField(default=dict, blank=True, help_text=_("Values of its sentence."))
    words = EncryptedTextField(null=True, blank=True, help_text=_("As a person said it, in place of text."))
    role = models.CharField(max_length=10, choices=ItemRole)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_date = models.DateField(null=True, blank=True)
    anchor_days = models.SmallIntegerField(
        null=True, blank=True, help_text=_("Days from the run's deadline: the date follows it.")
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("ItemClosing: why, where it was not done."),
    )
    reopened_at = models.DateTimeField(null=True, blank=True)
    earlier = EncryptedJSONField(
        null=True, blank=True, help_text=_("[{text, owner, due, by, at}]: as it was set, the oldest first.")
    )

    class Meta:
        ordering = ["checklist", "position"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "key"], name="checklist_item_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, closing="")
                | Q(done_at__isnull=False, done_by__isnull=False)
                | (Q(done_at__isnull=False) & ~Q(closing="")),
                name="checklist_item_done_by_someone",
            ),
        ]
        indexes = [
            # What is still to do, by date.
            models.Index(fields=["due_date"], condition=Q(done_at__isnull=True), name="checklist_item_open"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """What is to be done, in the reader's language where the words are ours."""
        if self.words:
            return str(self.words)
        return PAPER_STEP.say(self.code, self.values) if self.code else self.text

    @property
    def version(self) -> str:
        """Says what a reader saw of it: whoever changes it has read just that."""
        return f"{len(self.earlier or ())} {self.owner_id or ''} {self.due_date or ''}"

    @property
    def why_closed(self) -> str:
        """Why nobody needed it, where it was closed without being done."""
        return ITEM_CLOSING.say(self.closing)

    @property
    def whose(self) -> str:
        """The role that it waits for: its owner's, where it has one."""
        return self.owner.role if self.owner else self.role


class Note(Row):
    """What one of the staff wrote on a matter, for the staff alone; `earlier` is what stood there before.

    Deleted for good: that there was one, whose and who deleted it stays on the record.
    """

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="notes")
    text = EncryptedTextField()
    is_pinned = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    earlier = EncryptedJSONField(default=list, help_text=_("[{text, by, at}], the oldest first."))

    class Meta:
        ordering = ["-is_pinned", "-created_at", "-id"]

    def __str__(self) -> str:
        return f"Note {self.id}"

    @property
    def version(self) -> str:
        """What a change has to name, so that nobody replaces words that they have not read."""
        return str(len(self.earlier))


class WorkChoice(Row):
    """What a person decided about one line of their work: put off until a day, or given to a colleague.

    One per person and thing; the newest decision holds. What was put off comes back by itself.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=WorkKind)
    subject_id = models.UUIDField()
    until_date = models.DateField(null=True, blank=True)
    past_date = models.DateField(
        null=True,
        blank=True,
        help_text=_("The date of the case that it was knowingly put off beyond."),
    )
    given_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "subject_id"], name="work_choice_once"),
            models.CheckConstraint(
                condition=Q(until_date__isnull=False, given_to__isnull=True)
                | Q(until_date__isnull=True, past_date__isnull=True, given_to__isnull=False),
                name="work_choice_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} put off" if self.until_date else f"{self.kind} given away"


class BillingEvent(Row):
    """One billable milestone, named once per change. Amounts live in the firm's billing system."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="billing_events")
    change = models.ForeignKey(
        "tracking.StatusChange", on_delete=models.PROTECT, related_name="billing_events"
    )
    run = models.ForeignKey(
        "workflows.PlaybookRun",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="billing_events",
    )
    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=160, help_text=_("The milestone in words."))
    occurred_date = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "kind"], name="billing_event_once_per_change"),
        ]

    def __str__(self) -> str:
        return self.kind


class ClosingReason(Row):
    """One closing of a matter with open deadlines or messages, and the reason a person gave for it."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="closing_reasons")
    reason = EncryptedTextField()
    deadlines = models.PositiveSmallIntegerField(help_text=_("Open deadlines when it was closed."))
    drafts = models.PositiveSmallIntegerField(help_text=_("Unfinished messages when it was closed."))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-closed_at"]

    def __str__(self) -> str:
        return f"closing with {self.deadlines} deadlines and {self.drafts} drafts open"


class Notification(Row):
    """One line for one person; told once per key however often its cause is looked at."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, help_text=_("What it is about; a second one is not made."))
    kind = models.CharField(max_length=10, choices=NotificationKind)
    level = models.CharField(max_length=8, choices=NotificationLevel)
    matter = models.ForeignKey(
        "practice.Matter", on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    subject_kind = models.CharField(max_length=20, help_text=_("deadline, draft, delivery, run"))
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict, help_text=_("Codes and numbers for the sentence."))
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "workflows_notice"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
        ]
        indexes = [
            # A person's unread notices, newest first.
            models.Index(
                fields=["user", "-created_at"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.level})"
