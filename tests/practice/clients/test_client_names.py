"""At every door a name must be one; names that are stored already are listed and can be corrected."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry
from legist.insights.management.commands.stats import collect
from legist.practice.clients.invitations import invite_client
from legist.practice.models import Client, User
from legist.practice.people.staff import add_staff
from legist.practice.roles import Role
from legist.practice.selectors import list_faulty_names
from legist.practice.services import (
    correct_client_name,
    find_or_create_client,
    find_or_create_matter,
    open_matter,
)
from portal.services import send
from tests.factories.practice import NOW, PASSWORD, SYSTEM, Firm, make_client

BAD = "Call 900-555-1234\nand pay at https://pay.example"


def spoil(client: Client, name: str = BAD) -> Client:
    """Give a client a name as it was stored before names had a rule."""
    client.name = name
    client.save(update_fields=["name"])
    return client


def test_it_makes_no_client_of_what_is_no_name(db: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        find_or_create_client(name=BAD, email="x@mail.example", actor=SYSTEM, now=NOW)

    assert list(refused.value.errors) == ["client_name"]
    assert not Client.objects.exists()


def test_it_keeps_a_name_on_one_line_without_hidden_characters(db: None) -> None:
    client, _ = find_or_create_client(name=" Dana\u202e\u00a0 Example ", email=None, actor=SYSTEM, now=NOW)

    assert client.name == "Dana Example"


def test_it_finds_a_client_by_address_whatever_the_name(db: None) -> None:
    dana = make_client("Dana")

    assert find_or_create_client(name=BAD, email="dana@mail.example", actor=SYSTEM, now=NOW) == (dana, False)


@pytest.mark.parametrize("reference", ["https://x", "a@b.example", "<b>7</b>", "7\n8", "-"])
def test_it_opens_no_matter_under_what_is_no_reference(firm: Firm, reference: str) -> None:
    client = firm.danas_matter.client

    with pytest.raises(InvalidInput) as refused:
        find_or_create_matter(reference=reference, title="Case", client=client, actor=SYSTEM, now=NOW)

    assert list(refused.value.errors) == ["matter_reference"]


def test_it_finds_a_reference_however_it_was_spaced(firm: Firm) -> None:
    client = firm.danas_matter.client
    first, _ = find_or_create_matter(reference="M  7", title="Case", client=client, actor=SYSTEM, now=NOW)

    again = find_or_create_matter(reference="M 7\u200b", title="Case", client=client, actor=SYSTEM, now=NOW)

    assert (first.reference, again) == ("M 7", (first, False))


def test_a_title_made_of_a_bad_name_gives_way_to_the_reference(firm: Firm) -> None:
    client = spoil(firm.danas_matter.client)

    matter = open_matter(
        title=f"I-765 of {client.name}", client=client, reference="N-1", actor=SYSTEM, now=NOW
    )

    assert matter.title == "N-1"


def test_it_adds_nobody_to_the_staff_under_what_is_no_name(db: None) -> None:
    with pytest.raises(InvalidInput):
        add_staff(
            "a@firm.example", password=PASSWORD, name="<b>A</b>", role=Role.ATTORNEY, actor=SYSTEM, now=NOW
        )

    assert not User.objects.exists()


def test_the_command_says_why_it_adds_nobody(db: None) -> None:
    with pytest.raises(CommandError, match="e-mail address"):
        call_command("staff", "add", "n@firm.example", "--name", "n@firm", "--role", "attorney")


@pytest.mark.parametrize("name", [BAD, "Amazon.com Services LLC", "<b>Dana</b>", "D" * 300])
def test_an_invitation_greets_nobody_by_what_is_no_name_or_a_link(firm: Firm, name: str) -> None:
    client = spoil(firm.danas_matter.client, name)

    send(invite_client(client, actor=SYSTEM, now=NOW).pk, actor=SYSTEM, now=NOW)

    (sent,) = mail.outbox
    html = str(getattr(sent, "alternatives", [("", "")])[0][0])
    assert sent.body.startswith("Hola:\n")
    assert "Hola:" in html
    for text in (sent.body, html, sent.subject):
        assert not any(part in text for part in ("900", "pay.example", "Amazon", "Dana</b>", "DDD"))


def test_it_lists_bad_names_to_those_who_see_the_matter(firm: Firm) -> None:
    spoil(firm.danas_matter.client)

    seen = {name: list_faulty_names(firm.actor(name)) for name in ("mary", "paul", "charlie", "olga", "dana")}

    assert {name: len(found) for name, found in seen.items()} == {
        "mary": 1,
        "paul": 1,
        "charlie": 0,
        "olga": 0,
        "dana": 0,
    }
    assert seen["paul"][0].can_correct
    assert collect()["names_to_correct"] == 1


def test_a_corrected_name_counts_everywhere_and_is_on_the_record_without_the_name(firm: Firm) -> None:
    client = spoil(firm.danas_matter.client)
    firm.danas_matter.title = f"Case of {BAD}"
    firm.danas_matter.save(update_fields=["title"])

    assert correct_client_name(client, " Dana  Example", actor=firm.actor("paul"), now=NOW)

    firm.danas_matter.refresh_from_db()
    assert Client.objects.get(pk=client.pk).name == "Dana Example"
    assert firm.danas_matter.title == "Case of Dana Example"
    assert list_faulty_names(firm.actor("mary")) == []
    entry = AuditEntry.objects.get(action="practice.client_name_corrected")
    assert (entry.actor_id, entry.data) == (str(firm.paul.pk), {})


def test_a_name_is_not_corrected_to_another_bad_one(firm: Firm) -> None:
    client = spoil(firm.danas_matter.client)

    with pytest.raises(InvalidInput):
        correct_client_name(client, "www.pay.example", actor=SYSTEM, now=NOW)

    assert Client.objects.get(pk=client.pk).name == BAD


def test_correcting_to_the_same_name_is_no_act(firm: Firm) -> None:
    client = firm.danas_matter.client

    assert not correct_client_name(client, "Dana Example", actor=SYSTEM, now=NOW)
    assert not AuditEntry.objects.filter(action="practice.client_name_corrected").exists()
