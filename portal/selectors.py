"""What a client sees: their own cases and messages as plain values, never our rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.models import Client
from portal.access import access_client
from portal.cases import Case, read_case
from portal.closing import read_closings
from portal.form_names import describe_form
from portal.models import MessageReading
from tracking.selectors.client import ClientReceipt, list_client_receipts
from workflows.checklists.duties import client_duties
from workflows.messages.client import (
    ClientMessage,
    as_approved,
    delivered_messages,
    list_client_messages,
    read_messages,
)
from workflows.plain_language.form_names import canonical
from workflows.plain_language.selectors import read_book

if TYPE_CHECKING:
    from workflows.models import Delivery

FULL_CARDS = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One message in a list: what it is about, how it begins, and whether it has been opened."""

    message: ClientMessage
    is_new: bool

    @property
    def about(self) -> str:
        """The case it is about; mail subjects say little, because others may see them."""
        return describe_form(canonical(self.message.form)) if self.message.form else self.message.subject

    @property
    def beginning(self) -> str:
        """What it says first: the words under the first heading, else those after the greeting."""
        blocks = self.message.blocks
        headings = [place for place, block in enumerate(blocks) if block.kind == "heading"]
        start = headings[0] + 1 if headings else 1
        return " ".join(blocks[start].lines) if start < len(blocks) else ""


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: what must be done, then where each case stands."""

    name: str = field(repr=False)
    cases: list[Case]
    new_messages: list[Message]

    @property
    def has_to_act(self) -> bool:
        return any(case.has_to_act for case in self.cases)

    @property
    def is_being_checked(self) -> bool:
        """Whether the newest words about a case are still being read: nobody can say what they ask."""
        return any(case.is_being_checked for case in self.cases)

    @property
    def is_unexplained(self) -> bool:
        """Whether the newest words about a case are read, and fit none of the usual steps."""
        return any(case.is_unexplained for case in self.cases)

    @property
    def is_in_doubt(self) -> bool:
        """Whether anything that USCIS said about a case still waits for a person of the firm."""
        return any(case.is_in_doubt for case in self.cases)

    @property
    def are_all_closed(self) -> bool:
        """Whether the firm has closed every case, so that no news is promised."""
        return bool(self.cases) and all(case.closing for case in self.cases)

    @property
    def full(self) -> list[Case]:
        """The cases told in full: all of a few, and of many the first that ask for something."""
        if len(self.cases) <= FULL_CARDS:
            return self.cases
        return [case for case in self.cases if case.has_to_act][:FULL_CARDS]

    @property
    def brief(self) -> list[Case]:
        """The cases that take a line each."""
        return self.cases[len(self.full) :]


def home(actor: Actor, *, language: str, now: datetime) -> Home:
    """Return the client's first page in the given language; cases that ask for something come first."""
    client = access_client(actor)
    cases = _read(list_client_receipts(client.pk), language=language, now=now)
    cases.sort(key=_urgency)
    unread = read_messages(_unread(client), language=language)
    return Home(client.greeted_as, cases, [Message(message, is_new=True) for message in unread])


def access_case(actor: Actor, case_id: UUID, *, language: str, now: datetime) -> Case:
    """Return one case of the client; another's case does not exist for them."""
    client = access_client(actor)
    asked = [receipt for receipt in list_client_receipts(client.pk) if receipt.receipt_id == case_id]
    for case in _read(asked, language=language, now=now):
        return case
    raise NotFound


def list_messages(actor: Actor, *, language: str) -> list[Message]:
    """Return the client's messages, newest first."""
    client = access_client(actor)
    read = set(MessageReading.objects.filter(client=client).values_list("draft_id", flat=True))
    found = list_client_messages(client, language=language)
    return [Message(message, is_new=message.id not in read) for message in found]


def find_message(client: Client, message_id: UUID, *, language: str) -> ClientMessage:
    """Return one message of this client; raise NotFound for anything else."""
    delivered = delivered_messages(client).filter(draft_id=message_id)[:1]
    for message in read_messages(delivered, language=language):
        return message
    raise NotFound


def count_new_messages(actor: Actor) -> int:
    """Return how many messages wait to be opened, for the navigation."""
    return len(as_approved(_unread(access_client(actor))))


def _read(receipts: list[ClientReceipt], *, language: str, now: datetime) -> list[Case]:
    book, closings = read_book(), read_closings(receipts)
    duties = client_duties(receipt.receipt_id for receipt in receipts)
    return [
        read_case(
            receipt,
            language=language,
            book=book,
            now=now,
            closing=closings.get(receipt.receipt_id),
            duties=duties[receipt.receipt_id],
        )
        for receipt in receipts
    ]


def _urgency(case: Case) -> tuple[bool, bool, float]:
    """What asks for something comes first, then what changed last; closed ones, those without news, last."""
    newest = -case.steps[0].learned.timestamp() if case.steps else 0.0
    return not case.has_to_act, case.closing is not None, newest


def _unread(client: Client) -> QuerySet[Delivery]:
    return delivered_messages(client).filter(draft__reading=None)
