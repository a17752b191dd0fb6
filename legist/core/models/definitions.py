"""What tables share whose rows are versions of a definition, ours and the firm's; drafts of the next one."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from legist.core.states import Origin


class DefinitionRow(models.Model):
    """One version of one definition. At most one of an identity is switched on, whoever wrote it.

    `IDENTITY`, `CONTENT` and `SWITCH` name the columns that say which definition it is, what it says, and
    whether it holds. Ours and the firm's count their versions apart: neither takes the other's number. A row
    is the firm's unless the installer wrote it.
    """

    IDENTITY: ClassVar[tuple[str, ...]] = ("key",)
    CONTENT: ClassVar[tuple[str, ...]]
    SWITCH: ClassVar[str] = "active"

    version: models.PositiveIntegerField[int, int]
    published_by_id: UUID | None
    created_at: models.DateTimeField[datetime, datetime]

    origin = models.CharField(max_length=7, choices=Origin, default=Origin.FIRM)
    base = models.JSONField(
        null=True, blank=True, help_text=_("What came with Legist when the firm wrote it; empty if unknown.")
    )
    reason = EncryptedTextField(null=True, blank=True, help_text=_("Why the firm published it."))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def published_at(self) -> datetime:
        return self.created_at

    @property
    def identity(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in self.IDENTITY)

    @property
    def is_on(self) -> bool:
        return bool(getattr(self, self.SWITCH))

    @property
    def definition(self) -> dict[str, Any]:
        """What it says, as plain values that JSON can hold."""
        return {name: _plain(getattr(self, name)) for name in self.CONTENT}

    @classmethod
    def columns(cls, definition: dict[str, Any]) -> dict[str, Any]:
        """Return the columns that say what `definition` says."""
        binary = {name for name in cls.CONTENT if isinstance(cls._meta.get_field(name), models.BinaryField)}
        return {
            name: b64decode(value) if name in binary else value
            for name, value in definition.items()
            if name in cls.CONTENT
        }


class DefinitionDraft(models.Model):
    """What somebody is writing of a definition: it holds for nobody, and the next publication ends it."""

    kind = models.SlugField(max_length=40, help_text=_("The kind's name in addresses."))
    name = models.CharField(max_length=160, help_text=_("The definition's name in addresses."))
    content = models.JSONField()
    seen = models.CharField(max_length=64, help_text=_("Hash of the version it was begun upon."))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="definition_one_draft")]

    def __str__(self) -> str:
        return f"draft of {self.kind} {self.name}"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    return value
