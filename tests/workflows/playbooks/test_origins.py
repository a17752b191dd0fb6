"""A firm's playbooks, templates and letters beside ours: neither keeps the other out, nor switches it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from legist.core.definitions.standing import State
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_news, run
from workflows.documents import letters
from workflows.messages.templates import store as messages
from workflows.models import DocumentTemplate, MessageTemplate, Playbook, PlaybookRun
from workflows.playbooks.builtin.mail import RETURNED_CARD
from workflows.playbooks.store import TOPIC, install_definitions

Browser = Callable[[str], Client]
KEY = RETURNED_CARD.key


def newer(version: int, name: str = "Newer") -> Any:
    return replace(RETURNED_CARD, version=version, name=name)


def write_own(version: int, **changed: Any) -> Playbook:
    """A version as a firm writes one today: a row of its own, switched on in place of ours."""
    Playbook.objects.filter(key=KEY).update(enabled=False)
    ours = Playbook.objects.get(key=KEY, origin="shipped", version=1)
    fields = ours.definition | {"name": "As we do it", "base": ours.definition} | changed
    return Playbook.objects.create(key=KEY, version=version, created_at=NOW, **fields)


def on() -> set[tuple[str, int]]:
    return set(Playbook.objects.filter(key=KEY, enabled=True).values_list("origin", "version"))


@pytest.mark.parametrize("taken", [1, 2, 9])
def test_a_firms_number_keeps_none_of_ours_out(firm: Firm, taken: int) -> None:
    write_own(taken)

    assert install_definitions([newer(2)]) == 1
    assert install_definitions([newer(2)]) == 0

    standing = TOPIC.read((KEY,))
    assert (standing.state, standing.shipped and standing.shipped.number) == (State.OUTDATED, 2)


def test_ours_does_not_switch_the_firms_off(firm: Firm) -> None:
    write_own(2)

    install_definitions([newer(3)])

    assert on() == {("firm", 2)}
    run(make_news(firm.danas_matter, "MAIL_RETURNED"))
    assert PlaybookRun.objects.get(playbook_key=KEY).playbook.name == "As we do it"


def test_the_offer_puts_both_together(firm: Firm) -> None:
    write_own(2)
    install_definitions([replace(newer(3, RETURNED_CARD.name), purpose="Said better.")])

    offer = TOPIC.read((KEY,)).offer

    assert offer is not None
    assert (offer.content["name"], offer.content["purpose"]) == ("As we do it", "Said better.")
    assert not offer.conflicts


def test_ours_takes_the_place_of_ours_and_never_of_a_newer_one(firm: Firm) -> None:
    install_definitions([newer(3)])
    install_definitions([newer(2)])

    assert on() == {("shipped", 3)}


def test_what_a_firm_switched_off_stays_off(firm: Firm) -> None:
    Playbook.objects.filter(key=KEY).update(enabled=False)

    install_definitions([newer(2)])

    assert on() == set()


def test_a_playbook_of_the_firm_under_a_key_that_ships_later_goes_on(firm: Firm) -> None:
    Playbook.objects.filter(key=KEY).delete()
    Playbook.objects.create(key=KEY, name="Our own", codes=["RFE_ISSUED"], purpose="x", created_at=NOW)

    install_definitions([RETURNED_CARD])

    assert on() == {("firm", 1)}
    assert TOPIC.read((KEY,)).state == State.OUTDATED


def test_the_list_shows_what_holds_and_that_a_newer_one_ships(firm: Firm, browser_of: Browser) -> None:
    own = write_own(2)
    install_definitions([newer(9, "Newer of ours")])

    listed = browser_of("mary").get("/playbooks/").content.decode()
    page = browser_of("mary").get(f"/playbooks/{KEY}/").content.decode()

    assert "As we do it" in listed
    assert "Newer of ours" not in listed
    assert "Newer version of ours" in listed
    assert "A newer shipped version is offered" in page
    assert str(own.pk) not in listed


@pytest.mark.parametrize("switch_off", [False, True])
def test_an_upgrade_leaves_a_firms_message_template_alone(firm: Firm, switch_off: bool) -> None:
    named = MessageTemplate.objects.filter(key="approval_news", language="en")
    ours = named.get()
    following = ours.version + 1
    named.update(active=False)
    if not switch_off:
        MessageTemplate.objects.create(
            key=ours.key, language="en", version=following, subject="Ours", body="Hello", created_at=NOW
        )
    newer = MessageTemplate(**ours.definition, key=ours.key, language="en", version=following, created_at=NOW)

    assert messages.TOPIC.install([newer]) == 1

    held = set(named.filter(active=True).values_list("origin", "subject"))
    assert held == (set() if switch_off else {("firm", "Ours")})


def test_an_upgrade_leaves_a_firms_letter_alone(firm: Firm) -> None:
    named = DocumentTemplate.objects.filter(key="approval_letter", language="en")
    ours = named.get()
    named.update(active=False)
    DocumentTemplate.objects.create(
        **ours.columns(ours.definition) | {"name": "Our letter"},
        key=ours.key,
        language="en",
        version=2,
        created_at=NOW,
    )
    newer = DocumentTemplate(
        **ours.columns(ours.definition), key=ours.key, language="en", version=2, created_at=NOW
    )

    assert letters.TOPIC.install([newer]) == 1

    assert named.get(active=True).name == "Our letter"
    assert letters.TOPIC.read(ours.identity).state == State.OUTDATED
