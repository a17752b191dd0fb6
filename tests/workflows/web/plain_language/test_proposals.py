"""The page on which an attorney decides what all clients read, and the lists of what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from legist.practice.roles import Role
from tests.factories.practice import NOW, PASSWORD, Firm, make_user
from tests.factories.wording import OWN, make_old, propose_words, publish_words, seen
from tests.workflows.web.asking import Browser, address, said, statuses, text
from workflows.models import WordingProposal
from workflows.plain_language import Wording
from workflows.plain_language.selectors import read_book
from workflows.plain_language.shipped import note_changes, shipped_texts

LIST, EDITOR = "/wording/", "/wording/APPROVED/"
STAFF = ("alice", "paul", "olga", "mary", "charlie", "dana")


def prove(client: Client) -> None:
    """Confirm once more who one is, a moment later."""
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert response.status_code == 302


def decide(client: Client, act: str, proposal: WordingProposal, **data: str) -> Any:
    url = address(f"wording_{act}", proposal.pk)
    return client.post(url, {"version_hash": proposal.content_hash, **data})


def test_the_staff_may_read_it(firm: Firm, browser_of: Browser) -> None:
    proposal = propose_words(firm)

    url = address("wording_proposal", proposal.pk)
    assert statuses(browser_of, url, STAFF) == [200, 200, 200, 200, 200, 404]
    assert browser_of("alice").get(address("wording_proposal", uuid4())).status_code == 404


def test_it_shows_the_exact_words_what_differs_who_wrote_them_and_why(
    firm: Firm, browser_of: Browser
) -> None:
    proposal = propose_words(firm, reason="Clients asked us.")

    page = text(browser_of("alice").get(address("wording_proposal", proposal.pk)))

    for part in (*OWN["en"], *OWN["es"]):
        assert f"<p>{part}</p>" in page
    assert "Proposed by Mary" in page
    assert "Clients asked us." in page
    assert "</ins>" in page
    assert f'name="version_hash" value="{proposal.content_hash}"' in page
    assert "/wording/APPROVED/preview/" in page
    assert f'name="todo_es" value="{OWN["es"].todo}"' in page


def test_an_attorney_approves_and_clients_read_it(firm: Firm, signed_in: Browser) -> None:
    proposal = propose_words(firm)

    response = decide(signed_in("alice"), "approve", proposal)

    assert said(response) == ["Published as version 1. Clients read it from now on; drafts keep their text."]
    assert read_book().find("APPROVED") == OWN["en"]


def test_an_old_session_is_asked_who_it_is_and_comes_back(
    firm: Firm, signed_in: Browser, settings: LazySettings
) -> None:
    proposal, alice = propose_words(firm), signed_in("alice")
    page = address("wording_proposal", proposal.pk)

    with time_machine.travel(NOW + timedelta(minutes=settings.LEGIST_REAUTH_MINUTES + 1), tick=False):
        response = alice.post(
            address("wording_approve", proposal.pk),
            {"version_hash": proposal.content_hash},
            headers={"Referer": f"http://testserver{page}"},
        )

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert page in response["Location"].replace("%2F", "/")
    assert read_book().own == {}


def test_the_only_attorney_reads_that_nobody_else_does_and_confirms_who_they_are(
    firm: Firm, signed_in: Browser
) -> None:
    alice = signed_in("alice")
    editor = text(alice.get(EDITOR))
    proposal = propose_words(firm, by="alice")

    page = text(alice.get(address("wording_proposal", proposal.pk)))
    too_early = decide(alice, "approve", proposal)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        prove(alice)
        approved = decide(alice, "approve", proposal)

    assert "Go on to approve and publish" in editor
    assert "only attorney, so nobody else reads them before clients do" in page
    assert too_early["Location"].startswith("/accounts/reauthenticate/")
    assert said(approved)[0].startswith("Published as version 1.")


def test_with_two_attorneys_the_author_is_told_who_can(firm: Firm, browser_of: Browser) -> None:
    make_user("Bob", Role.ATTORNEY)
    proposal, alice = propose_words(firm, by="alice"), browser_of("alice")

    page = text(alice.get(address("wording_proposal", proposal.pk)))

    assert "Another attorney has to approve these words" in page
    assert "Who can approve them: Bob." in page
    assert "Approve and publish" not in page
    assert "Ask an attorney to approve" in text(alice.get(EDITOR))
    assert decide(alice, "approve", proposal).status_code == 403


def test_a_manager_has_no_button_to_approve(firm: Firm, browser_of: Browser) -> None:
    proposal, mary = propose_words(firm), browser_of("mary")

    page = text(mary.get(address("wording_proposal", proposal.pk)))

    assert "Approve and publish" not in page
    assert "Withdraw" in page
    assert decide(mary, "approve", proposal).status_code == 403


def test_words_that_changed_since_are_a_conflict(firm: Firm, signed_in: Browser) -> None:
    first = propose_words(firm)
    other = {**OWN, "en": Wording("It is a yes.", "Keep the letter.", "We will call you.")}
    propose_words(firm, other, over=first.content_hash)

    assert decide(signed_in("alice"), "approve", first).status_code == 409
    assert read_book().own == {}


def test_sent_back_its_author_reads_the_reason(firm: Firm, browser_of: Browser) -> None:
    proposal, mary = propose_words(firm), browser_of("mary")
    without = decide(browser_of("alice"), "reject", proposal)
    decide(browser_of("alice"), "reject", proposal, reason="Too cheerful.")

    assert without.status_code == 422
    assert "Alice: Too cheerful." in text(mary.get(address("wording_proposal", proposal.pk)))
    assert "came back with a reason" in text(mary.get("/notices/"))


def test_its_author_withdraws_it(firm: Firm, browser_of: Browser) -> None:
    proposal = propose_words(firm)

    response = decide(browser_of("mary"), "withdraw", proposal)

    assert said(response) == ["Withdrawn. Clients read what they read before."]
    assert "These words wait for nobody any more" in text(
        browser_of("paul").get(address("wording_proposal", proposal.pk))
    )


def test_the_list_and_the_rail_say_what_waits(firm: Firm, browser_of: Browser) -> None:
    propose_words(firm, reason="Clients asked us.")

    page = text(browser_of("alice").get(LIST))

    assert "Waiting for an attorney" in page
    assert "Clients asked us." in page
    assert "wait for an attorney's approval".replace("'", "&#x27;") in text(
        browser_of("alice").get("/notices/")
    )


def test_the_editor_goes_on_with_what_waits(firm: Firm, browser_of: Browser) -> None:
    proposal = propose_words(firm)

    page = text(browser_of("alice").get(EDITOR))

    assert OWN["en"].meaning in page
    assert f'name="over" value="{proposal.content_hash}"' in page
    assert "whoever wrote any of the words cannot approve them" in page


def test_whoever_had_not_seen_a_proposal_keeps_both_texts(firm: Firm, browser_of: Browser) -> None:
    fields = {
        f"{part}_{language}": value
        for language, wording in OWN.items()
        for part, value in wording._asdict().items()
    }
    fields["meaning_en"] = "My own first line."
    propose_words(firm)

    response = browser_of("alice").post(EDITOR, {"seen": seen(), "over": "", "reason": "Ours.", **fields})

    page = text(response)
    assert response.status_code == 409
    assert "Mary proposed other words" in page
    assert "My own first line." in page
    assert WordingProposal.objects.get().proposed_by == firm.mary


@pytest.mark.parametrize("who", ["alice", "paul"])
def test_words_from_before_are_marked_wherever_they_show(firm: Firm, browser_of: Browser, who: str) -> None:
    version, browser = make_old(firm), browser_of(who)

    urls = (LIST, EDITOR, address("wording_version", version.pk))
    pages = [text(browser.get(url, follow=True)) for url in urls]

    assert all("Published before approvals were asked for" in page for page in pages)
    assert ("Approve these words" in pages[2]) == (who == "alice")


def test_they_are_approved_on_their_page(firm: Firm, signed_in: Browser) -> None:
    version, alice = make_old(firm), signed_in("alice")

    response = alice.post(
        address("wording_version_approve", version.pk), {"version_hash": version.content_hash}
    )

    assert said(response) == ["Approved. Clients go on reading these words."]
    assert "Approved by Alice" in text(alice.get(address("wording_version", version.pk), follow=True))
    assert "Published before approvals were asked for" not in text(alice.get(EDITOR))


def test_what_an_upgrade_changed_is_listed_until_it_was_seen(firm: Firm, browser_of: Browser) -> None:
    note_changes(now=NOW, texts={**shipped_texts(), "wording/APPROVED/en": "USCIS said yes."})
    mary, url = browser_of("mary"), address("wording_upgrade")

    listed, page = text(mary.get(LIST)), text(mary.get(url))
    token = page.split('name="token" value="')[1].split('"')[0]
    mary.post(url, {"token": token})

    assert "An upgrade changed 1 text that clients read" in listed
    assert "</ins>" in page
    assert "I have seen these" not in text(browser_of("paul").get(url))
    assert "Nothing changed" in text(mary.get(url))


def test_a_published_version_says_who_wrote_and_who_approved_it(firm: Firm, browser_of: Browser) -> None:
    publish_words(firm, by="mary")

    page = text(browser_of("paul").get("/definitions/wording/APPROVED/"))
    assert "Mary" in page
    assert "Approved by Alice" in page
