"""Markup, line breaks and control characters in what leaves by mail, calendar, Word and download."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from io import BytesIO
from uuid import uuid4

import docx
import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.test import Client
from django.utils.safestring import SafeData
from icalendar import Calendar

from legist.core.channels.email import EmailMessageSpec, render_text, send_email
from legist.core.channels.errors import PermanentNotifyError
from legist.practice.clients.invitations import invite_client
from legist.practice.sign_in.adapters import AccountAdapter
from portal.services import send
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_draft, make_news, run
from tests.support import hostile
from workflows.deadlines.selectors import CalendarEntry
from workflows.documents import letters
from workflows.documents import services as documents
from workflows.messages.mail import render_email
from workflows.messages.selectors import draft_detail
from workflows.models import Document
from workflows.web.deadlines.calendars import calendar_file

BODY = f"Dear Dana,\n\n{hostile.LONG}\n\n- {hostile.SHORT}\n\n{hostile.SHORT}:"
TEXTS = {language: {"subject": f"News\r\nBcc: {hostile.SHORT}", "body": BODY} for language in ("en", "es")}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_message_is_text_in_both_parts(settings: LazySettings, language: str) -> None:
    settings.LEGIST_FIRM_NAME = hostile.SHORT

    email = render_email(TEXTS, language)

    assert hostile.acts(email.html) == []
    assert BODY in email.text
    assert not isinstance(email.text, SafeData)
    assert "\n" not in email.subject


def test_nothing_the_approval_page_is_given_is_marked_safe(firm: Firm) -> None:
    draft = make_draft(firm)
    detail = draft_detail(firm.actor("alice"), draft.pk)

    marked = list(hostile.safe_texts(detail, "detail"))

    # The HTML part is made of escaped pieces, and no page prints it.
    assert marked == ["detail.languages[].email.html"] * len(detail.languages)


def test_an_invitation_is_text_whatever_the_firm_and_the_client_are_called(
    firm: Firm, settings: LazySettings
) -> None:
    settings.LEGIST_FIRM_NAME = f"{hostile.SHORT}\r\nBcc: x@evil.example"
    client = firm.danas_matter.client
    client.name = hostile.LONG
    client.save(update_fields=["name"])

    send(invite_client(client, actor=SYSTEM, now=NOW).pk, actor=SYSTEM, now=NOW)

    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert hostile.acts(str(sent.alternatives[0][0])) == []
    assert message_from_bytes(sent.message().as_bytes(), policy=policy.default)["Bcc"] is None


def test_account_mail_is_text_and_shows_the_firms_name_as_it_is(settings: LazySettings) -> None:
    settings.LEGIST_FIRM_NAME = f"A & B {hostile.SHORT}"
    context = {"firm_name": settings.LEGIST_FIRM_NAME, "code": "1234-5678", "request": HttpRequest()}

    sent = AccountAdapter().render_mail("account/email/login_code", "dana@mail.example", context)

    assert "A & B" in sent.body
    assert sent.subject.endswith(settings.LEGIST_FIRM_NAME)
    assert hostile.acts(str(sent.alternatives[0][0])) == []


def test_a_plain_text_is_not_marked_safe() -> None:
    text = render_text("emails/en/client_message.txt", {"body": "<b>&</b>", "firm_name": "A & B"})

    assert (type(text), text.startswith("<b>&</b>"), "A & B" in text) == (str, True, True)


@pytest.mark.parametrize("address", ["a@mail.example\r\nBcc: x@evil.example", "a@mail.example\nX: y"])
def test_a_line_break_in_an_address_sends_nothing(address: str) -> None:
    spec = EmailMessageSpec(to=(address,), subject="News", text="Text", message_id="<1@legist.invalid>")

    with pytest.raises(PermanentNotifyError):
        send_email(spec)

    assert mail.outbox == []


def test_a_calendar_keeps_a_name_inside_its_own_line() -> None:
    name = f"Dana\r\nATTACH:https://evil.example\nEND:VEVENT;,{hostile.SHORT}"
    entry = CalendarEntry(
        id=uuid4(), kind="rfe_response", day=date(2026, 5, 1), state="open", is_provisional=True,
        changed_at=NOW, revision=1, dates=[], citation=name, reference=name, client=name,
    )  # fmt: skip

    (event,) = Calendar.from_ical(calendar_file([entry])).walk("VEVENT")

    assert "ATTACH" not in event
    assert "evil.example" in str(event["summary"])


@pytest.mark.parametrize("name", [hostile.LONG, "Dana\x0b\x00Example", "]]>{% now %}{{ 7*7 }}"])
def test_a_letter_takes_whatever_it_is_given_as_words(name: str) -> None:
    content = documents.render(letters.build("Dear {{ client_name }},"), {"client_name": name})

    text = "\n".join(each.text for each in docx.Document(BytesIO(content)).paragraphs)
    assert text == f"Dear {name},".replace("\x0b", "").replace("\x00", "")


@pytest.mark.parametrize("name", ["a\"; filename*=UTF-8''evil.exe", "übung.docx", "<b>.docx"])
def test_a_download_has_one_file_name(firm: Firm, name: str) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))
    document = Document.objects.get()
    document.filename = name
    document.save(update_fields=["filename"])

    browser = Client()
    browser.force_login(firm.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    disposition = browser.get(f"/documents/{document.pk}/").headers["Content-Disposition"]

    assert disposition.startswith("attachment; filename")
    read = message_from_bytes(f"Content-Disposition: {disposition}\n\n".encode(), policy=policy.default)
    assert read.get_filename() == name
