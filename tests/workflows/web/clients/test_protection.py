"""The page on which a person decides whether a client is protected, and where everybody sees it."""

from __future__ import annotations

from legist.practice.clients.contacts import contact_of
from legist.practice.models import Client
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_draft, make_receipt
from tests.workflows.web.asking import Browser, address, said, text
from workflows.messages import sending
from workflows.models import Draft

BADGE = "protected: the safe contact only"


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def filled(firm: Firm, **given: str) -> dict[str, str]:
    return {
        "email": "",
        "phone": "",
        "note": "",
        "reason": "",
        "seen": contact_of(her(firm)).version,
        **given,
    }


def test_it_is_proposed_decided_and_shown_at_every_approval(firm: Firm, browser_of: Browser) -> None:
    url, draft = address("matter_protection", firm.danas_matter.pk), make_draft(firm)
    make_receipt(firm.danas_matter, form="I-589")
    matter, approval = address("matter", firm.danas_matter.pk), address("draft", draft.pk)
    for page in (matter, approval, address("matter_contact", firm.danas_matter.pk), url):
        assert "There is a case under I-589" in text(browser_of("paul").get(page))

    answer = browser_of("paul").post(url, filled(firm, email="advocate@shelter.example", note="Ask for Lee."))

    assert answer.status_code == 302
    assert "1 message was called back" in said(answer)[0]
    for page in (matter, approval):
        shown = text(browser_of("alice").get(page))
        assert "Protected client" in shown
        assert "Ask for Lee." in shown
        assert "dana@mail.example" not in shown
    assert BADGE in text(browser_of("alice").get(approval))
    assert "dana@mail.example" in text(browser_of("paul").get(url))


def test_no_ordinary_contact_is_offered_as_the_safe_one(firm: Firm, browser_of: Browser) -> None:
    page = browser_of("paul").get(address("matter_protection", firm.danas_matter.pk)).content.decode()
    assert "dana@mail.example" not in page


def test_a_fault_is_shown_beside_its_field_and_what_was_typed_stays(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_protection", firm.danas_matter.pk)
    answer = browser_of("paul").post(url, filled(firm, email="eve@mail.example", note="Mornings <b>only</b>"))

    assert answer.status_code == 422
    assert "on record for another client" in text(answer)
    assert "Mornings &lt;b&gt;only&lt;/b&gt;" in answer.content.decode()
    assert her(firm).protected_at is None


def test_no_protection_is_needed(firm: Firm, browser_of: Browser) -> None:
    make_receipt(firm.danas_matter, form="I-360")
    url = address("matter_protection_decline", firm.danas_matter.pk)
    seen = {"seen": contact_of(her(firm)).version}

    assert said(browser_of("paul").post(url, seen)) == ["Noted. These forms do not ask again."]
    assert "There is a case under" not in text(
        browser_of("paul").get(address("matter", firm.danas_matter.pk))
    )
    assert browser_of("paul").post(url, seen).status_code == 409


def test_whoever_posts_or_calls_reads_how_she_is_reached(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_protection", firm.danas_matter.pk)
    browser_of("paul").post(url, filled(firm, phone="+1 202 555 0143", note="Never leave a message."))
    firm.danas_matter.client.refresh_from_db()
    approve(firm, make_draft(firm))
    sending.deliver_due(now=NOW, actor=SYSTEM)

    page = text(browser_of("paul").get(address("deliveries")))

    assert "+1 202 555 0143" in page
    assert "Never leave a message." in page
    assert BADGE in page
    assert Draft.objects.get().state == "approved"


def test_only_who_manages_is_offered_to_end_it(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_protection", firm.danas_matter.pk)
    browser_of("paul").post(url, filled(firm, note="Write to the shelter."))
    assert "End the protection" not in text(browser_of("paul").get(url))

    seen = contact_of(her(firm)).version
    answer = browser_of("alice").post(
        address("matter_protection_end", firm.danas_matter.pk), {"seen": seen, "reason": "She is safe now."}
    )

    assert said(answer) == ["The protection has ended. The safe contact stays in use."]
    assert "She is safe now." in text(browser_of("mary").get(url))
