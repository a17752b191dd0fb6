"""What the kernel keeps about the machine it runs on."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class HealedInstant(models.Model):
    """A column in which instants stood in the future, and when they were last put right."""

    column = models.CharField(primary_key=True, max_length=100, help_text="Table and column.")
    rows = models.PositiveIntegerField()
    healed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.column


class WriteProbe(models.Model):
    """A row that is written and deleted at once, to see whether there is room for more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    filling = models.TextField()

    def __str__(self) -> str:
        return str(self.id)
