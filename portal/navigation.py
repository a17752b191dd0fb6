"""The client's places, and how the record names what a client read."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from legist.core.web.navigation import PORTAL, NavigationItem
from legist.core.web.navigation import register as register_place
from legist.practice.roles import Capability
from portal.selectors import count_new_messages


def register() -> None:
    """Register home, messages and settings."""
    places = (
        NavigationItem(
            key="portal_home", label=_("My cases"), url_name="portal:home", icon="house", order=10
        ),
        NavigationItem(
            key="portal_messages",
            label=_("Messages"),
            url_name="portal:messages",
            icon="mail",
            order=20,
            count=count_new_messages,
        ),
        NavigationItem(
            key="portal_settings", label=_("Settings"), url_name="portal:settings", icon="settings", order=30
        ),
    )
    for place in places:
        register_place(replace(place, section=PORTAL, capability=Capability.USE_PORTAL))
