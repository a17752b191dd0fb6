"""What a client would see of words that are still being written: the same cards, the same e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import override

from legist.practice.models import Client, Matter
from portal.cases import Case, read_case
from tracking.selectors import ChangeFacts
from tracking.selectors.client import ClientChange, ClientReceipt
from tracking.statuses import CODES, Bucket, StatusCode
from workflows.messages.facts import Source, values
from workflows.messages.mail import Block, RenderedEmail, blocks, render_email
from workflows.messages.templates import store as templates
from workflows.plain_language import LANGUAGES, Catalog, Wording
from workflows.playbooks import store as playbooks
from workflows.playbooks.rules import names, without_taken_over

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
    )
