"""Matters: the unit of work, of permission and of the timeline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7
from legist.practice.models.clients import Client


class MatterKind(models.TextChoices):
    """What the matter is about, in the firm's terms."""

    CASE = "case", _("Case")
    RFE = "rfe", _("RFE response")


class MatterState(models.TextChoices):
    """Whether the firm still works on it."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class MatterStage(models.TextChoices):
    """The firm's own stage, kept apart from the government's status."""

    INTAKE = "intake", _("Intake")
    FILED = "filed", _("Filed")
    RESPONDING = "responding", _("Responding to USCIS")
    POST_ADJUDICATION = "post_adjudication", _("After the decision")
    TO_CLOSE = "to_close", _("Ready to close")
    CLOSED = "closed", _("Closed")


class Matter(models.Model):
    """One engagement for one client. States: open -> closed -> open again.

    Whoever may see the matter sees what hangs below it: receipts, drafts, deadlines, documents.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=60, unique=True, help_text=_("The firm's own number."))
    title = EncryptedTextField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="matters")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=MatterKind, default=MatterKind.CASE)
    stage = models.CharField(max_length=20, choices=MatterStage, default=MatterStage.FILED)
    state = models.CharField(max_length=8, choices=MatterState, default=MatterState.OPEN)
    attorney = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attorney_matters",
    )
    paralegal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="paralegal_matters",
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The list of open matters, newest first.
            models.Index(fields=["state", "-id"], name="matter_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at=None)
                | models.Q(state="closed", closed_at__isnull=False),
                name="matter_closed_has_time",
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="matter_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.reference


class MatterUserObjectPermission(UserObjectPermissionBase):
    """A grant to one person on one matter."""

    content_object = models.ForeignKey(Matter, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class MatterGroupObjectPermission(GroupObjectPermissionBase):
    """A grant to a team on one matter."""

    content_object = models.ForeignKey(Matter, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
