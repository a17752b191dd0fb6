"""What people know of the things that were given up."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class GivenUpMark(models.Model):
    """One thing that was given up: when people were told, and who has seen it.

    The thing itself stands elsewhere, in its own failed state; once it is tried again the mark goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=20, help_text="The registered name of its kind.")
    thing = models.UUIDField(help_text="Primary key of the failed row.")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, default="", help_text="Key of the actor.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "thing"], name="given_up_marked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.thing}"
