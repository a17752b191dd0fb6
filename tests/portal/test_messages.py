"""Messages: only approved and delivered words, and the first reading is on the record once."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from legist.core.models import AuditEntry
from portal.models import MessageReading
from portal.selectors import count_new_messages, list_messages
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import TEXTS, approve, make_draft
from workflows.messages import sending
from workflows.messages.drafts import NewDraft, create_draft
from workflows.models import Draft

Write = Callable[[], Draft]
# session, person; client, readings, messages, her own; for the bar, client and count; the firm, whom to ask
LIST_QUERIES = 10


def page_of(dana: Client, draft: Draft) -> str:
    return dana.get(f"/portal/messages/{draft.pk}/").content.decode()


def test_it_shows_the_approved_words_in_the_clients_language(dana: Client, write_to_dana: Write) -> None:
    page = page_of(dana, write_to_dana())

    assert "Un mensaje sobre su caso" in page
    assert "Buenas noticias." in page


def test_no_word_is_seen_before_approval(firm: Firm, dana: Client) -> None:
    draft = make_draft(firm)

    assert dana.get(f"/portal/messages/{draft.pk}/").status_code == 404
    assert "Buenas noticias" not in dana.get("/portal/messages/").content.decode()


def test_no_word_is_seen_before_delivery(firm: Firm, dana: Client) -> None:
    draft = approve(firm, make_draft(firm))

    assert dana.get(f"/portal/messages/{draft.pk}/").status_code == 404
    assert list_messages(firm.actor("dana"), language="es") == []


def test_the_first_reading_goes_on_the_record_once(dana: Client, write_to_dana: Write) -> None:
    draft = write_to_dana()

    page_of(dana, draft)
    page_of(dana, draft)

    assert MessageReading.objects.filter(draft=draft).count() == 1
    assert AuditEntry.objects.filter(action="portal.message_read").count() == 1


def test_a_message_is_new_until_it_is_opened(firm: Firm, dana: Client, write_to_dana: Write) -> None:
    draft = write_to_dana()
    assert count_new_messages(firm.actor("dana")) == 1
    assert "Nuevo" in dana.get("/portal/messages/").content.decode()

    page_of(dana, draft)

    assert count_new_messages(firm.actor("dana")) == 0
    assert "Nuevo" not in dana.get("/portal/messages/").content.decode()


def test_the_list_tells_messages_apart(firm: Firm, write_to_dana: Write) -> None:
    write_to_dana()

    (entry,) = list_messages(firm.actor("dana"), language="es")

    assert (entry.about, entry.beginning) == ("Un mensaje sobre su caso", "Buenas noticias.")


def test_a_long_message_begins_with_what_it_means(firm: Firm, dana: Client) -> None:
    body = "Hola, Dana:\n\nHay noticias.\n\nQué significa:\n" + "Largo. " * 900
    texts = {"es": TEXTS["es"] | {"body": body}, "en": TEXTS["en"]}
    new = NewDraft(
        matter=firm.danas_matter, client=firm.danas_matter.client, purpose="status_update", texts=texts
    )
    draft = approve(firm, create_draft(new, actor=SYSTEM, now=NOW))
    sending.deliver_due(now=NOW, actor=SYSTEM)

    assert "Largo. Largo." in dana.get("/portal/messages/").content.decode()
    assert page_of(dana, draft).count("Largo.") == 900


def test_the_words_of_a_message_are_not_markup(firm: Firm, dana: Client) -> None:
    texts = {
        language: text | {"body": "Hola,\n\n<script>alert(1)</script>"} for language, text in TEXTS.items()
    }
    new = NewDraft(
        matter=firm.danas_matter, client=firm.danas_matter.client, purpose="status_update", texts=texts
    )
    draft = approve(firm, create_draft(new, actor=SYSTEM, now=NOW))
    sending.deliver_due(now=NOW, actor=SYSTEM)

    assert "&lt;script&gt;" in page_of(dana, draft)


def test_an_empty_list_says_what_will_come(dana: Client) -> None:
    assert "Cuando su caso cambie" in dana.get("/portal/messages/").content.decode()


def test_the_list_asks_the_database_the_same_number_of_times(
    dana: Client, write_to_dana: Write, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        write_to_dana()
    dana.get("/portal/messages/")

    with django_assert_num_queries(LIST_QUERIES):
        dana.get("/portal/messages/")
