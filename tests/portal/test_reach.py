"""Wherever a client is told to call, the firm's number, hours and the person to ask stand beside it."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from legist.core.actors import Actor
from legist.core.definitions.kinds import kind_of
from legist.core.definitions.services import Decision
from legist.core.errors import InvalidInput
from legist.practice.clients import invitations
from legist.practice.firm_contact import KEY, SLUG, TOPIC, publish_contact, read_reach, say_hours
from legist.practice.models import FirmContact
from legist.practice.sign_in.jobs import letter
from portal import services
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_receipt
from tests.support.forgery import alter
from tests.workflows.web.asking import Browser, statuses, text
from tests.workflows.web.test_definition_pages import hidden
from workflows.messages.mail import render_email
from workflows.plain_language.faults import firm_contacts
from workflows.plain_language.phones import phone_key

pytestmark = pytest.mark.django_db
HOURS = {"first": 0, "last": 4, "opens": "09:00", "closes": "17:30"}
NEW, OLD = "+1 (305) 555-0142", "+1 305 555 0100"


@pytest.fixture(autouse=True)
def of_the_settings(settings: LazySettings) -> None:
    settings.LEGIST_FIRM_NAME, settings.LEGIST_FIRM_PHONE = "Lantern Law", [OLD]


def decision(actor: Actor) -> Decision:
    return Decision("We have moved.", actor, NOW)


def publish(firm: Firm, who: str = "alice", **content: object) -> None:
    given = {"phone": "", "hours": {}} | content
    publish_contact(TOPIC, KEY, given, expected=TOPIC.read(KEY).hash, decision=decision(firm.actor(who)))


def keep(firm: Firm, who: str, **content: object) -> str:
    kind, given = kind_of(SLUG), {"phone": "", "hours": {}} | content
    actor = firm.actor(who)
    kind.drafts.keep(kind, KEY, given, seen=TOPIC.read(KEY).hash, token="", actor=actor, now=NOW)
    draft = kind.drafts.read(kind, KEY)
    assert draft is not None
    return draft.token


def case_of(firm: Firm, code: str = "RFE_ISSUED") -> str:
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, code)
    return f"/portal/cases/{receipt.pk}/"


@pytest.mark.parametrize("code", ["RFE_ISSUED", "IN_REVIEW", "DENIED"])
def test_it_stands_where_the_case_says_what_to_do(firm: Firm, dana: Client, code: str) -> None:
    publish(firm, hours=HOURS)
    page = text(dana.get(case_of(firm, code)))

    todo = page[page.index('class="case-do"') :].partition("</div>")[0]
    assert 'href="tel:+13055550100"' in todo
    assert all(said in todo for said in ("Lantern Law", OLD, "De lunes a viernes, de 09:00 a 17:30"))
    assert "Pregunte por Paul" in todo
    assert page.count("tel:") == 1, "said once on a page"


@pytest.mark.parametrize(
    "url", ["", "messages/", "settings/", "settings/passkey/", "settings/leave/", "welcome/"]
)
def test_it_stands_on_every_page_of_the_portal(dana: Client, url: str) -> None:
    page = text(dana.get(f"/portal/{url}"))

    assert page.count('href="tel:+13055550100"') == 1
    assert "Lantern Law" in page


def test_each_case_names_the_person_who_works_on_it(firm: Firm, dana: Client) -> None:
    url = case_of(firm)
    alter(firm.paul, is_active=False)
    assert f"Pregunte por {firm.alice.name}" in text(dana.get(url)), (
        "an attorney, once the paralegal has left"
    )

    alter(firm.danas_matter, attorney_id=None)
    assert "Pregunte por" not in text(dana.get(url))


def test_without_a_telephone_it_names_whom_to_ask(firm: Firm, dana: Client, settings: LazySettings) -> None:
    settings.LEGIST_FIRM_PHONE = []

    page = text(dana.get(case_of(firm)))

    assert "tel:" not in page
    assert "Pregunte por Paul" in page


def test_mails_that_say_call_us_say_where(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_FIRM_PHONE = [OLD]
    texts = {code: {"subject": "News", "body": "Call us."} for code in ("en", "es")}
    sent = [render_email(texts, code) for code in ("en", "es")]
    assert all(OLD in each.text and OLD in each.html for each in sent)

    client = firm.danas_matter.client
    assert services.leave(client, actor=firm.actor("dana"), now=NOW)
    invited = invitations.invite_client(client, actor=firm.actor("alice"), now=NOW)
    assert OLD in services._mail(invited).html


def test_a_new_number_takes_two_people(firm: Firm) -> None:
    with pytest.raises(InvalidInput, match="takes two people"):
        publish(firm, phone=NEW)
    keep(firm, "alice", phone=NEW)
    with pytest.raises(InvalidInput, match="takes two people"):
        publish(firm, phone=NEW)
    for longer in ("+52 305 555 0100", "9005 305 555 0100", "+44 79 305 555 0100"):
        with pytest.raises(InvalidInput, match="takes two people"):
            publish(firm, phone=longer)
    assert read_reach().phones == (OLD,)

    publish(firm, "mary", phone=NEW)

    assert read_reach().phones == (NEW,)
    assert phone_key(NEW) in firm_contacts().phones, "words for clients may name it"


def test_a_colleague_vouches_for_the_number_of_the_draft_only(firm: Firm) -> None:
    keep(firm, "alice", phone=NEW)

    with pytest.raises(InvalidInput, match="takes two people"):
        publish(firm, "mary", phone="+1 900 555 0199")


def test_what_the_firm_has_needs_nobody_else(firm: Firm) -> None:
    publish(firm, phone="(305) 555-0100", hours=HOURS)

    assert read_reach().phones == ("(305) 555-0100",)
    assert read_reach().open_hours == "Monday to Friday, from 9 a.m. to 5:30 p.m."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"phone": "call us"}, "7 to 15 digits"),
        ({"phone": OLD, "hours": {"first": 0}}, "first and the last day"),
        ({"phone": OLD, "hours": HOURS | {"first": 9}}, "first and the last day"),
        ({"phone": OLD, "hours": HOURS | {"opens": "25:00"}}, "first and the last day"),
        ({"phone": OLD, "hours": HOURS | {"opens": "18:00"}}, "before it opens"),
        ({"phone": OLD, "hours": ["call"]}, "first and the last day"),
        ({"phone": 5, "hours": {}}, "7 to 15 digits"),
    ],
)
def test_what_cannot_be_dialled_or_kept_is_refused(content: dict[str, object], said: str) -> None:
    assert said in " ".join(TOPIC.faults(KEY, content))


def test_one_day_is_said_as_one() -> None:
    assert say_hours(HOURS | {"last": 0}) == "Monday, from 9 a.m. to 5:30 p.m."
    assert say_hours({}) == ""


def test_it_is_edited_on_one_page_by_those_who_write_to_clients(browser_of: Browser, firm: Firm) -> None:
    url = f"/definitions/{SLUG}/{KEY[0]}/"
    assert statuses(browser_of, url, ("alice", "paul", "mary", "dana")) == [200, 200, 200, 404]
    assert "Change telephone and hours" in text(browser_of("mary").get("/settings/"))

    page = text(browser_of("mary").get(url))
    shown = hidden(page)
    sent = {"act": "publish", "reason": "We open.", "phone": OLD, "first": "0", "last": "4"}
    times = {"opens": "09:00", "closes": "17:30"}
    done = browser_of("mary").post(url, {**shown, **sent, **times})

    assert done.status_code == 302
    assert read_reach().hours == HOURS


def test_a_mail_about_an_account_names_it(firm: Firm) -> None:
    from legist.practice.accounts import find_addressee

    addressee = find_addressee(str(firm.danas_matter.client.email))
    assert addressee is not None
    assert OLD in letter("account/email/login_code", addressee, {"code": "1234-5678"})["text"]


def test_what_cannot_be_read_leaves_the_numbers_of_the_settings(firm: Firm) -> None:
    publish(firm, hours=HOURS)
    FirmContact.objects.update(hours={"first": "x"})

    assert (read_reach().phones, read_reach().hours) == ((OLD,), {})
