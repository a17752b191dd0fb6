"""A list that says something else of a client than the firm: offered to a person, never written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.actors import Actor
from legist.practice.clients.contacts import Contact, contact_of
from legist.practice.clients.offers import differences, open_offers
from legist.practice.clients.protection import SafeContact, protect
from legist.practice.models import Client, ContactOffer
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt, numbers
from tracking import importing
from tracking.importing import Decision, decide_waiting
from tracking.models import ImportRow, Receipt, WaitingRow
from tracking.remarks import Remark

pytestmark = pytest.mark.django_db
HEADER = "receipt_number,matter_reference,client_name,client_email,language\n"
FIRST, SECOND, THIRD = numbers(3)
DANA = Contact("Dana Example", "dana@mail.example", "", "es")


def run(actor: Actor, *rows: str) -> dict[str, Any]:
    content = (HEADER + "\n".join(rows)).encode()
    report = importing.import_now(content, filename="a.csv", actor=actor, now=NOW).as_json()
    taken = ("created", "updated", "duplicates", "rejected", "waiting")
    sizes = [found if isinstance(found := report[name], int) else len(found) for name in taken]
    assert sum(sizes) == report["rows"]
    assert report["rows"] + len(report["skipped"]) == len(rows) + 1  # with the heading
    return report


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def offered(firm: Firm) -> dict[str, str]:
    return {each.field: each.value for each in open_offers([her(firm)])}


# What differs


@pytest.mark.parametrize(
    ("held", "said", "found"),
    [
        ("Maria Nunez", "Maria Nunez", {}),
        ("Maria Nunez", "NUNEZ, MARIA", {}),
        ("María Núñez", "Maria Nunez", {}),
        ("Maria Nunez", "María Núñez", {"name": "María Núñez"}),
        ("Maria Nunez", "Maria Nunez Lopez", {"name": "Maria Nunez Lopez"}),
        ("Maria Nunez", "", {}),
    ],
)
def test_a_spelling_that_brings_nothing_is_not_offered(held: str, said: str, found: dict[str, str]) -> None:
    assert differences(Contact(held, "", "", "en"), {"name": said}) == found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    said=st.fixed_dictionaries(
        {}, optional={name: st.text(max_size=20) for name in ("name", "email", "language")}
    )
)
def test_what_a_list_does_not_say_is_never_offered(said: dict[str, str]) -> None:
    found = differences(DANA, said)
    assert all(said[name].strip() == value and value for name, value in found.items())
    assert not differences(DANA, {"name": DANA.name, "email": DANA.email.upper(), "language": "es"})


# The same list again


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (",Dana Example,new@mail.example,", {"email": "new@mail.example"}),
        ("M-2026-0001,Dana Example,new@mail.example,", {"email": "new@mail.example"}),
        ("M-2026-0001,Dana Married,dana@mail.example,", {"name": "Dana Married"}),
        (",Dana Married,dana@mail.example,en", {"name": "Dana Married", "language": "en"}),
        (",Dana Example,dana@mail.example,English", {"language": "en"}),
        (",Dana Example,dana@mail.example,", {}),
        (",Dana Example,dana@mail.example,Portuguese", {}),
        (",Dana Example,eve@mail.example,", {}),
        (",Dana Example,alice@firm.example,", {}),
        ("M-2026-0002,Dana Example,new@mail.example,", {}),
        (",Nobody Known,new@mail.example,", {}),
    ],
)
def test_a_tracked_receipt_offers_what_its_row_says_otherwise(
    firm: Firm, row: str, found: dict[str, str]
) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)

    report = run(firm.actor("alice"), f"{FIRST},{row}")

    assert offered(firm) == found
    assert contact_of(her(firm)) == DANA
    assert Receipt.objects.get().matter == firm.danas_matter
    assert report["duplicates"] == 1
    assert (Remark("offered") in ImportRow.objects.get().why) == bool(found)


def test_a_new_receipt_offers_what_its_row_adds(firm: Firm) -> None:
    client = her(firm)
    client.email, client.email_index = None, None
    client.save(update_fields=["email", "email_index"])

    run(firm.actor("paul"), f"{FIRST},M-2026-0001,Dana Example,new@mail.example,")

    assert Receipt.objects.get().matter == firm.danas_matter
    assert (her(firm).email, offered(firm)) == (None, {"email": "new@mail.example"})


def test_a_row_that_waited_offers_once_a_person_has_said_whose_it_is(firm: Firm) -> None:
    run(firm.actor("paul"), f"{FIRST},M-2026-0001,Dana Example,new@mail.example,en")
    assert offered(firm) == {}

    decide_waiting(
        WaitingRow.objects.get().pk,
        Decision.LINK,
        reference="M-2026-0001",
        actor=firm.actor("paul"),
        now=NOW,
    )

    assert offered(firm) == {"email": "new@mail.example", "language": "en"}


def test_the_same_list_asks_once(firm: Firm) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)
    row = f"{FIRST},,Dana Example,new@mail.example,"
    for _ in range(2):
        run(firm.actor("paul"), row)
    assert ContactOffer.objects.count() == 1

    ContactOffer.objects.update(state="dismissed", decided_at=NOW)
    run(firm.actor("paul"), row)

    assert (ContactOffer.objects.count(), offered(firm)) == (1, {})
    assert Remark("offered") not in ImportRow.objects.latest("batch__uploaded_at", "pk").why


def test_to_a_safe_contact_a_list_has_nothing_to_add(firm: Firm) -> None:
    make_receipt(FIRST, matter=firm.danas_matter)
    run(firm.actor("paul"), f"{FIRST},,Dana Example,new@mail.example,")
    safe, seen = SafeContact(email="advocate@shelter.example"), contact_of(her(firm)).version
    protect(her(firm), safe, seen=seen, actor=firm.actor("paul"), now=NOW)

    assert offered(firm) == {}
    run(
        firm.actor("paul"),
        f"{FIRST},,Dana Example,other@mail.example,",
        f"{SECOND},M-2026-0001,Dana Example,,en",
        f"{THIRD},,Dana Example,dana@mail.example,",
    )
    assert offered(firm) == {"language": "en"}


def test_whoever_may_not_see_the_client_offers_nothing_and_reads_nothing(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)
    make_receipt(FIRST, matter=firm.danas_matter)

    report = run(firm.actor("charlie"), f"{FIRST},,Dana Example,new@mail.example,en")

    assert len(report["waiting"]) == 1
    assert Remark("offered") not in ImportRow.objects.get().why
    assert not ContactOffer.objects.exists()


ROWS = st.lists(
    st.tuples(
        st.sampled_from([FIRST, SECOND, THIRD, "x"]),
        st.sampled_from(["", "M-2026-0001", "M-2026-0002", "N-1"]),
        st.sampled_from(["", "Dana Example", "Dana Other", "Éva Example"]),
        st.sampled_from(["", "dana@mail.example", "new@mail.example", "eve@mail.example", "?"]),
        st.sampled_from(["", "es", "en", "Klingon"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_no_list_whatever_it_says_changes_what_the_firm_holds(
    firm: Firm, rows: list[tuple[str, ...]]
) -> None:
    held = {client.pk: contact_of(client) for client in Client.objects.all()}
    if not Receipt.objects.exists():
        make_receipt(FIRST, matter=firm.danas_matter)

    run(firm.actor("alice"), *(",".join(row) for row in rows))

    assert {pk: contact_of(Client.objects.get(pk=pk)) for pk in held} == held
