"""Texts, letters and e-mails: filled completely, safely, in both languages."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.conf import LazySettings

from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry
from legist.practice.models import Client
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_news, run
from workflows.documents import letters
from workflows.documents import services as documents
from workflows.messages.mail import blocks, render_email
from workflows.messages.templates import store as templates
from workflows.messages.templates.rendering import fill
from workflows.models import Document, DocumentTemplate, Draft, MessageTemplate
from workflows.plain_language.form_names import canonical, name_form


def words(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


def test_it_fills_placeholders() -> None:
    assert fill("Hello {{ name }}", {"name": "Dana"}) == "Hello Dana"


@pytest.mark.parametrize(
    "text", ["{{ missing }}", "{{ name.__class__.__mro__ }}", "{{ ''.__class__ }}", "{% if %}"]
)
def test_it_refuses_gaps_and_escapes_from_the_sandbox(text: str) -> None:
    with pytest.raises(InvalidInput):
        fill(text, {"name": "Dana"})


@pytest.mark.parametrize("written", ["I765", "i-765", "I 765"])
def test_it_knows_a_form_however_it_is_written(written: str) -> None:
    assert canonical(written) == "I-765"
    assert name_form(written, "en") == "your work permit application (Form I-765)"
    assert name_form(written, "es") == "su solicitud de permiso de trabajo (Formulario I-765)"


@pytest.mark.parametrize(("form", "expected"), [("", "your case"), ("G-1041", "your Form G-1041")])
def test_it_names_forms_it_has_no_words_for(form: str, expected: str) -> None:
    assert name_form(form, "en") == expected


@pytest.mark.parametrize("code", ["BIOMETRICS_SCHEDULED", "RFE_ISSUED", "APPROVED", "DENIED"])
def test_it_drafts_every_message_in_both_languages_without_a_gap(firm: Firm, code: str) -> None:
    run(make_news(firm.danas_matter, code))

    texts = Draft.objects.get().texts
    assert set(texts) == {"en", "es"}
    assert all("Dana Example" in text["body"] and "{" not in text["body"] for text in texts.values())
    assert "Dana" not in texts["es"]["subject"]


def test_it_lists_the_facts_it_used(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    facts = {row["key"]: row["value"] for row in Draft.objects.get().facts}
    assert (facts["code"], facts["form"], facts["event_date"]) == ("APPROVED", "I-765", "2026-02-27")


def test_it_writes_the_approval_letter_in_the_clients_language(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    letter = Document.objects.get()
    text = words(letter.content)
    assert "Su caso fue aprobado" in text
    assert "27 de febrero de 2026" in text
    assert (letter.filename, "Dana" in letter.title) == ("approval-letter.docx", False)


def test_it_prefills_the_answer_to_the_request_in_english(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED", form="I-130")
    run(change)

    text = words(Document.objects.get().content)
    assert "Response to Request for Evidence" in text
    assert "Dana Example" in text
    assert f"Receipt number: {change.receipt.number}" in text
    # What we counted, and how sure we are, is no business of an officer's.
    assert not re.search(r"provisional|online status|check against|CFR 103.2\(b\)\(8\)", text)


@pytest.mark.parametrize("shown", ["masked", "full", "none"])
@pytest.mark.parametrize("is_protected", [False, True])
def test_a_message_names_the_receipt_as_the_firm_wants_it_and_never_in_the_subject(
    firm: Firm, settings: LazySettings, shown: str, is_protected: bool
) -> None:
    settings.LEGIST_NUMBER_IN_MESSAGES = shown
    Client.objects.update(protected_at=NOW if is_protected else None)
    change = make_news(firm.danas_matter, "RFE_ISSUED", form="I-130")
    run(change)

    number = {"masked": change.receipt.masked, "full": change.receipt.number, "none": ""}[shown]
    told = "" if is_protected else number
    for text in Draft.objects.get().texts.values():
        named = re.findall(r"(?:receipt|recibo) (\w{3}[•\d]+)", text["body"])
        assert named == [told] * bool(told)
        assert change.receipt.number[-3:] not in text["subject"]


def test_a_subject_of_the_firms_own_names_no_receipt(firm: Firm) -> None:
    row = MessageTemplate.objects.get(key="rfe_received", language="en")
    row.subject = "About {{ receipt_number }}"

    assert "receipt_number" in next(iter(templates.TOPIC.check(row)))


def test_a_name_cannot_break_the_letter() -> None:
    template = letters.build("Dear {{ client_name }},")
    content = documents.render(template, {"client_name": "Ana & <w:p>José</w:p>"})

    assert words(content) == "Dear Ana & <w:p>José</w:p>,"


@pytest.mark.parametrize("template", [b"not a Word file", letters.build("{{ nothing }}")])
def test_it_says_what_is_wrong_with_a_template(template: bytes) -> None:
    with pytest.raises(InvalidInput, match="Word template"):
        documents.render(template, {})


def test_opening_a_document_goes_on_the_record(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))
    file = documents.open_document(Document.objects.get().pk, actor=firm.actor("paul"), now=NOW)

    assert file.content[:2] == b"PK"
    assert AuditEntry.objects.get(action="workflows.document_read").actor_id == str(firm.paul.pk)


def test_a_plain_text_becomes_blocks() -> None:
    found = blocks("Hello,\n\nWhat to do:\n- One\n- Two\n\nBye")

    assert [(block.kind, block.lines) for block in found] == [
        ("paragraph", ("Hello,",)),
        ("heading", ("What to do:",)),
        ("list", ("One", "Two")),
        ("paragraph", ("Bye",)),
    ]


@pytest.mark.django_db
def test_an_e_mail_shows_markup_as_text() -> None:
    mail = render_email({"en": {"subject": "A\nB", "body": "<script>x</script> & more"}}, "en")

    assert mail.subject == "A B"
    assert "<script>" not in mail.html
    assert "<script>x</script> & more" in mail.text


@pytest.mark.django_db
def test_installing_again_changes_nothing() -> None:
    counts = (MessageTemplate.objects.count(), DocumentTemplate.objects.count())
    templates.install(now=NOW)
    letters.install(now=NOW)

    assert (MessageTemplate.objects.count(), DocumentTemplate.objects.count()) == counts == (14, 6)


@pytest.mark.parametrize("path", sorted(templates.TEXTS.glob("*.txt")), ids=lambda path: path.name)
def test_shipped_subjects_say_nothing_about_the_case(path: Path) -> None:
    title = path.read_text(encoding="utf-8").splitlines()[1]

    assert re.findall(r"{{ (\w+) }}", title) == ["firm_name"]


@pytest.mark.parametrize("path", sorted(templates.TEXTS.glob("*.txt")), ids=lambda path: path.name)
def test_shipped_messages_leave_it_to_the_words_of_the_status_whether_news_is_good(path: Path) -> None:
    body = path.read_text(encoding="utf-8").lower()

    assert not re.search(r"good news|happy|congratul|buenas noticias|alegr|felici", body)
