"""Whoever is shut out of a client meets nothing of them, on any page: no name, title, reference or number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from legist.core.actors import Actor
from legist.practice.clients.conflicts import ConflictFound, check_conflicts
from legist.practice.clients.contacts import Contact
from legist.practice.models import Client, Matter, User
from legist.practice.permissions import grant_matter
from legist.practice.roles import Role
from legist.practice.services import People, open_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import make_change, make_news, make_receipt, run
from tests.security.test_access_matrix import OURS
from tests.security.world import build
from tests.support.soak import of_today
from tracking.models import Receipt
from tracking.reviews import open_item
from tracking.services import assign_receipt
from tracking.states import ReviewKind
from workflows.deadlines import calendars
from workflows.notices import watch
from workflows.notices.overdue import run_due

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Where every page is read: shut out before it all on one day, after it on the next.
IN_TURN = pytest.mark.parametrize("walled", of_today(["before", "after"], days=2), indirect=True)
# Views that a page shows only when its address asks for them.
MORE = {
    "tracking:inbox": ("scope=all", "scope=all&view=done", "scope=team"),
    "tracking:receipts": ("state=stopped", "unassigned=1", "sort=-matter"),
    "tracking:reviews": ("state=resolved", "mine=1"),
    "workflows:matters": ("state=closed", "state="),
    "workflows:deadlines": ("whose=all", "view=month", "whose=all&view=month"),
    "workflows:notices": ("view=all",),
    "workflows:paper": ("tab=missing", "tab=logged", "tab=aside"),
    "workflows:approvals": ("view=approved", "view=sent"),
    "practice:audit": ("action=practice.signed_in", "action=tracking.status_changed"),
}


def people_to_be(firm: Firm) -> dict[str, User]:
    """One of every role that has been given the client's matter, as far as a role can be."""
    ned, zoe, otto = (
        make_user(name, role)
        for name, role in (("Ned", Role.PARALEGAL), ("Zoe", Role.MANAGER), ("Otto", Role.OPERATIONS))
    )
    amy = make_user("Amy", Role.ATTORNEY)
    for person in (ned, zoe, otto, amy):
        grant_matter(firm.danas_matter, person)
    return {"charlie": firm.charlie, "ned": ned, "zoe": zoe, "otto": otto, "amy": amy}


def shut_out(firm: Firm, people: dict[str, User]) -> None:
    for person in people.values():
        wall_off(firm.danas_matter.client, person, reason="Conflict.", actor=SYSTEM, now=NOW)


def build_more(firm: Firm) -> dict[str, Any]:
    """The world of the matrix, a matter opened later, and what lay in the tray before it was Dana's."""
    known = build(firm)
    later = open_matter(
        title="Dana's second case",
        client=firm.danas_matter.client,
        people=People(attorney=firm.alice, paralegal=firm.paul),
        actor=SYSTEM,
        now=NOW,
    )
    run(make_news(later, "RFE_ISSUED"))
    stray = make_receipt(None)
    denied = make_change(stray, "DENIED")
    open_item(
        ReviewKind.UNREADABLE, receipt=stray, source="uscis", code="X", detail="", now=NOW, actor=SYSTEM
    )
    assert watch.begin(denied.pk, actor=SYSTEM, now=NOW)
    run_due(now=NOW.replace(month=6), actor=SYSTEM)
    with suppress(ConflictFound):
        asked = Contact(name=later.client.name, email="", phone="", language="en")
        check_conflicts(asked, seen="", actor=firm.actor("paul"), now=NOW)
    assign_receipt(stray.pk, matter_id=later.pk, actor=firm.actor("alice"), now=NOW)
    return known | {"later": later}


