"""The portal's tables."""

from __future__ import annotations

from portal.models.readings import MessageReading

__all__ = ["MessageReading"]
