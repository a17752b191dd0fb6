"""Approved messages on their way to the client, through a real mail server."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.core.resilience import backoff
from legist.practice.accounts import email_index
from legist.practice.models import Client
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, hear, make_delivery, make_draft
from tests.support.mailserver import MailServer
from workflows.messages import drafts, sending
from workflows.messages.client import list_client_messages
from workflows.messages.queue import undecided_deliveries
from workflows.messages.resolving import resolve_delivery
from workflows.models import Delivery, Draft, Notification

HOUR = timedelta(hours=1)


def deliver(now: datetime = NOW) -> dict[str, int]:
    counts = sending.deliver_due(now=now, actor=SYSTEM)
    return {state: count for state, count in counts.items() if count}


def move(firm: Firm, address: str) -> None:
    client = Client.objects.get(pk=firm.danas_matter.client_id)
    client.email, client.email_index = address, email_index(address)
    client.save(update_fields=["email", "email_index"])


def test_it_sends_the_approved_text_in_the_clients_language(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))

    assert deliver() == {"sent": 2}
    (message,) = mailserver.messages
    text = message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]  # an EmailMessage
    html = message.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert message["Subject"] == "Un mensaje sobre su caso"
    assert (message["To"], message["Content-Language"]) == ("dana@mail.example", "es")
    assert "Buenas noticias." in text
    assert "Buenas noticias." in html
    assert "Ver mi caso" in html
    assert "/portal/" in text


def test_it_shows_the_message_in_the_portal(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))
    client = firm.danas_matter.client
    assert list_client_messages(client) == []

    deliver()

    (spanish,) = list_client_messages(client)
    (english,) = list_client_messages(client, language="en")
    assert (spanish.subject, english.subject) == ("Un mensaje sobre su caso", "A message about your case")
    assert list_client_messages(firm.eves_matter.client) == []


def test_it_closes_the_draft_once_everything_is_out(firm: Firm, mailserver: MailServer) -> None:
    draft = approve(firm, make_draft(firm))
    deliver()
    draft.refresh_from_db()

    assert (draft.state, draft.sent_at) == ("sent", NOW)
    assert draft.events.filter(kind="sent").count() == 1


def test_it_sends_once_however_often_it_looks(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))
    deliver()

    assert deliver(NOW + HOUR) == {}
    assert len(mailserver.accepted) == 1


def test_it_sends_nothing_that_nobody_approved(firm: Firm, mailserver: MailServer) -> None:
    make_draft(firm)

    assert deliver(NOW + HOUR) == {}
    assert mailserver.accepted == []


def test_it_tries_again_later_with_the_same_id(firm: Firm, mailserver: MailServer) -> None:
    delivery = make_delivery(firm)
    mailserver.answer = "451 4.3.0 try later"
    assert deliver() == {"pending": 1, "sent": 1}
    delivery.refresh_from_db()
    assert (delivery.error, delivery.attempts, delivery.next_attempt_at >= NOW) == ("smtp_451", 1, True)

    mailserver.answer = "250 OK"
    assert deliver(NOW + HOUR) == {"sent": 1}

    assert [message["Message-ID"] for message in mailserver.messages] == [delivery.message_id]


def test_it_gives_up_after_a_bounded_number_of_attempts_and_says_so(
    firm: Firm, mailserver: MailServer
) -> None:
    delivery = make_delivery(firm)
    mailserver.answer = "451 4.3.0 try later"
    for attempt in range(backoff.MESSAGES.tries):
        deliver(NOW + attempt * 2 * HOUR)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", backoff.MESSAGES.tries)
    hear(NOW + attempt * 2 * HOUR)
    assert Notification.objects.filter(kind="delivery", user=firm.paul).exists()


def test_it_asks_a_person_at_once_when_the_address_is_refused(firm: Firm, mailserver: MailServer) -> None:
    delivery = make_delivery(firm)
    mailserver.answer = "554 5.7.1 no"
    deliver()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("failed", "smtp_554")
    assert list(undecided_deliveries(firm.actor("alice"))) == [delivery]
    assert list(undecided_deliveries(firm.actor("charlie"))) == []


def test_it_holds_the_message_when_the_address_has_changed(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))
    move(firm, "dana.new@mail.example")

    assert deliver() == {"held": 2}
    assert mailserver.accepted == []


def test_it_needs_a_new_approval_to_reach_the_new_address(firm: Firm, mailserver: MailServer) -> None:
    draft = approve(firm, make_draft(firm))
    move(firm, "dana.new@mail.example")
    deliver()
    draft = drafts.edit_draft(
        draft.pk, texts={}, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )
    assert deliver() == {}

    approve(firm, draft)

    assert deliver() == {"sent": 2}
    assert mailserver.messages[0]["To"] == "dana.new@mail.example"


def test_it_never_sends_text_that_differs_from_the_approval(firm: Firm, mailserver: MailServer) -> None:
    draft = approve(firm, make_draft(firm))
    draft.texts = {"es": {"subject": "Otro", "body": "Otro"}}
    draft.save(update_fields=["texts"])

    assert deliver() == {"held": 2}
    assert mailserver.accepted == []


def abandoned(firm: Firm) -> Delivery:
    delivery = make_delivery(firm)
    Delivery.objects.filter(pk=delivery.pk).update(
        state="sending", lease_until=NOW + sending.HANDOVER_LIMIT, attempts=1
    )
    sending.deliver_due(now=NOW + HOUR, actor=SYSTEM)
    delivery.refresh_from_db()
    return delivery


def test_it_asks_a_person_about_a_hand_over_that_nobody_finished(firm: Firm, mailserver: MailServer) -> None:
    delivery = abandoned(firm)

    assert (delivery.state, delivery.error) == ("uncertain", "interrupted")
    assert deliver(NOW + 9 * HOUR) == {}
    assert mailserver.accepted == []
    hear(NOW + 9 * HOUR)
    assert Notification.objects.filter(kind="delivery", level="urgent", user=firm.alice).exists()


def test_what_people_were_asked_is_put_away_when_somebody_has_decided(
    firm: Firm, mailserver: MailServer
) -> None:
    delivery = abandoned(firm)
    hear(NOW + 9 * HOUR)
    asked = Notification.objects.filter(kind="delivery", read_at=None)
    assert asked.count() == 2

    resolve_delivery(
        delivery.pk, was_sent=True, reason="Dana has it", actor=firm.actor("paul"), now=NOW + 9 * HOUR
    )
    hear(NOW + 9 * HOUR)

    assert not asked.exists()


def test_nobody_is_asked_about_one_that_was_decided_before_they_could_be(
    firm: Firm, mailserver: MailServer
) -> None:
    delivery = abandoned(firm)
    resolve_delivery(
        delivery.pk, was_sent=False, reason="Not in the log", actor=firm.actor("paul"), now=NOW + HOUR
    )
    hear(NOW + 9 * HOUR)

    assert not Notification.objects.filter(kind="delivery").exists()


def test_a_person_says_that_it_was_sent(firm: Firm, mailserver: MailServer) -> None:
    delivery = abandoned(firm)
    resolve_delivery(
        delivery.pk, was_sent=True, reason="Dana has it", actor=firm.actor("paul"), now=NOW + HOUR
    )

    assert Draft.objects.get().state == "sent"
    assert mailserver.accepted == []
    assert AuditEntry.objects.get(action="workflows.delivery_resolved").data["decision"] == "was_sent"


def test_a_person_has_it_sent_again(firm: Firm, mailserver: MailServer) -> None:
    delivery = abandoned(firm)
    resolve_delivery(
        delivery.pk, was_sent=False, reason="Not in the log", actor=firm.actor("paul"), now=NOW + HOUR
    )

    assert deliver(NOW + HOUR) == {"sent": 1}
    assert [message["Message-ID"] for message in mailserver.messages] == [delivery.message_id]


def test_it_is_decided_once_with_a_reason(firm: Firm, mailserver: MailServer) -> None:
    delivery = abandoned(firm)
    with pytest.raises(InvalidInput):
        resolve_delivery(delivery.pk, was_sent=True, reason=" ", actor=firm.actor("paul"), now=NOW)
    resolve_delivery(delivery.pk, was_sent=True, reason="Seen", actor=firm.actor("paul"), now=NOW)

    with pytest.raises(WrongState):
        resolve_delivery(delivery.pk, was_sent=False, reason="No", actor=firm.actor("paul"), now=NOW)


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_it_is_decided_by_who_works_on_the_matter(firm: Firm, who: str, error: type[Exception]) -> None:
    delivery = abandoned(firm)

    with pytest.raises(error):
        resolve_delivery(delivery.pk, was_sent=True, reason="x", actor=firm.actor(who), now=NOW)


def test_the_database_refuses_a_second_delivery_of_a_version(firm: Firm) -> None:
    delivery = make_delivery(firm)
    delivery.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.save(force_insert=True)


def test_it_says_with_one_query_whether_there_is_work(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert not sending.has_due(NOW)
    approve(firm, make_draft(firm))

    with django_assert_num_queries(1):
        assert sending.has_due(NOW)