def words_of(client: Client) -> set[str]:
    """Everything that would give the client away."""
    matters = Matter.objects.filter(client=client)
    receipts = list(Receipt.objects.filter(matter__in=matters))
    numbers = [receipt.receipt_number for receipt in receipts]
    return {
        client.name,
        client.email,
        str(client.pk),
        *(matter.reference for matter in matters),
        *(matter.title for matter in matters if "Dana" in matter.title),
        *(number.canonical for number in numbers),
        *(number.masked for number in numbers),
        *(number.grouped for number in numbers),
    }


def addresses(known: dict[str, Any]) -> Iterator[str]:
    for name, given in OURS.items():
        if name == "tracking:import_template":
            continue  # a sample file with made-up people
        url = reverse(name, kwargs={key: known[key] for key in given})
        yield url
        yield from (f"{url}?{query}" for query in MORE.get(name, ()))


@pytest.fixture(params=["before", "after"])
def walled(request: pytest.FixtureRequest, firm: Firm) -> Iterator[tuple[dict[str, User], dict[str, Any]]]:
    """The people, shut out before anything happened or after all of it, and the world's placeholders."""
    with time_machine.travel(NOW, tick=False):
        people = people_to_be(firm)
        Browser().force_login(firm.dana, backend=BACKEND)
        if request.param == "before":
            shut_out(firm, people)
        known = build_more(firm)
        if request.param == "after":
            shut_out(firm, people)
        yield people, known


def browser_for(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser


@IN_TURN
def test_no_page_shows_a_byte_of_a_client_from_whom_the_reader_is_shut_out(
    firm: Firm, walled: tuple[dict[str, User], dict[str, Any]]
) -> None:
    people, known = walled
    secrets = words_of(firm.danas_matter.client)
    found = []
    for name, person in people.items():
        browser = browser_for(person)
        for url in addresses(known):
            text = browser.get(url).content.decode(errors="replace")
            found += [(name, url, secret) for secret in sorted(secrets) if secret and secret in text]

    assert not found, "\n".join(map(str, found))


@IN_TURN
def test_the_words_looked_for_do_stand_on_the_pages_of_those_who_may_read_them(
    firm: Firm, walled: tuple[dict[str, User], dict[str, Any]]
) -> None:
    _people, known = walled
    secrets = words_of(firm.danas_matter.client)
    browser = browser_for(firm.alice)

    text = "".join(browser.get(url).content.decode(errors="replace") for url in addresses(known))

    assert {firm.danas_matter.client.name, firm.danas_matter.reference} <= {s for s in secrets if s in text}


def test_a_search_answers_as_if_there_were_no_such_client(
    firm: Firm, walled: tuple[dict[str, User], dict[str, Any]]
) -> None:
    people, known = walled
    client = firm.danas_matter.client
    references = (firm.danas_matter.reference, known["later"].reference)
    asked = (client.email, *references, client.name, client.name.split()[0].lower(), client.name[2:8])

    def answer(browser: Browser, text: str) -> list[tuple[int, str]]:
        found = []
        for place in ("tracking:search", "workflows:matters"):
            response = browser.post(reverse(place), {"q": text}, follow=True)
            page = re.sub(
                r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|content="[^"]{64}"|'
                r'(?:find=|/search/|name="find" value=")[0-9a-f-]{36}',
                "",
                response.content.decode(),
            )
            found.append((response.status_code, page.replace(text, "?")))
        return found

    for person in people.values():
        browser = browser_for(person)
        nothing = answer(browser, "nobody@mail.example")
        assert [answer(browser, text) == nothing for text in asked] == [True] * len(asked), person.name


def test_a_calendar_made_before_the_wall_is_empty_behind_it(
    firm: Firm, walled: tuple[dict[str, User], dict[str, Any]]
) -> None:
    people, _known = walled
    for name in ("charlie", "ned", "zoe", "amy"):
        actor = Actor.for_user(people[name])
        _feed, secret = calendars.create_feed(scope="all", shows_names=True, actor=actor, now=NOW)
        response = Browser().get(reverse("workflows:calendar_feed", args=[secret]))
        assert "BEGIN:VEVENT" not in response.content.decode()
