"""The portal's Django configuration."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What a client sees and may do."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register what the portal puts on the record, its places and its background work."""
        from portal import navigation

        import_module("portal.services")
        navigation.register()
