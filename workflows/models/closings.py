"""Why a matter was closed although something in it was still open."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row


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
