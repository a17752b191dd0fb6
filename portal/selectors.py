"""What a client sees: their own cases and messages as plain values, never our rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.models import Client
from portal.access import access_client
from portal.form_names import describe_form
from portal.models import MessageReading
from portal.stages import stage_path, stage_words
from tracking.selectors.client import ClientChange, ClientReceipt, list_client_receipts
from workflows.selectors.client import ClientMessage, list_client_messages
from workflows.wording import client_wording


@dataclass(frozen=True, slots=True)
class Step:
    """One past status, in both kinds of words."""

    stage: str
    meaning: str
    happened: date | None
    learned: datetime
    title: str
    official: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One receipt as its client reads it."""

    id: UUID
    form: str
    number: str = field(repr=False)
    stage: str
    meaning: str
    todo: str
    todo_tone: str
    expect: str
    stages: list[dict[str, str]]
    title: str
    official: str = field(repr=False)
    read_at: datetime | None
    is_being_checked: bool
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Message:
    """One message and whether it has been opened."""

    message: ClientMessage
    is_new: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: what must be done, then where each case stands."""

    name: str = field(repr=False)
    cases: list[Case]
    new_messages: list[Message]

    @property
    def has_to_act(self) -> bool:
        return any(case.todo_tone == "action" for case in self.cases)


def home(actor: Actor, *, language: str) -> Home:
    """Return the client's first page in the given language."""
    client = access_client(actor)
    cases = [_case(receipt, language) for receipt in list_client_receipts(client.pk)]
    cases.sort(key=lambda case: case.todo_tone != "action")
    messages = [message for message in _messages(client, language) if message.is_new]
    return Home(name=client.name, cases=cases, new_messages=messages)


def access_case(actor: Actor, case_id: UUID, *, language: str) -> Case:
    """Return one case of the client; another's case does not exist for them."""
    client = access_client(actor)
    for receipt in list_client_receipts(client.pk):
        if receipt.receipt_id == case_id:
            return _case(receipt, language)
    raise NotFound


def list_messages(actor: Actor, *, language: str) -> list[Message]:
    """Return the client's messages, newest first."""
    return _messages(access_client(actor), language)


def find_message(client: Client, message_id: UUID, *, language: str) -> ClientMessage:
    """Return one message of this client; raise NotFound for anything else."""
    for message in list_client_messages(client, language=language):
        if message.id == message_id:
            return message
    raise NotFound


def count_new_messages(actor: Actor) -> int:
    """Return how many messages wait to be opened, for the navigation."""
    client = access_client(actor)
    return sum(message.is_new for message in _messages(client, client.language))


def _messages(client: Client, language: str) -> list[Message]:
    read = set(MessageReading.objects.filter(client=client).values_list("draft_id", flat=True))
    return [Message(each, each.id not in read) for each in list_client_messages(client, language=language)]


def _case(receipt: ClientReceipt, language: str) -> Case:
    current = receipt.current
    wording = client_wording(current.code if current else "UNKNOWN", language)
    bucket = current.bucket if current else ""
    return Case(
        id=receipt.receipt_id,
        form=describe_form(receipt.form),
        number=receipt.number,
        stage=stage_words(bucket),
        meaning=wording.meaning,
        todo=wording.todo,
        todo_tone="action" if current and current.client_action else "neutral",
        expect=wording.next,
        stages=stage_path(bucket),
        title=_official(current, language)[0],
        official=_official(current, language)[1],
        read_at=receipt.last_checked_at,
        is_being_checked=receipt.is_being_checked,
        steps=[_step(change, language) for change in receipt.history],
    )


def _step(change: ClientChange, language: str) -> Step:
    title, official = _official(change, language)
    return Step(
        stage=stage_words(change.bucket),
        meaning=client_wording(change.code, language).meaning,
        happened=change.event_date,
        learned=change.detected_at,
        title=title,
        official=official,
    )


def _official(change: ClientChange | None, language: str) -> tuple[str, str]:
    """The official words in the client's language, or the English ones where USCIS wrote no Spanish."""
    if change is None:
        return "", ""
    if language.startswith("es") and change.title_es:
        return change.title_es, change.description_es
    return change.title_en, change.description_en
