"""What clients write to the firm, and what a person of the firm writes to a client without a template."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound, WrongState
from legist.core.uow import unit_of_work
from legist.practice.clients.intake import used_form
from legist.practice.models import Client, Matter
from legist.practice.names import clean_name
from legist.practice.permissions import Capability, access_matter, acting_person
from legist.practice.selectors import closed_since
from workflows import audit_actions as actions
from workflows.access import access_incoming, expect_open
from workflows.messages.drafts import NewDraft, create_draft
from workflows.models import Draft, IncomingMessage
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel

LONGEST: Final = 4_000
BY_HAND: Final = "by_hand"
"""The purpose of a message that a person wrote without a template."""
MOST, WITHIN = 10, timedelta(hours=1)
"""How many messages one client may write within how long."""


@dataclass(frozen=True, slots=True)
class Written:
    """Words to send about a matter; `key` becomes the id, so that one form sends once."""

    key: UUID
    matter_id: UUID
    text: str = field(repr=False)


def receive(
    written: Written, *, client: Client, actor: Actor, now: datetime, has_files: bool = False
) -> bool:
    """Keep what a client wrote and alert the people of the matter; False when this form was sent before.

    The caller has found the client by who is signed in. Raises NotFound for a matter that is not theirs,
    WrongState once the firm has closed it, InvalidInput for no words (but for those that go with files), too
    many, or too often.
    """
    text = checked(written.text) if written.text.strip() or not has_files else ""
    with unit_of_work(actor=actor, now=now) as unit:
        Client.objects.select_for_update().get(pk=client.pk)  # one at a time, so that the limit holds
        matter = Matter.objects.filter(pk=written.matter_id, client=client).first()
        if matter is None:
            raise NotFound
        known = IncomingMessage.objects.filter(pk=written.key).first()
        if known is not None:
            return _same(known, client, text)
        if closed_since([matter.pk]):
            raise WrongState(_("This case is closed. Please call the firm."))
        if IncomingMessage.objects.filter(client=client, received_at__gt=now - WITHIN).count() >= MOST:
            message = _("You have written %(n)d messages within an hour. Please call us, or write later.")
            raise InvalidInput.at("text", message % {"n": MOST})
        row = IncomingMessage(pk=written.key, matter=matter, client=client, text=text, received_at=now)
        row.save(force_insert=True)
        unit.record(actions.MESSAGE_RECEIVED, row, matter.pk)
        told = notifications.Message(
            f"reply:{row.pk}", NotificationKind.REPLY, NotificationLevel.ACTION, row, matter
        )
        notifications.notify(assigned(matter) or managers(matter), told, now=now)
    return True


def checked(text: str) -> str:
    """Return words as they are kept: lines of visible signs. Raises InvalidInput for none, or too many."""
    lines = [clean_name(line) for line in text.replace("\r\n", "\n").split("\n")]
    plain = "\n".join(lines).strip()
    if not plain:
        raise InvalidInput.at("text", _("Write something first."))
    if len(plain) > LONGEST:
        raise InvalidInput.at("text", _("Write at most %(most)d characters.") % {"most": LONGEST})
    return plain


def _same(known: IncomingMessage, client: Client, text: str) -> bool:
    if (known.client_id, known.text) != (client.pk, text):
        raise InvalidInput.at("text", used_form())
    return False


def mark_answered(message_id: UUID, *, actor: Actor, now: datetime) -> IncomingMessage:
    """Note that somebody has answered, however they did; of two people the first stays on the row."""
    with unit_of_work(actor=actor, now=now) as unit:
        row = access_incoming(actor, message_id, Capability.WORK_MATTER, lock=True)
        person = acting_person(actor)
        if row.answered_at is None and person is not None:
            row.answered_at, row.answered_by_id = now, person.pk
            row.save(update_fields=["answered_at", "answered_by"])
            unit.record(actions.MESSAGE_ANSWERED, row, row.matter_id)
    return row


def mark_unanswered(message_id: UUID, *, actor: Actor, now: datetime) -> IncomingMessage:
    """Take back that a message was answered: it waits again for the people of its matter, which is open."""
    with unit_of_work(actor=actor, now=now) as unit:
        row = access_incoming(actor, message_id, Capability.WORK_MATTER, lock=True)
        if row.answered_at is not None:
            expect_open(row.matter_id)
            row.answered_at = row.answered_by = None
            row.save(update_fields=["answered_at", "answered_by"])
            unit.record(actions.MESSAGE_UNANSWERED, row, row.matter_id)
    return row


def get_incoming(message_id: UUID) -> IncomingMessage:
    """Return a message that the caller has just kept."""
    return IncomingMessage.objects.select_related("matter").get(pk=message_id)


def list_incoming(matter: Matter) -> list[IncomingMessage]:
    """Return what the client wrote about a matter that the caller has authorised, newest first."""
    return list(_with_files(IncomingMessage.objects.filter(matter=matter).select_related("answered_by")))


def _with_files(found: QuerySet[IncomingMessage]) -> QuerySet[IncomingMessage]:
    return found.annotate(file_count=Count("files"))


def list_own(actor: Actor, *, limit: int = 50) -> list[IncomingMessage]:
    """Return what the client who is signed in wrote, newest first."""
    return list(_with_files(IncomingMessage.objects.filter(client__user_id=actor.id))[:limit])


def write_by_hand(written: Written, *, actor: Actor, now: datetime) -> Draft:
    """Put a person's own words to the client before an attorney; nothing leaves without their approval.

    The words stand in every language as they were written, until somebody translates them on the page of the
    message. Raises WrongState in a closed matter, InvalidInput for no words or too many.
    """
    text = checked(written.text)
    with unit_of_work(actor=actor, now=now):
        matter = access_matter(actor, written.matter_id, Capability.WORK_MATTER, lock=True)
        known = Draft.objects.filter(pk=written.key).first()
        if known is not None:
            if (known.matter_id, known.purpose) != (matter.pk, BY_HAND):
                raise InvalidInput.at("text", used_form())
            return known
        texts = {code: {"subject": _subject(code), "body": text} for code, _name in settings.LANGUAGES}
        new = NewDraft(matter, matter.client, BY_HAND, texts, key=written.key)
        return create_draft(new, actor=actor, now=now)


def _subject(language: str) -> str:
    """The subject shows on lock screens: it says nothing about the case."""
    with translation.override(language):
        return _("%(firm)s: a message about your case") % {"firm": settings.LEGIST_FIRM_NAME}
