"""Somebody new is compared with every client before anything is opened."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import Forbidden, InvalidInput
from legist.core.models import AuditEntry, OutboxEvent
from legist.practice.clients import conflicts
from legist.practice.clients.conflicts import CONFLICT_TOPIC, ConflictFound, check_conflicts, list_checks
from legist.practice.clients.contacts import Contact
from legist.practice.clients.intake import NewMatter, add_client, open_by_hand, open_vetted, vet_matter
from legist.practice.models import Client, ConflictCheck, Matter, User
from legist.practice.permissions import Capability, can
from legist.practice.same_name import may_be_same, name_readings
from legist.practice.services import correct_client_name
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm

pytestmark = pytest.mark.django_db


def somebody(name: str = "Rosa Nueva", email: str = "", phone: str = "") -> Contact:
    return Contact(name=name, email=email, phone=phone, language="en")


def conflict(firm: Firm, who: str, asked: Contact) -> ConflictFound:
    with pytest.raises(ConflictFound) as found:
        check_conflicts(asked, seen="", actor=firm.actor(who), now=NOW)
    return found.value


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Dana Example", "EXAMPLE, Dana María", True),
        ("María-José Núñez", "Maria Jose Nunez", True),
        ("Acme, Inc.", "ACME LLC", True),
        ("Acme Bakery Company", "Acme Bakery", True),
        ("Dana Example", "Dana Exmaple", True),
        ("Dana Exampel", "Dana María Example", True),
        ("Rodriguez, Ana", "Ana Rodrigues", True),
        ("Acme Bakery", "Acme Bakrey LLC", True),
        ("Dana Example 12", "Dana Example 13", False),
        ("Dana", "Dana Example", False),
        ("Dana Example", "Eve Example", False),
    ],
)
def test_names_are_alike_with_parts_left_out(one: str, other: str, is_alike: bool) -> None:
    assert may_be_same(name_readings(one), name_readings(other)) is is_alike
    assert may_be_same(name_readings(other), name_readings(one)) is is_alike


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(["Dana", "Núñez", "José", "De la Cruz", "O'Neil", "Müller"]), min_size=2, max_size=4
    )
)
def test_order_case_and_a_further_part_hide_nobody(parts: list[str]) -> None:
    other = " ".join([*reversed(parts), "Zeta"]).upper()

    assert may_be_same(name_readings(" ".join(parts)), name_readings(other))


@settings(deadline=None)
@given(st.lists(st.text("abcdeéñ", min_size=3, max_size=9), min_size=2, max_size=4), st.data())
def test_a_typing_error_in_any_part_hides_nobody(parts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(parts) - 1))
    place = data.draw(st.integers(0, len(parts[at]) - 1))
    wrong = [*parts[:at], parts[at][:place] + "x" + parts[at][place + 1 :], *parts[at + 1 :]]

    assert may_be_same(name_readings(" ".join(parts)), name_readings(" ".join(wrong)))
    assert may_be_same(name_readings(" ".join(wrong)), name_readings(" ".join(parts)))


@pytest.mark.parametrize(
    "asked",
    [
        somebody("Dana M. Example"),
        somebody(email="DANA@mail.example "),
        somebody(phone="+1 (202) 555-0143"),
    ],
)
def test_it_compares_name_address_and_telephone(firm: Firm, asked: Contact) -> None:
    dana = firm.danas_matter.client
    dana.phone = "202.555.0143"
    dana.save(update_fields=["phone"])

    found = conflict(firm, "paul", asked)

    assert (found.known, found.is_other) == ([dana], False)


def test_it_meets_the_names_that_a_client_had_before(firm: Firm) -> None:
    dana = firm.danas_matter.client
    correct_client_name(dana, "Dana Married", actor=firm.actor("paul"), now=NOW)

    before, typed = somebody("Dana Example"), somebody("Dana Exmple")

    assert [conflict(firm, "paul", asked).known for asked in (before, typed)] == [[dana], [dana]]
    check = ConflictCheck.objects.first()
    assert check is not None
    assert check.found == {str(dana.pk): ["former_name"]}


def test_whoever_may_not_see_them_learns_only_that_there_is_somebody(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="x", actor=SYSTEM, now=NOW)
    walled, stranger = (
        conflict(firm, "charlie", somebody("Dana Example")),
        conflict(firm, "paul", somebody("Eve Example")),
    )

    assert (walled.known, walled.is_other) == (stranger.known, stranger.is_other) == ([], True)
    assert walled.message == stranger.message
    assert OutboxEvent.objects.filter(topic=CONFLICT_TOPIC).count() == 2


def test_a_manager_sees_with_whom_and_what_came_of_it(firm: Firm) -> None:
    seen = conflict(firm, "charlie", somebody("Dana Example")).seen
    made = add_client(somebody("Dana Example"), key=uuid4(), seen=seen, actor=firm.actor("charlie"), now=NOW)

    lines = list_checks(firm.actor("mary"))

    assert [line.check.client for line in lines] == [made, None]
    assert lines[0].found == [(firm.danas_matter.client, ["name"])]
    assert AuditEntry.objects.filter(action="practice.conflicts_checked", data={"found": 1}).count() == 2
    with pytest.raises(Forbidden):
        list_checks(firm.actor("alice"))


def test_a_manager_behind_the_wall_sees_nothing_of_the_check(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)
    conflict(firm, "paul", somebody("Dana Example"))

    assert list_checks(firm.actor("mary")) == []


def test_checks_that_found_nobody_push_none_off_the_page(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "SHOWN", 2)
    conflict(firm, "paul", somebody("Dana Example"))
    for n in range(3):
        check_conflicts(somebody(f"Nobody {'abc'[n]}lse"), seen="", actor=firm.actor("paul"), now=NOW)

    assert [line.check.asked["name"] for line in list_checks(firm.actor("mary"))] == ["Dana Example"]


def test_a_matter_that_is_closed_to_the_manager_is_not_named(firm: Firm) -> None:
    seen = conflict(firm, "paul", somebody("Eve Example")).seen
    given = NewMatter(person=somebody("Eve Example"), seen=seen)
    matter = open_by_hand(given, actor=firm.actor("paul"), now=NOW)
    line = list_checks(firm.actor("mary"))[0]

    wall_off(matter, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)
    behind = list_checks(firm.actor("mary"))

    assert line.matter == matter
    assert not any(each.matter for each in behind)


def test_being_told_of_one_does_not_count_for_another(firm: Firm) -> None:
    seen = conflict(firm, "paul", somebody("Dana Example")).seen
    with pytest.raises(ConflictFound):
        check_conflicts(somebody("Eve Example"), seen=seen, actor=firm.actor("paul"), now=NOW)
    with pytest.raises(ConflictFound):
        check_conflicts(somebody("Dana Example"), seen=seen, actor=firm.actor("mary"), now=NOW)


def test_nobody_alike_is_on_the_record_too(firm: Firm) -> None:
    client = add_client(somebody(), key=uuid4(), seen="", actor=firm.actor("mary"), now=NOW)

    check = ConflictCheck.objects.get()
    assert (check.found, check.client, check.by) == ({}, client, firm.mary)


def test_one_form_makes_one_client(firm: Firm) -> None:
    key = uuid4()
    first, second = (
        add_client(somebody(), key=key, seen="", actor=firm.actor("paul"), now=NOW) for _ in range(2)
    )

    assert first == second
    assert Client.objects.filter(pk=key).count() == 1


def test_one_form_makes_one_matter(firm: Firm) -> None:
    actor, given = firm.actor("paul"), NewMatter(person=somebody(email="rosa@mail.example"))

    first, second = (open_by_hand(given, actor=actor, now=NOW) for _ in range(2))

    assert first == second
    assert (first.pk, Matter.objects.count(), Client.objects.count()) == (given.key, 3, 3)


@pytest.mark.parametrize("email", ["", "rosa@mail.example"])
def test_two_sends_of_a_form_at_once_open_one_matter(firm: Firm, email: str) -> None:
    actor, given = firm.actor("paul"), NewMatter(person=somebody(email=email))
    vetted = [vet_matter(given, actor=actor, now=NOW) for _ in range(2)]
    open_vetted(given, vetted[0], actor=actor, now=NOW)

    with pytest.raises(InvalidInput):
        open_vetted(given, vetted[1], actor=actor, now=NOW)

    assert (Matter.objects.count(), Client.objects.count()) == (3, 3)


def test_the_key_of_what_one_may_not_see_shows_nothing(firm: Firm) -> None:
    dana = firm.danas_matter
    given = NewMatter(person=somebody(), key=dana.pk)
    wall_off(dana.client, firm.paul, reason="x", actor=SYSTEM, now=NOW)

    for act in (
        lambda: open_by_hand(given, actor=firm.actor("paul"), now=NOW),
        lambda: add_client(somebody(), key=dana.client_id, seen="", actor=firm.actor("paul"), now=NOW),
    ):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert "Open the form again" in refused.value.message
    assert (Matter.objects.count(), Client.objects.count()) == (2, 2)


@pytest.mark.parametrize("who", ["alice", "paul", "mary"])
def test_whoever_opens_a_matter_works_on_it(firm: Firm, who: str) -> None:
    actor = firm.actor(who)
    given = NewMatter(person=somebody())

    matter = open_vetted(given, vet_matter(given, actor=actor, now=NOW), actor=actor, now=NOW)

    assert can(actor, Capability.WORK_MATTER, matter)
    assert not can(actor, Capability.WORK_MATTER, firm.eves_matter) or who == "alice"
    assert (matter.attorney, matter.paralegal) == (
        firm.alice if who == "alice" else None,
        firm.paul if who == "paul" else None,
    )
    assert ConflictCheck.objects.get().matter == matter


def test_operations_open_no_matter(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        vet_matter(NewMatter(person=somebody()), actor=firm.actor("olga"), now=NOW)


def test_a_client_behind_a_wall_cannot_be_chosen(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="x", actor=SYSTEM, now=NOW)
    with pytest.raises(InvalidInput, match="whom you may see"):
        vet_matter(NewMatter(client=firm.danas_matter.client_id), actor=firm.actor("charlie"), now=NOW)


def test_nobody_whom_a_wall_shuts_out_is_seated(firm: Firm) -> None:
    alice, zed = firm.actor("alice"), User.objects.get(pk=firm.charlie.pk)
    wall_off(firm.danas_matter.client, zed, reason="x", actor=SYSTEM, now=NOW)
    given = NewMatter(client=firm.danas_matter.client_id, paralegal=str(zed.pk))
    vetted = vet_matter(given, actor=alice, now=NOW)

    with pytest.raises(InvalidInput, match="cannot be given"):
        open_vetted(given, vetted, actor=alice, now=NOW)

    assert Matter.objects.count() == 2
