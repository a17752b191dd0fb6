"""The form on which staff correct how a client is reached, and the letter for whom nothing else reaches."""

from __future__ import annotations

import pytest

from legist.practice.clients.contacts import contact_of
from legist.practice.models import Client
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_draft
from tests.workflows.web.asking import Browser, address, said, text
from workflows.messages import sending
from workflows.models import Delivery, Draft


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def filled(firm: Firm, **changes: str) -> dict[str, str]:
    known = contact_of(her(firm))
    fields = {name: getattr(known, name) for name in ("name", "email", "phone", "language")}
    return {**fields, "seen": known.version, **changes}


def test_it_shows_what_is_known_and_saves_a_correction(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_contact", firm.danas_matter.pk)
    make_draft(firm)
    assert 'value="dana@mail.example"' in browser_of("paul").get(url).content.decode()

    answer = browser_of("paul").post(url, filled(firm, email="new@mail.example", phone="+1 202 555 0143"))

    assert answer.status_code == 302
    assert said(answer) == ["Corrected. 1 message is addressed anew and waits for approval."]
    page = text(browser_of("mary").get(url))
    assert "dana@mail.example" in page
    assert "replaced by Paul" in page
    people = text(browser_of("paul").get(f"/matters/{firm.danas_matter.pk}/?section=people"))
    assert "new@mail.example" in people
    assert "+1 202 555 0143" in people
    assert url in people


def test_a_fault_is_shown_beside_its_field_and_what_was_typed_stays(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_contact", firm.danas_matter.pk)

    answer = browser_of("paul").post(url, filled(firm, email="eve@mail.example", phone="2025550143"))

    assert answer.status_code == 422
    page = text(answer)
    assert "on record for another client" in page
    assert 'value="2025550143"' in page
    assert her(firm).phone is None


def test_an_old_form_is_refused(firm: Firm, browser_of: Browser) -> None:
    old = filled(firm, phone="2025550100")
    url = address("matter_contact", firm.danas_matter.pk)
    browser_of("mary").post(url, filled(firm, phone="2025550143"))

    assert browser_of("paul").post(url, old).status_code == 409
    assert her(firm).phone == "2025550143"


def test_a_message_nothing_carries_is_approved_printed_and_recorded(firm: Firm, browser_of: Browser) -> None:
    Client.objects.filter(pk=her(firm).pk).update(email=None, email_index=None)
    firm.danas_matter.refresh_from_db()
    draft = make_draft(firm)
    page = text(browser_of("alice").get(address("draft", draft.pk)))
    assert "Approve for post or telephone" in page
    assert "Nothing reaches <strong>Dana Example</strong>" in page
    assert browser_of("paul").get(address("draft_letter", draft.pk)).status_code == 409

    approve(firm, draft)
    sending.deliver_due(now=NOW, actor=SYSTEM)
    delivery = Delivery.objects.get(draft=draft)
    page = text(browser_of("paul").get(address("deliveries")))
    assert "It was posted" in page
    assert "Send it again" not in page
    letter = text(browser_of("paul").get(address("draft_letter", draft.pk)))
    assert "Buenas noticias." in letter

    url = address("delivery", delivery.pk)
    answer = browser_of("paul").post(url, {"decision": "by_post", "reason": "To Dana, today"})

    assert said(answer) == ["Noted as posted."]
    assert Draft.objects.get(pk=draft.pk).state == "sent"


@pytest.mark.parametrize("page", ["matter_client_name", "matter_contact"])
def test_whoever_is_alike_is_said_before_a_client_is_renamed(
    firm: Firm, browser_of: Browser, page: str
) -> None:
    paul, url = browser_of("paul"), address("matter_contact", firm.danas_matter.pk)
    known = paul.get(url).context["form"].initial

    asked = paul.post(address(page, firm.danas_matter.pk), {**known, "name": "Eve Example"})
    told = asked.context["form"]["told"].value()
    saved = paul.post(url, {**known, "name": "Eve Example", "told": told})

    assert asked.status_code == 422
    assert "whom you may not see" in asked.content.decode()
    assert f'action="{url}"' in asked.content.decode()
    assert saved.status_code == 302
    assert Client.objects.get(pk=firm.danas_matter.client_id).name == "Eve Example"
