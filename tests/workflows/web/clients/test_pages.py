"""Clients by hand: the list, somebody new, one of them with their history, and a new matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from legist.core.models import AuditEntry
from legist.practice.clients.intake import NewMatter, open_by_hand
from legist.practice.models import Client, ConflictCheck, Matter
from legist.practice.permissions import Capability, can
from legist.practice.search.finders import clients as clients_shelf
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_client

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Browser]
ROSA = {
    "client_name": "Rosa Nueva",
    "client_email": "rosa@mail.example",
    "client_phone": "+1 (202) 555-0143",
    "language": "es",
}


def new_client(browser: Browser, **given: str) -> Any:
    key = browser.get("/clients/new/").context["form"]["key"].value()
    return browser.post("/clients/new/", {"key": str(key), **ROSA, **given})


def test_somebody_new_is_taken_on_and_can_be_called_with_one_tap(firm: Firm, browser_of: BrowserOf) -> None:
    paul = browser_of("paul")

    made = new_client(paul)

    rosa = Client.objects.exclude(pk__in=[firm.danas_matter.client_id, firm.eves_matter.client_id]).get()
    page = paul.get(made["Location"]).content.decode()
    assert made["Location"] == f"/clients/{rosa.pk}/"
    assert (rosa.name, rosa.email, rosa.language) == ("Rosa Nueva", "rosa@mail.example", "es")
    assert 'href="tel:+1202555-0143"' in page
    assert "added the client" in page
    assert "Rosa" not in made["Location"]


def test_a_form_that_is_sent_twice_makes_one_client(firm: Firm, browser_of: BrowserOf) -> None:
    paul = browser_of("paul")
    key = str(paul.get("/clients/new/").context["form"]["key"].value())

    first, second = (paul.post("/clients/new/", {"key": key, **ROSA}) for _ in range(2))

    assert first["Location"] == second["Location"] == f"/clients/{key}/"
    assert Client.objects.count() == 3


@pytest.mark.parametrize("page", ["/clients/new/", "/matters/new/"])
def test_a_form_that_was_filled_in_anew_after_going_back_is_refused(
    firm: Firm, browser_of: BrowserOf, page: str
) -> None:
    paul = browser_of("paul")
    key = str(paul.get(page).context["form"]["key"].value())
    paul.post(page, {"key": key, **ROSA})

    other = paul.post(page, {"key": key, "client_name": "Ines Otra", "language": "es"})

    assert other.status_code == 422
    assert "Open the form again" in other.content.decode()
    assert Client.objects.count() == 3


def test_a_form_that_is_sent_twice_opens_one_matter(firm: Firm, browser_of: BrowserOf) -> None:
    paul = browser_of("paul")
    key = str(paul.get("/matters/new/").context["form"]["key"].value())

    first, second = (paul.post("/matters/new/", {"key": key, **ROSA}, follow=True) for _ in range(2))

    assert first.redirect_chain == second.redirect_chain == [(f"/matters/{key}/", 302)]
    assert Matter.objects.count() == 3


def test_somebody_alike_is_shown_first_and_may_be_chosen(firm: Firm, browser_of: BrowserOf) -> None:
    paul, dana = browser_of("paul"), firm.danas_matter.client

    asked = new_client(paul, client_name="DANA MARIA EXAMPLE")
    chosen = new_client(paul, client_name="DANA MARIA EXAMPLE", client=str(dana.pk))

    assert asked.status_code == 422
    assert "Dana Example" in asked.content.decode()
    assert chosen["Location"] == f"/clients/{dana.pk}/"
    assert Client.objects.count() == 2


def test_behind_a_wall_one_learns_that_there_is_somebody_and_not_who(
    firm: Firm, browser_of: BrowserOf
) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="x", actor=SYSTEM, now=NOW)

    asked = new_client(browser_of("charlie"), client_name="Dana Maria Example", client_email="")

    assert "The managers who may see" in asked.content.decode()
    assert "Dana Example" not in asked.content.decode()
    assert "dana@mail.example" not in asked.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"client_name": "<b>"}, "client_name"),
        ({"client_email": "nowhere"}, "client_email"),
        ({"client_phone": "12"}, "client_phone"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    firm: Firm, browser_of: BrowserOf, given: dict[str, str], field: str
) -> None:
    refused = new_client(browser_of("paul"), **given)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [field]
    assert (Client.objects.count(), ConflictCheck.objects.count()) == (2, 0)


def test_the_list_shows_whom_one_may_see(firm: Firm, browser_of: BrowserOf) -> None:
    def names(who: str) -> set[str]:
        return {client.name for client in browser_of(who).get("/clients/").context["page"].items}

    assert names("paul") == {"Dana Example"}
    assert names("mary") == {"Dana Example", "Eve Example"}
    assert names("charlie") == {"Eve Example"}


def test_more_clients_cost_no_more_queries(firm: Firm, browser_of: BrowserOf) -> None:
    mary, counts = browser_of("mary"), []
    mary.get("/clients/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            mary.get("/clients/")
        counts.append(len(captured))
        for n in range(5):
            make_client(f"More{n}{'abcdefgh'[n]}{len(counts)}", with_user=False)

    assert counts[0] == counts[1] <= 15


def test_a_client_shows_only_matters_that_are_open_to_the_reader(firm: Firm, browser_of: BrowserOf) -> None:
    actor = firm.actor("mary")
    given = NewMatter(client=firm.danas_matter.client_id, title="Marys own", attorney=str(firm.alice.pk))
    open_by_hand(given, actor=actor, now=NOW)

    page = browser_of("paul").get(f"/clients/{firm.danas_matter.client_id}/")

    assert [matter.pk for matter in page.context["page"].matters] == [firm.danas_matter.pk]
    assert "Marys own" not in page.content.decode()


def test_a_correction_is_kept_and_of_two_the_second_looks_again(firm: Firm, browser_of: BrowserOf) -> None:
    paul, url = browser_of("paul"), f"/clients/{firm.danas_matter.client_id}/edit/"
    form = paul.get(url).context["form"]
    given = {name: form[name].value() for name in ("name", "email", "phone", "language", "note", "seen")}

    saved = paul.post(url, given | {"phone": "+1 202 555 0143"})
    late = paul.post(url, given | {"phone": "+1 202 555 0199"})

    assert (saved.status_code, late.status_code) == (302, 409)
    firm.danas_matter.client.refresh_from_db()
    assert firm.danas_matter.client.phone == "+1 202 555 0143"
    assert "corrected how the client is reached: phone" in paul.get(saved["Location"]).content.decode()


def test_a_client_without_a_matter_is_corrected_by_whoever_opens_matters(
    firm: Firm, browser_of: BrowserOf
) -> None:
    paul = browser_of("paul")
    url = f"{new_client(paul)['Location']}edit/"

    assert paul.get(url).status_code == 200
    assert browser_of("olga").get(url).status_code == 404


@pytest.mark.parametrize("who", ["alice", "paul", "mary"])
def test_a_matter_is_opened_for_a_client_who_is_there(firm: Firm, browser_of: BrowserOf, who: str) -> None:
    dana = firm.danas_matter.client
    browser = browser_of(who)
    page = browser.get(f"/matters/new/?client={dana.pk}")

    made = browser.post("/matters/new/", {"client": str(dana.pk), "matter_reference": "N-7", "kind": "case"})

    matter = Matter.objects.get(reference="N-7")
    assert "Dana Example" in page.content.decode()
    assert made["Location"] == f"/matters/{matter.pk}/"
    assert can(firm.actor(who), Capability.WORK_MATTER, matter)
    assert AuditEntry.objects.filter(action="practice.matter_opened", scope=matter.pk).count() == 1


def test_whose_matter_it_is_has_to_be_said(firm: Firm, browser_of: BrowserOf) -> None:
    refused = browser_of("paul").post("/matters/new/", {})

    assert refused.status_code == 422
    assert "client_name" in refused.context["form"].errors


def test_the_matter_says_whom_to_call_with_one_tap(firm: Firm, browser_of: BrowserOf) -> None:
    page = browser_of("paul").get(f"/matters/{firm.danas_matter.pk}/").content.decode()

    assert 'href="mailto:dana@mail.example"' in page
    assert f'href="/clients/{firm.danas_matter.client_id}/"' in page


def test_what_else_is_known_is_entered_shown_and_masked_in_lists(firm: Firm, browser_of: BrowserOf) -> None:
    paul = browser_of("paul")

    made = new_client(
        paul,
        a_number="A012 345 678",
        other_names="Rosa Vieja",
        way_0_kind="phone",
        way_0_use="work",
        way_0_value="2025550188",
        way_1_kind="email",
        way_1_use="home",
        way_1_value="r@home.example",
        way_1_first="on",
    )
    page, listed = (paul.get(url).content.decode() for url in (made["Location"], "/clients/"))

    assert all(words in page for words in ("A012 345 678", "Rosa Vieja", "Work (telephone)"))
    assert 'href="tel:2025550188"' in page
    assert 'href="mailto:r@home.example"' in page
    assert "A•••••5678" in listed
    assert "012 345" not in listed
    edit = paul.get(made["Location"] + "edit/").context["form"]
    assert edit["email"].value() == "r@home.example"
    assert [[each.value() for each in row[:3]] for row in edit.way_rows[:2]] == [
        ["phone", "work", "2025550188"],
        ["email", "home", "rosa@mail.example"],
    ]


def test_an_older_form_takes_nothing_away(firm: Firm, browser_of: BrowserOf) -> None:
    paul = browser_of("paul")
    url = new_client(paul, a_number="A012345678", way_0_value="2025550188")["Location"]
    known = paul.get(f"{url}edit/").context["form"].initial
    sent = {name: known[name] for name in ("name", "email", "phone", "language", "note", "seen")}

    paul.post(f"{url}edit/", sent | {"note": "Mornings."})

    rosa = Client.objects.get(pk=url.split("/")[2])
    assert (rosa.reach_note, rosa.a_number) == ("Mornings.", "012345678")
    assert [way["value"] for way in rosa.further_ways] == ["2025550188"]


def test_a_wrong_row_is_said_beside_it(firm: Firm, browser_of: BrowserOf) -> None:
    refused = new_client(browser_of("paul"), way_1_kind="email", way_1_value="nobody")

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["way_1_value"]


def test_a_relative_is_looked_for_by_name_and_chosen(firm: Firm, browser_of: BrowserOf) -> None:
    alice, dana, eve = browser_of("alice"), firm.danas_matter.client, firm.eves_matter.client
    clients_shelf.forget()
    url = f"/clients/{dana.pk}/relatives/"

    asked = alice.post(url, {"q": "eve", "kind": "employer"})
    alice.post(url, {**asked.context["kept"], "other": str(eve.pk)})
    odd = alice.post(url, {"kind": "employer", "other": "nobody"})

    assert asked.context["found"] == [eve]
    assert odd.status_code == 422
    page = alice.get(f"/clients/{dana.pk}/").content.decode()
    assert "Eve Example" in page
    assert "Eve Example" not in browser_of("paul").get(f"/clients/{dana.pk}/").content.decode()


def test_a_duplicate_is_looked_for_compared_and_merged(firm: Firm, browser_of: BrowserOf) -> None:
    mary, dana = browser_of("mary"), firm.danas_matter.client
    gone = make_client("Danna", with_user=False)
    clients_shelf.forget()

    found = mary.post(f"/clients/{dana.pk}/duplicates/")
    led = mary.post(f"/clients/{dana.pk}/duplicates/", {"other": str(gone.pk)})
    page = mary.get(led["Location"])
    stale = mary.post(led["Location"], {"seen": "x"})
    pressed = {"seen": page.context["plan"].version}
    done, again = mary.post(led["Location"], pressed), mary.post(led["Location"], pressed)

    assert gone in found.context["found"]
    assert led["Location"] == f"/clients/{dana.pk}/merge/{gone.pk}/"
    assert "danna@mail.example" in page.content.decode()
    assert stale.status_code == 409
    assert done["Location"] == again["Location"] == f"/clients/{dana.pk}/"
    assert "merged already" in mary.get(again["Location"]).content.decode()
    assert browser_of("charlie").post(led["Location"], pressed).status_code == 404
    assert mary.get(f"/clients/{gone.pk}/").context["client"] == dana
    listed = mary.get("/clients/").context["page"].items
    assert gone not in listed
    assert "Merge a duplicate" not in browser_of("paul").get(f"/clients/{dana.pk}/").content.decode()


def test_parties_are_noted_while_a_matter_is_opened_and_compared_first(
    firm: Firm, browser_of: BrowserOf
) -> None:
    alice, eve = browser_of("alice"), firm.eves_matter.client
    given = {
        **ROSA,
        "party_0_role": "petitioner",
        "party_0_name": eve.name,
        "party_1_role": "beneficiary",
        "party_1_name": ROSA["client_name"],
    }

    asked = alice.post("/matters/new/", given)
    assert asked.status_code == 422
    assert (Matter.objects.count(), Client.objects.count()) == (2, 2)
    seen = asked.context["form"]["party_0_seen"].value()
    alice.post("/matters/new/", given | {"party_0_client": str(eve.pk), "party_0_seen": seen})

    matter = Matter.objects.exclude(pk__in=[firm.danas_matter.pk, firm.eves_matter.pk]).get()
    assert set(matter.parties.values_list("role", "client")) == {
        ("petitioner", eve.pk),
        ("beneficiary", matter.client_id),
    }
    assert Client.objects.count() == 3


def test_a_new_party_is_a_client_from_then_on(firm: Firm, browser_of: BrowserOf) -> None:
    given = {**ROSA, "party_1_role": "employer", "party_1_name": "Acme Widgets"}

    browser_of("alice").post("/matters/new/", given)
    refused = browser_of("alice").post(
        "/matters/new/", given | {"client_name": "Ines Otra", "party_1_name": "??"}
    )

    assert [client.name for client in Client.objects.filter(roles__role="employer")] == ["Acme Widgets"]
    assert refused.status_code == 422
    assert not Matter.objects.filter(title__contains="Ines").exists()
