"""What a list says of a client: taken over with all that follows, or dismissed, by whoever works on it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from legist.core import outbox
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.clients.contacts import contact_of
from legist.practice.clients.offers import offer, open_offers
from legist.practice.models import Client, ContactOffer
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import approve, make_draft
from tests.tracking.importing.test_offers import FIRST, run
from tests.workflows.web.asking import Browser, address, said, text
from workflows.clients.contacts import Corrected, dismiss_offer, take_offer
from workflows.models import Notification


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def offered(firm: Firm, field: str = "email", value: str = "new@mail.example") -> ContactOffer:
    return offer(her(firm), {field: value}, source=uuid4(), actor=SYSTEM, now=NOW)[0]


def take(firm: Firm, each: ContactOffer, who: str = "paul") -> Corrected:
    seen = contact_of(her(firm)).version
    return take_offer(firm.danas_matter.pk, each.pk, seen=seen, actor=firm.actor(who), now=NOW)


def test_taking_it_over_is_a_correction_with_all_that_follows(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))

    done = take(firm, offered(firm))

    draft.refresh_from_db()
    kept = ContactOffer.objects.get()
    assert done == Corrected(frozenset({"email"}), 1)
    assert (her(firm).email, draft.state) == ("new@mail.example", "in_review")
    assert (kept.state, kept.decided_by, kept.decided_at) == ("taken", firm.paul, NOW)
    with pytest.raises(WrongState):
        take(firm, kept)


def test_dismissing_it_changes_nothing_and_is_on_the_record(firm: Firm) -> None:
    each = offered(firm)

    dismiss_offer(firm.danas_matter.pk, each.pk, actor=firm.actor("paul"), now=NOW)

    assert (her(firm).email, open_offers([her(firm)])) == ("dana@mail.example", [])
    assert AuditEntry.objects.get(action="practice.contact_offer_dismissed").data == {"fields": "email"}
    with pytest.raises(WrongState):
        take(firm, each)


def test_an_address_that_was_given_away_meanwhile_is_refused_and_the_offer_stays(firm: Firm) -> None:
    each, eve = offered(firm), firm.eves_matter.client
    hers = offer(eve, {"email": "new@mail.example"}, source=uuid4(), actor=SYSTEM, now=NOW)[0]
    take_offer(
        firm.eves_matter.pk,
        hers.pk,
        seen=contact_of(eve).version,
        actor=firm.actor("alice"),
        now=NOW,
    )

    with pytest.raises(InvalidInput, match="another client"):
        take(firm, each)

    assert ContactOffer.objects.get(pk=each.pk).state == "open"


@pytest.mark.parametrize("who", ["olga", "charlie", "dana", "eve"])
def test_nobody_else_decides(firm: Firm, who: str) -> None:
    each = offered(firm)
    with pytest.raises((NotFound, Forbidden)):
        take(firm, each, who)
    with pytest.raises((NotFound, Forbidden)):
        dismiss_offer(firm.danas_matter.pk, each.pk, actor=firm.actor(who), now=NOW)


def test_it_is_no_key_to_another_client(firm: Firm) -> None:
    each = offered(firm)
    with pytest.raises(NotFound):
        dismiss_offer(firm.eves_matter.pk, each.pk, actor=firm.actor("charlie"), now=NOW)


def test_its_people_are_told_and_see_it_where_they_work(firm: Firm, browser_of: Browser) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)
    run(firm.actor("alice"), f"{FIRST},,Dana Example,new@mail.example,en")
    outbox.drain(now=NOW + timedelta(seconds=1))

    told = Notification.objects.filter(kind="contact", data__what="offered")
    assert {notice.user for notice in told} == {firm.alice, firm.paul}
    paul, url = browser_of("paul"), address("matter_contact", firm.danas_matter.pk)
    assert "A list says something else of the client" in text(
        paul.get(address("matter", firm.danas_matter.pk))
    )
    page = text(paul.get(url))
    assert "new@mail.example" in page
    assert "A list says something else of the client" in text(paul.get("/notices/"))

    email, language = ContactOffer.objects.order_by("field")
    answer = paul.post(
        address("matter_offer", firm.danas_matter.pk, email.pk),
        {"decision": "take", "seen": contact_of(her(firm)).version},
    )
    assert said(answer) == ["Corrected. What stood there before is kept."]
    paul.post(address("matter_offer", firm.danas_matter.pk, language.pk), {"decision": "dismiss"})
    assert contact_of(her(firm)).email == "new@mail.example"
    assert her(firm).language == "es"
    assert open_offers([her(firm)]) == []
