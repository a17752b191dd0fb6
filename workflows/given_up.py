"""What of the workflows is given up, for Source health; and how people of the firm are told of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from legist.core.given_up import Source, Thing, register, register_teller
from legist.core.models import GivenUpMark
from workflows.messages import resolving
from workflows.notifications import services as notifications
from workflows.playbooks import engine, withheld
from workflows.recipients import firm_managers, operations
from workflows.states import NotificationKind, NotificationLevel

# The managers who may see the matter are told of these with the matter's people already.
TOLD_AT_THE_MATTER = (engine.FAILED_STEPS,)


def tell(thing: Thing, mark: UUID, now: datetime) -> int:
    """Tell operations and the managers, by class and id only; return how many people are told."""
    people = operations()
    if not people or thing.source not in TOLD_AT_THE_MATTER:
        people += firm_managers()
    message = notifications.Message(
        key=f"given_up:{mark}",
        kind=NotificationKind.GIVEN_UP,
        level=NotificationLevel.URGENT,
        subject=GivenUpMark(pk=mark),
        matter=None,
        data={"source": thing.source, "what": thing.what, "error": thing.error, "id": str(thing.id)},
    )
    return notifications.notify(people, message, now=now)


def register_all() -> None:
    """Register the sources of this app, and the notices as the way to tell people."""
    register_teller("workflows", tell)
    for source in SOURCES:
        register(source)


SOURCES = (
    Source(
        name="deliveries",
        label=_("Messages to clients"),
        rows=resolving.list_given_up,
        what="channel",
        error=Concat("state", Value(" "), "error", output_field=CharField()),
        at="created_at",
        retry=resolving.try_again,
        page="workflows:deliveries",
    ),
    Source(
        name=engine.FAILED_STEPS,
        label=_("Playbook steps"),
        rows=engine.list_failed,
        what=Concat("playbook_key", Value("."), "action_key", output_field=CharField()),
        error="error_class",
        at="done_at",
        retry=engine.try_again,
    ),
    Source(
        name="playbooks",
        label=_("Changes that wait for a playbook to be corrected"),
        rows=withheld.list_kept,
        what="playbook_key",
        error="reason",
        at="started_at",
        retry=engine.start_kept,
        page="workflows:playbooks",
    ),
)
