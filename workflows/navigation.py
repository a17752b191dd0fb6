"""The places of the workflows in the staff shell, with how much waits in each."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import navigation
from legist.core.web.navigation import NavigationItem
from legist.practice.roles import Capability
from workflows.deadlines.selectors import count_near_deadlines
from workflows.messages.queue import count_waiting_drafts
from workflows.notices.selectors import count_waiting
from workflows.notifications.selectors import count_unread
from workflows.plain_language.pending import count_waiting_words


def near_deadlines(actor: Actor) -> int:
    """Count the person's deadlines that are overdue or due within two weeks."""
    return count_near_deadlines(actor, today=timezone.localdate(utc_now()))


PLACES = (
    NavigationItem(
        key="matters",
        label=_("Matters"),
        url_name="workflows:matters",
        capability=Capability.VIEW_MATTER,
        icon="briefcase",
        order=30,
        letter="m",
    ),
    NavigationItem(
        key="approvals",
        label=_("Approvals"),
        url_name="workflows:approvals",
        capability=Capability.VIEW_MATTER,
        icon="badge-check",
        order=40,
        letter="a",
        count=count_waiting_drafts,
    ),
    NavigationItem(
        key="deadlines",
        label=_("Deadlines"),
        url_name="workflows:deadlines",
        capability=Capability.VIEW_MATTER,
        icon="calendar-clock",
        order=50,
        letter="d",
        count=near_deadlines,
    ),
    NavigationItem(
        key="notices",
        label=_("Alerts"),
        url_name="workflows:notices",
        icon="bell",
        order=70,
        letter="b",
        count=count_unread,
        # Whoever may look at the system's health is told when something of it was given up.
        capability=Capability.VIEW_HEALTH,
    ),
)


def register() -> None:
    """Register matters, approvals, deadlines, alerts, paper mail, playbooks, walls and wording."""
    for place in PLACES:
        navigation.register(place)
    navigation.register(
        NavigationItem(
            key="paper",
            label=_("Mail"),
            url_name="workflows:paper",
            icon="mail",
            capability=Capability.VIEW_RECEIPT,
            order=55,
            letter="l",
            count=count_waiting,
        )
    )
    navigation.register(
        NavigationItem(
            key="playbooks",
            label=_("Playbooks"),
            url_name="workflows:playbooks",
            icon="workflow",
            capability=Capability.VIEW_PLAYBOOKS,
            order=30,
            section=navigation.OFFICE,
            letter="p",
        )
    )
    navigation.register(
        NavigationItem(
            key="walls",
            label=_("Walls"),
            url_name="workflows:walls",
            icon="shield",
            capability=Capability.MANAGE_MATTER,
            order=45,
            section=navigation.OFFICE,
        )
    )
    navigation.register(
        NavigationItem(
            key="wording",
            label=_("Wording"),
            url_name="workflows:wordings",
            icon="message-square-text",
            capability=Capability.VIEW_PLAYBOOKS,
            order=35,
            section=navigation.OFFICE,
            letter="w",
            count=count_waiting_words,
        )
    )
