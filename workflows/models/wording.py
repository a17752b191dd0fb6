"""What a firm says to its clients in place of our words, as versions that never change."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row


class WordingIsFixed(Exception):
    """Somebody tried to alter or delete a published wording; a correction is a new version."""

    def __init__(self) -> None:
        super().__init__("A published wording is never altered or deleted; publish a new version instead.")


class WordingQuerySet(models.QuerySet["WordingVersion"]):
    """Refuses what would rewrite history. (Key rotation works below it, on the base manager.)"""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise WordingIsFixed

    def delete(self) -> NoReturn:
        raise WordingIsFixed

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise WordingIsFixed


class WordingVersion(Row):
    """One publication of the words for one status code, in both languages; the newest is in force.

    Going back is a new version with the older words. A language that is not among `own` follows the words
    that ship with the product, also when an upgrade changes them.
    """

    code = models.CharField(max_length=40, help_text=_("The status code it is about."))
    version = models.PositiveIntegerField(help_text=_("Counts from 1 for each code."))
    texts = models.JSONField(help_text=_("{language: {meaning, todo, next}} as published, both languages."))
    own = models.JSONField(default=list, help_text=_("Languages in which the firm's words hold."))
    changed = models.JSONField(default=list, help_text=_("Languages that this version changed."))
    behind = models.CharField(
        max_length=2, blank=True, help_text=_("The language that does not say the same as the other yet.")
    )
    reason = EncryptedTextField(help_text=_("Why it was published."))
    hard_because = EncryptedTextField(
        blank=True, default="", help_text=_("Why it was published although it is hard to read.")
    )
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    objects: ClassVar[models.Manager[WordingVersion]] = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            # Finds the newest of a code too, and makes the second of two editors lose.
            models.UniqueConstraint(fields=["code", "version"], name="wording_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="wording_version_from_one"),
            models.CheckConstraint(condition=Q(behind__in=["", "en", "es"]), name="wording_behind_language"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WordingIsFixed
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise WordingIsFixed
