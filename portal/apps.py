"""The portal's Django configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What a client sees and may do."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register what the portal puts on the record, its background work, and the client's places."""
        from legist.core.web.navigation import PORTAL, NavigationItem, register
        from legist.practice.roles import Capability
        from portal import services  # noqa: F401  registers audit actions and tasks
        from portal.selectors import count_new_messages

        places = (
            ("home", _("My cases"), "house", None),
            ("messages", _("Messages"), "mail", count_new_messages),
            ("settings", _("Settings"), "settings", None),
        )
        for order, (name, label, icon, count) in enumerate(places, 1):
            register(
                NavigationItem(
                    key=f"portal_{name}",
                    label=label,
                    url_name=f"portal:{name}",
                    icon=icon,
                    count=count,
                    order=10 * order,
                    section=PORTAL,
                    capability=Capability.USE_PORTAL,
                )
            )
