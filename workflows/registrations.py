"""What the workflows register with the layers below: places, field history, what is given up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legist.core import given_up
from legist.core.actors import Actor
from legist.core.audit import register_history, register_values
from legist.core.clock import utc_now
from legist.core.definitions import kinds
from legist.core.given_up import Source, Thing
from legist.core.models import GivenUpMark
from legist.core.web import navigation
from legist.core.web.navigation import NavigationItem
from legist.practice.people.leaving import register_work
from legist.practice.roles import Capability
from tracking.selectors.changes import register_elsewhere, register_teller
from workflows import promises
from workflows.access import elsewhere
from workflows.deadlines.selectors import count_near_deadlines
from workflows.labels import entry_words
from workflows.matters import tasks_by_hand
from workflows.messages import resolving
from workflows.messages.queue import count_waiting_drafts
from workflows.models import Deadline, Draft, NoticeWatch, UscisNotice
from workflows.my_work import services as my_work
from workflows.my_work.selectors import count_pressing, known_pressing
from workflows.notices import watch
from workflows.notices.selectors import count_waiting
from workflows.notifications import services as notifications
from workflows.notifications.selectors import count_unread
from workflows.plain_language.pending import count_waiting_words
from workflows.playbooks import engine, resuming, withheld
from workflows.recipients import firm_managers, operations
from workflows.states import NotificationKind, NotificationLevel
from workflows.web.deeds import deeds_of
from workflows.web.definitions import KINDS


def near_deadlines(actor: Actor) -> int:
    """Count the person's deadlines that are overdue or due within two weeks."""
    return count_near_deadlines(actor, today=timezone.localdate(utc_now()))


def pressing_work(actor: Actor) -> int:
    """Count what the person has to do this week and no other place counts; see `recount`."""
    return count_pressing(actor, now=utc_now())


VERBS = (
    navigation.Verb(
        key="call",
        label=_("Log a call"),
        icon="phone",
        capability=Capability.WORK_MATTER,
        finder="matters",
        ask=_("Who called? A name, number or reference"),
        anchor="log-contact",
        keys="lc",
    ),
    navigation.Verb(
        key="question",
        label=_("Log a client's question"),
        icon="message-square",
        capability=Capability.WORK_MATTER,
        finder="matters",
        ask=_("Who asked? A name, number or reference"),
        anchor="log-contact:question",
        keys="lq",
    ),
    navigation.Verb(
        key="note",
        label=_("Write a note"),
        icon="sticky-note",
        capability=Capability.WORK_MATTER,
        finder="matters",
        ask=_("On which matter? A name, number or reference"),
        anchor="write-note",
        keys="wn",
    ),
    navigation.Verb(
        key="task",
        label=_("Set a task"),
        icon="clipboard-list",
        capability=Capability.WORK_MATTER,
        finder="matters",
        ask=_("In which matter? A name, number or reference"),
        anchor="set-task",
        keys="nt",
    ),
    navigation.Verb(
        key="client",
        label=_("New client"),
        icon="user-plus",
        capability=Capability.OPEN_MATTER,
        url_name="workflows:client_new",
        keys="nc",
    ),
    navigation.Verb(
        key="matter",
        label=_("New matter"),
        icon="plus",
        capability=Capability.OPEN_MATTER,
        url_name="workflows:matter_new",
        keys="nm",
    ),
    navigation.Verb(
        key="notice",
        label=_("Log a notice"),
        icon="mail-plus",
        capability=Capability.WORK_RECEIPT,
        url_name="workflows:paper_new",
        keys="ln",
    ),
)
PLACES = (
    NavigationItem(
        key="my_work",
        label=_("My work"),
        url_name="workflows:my_work",
        capability=Capability.VIEW_MATTER,
        icon="list-checks",
        order=5,
        letter="k",
        count=known_pressing,
        recount=pressing_work,
    ),
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
        key="clients",
        label=_("Clients"),
        url_name="workflows:clients",
        capability=Capability.VIEW_MATTER,
        icon="users",
        order=45,
        letter="c",
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
    NavigationItem(
        key="paper",
        label=_("Mail"),
        url_name="workflows:paper",
        icon="mail",
        capability=Capability.VIEW_RECEIPT,
        order=55,
        letter="l",
        count=count_waiting,
    ),
    NavigationItem(
        key="playbooks",
        label=_("Playbooks"),
        url_name="workflows:playbooks",
        icon="workflow",
        capability=Capability.VIEW_PLAYBOOKS,
        order=30,
        section=navigation.OFFICE,
        letter="p",
    ),
    NavigationItem(
        key="walls",
        label=_("Walls"),
        url_name="workflows:walls",
        icon="shield",
        capability=Capability.MANAGE_MATTER,
        order=45,
        section=navigation.OFFICE,
    ),
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
    ),
)


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
        rows=resuming.list_failed,
        what=Concat("playbook_key", Value("."), "action_key", output_field=CharField()),
        error="error_class",
        at="done_at",
        retry=resuming.try_again,
    ),
    Source(
        name="playbooks",
        label=_("Changes that wait for a playbook to be corrected"),
        rows=withheld.list_kept,
        what="playbook_key",
        error="reason",
        at="started_at",
        retry=resuming.start_kept,
        page="workflows:playbooks",
    ),
)


def register() -> None:
    """Register all of it; once, when Django starts."""
    navigation.register(*PLACES)
    navigation.register_verbs(*VERBS)
    register_teller(deeds_of)
    register_elsewhere(elsewhere)
    kinds.register(*KINDS)
    given_up.register_teller("workflows", tell)
    for source in SOURCES:
        given_up.register(source)
    register_work(watch.give_back)
    register_work(tasks_by_hand.give_back)
    register_work(my_work.give_back)
    for model in (Deadline, Draft, UscisNotice, NoticeWatch):
        register_history(model)
    register_values(entry_words)
    promises.register()
