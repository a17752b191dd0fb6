"""What a client has read, and what they tell of a case."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class MessageReading(models.Model):
    """The first time a client opened one message."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.OneToOneField("workflows.Draft", on_delete=models.PROTECT, related_name="reading")
    client = models.ForeignKey("practice.Client", on_delete=models.PROTECT, related_name="readings")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"reading {self.id}"


class LetterReport(models.Model):
    """That a client got a letter about one of their cases; told once a day, which the database sees to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("practice.Client", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="The firm's day it was told.")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "day"], name="letter_told_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"letter {self.id}"
