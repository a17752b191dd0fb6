"""Signs of life of long-running parts."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The latest sign of life of one part of the system, such as `worker` or `poller`."""

    name = models.CharField(primary_key=True, max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
