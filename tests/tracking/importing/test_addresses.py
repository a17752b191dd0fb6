"""Lists that go on saying an address which was corrected, given up, or belongs to two people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from legist.core.actors import Actor
from legist.practice.accounts import find_client
from legist.practice.clients.contacts import contact_of, corrected, write_contact
from legist.practice.clients.protection import SafeContact, protect
from legist.practice.models import Client, Matter
from legist.practice.people.staff import add_staff
from legist.practice.roles import Role
from legist.practice.services import find_or_create_client
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import numbers
from tracking import importing
from tracking.importing import Decision, decide_waiting
from tracking.importing.placing import Cause
from tracking.models import ImportRow, Receipt, WaitingRow
from tracking.remarks import Remark

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,matter_reference,client_name,client_email\n"
FIRST, SECOND = numbers(2)
OLD = "dana@mail.example"


def run(actor: Actor, *rows: str) -> dict[str, Any]:
    content = (HEADER + "\n".join(rows)).encode()
    return importing.import_now(content, filename="a.csv", actor=actor, now=NOW).as_json()


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def correct_address(firm: Firm, email: str) -> None:
    client = her(firm)
    with corrected(client, seen=contact_of(client).version, actor=firm.actor("paul")) as row:
        write_contact(row, replace(contact_of(row), email=email), actor=firm.actor("paul"), now=NOW)


def protect_her(firm: Firm) -> None:
    safe, seen = SafeContact(email="advocate@shelter.example"), contact_of(her(firm)).version
    protect(her(firm), safe, seen=seen, actor=firm.actor("paul"), now=NOW)


@pytest.fixture(params=[False, True], ids=["corrected", "protected"])
def changed(request: pytest.FixtureRequest, firm: Firm) -> Firm:
    """A firm that knows another address of Dana's than its list does."""
    if request.param:
        protect_her(firm)
    else:
        correct_address(firm, "new@mail.example")
    return firm


@pytest.mark.parametrize("name", ["Dana Example", "EXAMPLE, Dana"])
def test_the_old_address_with_her_name_still_means_her(changed: Firm, name: str) -> None:
    before = Client.objects.count(), her(changed).email

    report = run(changed.actor("paul"), f'{FIRST},,"{name}",{OLD}')

    assert report["created"] == 1
    assert Receipt.objects.get().matter == changed.danas_matter
    assert (Client.objects.count(), her(changed).email) == before


def test_the_old_address_without_a_name_means_nobody(changed: Firm) -> None:
    run(changed.actor("paul"), f"{FIRST},,,{OLD}")

    assert Receipt.objects.get().matter is None


def test_the_old_address_with_another_name_is_somebody_else_unless_it_was_given_up(firm: Firm) -> None:
    correct_address(firm, "new@mail.example")
    run(firm.actor("paul"), f"{FIRST},,Carlos Other,{OLD}")
    assert Receipt.objects.get().matter.client.name == "Carlos Other"  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Dana M. Example", "Carlos Other"])
def test_nobody_is_opened_at_an_address_that_was_given_up(firm: Firm, name: str) -> None:
    protect_her(firm)

    report = run(firm.actor("paul"), f"{FIRST},,{name},{OLD}")

    assert [row["reason"] for row in report["waiting"]] == [Remark("waits")]
    assert find_client(OLD) is None
    decide_waiting(WaitingRow.objects.get().pk, Decision.SEPARATE, actor=firm.actor("paul"), now=NOW)
    matter = Receipt.objects.get().matter
    assert matter is not None
    assert (matter.client.name, matter.client.email) == (name, None)


def test_whatever_opens_clients_opens_nobody_at_an_address_that_was_given_up(firm: Firm) -> None:
    protect_her(firm)

    for name in ("Dana Example", "Carlos Other"):
        found, is_new = find_or_create_client(name=name, email=OLD.upper(), actor=SYSTEM, now=NOW)
        assert (found, found.email, is_new) == (her(firm), "advocate@shelter.example", False)


# Two people, one address


def test_of_two_people_in_one_list_the_second_waits_and_the_remark_says_what_to_do(firm: Firm) -> None:
    report = run(
        firm.actor("paul"), f"{FIRST},,Ana Pair,pair@mail.example", f"{SECOND},,Ben Pair,pair@mail.example"
    )

    assert (report["created"], len(report["waiting"])) == (1, 1)
    second = ImportRow.objects.get(line=3)
    assert second.receipt is not None
    assert (second.outcome, second.receipt.matter, second.receipt.is_watched) == ("waiting", None, True)
    assert "leave it out for one of them, or ask for an address of their own" in second.why


def test_a_person_gives_the_second_a_matter_without_the_address(firm: Firm) -> None:
    run(firm.actor("paul"), f"{FIRST},,Ana Pair,pair@mail.example", f"{SECOND},,Ben Pair,pair@mail.example")
    waiting = WaitingRow.objects.get()
    # Where the address was nobody's yet when the row was read, it may be somebody's now.
    WaitingRow.objects.update(client=None)

    decide_waiting(waiting.pk, Decision.SEPARATE, actor=firm.actor("mary"), now=NOW)

    ben = Matter.objects.get(client__in=[row.pk for row in Client.objects.all() if row.name == "Ben Pair"])
    assert ben.client.email is None
    assert Receipt.objects.get(pk=waiting.receipt_id).matter == ben


def test_whose_the_address_is_shows_in_no_word_and_no_count(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)

    closed = run(firm.actor("charlie"), f"{FIRST},,Carlos Other,{OLD}")
    opened = run(firm.actor("charlie"), f"{SECOND},,Carlos Other,eve@mail.example")

    assert closed | {"import": ""} == opened | {"import": ""}
    causes = [row.causes for row in WaitingRow.objects.order_by("opened_at", "pk")]
    assert causes == [f"{Cause.CLOSED},{Cause.NAMES}", str(Cause.NAMES)]


# An address of somebody who works here


@pytest.mark.parametrize("reference", ["", "M-2026-0999"])
def test_nobody_is_opened_at_an_address_of_somebody_who_works_here(firm: Firm, reference: str) -> None:
    address, before = firm.alice.email, Client.objects.count()

    report = run(firm.actor("paul"), f"{FIRST},{reference},Ana Pair,{address.upper()}")

    assert (report["created"], report["unassigned"], Client.objects.count()) == (1, 1, before)
    assert "of somebody who works here" in report["remarks"][0]["reason"]
    assert Receipt.objects.get().is_watched


def test_a_person_opens_nobody_at_an_address_that_became_unusable_while_the_row_waited(firm: Firm) -> None:
    run(
        firm.actor("paul"),
        f"{FIRST},M-2026-0001,Ana Pair,later@mail.example",
        f"{SECOND},M-2026-0001,Ben Pair,nina@firm.example",
    )
    correct_address(firm, "later@mail.example")
    protect_her(firm)
    add_staff("nina@firm.example", name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)

    for waiting in WaitingRow.objects.all():
        decide_waiting(waiting.pk, Decision.SEPARATE, actor=firm.actor("paul"), now=NOW)

    opened = [matter.client for matter in Matter.objects.filter(receipts__in=Receipt.objects.all())]
    assert sorted((client.name, client.email) for client in opened) == [
        ("Ana Pair", None),
        ("Ben Pair", None),
    ]
