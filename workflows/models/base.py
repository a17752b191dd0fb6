"""What every row of this app shares."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class Row(models.Model):
    """A row with a time-ordered id that is safe to show in an address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
