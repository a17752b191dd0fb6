"""Reading a message: the first time is put on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from portal.access import access_client
from portal.audit_actions import MESSAGE_READ
from portal.models import MessageReading
from portal.selectors import Message, find_message


def open_message(message_id: UUID, *, actor: Actor, language: str, now: datetime) -> Message:
    """Return a message of the signed-in client; the first time it is opened goes on the record."""
    client = access_client(actor)
    message = find_message(client, message_id, language=language)
    with unit_of_work(actor=actor, now=now) as unit:
        reading, is_first = MessageReading.objects.get_or_create(
            draft_id=message.id, defaults={"client": client, "read_at": now}
        )
        if is_first:
            unit.record(MESSAGE_READ, reading.draft, message.matter_id)
    return Message(message, is_new=is_first)
