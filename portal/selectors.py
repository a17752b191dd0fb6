"""What a client sees, or would see of words being written: plain values, never our rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import override

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.firm_contact import Reach, read_reach
from legist.practice.models import Client, Matter
from legist.practice.selectors import open_cases, people_to_ask
from portal.access import access_client
from portal.cases import Case, describe_form, read_case
from portal.closing import read_closings
from portal.models import MessageReading
from tracking.selectors import ChangeFacts
from tracking.selectors.client import ClientChange, ClientReceipt, list_client_receipts
from tracking.statuses import CODES, Bucket, StatusCode
from workflows.checklists.duties import client_duties
from workflows.messages.client import (
    ClientMessage,
    as_approved,
    delivered_messages,
    list_client_messages,
    open_dates,
    read_messages,
)
from workflows.messages.facts import Source, values
from workflows.messages.mail import Block, RenderedEmail, blocks, render_email
from workflows.messages.templates import store as templates
from workflows.plain_language import LANGUAGES, Catalog, Wording
from workflows.plain_language.selectors import read_book
from workflows.playbooks import store as playbooks
from workflows.playbooks.rules import names, without_taken_over

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
        return describe_form(self.message.form) if self.message.form else self.message.subject

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
    def is_in_question(self) -> bool:
        """Whether anything that USCIS said about a case still waits for a person of the firm."""
        return any(case.is_in_question for case in self.cases)

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody can say of a case that there is nothing to do."""
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


@dataclass(frozen=True, slots=True)
class Contacts:
    """How the firm is reached, and who works on each of the client's open matters."""

    reach: Reach
    people: Mapping[UUID, str]

    def ask(self, matter_id: UUID | None = None) -> str:
        """Name whom to ask for about a matter; about none in particular, where it is one person for all."""
        names = set(self.people.values())
        if matter_id is not None:
            return self.people.get(matter_id, "")
        return names.pop() if len(names) == 1 else ""


def read_contacts(actor: Actor | None) -> Contacts:
    """Return how the firm is reached by the client who is signed in, or by anybody."""
    return Contacts(read_reach(), people_to_ask(actor.id) if actor and not actor.is_system else {})


def home(actor: Actor, *, language: str, now: datetime) -> Home:
    """Return the client's first page in the given language; cases that ask for something come first."""
    client = access_client(actor)
    cases = read_cases(list_client_receipts(client.pk, now=now), language=language, now=now)
    cases.sort(key=_urgency)
    unread = read_messages(_unread(client), language=language)
    return Home(client.greeted_as, cases, [Message(message, is_new=True) for message in unread])


def access_case(actor: Actor, case_id: UUID, *, language: str, now: datetime) -> Case:
    """Return one case of the client; another's case does not exist for them."""
    receipt = find_receipt(access_client(actor), case_id, now=now)
    for case in read_cases([receipt], language=language, now=now):
        return case
    raise NotFound


def find_receipt(client: Client, case_id: UUID, *, now: datetime) -> ClientReceipt:
    """Return one receipt of this client; raise NotFound for anything else."""
    for receipt in list_client_receipts(client.pk, now=now):
        if receipt.receipt_id == case_id:
            return receipt
    raise NotFound


def list_messages(actor: Actor, *, language: str) -> list[Message]:
    """Return the client's messages, newest first."""
    client = access_client(actor)
    read = set(MessageReading.objects.filter(client=client).values_list("draft_id", flat=True))
    found = list_client_messages(client, language=language)
    return [Message(message, is_new=message.id not in read) for message in found]


def matters_to_write_about(client: Client, *, now: datetime) -> dict[UUID, str]:
    """Return the client's open matters by what their cases are called, for whoever writes to the firm."""
    forms: dict[UUID, list[str]] = {matter: [] for matter in open_cases(client)}
    for receipt in list_client_receipts(client.pk, now=now):
        if receipt.matter_id in forms:
            forms[receipt.matter_id].append(describe_form(receipt.form))
    return {matter: ", ".join(dict.fromkeys(named)) or describe_form("") for matter, named in forms.items()}


def matter_of_case(client: Client, case_id: str, *, now: datetime) -> str:
    """Return the id of the matter that a case of the client lies in; an empty text for no case of theirs."""
    receipts = list_client_receipts(client.pk, now=now)
    return next((str(each.matter_id) for each in receipts if str(each.receipt_id) == case_id), "")


def find_message(client: Client, message_id: UUID, *, language: str) -> ClientMessage:
    """Return one message of this client; raise NotFound for anything else."""
    delivered = delivered_messages(client).filter(draft_id=message_id)[:1]
    for message in read_messages(delivered, language=language):
        return message
    raise NotFound


def count_new_messages(actor: Actor) -> int:
    """Return how many messages wait to be opened, for the navigation."""
    return len(as_approved(_unread(access_client(actor))))


