"""Correcting how a client is reached, with all that follows for their messages and those who write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice import contacts
from legist.practice.contacts import Contact
from legist.practice.models import Client, ContactChange, Matter, MatterState
from workflows import drafts, notices
from workflows.matters import access_client
from workflows.models.notices import NoticeKind, NoticeLevel
from workflows.people import assigned, get_person, managers


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction changed (names of fields), and how many messages were addressed anew."""

    fields: frozenset[str]
    messages: int


@dataclass(frozen=True, slots=True)
class ContactPage:
    """How a client is reached, and what stood there before, newest first."""

    client: Client
    contact: Contact
    changes: list[ContactChange]


def contact_page(actor: Actor, matter_id: UUID | str) -> ContactPage:
    """Return the contact data of a matter's client to those who may correct it; NotFound to strangers."""
    client = access_client(actor, matter_id)
    return ContactPage(
        client, contacts.contact_of(client), list(client.contact_changes.select_related("by")[:50])
    )


def correct_contact(
    matter_id: UUID | str, given: Contact, *, seen: str, actor: Actor, now: datetime
) -> Corrected:
    """Correct how a matter's client is reached; see `practice.contacts.correct_contact` for what is refused.

    Messages that have not left are addressed anew and wait for approval again, in every matter of the client;
    the people of each open one are told, whoever made the correction apart.
    """
    client = access_client(actor, matter_id)
    with unit_of_work(actor=actor):
        fields = contacts.correct_contact(client, given, seen=seen, actor=actor, now=now)
        messages = drafts.readdress(client, actor=actor, now=now)
        if fields - {"name"}:
            _tell(client, actor=actor, now=now)
    return Corrected(fields, messages)


def _tell(client: Client, *, actor: Actor, now: datetime) -> None:
    """Tell the people of the client's open matters: one of them may know better."""
    key, who = f"contact:{client.pk}:{now:%Y%m%d%H%M%S%f}", get_person(actor)
    for matter in Matter.objects.filter(client=client, state=MatterState.OPEN).order_by("pk"):
        people = [each for each in assigned(matter) or managers(matter) if each != who]
        message = notices.Message(key, NoticeKind.CONTACT, NoticeLevel.INFO, client, matter)
        notices.tell(people, message, now=now)
