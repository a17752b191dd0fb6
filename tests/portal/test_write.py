"""Dana writes to the firm; it stands on her matter, and her legal team is told."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.services import close_matter
from portal import selectors
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_change, make_draft, make_receipt
from tests.workflows.web.asking import Browser, text
from workflows.messages.correspondence import (
    LONGEST,
    MOST,
    Written,
    checked,
    mark_answered,
    receive,
    write_by_hand,
)
from workflows.models import Delivery, Draft, IncomingMessage, Notification

pytestmark = pytest.mark.django_db
URL = "/portal/messages/write/"
WORDS = "The letter came.\n<b>When</b> do I have to answer?"


def send(firm: Firm, who: str = "dana", **changed: object) -> bool:
    written = Written(**{"key": uuid4(), "matter_id": firm.danas_matter.pk, "text": WORDS, **changed})  # type: ignore[arg-type]
    person = getattr(firm, who)
    return receive(written, client=person.client, actor=firm.actor(who), now=NOW)


def test_it_stands_on_the_matter_and_its_people_are_told(firm: Firm) -> None:
    assert send(firm)

    row = IncomingMessage.objects.get()
    assert (row.matter, row.text, row.answered_at) == (firm.danas_matter, WORDS, None)
    told = Notification.objects.filter(kind="reply", matter=firm.danas_matter)
    assert {each.user for each in told} == {firm.alice, firm.paul}
    entry = AuditEntry.objects.get(action="workflows.message_received")
    assert (entry.scope, entry.actor_id, entry.data) == (firm.danas_matter.pk, str(firm.dana.pk), {})


def test_its_words_are_nowhere_in_the_clear(firm: Firm) -> None:
    send(firm, text="Zanzibar")

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM workflows_incomingmessage")
        assert "Zanzibar" not in str(cursor.fetchall())
    assert "Zanzibar" not in str(list(Notification.objects.values()))
    assert "Zanzibar" not in str(list(AuditEntry.objects.values()))


def test_one_form_sends_once(firm: Firm) -> None:
    key = uuid4()

    assert [send(firm, key=key), send(firm, key=key)] == [True, False]
    with pytest.raises(InvalidInput):
        send(firm, key=key, text="Something else")
    assert IncomingMessage.objects.count() == 1
    assert Notification.objects.filter(kind="reply").count() == 2


def test_one_client_writes_so_many_messages_in_an_hour(firm: Firm) -> None:
    for _each in range(MOST):
        send(firm)
    with pytest.raises(InvalidInput, match="call us"):
        send(firm)
    IncomingMessage.objects.update(received_at=NOW - timedelta(hours=2))

    assert send(firm)
    assert IncomingMessage.objects.count() == MOST + 1


def test_nobody_writes_into_another_case(firm: Firm) -> None:
    with pytest.raises(NotFound):
        send(firm, "eve")
    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)
    with pytest.raises(WrongState, match="closed"):
        send(firm)
    assert not IncomingMessage.objects.exists()


@pytest.mark.parametrize("words", ["", "  \n\u200b\u2800 ", "x" * (LONGEST + 1)])
def test_no_words_and_too_many_are_refused(firm: Firm, words: str) -> None:
    with pytest.raises(InvalidInput):
        send(firm, text=words)


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_what_is_kept_is_plain_and_stays_as_it_is(words: str) -> None:
    try:
        kept = checked(words)
    except InvalidInput:
        return
    assert checked(kept) == kept
    assert {unicodedata.category(sign) for sign in kept.replace("\n", "")}.isdisjoint({"Cc", "Cf"})


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Your message has arrived"), ("es", "Su mensaje llegó")]
)
def test_she_writes_from_her_case(firm: Firm, dana: Client, language: str, said: str) -> None:
    receipt = make_receipt(firm.danas_matter, form="I-485")
    make_change(receipt, "RFE_ISSUED")
    dana.post("/language/", {"language": language, "next": "/portal/"})
    assert f"{URL}?case={receipt.pk}" in text(dana.get(f"/portal/cases/{receipt.pk}/"))
    form = dana.get(f"{URL}?case={receipt.pk}").context["form"]

    sent = {"key": form["key"].value(), "about": form["about"].value(), "text": WORDS}
    page = text(dana.post(URL, sent, follow=True))

    assert said in page
    assert "&lt;b&gt;When&lt;/b&gt;" in page
    assert "The letter came.<br>" in page


def test_she_writes_without_naming_her_only_case(firm: Firm, dana: Client) -> None:
    about = dana.get(URL).context["form"]["about"].value()

    assert about == str(firm.danas_matter.pk)
    assert dana.post(URL, {"about": about, "text": WORDS}).status_code == 302


def test_with_several_matters_she_says_which(firm: Firm, dana: Client) -> None:
    from legist.practice.services import open_matter

    client = firm.danas_matter.client
    other = open_matter(reference="M-0002", title="Work", client=client, actor=SYSTEM, now=NOW)
    make_receipt(other, form="I-765")

    offered = selectors.matters_to_write_about(client, now=NOW)

    assert offered == {firm.danas_matter.pk: "Your case", other.pk: "Work permit application (I-765)"}
    assert "<select" in text(dana.get(URL))


def test_what_cannot_be_sent_stays_in_the_form(firm: Firm, dana: Client) -> None:
    for sent in ({"text": "Hello"}, {"about": str(firm.eves_matter.pk), "text": "Hello"}, {"about": "x"}):
        assert dana.post(URL, sent).status_code == 422
    assert dana.post(URL, {"about": str(firm.danas_matter.pk), "text": " "}).status_code == 422
    assert not IncomingMessage.objects.exists()


def test_without_an_open_case_it_says_whom_to_call(firm: Firm, dana: Client) -> None:
    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)

    page = text(dana.get(URL))

    assert "Ahora no tiene ningún caso abierto" in page
    assert "<textarea" not in page


def test_staff_read_it_on_the_matter_and_mark_it_answered(firm: Firm, browser_of: Browser) -> None:
    send(firm)
    row, here = IncomingMessage.objects.get(), f"/matters/{firm.danas_matter.pk}/?section=messages"
    page = text(browser_of("paul").get(here))
    assert "&lt;b&gt;When&lt;/b&gt;" in page
    assert "Mark as answered" in page
    assert browser_of("charlie").get(here).status_code == 404, "a wall holds"
    assert "Answer what the client wrote" in text(browser_of("paul").get(reverse("workflows:my_work")))

    assert browser_of("paul").post(f"/messages/{row.pk}/answered/").status_code == 302
    mark_answered(row.pk, actor=firm.actor("alice"), now=NOW)

    row.refresh_from_db()
    assert row.answered_by == firm.paul, "the first of two"
    assert "Marked as answered by Paul" in text(browser_of("alice").get(here))
    with pytest.raises((Forbidden, NotFound)):
        mark_answered(row.pk, actor=firm.actor("charlie"), now=NOW)


def test_answered_can_be_taken_back(firm: Firm, browser_of: Browser, dana: Client) -> None:
    send(firm)
    row, paul = IncomingMessage.objects.get(), browser_of("paul")
    paul.post(f"/messages/{row.pk}/answered/")
    assert "Not answered after all" in text(paul.get(f"/matters/{row.matter_id}/?section=messages"))

    for _twice in range(2):
        assert paul.post(f"/messages/{row.pk}/answered/?answered=0").status_code == 302

    row.refresh_from_db()
    assert (row.answered_at, row.answered_by) == (None, None)
    assert "Contestado" not in text(dana.get("/portal/messages/"))
    assert AuditEntry.objects.filter(action="workflows.message_unanswered").count() == 1


def test_a_message_by_hand_waits_for_an_attorney(firm: Firm, browser_of: Browser) -> None:
    key, url = uuid4(), f"/matters/{firm.danas_matter.pk}/messages/"
    for _twice in range(2):
        done = browser_of("paul").post(url, {"key": str(key), "text": "Dear Dana,\n\nbring the letter."})
        assert done.status_code == 302

    draft = Draft.objects.get(pk=key)
    assert (draft.state, draft.purpose, set(draft.texts)) == ("in_review", "by_hand", {"en", "es"})
    assert draft.texts["es"]["subject"].endswith(": un mensaje sobre su caso")
    assert not Delivery.objects.exists()
    assert "Message by hand" in text(browser_of("alice").get(f"/approvals/{key}/"))

    approve(firm, draft)
    assert Delivery.objects.filter(draft=draft).exists()


def test_who_may_not_work_on_a_matter_writes_nothing(firm: Firm) -> None:
    written = Written(uuid4(), firm.danas_matter.pk, "Hello")
    for who in ("mary", "charlie", "olga"):
        with pytest.raises((Forbidden, NotFound)):
            write_by_hand(written, actor=firm.actor(who), now=NOW)
    with pytest.raises(InvalidInput):
        other = make_draft(firm)
        write_by_hand(Written(other.pk, firm.danas_matter.pk, "Hi"), actor=firm.actor("paul"), now=NOW)
