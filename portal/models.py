"""What a client has read."""

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
