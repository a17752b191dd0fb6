"""What the product tells a member of staff inside the product."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.base import Row


class NotificationKind(models.TextChoices):
    """What a notice is about."""

    REMINDER = "reminder", _("A deadline is near")
    OVERDUE = "overdue", _("A deadline has passed")
    APPROVAL = "approval", _("A message waits for approval")
    RETURNED = "returned", _("A message was sent back")
    DELIVERY = "delivery", _("A delivery needs a person")
    STEP = "step", _("A playbook step needs a person")
    CHANGE = "change", _("A change needs a person")
    WORDING = "wording", _("Words for clients wait, or came back")
    PLAYBOOK = "playbook", _("A playbook cannot be read")
    GIVEN_UP = "given_up", _("Something was given up")
    PORTAL = "portal", _("A client has left the portal")
    PAPER = "paper", _("A paper notice is missing or waits to be matched")
    CONTACT = "contact", _("A client is reached in another way")
    IMPORT = "import", _("An import needs a person")
    HANDOVER = "handover", _("Work has changed hands")


class NotificationLevel(models.TextChoices):
    """How much it matters."""

    INFO = "info", _("For information")
    ACTION = "action", _("To do")
    URGENT = "urgent", _("Urgent")


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
