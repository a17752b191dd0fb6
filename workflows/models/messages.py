"""Templates of messages to clients, per language and version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.base import Row


class MessageTemplate(Row):
    """The text a draft starts from, in one language. A version is never edited once it was used."""

    key = models.SlugField(max_length=60)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(
        max_length=160, help_text=_("Says nothing about the case: it shows on lock screens.")
    )
    body = models.TextField(help_text=_("Plain text with {{ placeholders }}."))
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="message_template_once"),
            models.UniqueConstraint(
                fields=["key", "language"], condition=Q(active=True), name="message_template_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} v{self.version}"
