"""Checklists: who has to do what by when after a change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.base import Row


class ItemRole(models.TextChoices):
    """Whose item it is."""

    ATTORNEY = "attorney", _("Attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    CLIENT = "client", _("Client")


class ChecklistRun(Row):
    """One checklist opened in one matter."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="checklists")
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="checklists"
    )
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.key


class ChecklistItem(Row):
    """One thing to do. open -> done -> (reopened) open."""

    checklist = models.ForeignKey(ChecklistRun, on_delete=models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    role = models.CharField(max_length=10, choices=ItemRole)
    due_date = models.DateField(null=True, blank=True)
    anchor_days = models.SmallIntegerField(
        null=True, blank=True, help_text=_("Days from the run's deadline: the date follows it.")
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["checklist", "position"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "key"], name="checklist_item_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="checklist_item_done_by_someone",
            ),
        ]
        indexes = [
            # What is still to do, by date.
            models.Index(fields=["due_date"], condition=Q(done_at__isnull=True), name="checklist_item_open"),
        ]

    def __str__(self) -> str:
        return self.key
