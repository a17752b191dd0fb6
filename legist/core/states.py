"""The states of what the kernel keeps; pages need no more of its tables."""

from __future__ import annotations

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Toned(TextChoices):
    """States that are shown as badges: each names, between its value and its label, tone and icon.

    The tone is a key of `TONE_ICONS`; without an icon the badge has that of its tone.
    """

    tone: str
    icon: str

    def __new__(cls, value: str, tone: str = "neutral", icon: str = "") -> Self:
        """Make a state."""
        made = str.__new__(cls, value)
        made._value_, made.tone, made.icon = value, tone, icon
        return made


class DeliveryState(TextChoices):
    """Where the delivery of one event to one subscriber stands."""

    PENDING = "pending", "waiting"
    LEASED = "leased", "being handled"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"


class TaskState(TextChoices):
    """Where a ticket stands; a ticket whose work is done no longer exists."""

    PENDING = "pending", "waiting"
    RUNNING = "running", "running"
    FAILED = "failed", "failed"


class BreakerState(TextChoices):
    """Whether a lane may be used."""

    CLOSED = "closed", "in use"
    OPEN = "open", "stopped"
    HALF_OPEN = "half_open", "being tried"


class Origin(TextChoices):
    """Who wrote a version of a definition."""

    SHIPPED = "shipped", _("Comes with Legist")
    FIRM = "firm", _("The firm's")
