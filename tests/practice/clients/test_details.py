"""What is known of a client beside name, address and telephone: kept encrypted, compared, and found."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry
from legist.practice.accounts import given_up_by
from legist.practice.clients.conflicts import ConflictFound, check_conflicts, check_renaming
from legist.practice.clients.contacts import (
    Contact,
    Way,
    checked_contact,
    contact_of,
    correct_contact,
    digits_of_a_number,
    preferring,
)
from legist.practice.clients.intake import add_client
from legist.practice.clients.protection import SafeContact, protect
from legist.practice.clients.relations import relate, relatives_of, unrelate
from legist.practice.models import Client, ConflictCheck, ContactChange, Relation
from legist.practice.search.finders import clients, list_clients_named
from legist.practice.states import RelationKind
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm

pytestmark = pytest.mark.django_db
MORE = {
    "a_number": "A012 345 678",
    "names": ("Dana Maiden",),
    "ways": (Way("phone", "+1 202 555 0177", "work"), Way("email", "Dana@Work.example", "work")),
}


def dana_of(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def tell_more(firm: Firm, **more: object) -> frozenset[str]:
    dana = dana_of(firm)
    held = contact_of(dana)
    changed = replace(held, **(more or MORE))
    return correct_contact(dana, changed, seen=held.version, actor=firm.actor("paul"), now=NOW)


def found_by(firm: Firm, text: str, who: str = "paul") -> list[Client]:
    clients.forget()
    return list_clients_named(firm.actor(who), text, now=NOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A012345678", "012345678"),
        ("a 012-345-678", "012345678"),
        ("A12345678", "012345678"),
        ("1234567", "001234567"),
        ("A1234", ""),
        ("A0123456789", ""),
        ("IOE0123456789", ""),
    ],
)
def test_an_a_number_is_kept_as_nine_digits(typed: str, kept: str) -> None:
    assert digits_of_a_number(typed) == kept


def test_it_keeps_all_of_it_encrypted_with_what_stood_there(firm: Firm) -> None:
    assert tell_more(firm) == {"a_number", "names", "ways"}
    tell_more(firm, a_number="A012 345 679", names=(), ways=())

    dana = dana_of(firm)
    assert (dana.a_number, dana.a_number_masked, dana.a_number_shown) == (
        "012345679",
        "A•••••5679",
        "A012 345 679",
    )
    kept = {name: value for row in ContactChange.objects.order_by("pk") for name, value in row.before.items()}
    assert (kept["a_number"], kept["names"]) == ("012345678", ["Dana Maiden"])
    assert [way["value"] for way in kept["ways"]] == ["+1 202 555 0177", "dana@work.example"]
    entry = AuditEntry.objects.filter(action="practice.client_contact_corrected").first()
    assert entry is not None
    assert entry.data == {"fields": "a_number, names, ways"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT a_number, other_names, further_ways FROM practice_client")
        stored = str(list(chain.from_iterable(cursor.fetchall())))
    assert not any(word in stored for word in ("012345679", "Maiden", "0177", "work.example"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("a_number", "A12"),
        ("kind", "robot"),
        ("names", ("www.pay.example",)),
        ("names", tuple(f"Dana {'abcdefghijk'[n] * 3}" for n in range(11))),
        ("ways", (Way("phone", "call me"),)),
        ("ways", (Way("email", "nobody"),)),
        ("ways", (Way("pigeon", "coop"),)),
        ("ways", tuple(Way("post", f"{n} Main St") for n in range(13))),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_changes_nothing(
    firm: Firm, field: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        tell_more(firm, **{field: value})

    assert list(refused.value.errors) == [field]
    assert contact_of(dana_of(firm)) == contact_of(firm.danas_matter.client)


@pytest.mark.parametrize("text", ["Maiden", "dana maidn", "0177", "dana@work", "A012345678", "5678"])
def test_the_search_finds_by_all_of_it_under_the_same_walls(firm: Firm, text: str) -> None:
    tell_more(firm)

    assert found_by(firm, text) == [dana_of(firm)]
    assert found_by(firm, text, "mary") == [dana_of(firm)]
    assert found_by(firm, text, "charlie") == []


def test_the_search_finds_by_the_name_they_had_before(firm: Firm) -> None:
    tell_more(firm, name="Zuleika Right")

    assert found_by(firm, "dana example") == [dana_of(firm)]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Contact("Dana Maiden", "", "", "en"), "name"),
        (Contact("Zuleika Otra", "", "202.555.0177", "en"), "phone"),
        (Contact("Zuleika Otra", "dana@work.example", "", "en"), "email"),
        (Contact("Zuleika Otra", "", "", "en", names=("Dana Example",)), "name"),
        (Contact("Zuleika Otra", "", "", "en", a_number="012345678"), "a_number"),
        (Contact("Zuleika Otra", "", "", "en", ways=(Way("phone", "2025550177"),)), "phone"),
    ],
)
def test_a_conflict_check_meets_all_of_it(firm: Firm, asked: Contact, why: str) -> None:
    tell_more(firm)

    with pytest.raises(ConflictFound) as found:
        check_conflicts(asked, seen="", actor=firm.actor("paul"), now=NOW)

    assert found.value.known == [dana_of(firm)]
    assert ConflictCheck.objects.get().found == {str(firm.danas_matter.client_id): [why]}


def test_a_name_or_a_number_that_is_added_is_compared_first(firm: Firm) -> None:
    tell_more(firm)
    eve, actor = firm.eves_matter.client, firm.actor("alice")
    held = contact_of(eve)

    for given_ in (replace(held, names=("Dana Maiden",)), replace(held, a_number="012345678")):
        with pytest.raises(ConflictFound):
            check_renaming(eve, given_, seen="", actor=actor, now=NOW)
    check_renaming(eve, replace(held, phone="2025550177"), seen="", actor=actor, now=NOW)


def test_somebody_new_has_all_of_it_at_once(firm: Firm) -> None:
    given_ = Contact("Acme Bakery", "", "", "en", kind="company", names=("Acme Cakes",))
    made = add_client(given_, key=uuid4(), seen="", actor=firm.actor("paul"), now=NOW)

    assert contact_of(Client.objects.get(pk=made.pk)) == given_


WAYS = st.lists(
    st.builds(Way, st.sampled_from(["phone", "email", "post"]), st.text("abc12", min_size=1, max_size=4)),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(WAYS, st.data(), st.sampled_from(["", "first@mail.example"]), st.sampled_from(["", "2025550100"]))
def test_another_first_way_loses_none(ways: list[Way], data: st.DataObject, email: str, phone: str) -> None:
    contact = Contact("Dana", email, phone, "en", ways=tuple(ways))
    way = data.draw(st.sampled_from(ways))

    after = preferring(contact, way)

    def all_of(each: Contact) -> list[str]:
        return sorted(filter(None, [each.email, each.phone, *(way.value for way in each.ways)]))

    assert all_of(after) == all_of(contact)
    first = {"email": after.email, "phone": after.phone, "post": after.ways[0].value if after.ways else ""}
    assert first[way.kind] == way.value


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=60))
def test_what_is_kept_of_a_text_is_kept_again_unchanged(text: str) -> None:
    typed = Contact("Dana Example", "", "", "en", a_number=text, names=(text,), ways=(Way("post", text),))
    try:
        kept = checked_contact(typed)
    except InvalidInput:
        return
    assert checked_contact(kept) == kept


def test_a_protected_client_keeps_no_further_way_and_gives_their_addresses_up(firm: Firm) -> None:
    tell_more(firm)
    dana = dana_of(firm)
    safe = SafeContact(phone="+1 202 555 0100")

    protect(dana, safe, seen=contact_of(dana).version, actor=firm.actor("paul"), now=NOW)

    assert (dana.further_ways, contact_of(dana).phone) == (None, safe.phone)
    assert given_up_by("dana@work.example") == [dana]
    with pytest.raises(InvalidInput):
        tell_more(firm, ways=(Way("phone", "2025550188"),))


def test_what_two_clients_are_to_each_other_is_read_from_both_sides(firm: Firm) -> None:
    dana, eve, alice = dana_of(firm), firm.eves_matter.client, firm.actor("alice")

    relate(dana, eve.pk, "parent", actor=alice, now=NOW)
    relate(eve, dana.pk, "child", actor=alice, now=NOW)

    assert Relation.objects.count() == 1
    (hers,), (theirs,) = relatives_of(alice, dana), relatives_of(alice, eve)
    assert (hers.client, hers.kind) == (eve, RelationKind.PARENT)
    assert (theirs.client, theirs.kind) == (dana, RelationKind.CHILD)
    unrelate(eve, hers.relation.pk, actor=alice, now=NOW)
    assert relatives_of(alice, dana) == []
    assert AuditEntry.objects.filter(action="practice.client_related").count() == 4
    assert AuditEntry.objects.filter(action="practice.client_unrelated").count() == 2


def test_a_relative_behind_a_wall_is_neither_shown_nor_chosen(firm: Firm) -> None:
    dana, eve = dana_of(firm), firm.eves_matter.client
    relate(dana, eve.pk, "spouse", actor=firm.actor("alice"), now=NOW)
    wall_off(eve, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)

    assert relatives_of(firm.actor("mary"), dana) == []
    assert relatives_of(firm.actor("paul"), dana) == []
    for other in (eve, dana):
        with pytest.raises(InvalidInput):
            relate(dana, other.pk, "spouse", actor=firm.actor("mary"), now=NOW)
