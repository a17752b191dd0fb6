"""The portal's Django configuration."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What a client sees and may do."""

    name = "portal"
    verbose_name = "Portal"
