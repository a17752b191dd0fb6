"""Document templates (Word files) and the documents made from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedBytesField
from workflows.models.base import Row


class DocumentTemplate(Row):
    """A Word file with placeholders that an attorney edits in Word. It holds no personal data."""

    key = models.SlugField(max_length=60)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="document_template_once"),
            models.UniqueConstraint(
                fields=["key", "language"], condition=Q(active=True), name="document_template_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} v{self.version}"


class Document(Row):
    """One generated file of a matter. Made once, kept encrypted, never sent by itself."""

    matter = models.ForeignKey("practice.Matter", on_delete=models.PROTECT, related_name="documents")
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="documents")
    run = models.ForeignKey(
        "workflows.PlaybookRun", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    filename = models.CharField(max_length=120, help_text=_("A generic name: no person, no number."))
    content_type = models.CharField(max_length=100)
    content = EncryptedBytesField()
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.kind
