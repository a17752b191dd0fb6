"""The practice's places in the staff shell, and the policy that the shell asks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.web import navigation
from legist.practice.permissions import can
from legist.practice.roles import Capability


def allows(actor: Actor, capability: str) -> bool:
    """Say whether the actor's role holds the capability, for the shell."""
    return can(actor, Capability(capability))


def register() -> None:
    """Register the policy and the places."""
    navigation.use_policy(allows)
    navigation.register(
        navigation.NavigationItem(
            key="audit",
            label=_("Audit"),
            url_name="practice:audit",
            icon="scroll-text",
            capability=Capability.VIEW_AUDIT,
            order=40,
            section=navigation.OFFICE,
            letter="u",
        )
    )
    navigation.register(
        navigation.NavigationItem(
            key="settings",
            label=_("Settings"),
            url_name="practice:settings",
            icon="settings",
            capability=Capability.VIEW_PLAYBOOKS,
            order=90,
            section=navigation.OFFICE,
            letter="s",
        )
    )