def read_cases(receipts: list[ClientReceipt], *, language: str, now: datetime) -> list[Case]:
    """Put receipts that the caller has authorised into a client's words."""
    book, closings = read_book(), read_closings(receipts)
    duties = client_duties(receipt.receipt_id for receipt in receipts)
    dates = open_dates(receipt.receipt_id for receipt in receipts)
    return [
        read_case(
            receipt,
            language=language,
            book=book,
            now=now,
            closing=closings.get(receipt.receipt_id),
            duties=duties[receipt.receipt_id],
            dates=dates.get(receipt.receipt_id, ()),
        )
        for receipt in receipts
    ]


def _urgency(case: Case) -> tuple[bool, bool, float]:
    """What asks for something comes first, then what changed last; closed ones, those without news, last."""
    newest = -case.steps[0].learned.timestamp() if case.steps else 0.0
    return not case.has_to_act, case.closing is not None, newest


def _unread(client: Client) -> QuerySet[Delivery]:
    return delivered_messages(client).filter(draft__reading=None)


NOBODY = UUID(int=0)
SAMPLE_NAME, SAMPLE_FORM, SAMPLE_NUMBER = "Dana Example", "I-765", "IOE 000 000 0000"


@dataclass(frozen=True, slots=True)
class LanguagePreview:
    """A language of the preview: the card of the portal, and the message where one goes out."""

    language: str
    case: Case
    email: RenderedEmail | None
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class WordingPreview:
    """Both languages, and which message templates carry these words (none for quiet news)."""

    languages: list[LanguagePreview]
    templates: list[str]


def preview(code: str, texts: Mapping[str, Wording], *, now: datetime) -> WordingPreview:
    """Show the given words for a code in the templates and by the functions that clients get them from."""
    book = Catalog({(code, language): text for language, text in texts.items()})
    templates = templates_for(code)
    mail = _messages(templates[0], code, book, now=now) if templates else {}
    return WordingPreview(
        [_language(code, each, book=book, mail=mail, now=now) for each in LANGUAGES], templates
    )


def templates_for(code: str) -> list[str]:
    """Return the message templates that the enabled playbooks fill for a code, first ones first."""
    bucket = CODES[StatusCode(code)].bucket
    enabled = [each.rule for each in playbooks.read_enabled() if each.rule]
    found = [
        str(action.params["template"])
        for rule in without_taken_over(code, enabled)
        if names(rule, code, bucket)
        for action in rule.actions
        if action.kind == "message"
    ]
    return list(dict.fromkeys(found))


def _language(
    code: str, language: str, *, book: Catalog, mail: templates.Texts, now: datetime
) -> LanguagePreview:
    with override(language):
        case = read_case(_receipt(code, now), language=language, book=book, now=now)
    text = mail.get(language)
    return LanguagePreview(
        language=language,
        case=case,
        email=render_email(mail, language) if text else None,
        blocks=blocks(text["body"]) if text else [],
    )


def _messages(template: str, code: str, book: Catalog, *, now: datetime) -> templates.Texts:
    client = Client(name=SAMPLE_NAME)
    source = Source(_facts(code, now), Matter(reference="M-0000"), client, None, now, book)
    texts, _version = templates.render(template, {each: values(source, each) for each in LANGUAGES})
    return texts


def _receipt(code: str, now: datetime) -> ClientReceipt:
    info = CODES[StatusCode(code)]
    received = CODES[StatusCode.RECEIVED]
    steps = [(code, info.bucket, info.client_action), ("RECEIVED", received.bucket, False)]
    history = tuple(
        ClientChange(NOBODY, each, bucket, "", "", now.date(), now, "", "", acts)
        for each, bucket, acts in steps
    )
    return ClientReceipt(
        receipt_id=NOBODY,
        matter_id=NOBODY,
        form=SAMPLE_FORM,
        number=SAMPLE_NUMBER,
        masked=SAMPLE_NUMBER,
        current=history[0],
        is_being_checked=False,
        last_checked_at=now,
        history=history,
    )


def _facts(code: str, now: datetime) -> ChangeFacts:
    info = CODES[StatusCode(code)]
    return ChangeFacts(
        change_id=NOBODY,
        receipt_id=NOBODY,
        matter_id=None,
        client_id=None,
        code=code,
        bucket=info.bucket,
        previous_code=StatusCode.RECEIVED,
        previous_bucket=Bucket.RECEIVED,
        event_date=now.date(),
        detected_at=now,
        detected_after=None,
        form=SAMPLE_FORM,
        client_action=info.client_action,
        terminal=info.terminal,
        needs_review=False,
        source="uscis",
        sequence=2,
        is_override=False,
        is_restored=False,
        correlation_id="",
        title_en="",
        title_es="",
        number=SAMPLE_NUMBER,
    )
