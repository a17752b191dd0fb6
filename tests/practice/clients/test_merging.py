"""Two records of one client become one: nothing is lost, nobody sees more, and the counts add up."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core import verification
from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.accounts import find_client
from legist.practice.clients.conflicts import ConflictFound, check_conflicts, list_checks
from legist.practice.clients.contacts import Way, contact_of, correct_contact
from legist.practice.clients.merging import foresee, merge
from legist.practice.clients.protection import SafeContact, protect
from legist.practice.clients.relations import relate, relatives_of
from legist.practice.measures import log_contact
from legist.practice.models import Client, ContactChange, Matter, MeasuredAct, User, Wall
from legist.practice.permissions import visible_clients, visible_matters
from legist.practice.search.finders import clients, list_clients_named
from legist.practice.services import People
from legist.practice.states import ActKind
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_client, make_matter
from tests.factories.workflows import approve, make_delivery, make_draft
from workflows.clients import contacts
from workflows.models import Draft

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def twin(firm: Firm, *, with_user: bool = False) -> Client:
    """Dana a second time, with a matter that Alice manages."""
    client = make_client("Danna", with_user=with_user)
    make_matter(client, "M-2026-0077", People(attorney=firm.alice, paralegal=firm.charlie))
    return client


def join(kept: Client, gone: Client, firm: Firm, who: str = "mary") -> Client:
    plan = foresee(firm.actor(who), kept.pk, gone.pk)
    merge(kept.pk, gone.pk, seen=plan.version, actor=firm.actor(who), now=LATER)
    return Client.objects.get(pk=kept.pk)


def hanging(*of: Client) -> Counter[str]:
    """How much hangs on clients, by table and key."""
    found: Counter[str] = Counter()
    relations: list[Any] = Client._meta.get_fields(include_hidden=True)
    for relation in relations:
        if relation.auto_created and not relation.concrete:
            model, name = relation.related_model, relation.field.name
            rows = model._base_manager.filter(**{f"{name}__in": of})
            found[f"{model._meta.label_lower}.{name}"] = rows.count()
    return found


def test_everything_that_hangs_on_the_one_hangs_on_the_other(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm, with_user=True)
    theirs = Matter.objects.get(client=gone)
    make_delivery(firm, "portal")
    draft = make_draft(replace(firm, danas_matter=theirs))
    log_contact(theirs.pk, kind=ActKind.CALL, minutes="5", actor=firm.actor("charlie"), now=NOW)
    before = hanging(dana, gone)

    kept = join(dana, gone, firm)

    gone.refresh_from_db()
    after = hanging(kept)
    # What they were called and reached by is kept beside what was there; the row itself says into whom.
    assert after - before == Counter({"practice.contactchange.client": 2, "practice.client.merged_into": 1})
    assert before - after == Counter()
    assert hanging(gone) == Counter()
    assert {*Matter.objects.filter(client=kept)} == {firm.danas_matter, theirs}
    assert Draft.objects.get(pk=draft.pk).client == kept
    assert MeasuredAct.objects.get().client == kept
    assert (gone.merged_into, gone.email, gone.email_index) == (kept, None, None)


def test_what_is_known_of_both_is_kept(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    held = contact_of(gone)
    more = replace(held, phone="2025550155", a_number="A012345678", ways=(Way("post", "1 Main St", "home"),))
    correct_contact(gone, more, seen=held.version, actor=SYSTEM, now=NOW)

    known = contact_of(join(dana, gone, firm))

    assert (known.name, known.email, known.phone) == ("Dana Example", "dana@mail.example", "2025550155")
    assert (known.names, known.a_number) == (("Danna Example",), "012345678")
    assert [way.value for way in known.ways] == ["danna@mail.example", "1 Main St"]
    clients.forget()
    assert list_clients_named(firm.actor("mary"), "danna example", now=LATER) == [dana]
    assert find_client("danna@mail.example") is None


def test_the_record_tells_it_on_both_and_holds(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    wall_off(gone, firm.paul, reason="A neighbour.", actor=SYSTEM, now=NOW)
    join(dana, gone, firm)

    found = AuditEntry.objects.filter(actor_id=str(firm.mary.pk)).values_list("action", "subject_id")
    assert {("practice.client_merged", str(dana.pk)), ("practice.client_merged_away", str(gone.pk))} <= {
        *found
    }
    assert "practice.matter_rejoined" in {action for action, _subject in found}
    assert verification.verify().is_whole
    page = contacts.client_file(firm.actor("mary"), gone.pk)
    assert page.client == dana
    assert {"practice.client_created"} <= {event.entry.action for event in page.events}


def test_a_wall_on_either_holds_for_all_of_both(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    theirs = Matter.objects.get(client=gone)
    wall_off(gone, firm.paul, reason="A neighbour.", actor=SYSTEM, now=NOW)
    wall_off(dana, firm.olga, reason="A friend.", actor=SYSTEM, now=NOW)
    wall_off(gone, firm.olga, reason="A friend.", actor=SYSTEM, now=NOW)

    kept = join(dana, gone, firm)

    assert {wall.user for wall in Wall.objects.filter(client=kept)} == {firm.paul, firm.olga}
    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.paralegal is None
    assert not visible_matters(firm.actor("paul")).filter(pk__in=[firm.danas_matter.pk, theirs.pk]).exists()
    assert kept not in visible_clients(firm.actor("paul"))


@pytest.mark.parametrize(
    ("who", "error"), [("paul", Forbidden), ("charlie", NotFound), ("olga", NotFound), ("dana", NotFound)]
)
def test_only_who_manages_every_matter_of_both_may(firm: Firm, who: str, error: type[Exception]) -> None:
    gone = make_client("Danna", with_user=False)

    with pytest.raises(error):
        foresee(firm.actor(who), firm.danas_matter.client_id, gone.pk)


def test_a_manager_who_is_shut_out_of_one_matter_may_not(firm: Firm) -> None:
    gone = twin(firm)
    second = make_matter(gone, "M-2026-0078", People())
    wall_off(second, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)

    with pytest.raises(Forbidden):
        foresee(firm.actor("mary"), firm.danas_matter.client_id, gone.pk)
    with pytest.raises(Forbidden):
        foresee(firm.actor("alice"), firm.danas_matter.client_id, gone.pk)


def test_two_a_numbers_and_a_company_are_never_one(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    for client, number, kind in ((dana, "A012345678", "person"), (gone, "A012345679", "company")):
        held = contact_of(client)
        given_ = replace(held, a_number=number, kind=kind)
        correct_contact(client, given_, seen=held.version, actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput):
        join(dana, gone, firm)

    assert len(foresee(firm.actor("mary"), dana.pk, gone.pk).faults) == 2
    assert Client.objects.filter(merged_into=None).count() == 3


def test_what_changed_since_it_was_shown_stops_it(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    seen = foresee(firm.actor("mary"), dana.pk, gone.pk).version
    make_matter(gone, "M-2026-0079", People())

    with pytest.raises(WrongState):
        merge(dana.pk, gone.pk, seen=seen, actor=firm.actor("mary"), now=LATER)


def test_a_protected_client_is_the_one_who_is_kept_at_the_safe_contact(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    protect(dana, SafeContact(phone="2025550100"), seen=contact_of(dana).version, actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput):
        join(gone, dana, firm)
    known = contact_of(join(dana, gone, firm))

    assert (known.email, known.phone, known.ways, known.is_protected) == ("", "2025550100", (), True)


def test_of_two_accounts_one_is_closed_and_a_single_one_moves(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm, with_user=True)
    account = User.objects.get(client=gone)

    kept = join(dana, gone, firm)

    account.refresh_from_db()
    assert (kept.user, account.is_active) == (firm.dana, False)
    other = make_client("Dany", with_user=True)
    third = make_client("Dani", with_user=False)
    assert join(third, other, firm).user == User.objects.get(email=f"{other.pk}@client.invalid")


@pytest.mark.parametrize(
    ("is_protected", "has_address"), [(False, True), (True, True), (True, False), (False, False)]
)
def test_what_another_address_had_opened_does_not_come_with_the_account(
    firm: Firm, is_protected: bool, has_address: bool
) -> None:
    gone, kept = make_client("Danna"), make_client("Dany", with_user=False)
    if not has_address:
        Client.objects.filter(pk=gone.pk).update(email=None, email_index=None)
    if is_protected:
        protect(kept, SafeContact(phone="2025550100"), seen=contact_of(kept).version, actor=SYSTEM, now=NOW)
    account = User.objects.get(client=gone)
    Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={})

    assert join(kept, gone, firm).user == account

    after = User.objects.get(pk=account.pk)
    is_ended = is_protected or has_address
    assert (after.password != account.password) is is_ended
    assert Authenticator.objects.filter(user=account).exists() is not is_ended


def test_what_a_protected_client_is_not_reached_at_is_still_on_record(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    held = contact_of(gone)
    more = replace(held, phone="2025550155", note="Evenings.", ways=(Way("post", "1 Main St", "home"),))
    correct_contact(gone, more, seen=held.version, actor=SYSTEM, now=NOW)
    protect(dana, SafeContact(phone="2025550100"), seen=contact_of(dana).version, actor=SYSTEM, now=NOW)

    join(dana, gone, firm)

    before = [row.before for row in ContactChange.objects.filter(client=dana, at=LATER)]
    assert [row["phone"] for row in before if "note" in row] == ["2025550155"]
    assert [way["value"] for row in before for way in row.get("ways", [])] == ["1 Main St"]


def test_an_approval_of_what_waits_is_voided(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    draft = make_draft(replace(firm, danas_matter=Matter.objects.get(client=gone)))
    approve(firm, draft)
    plan = foresee(firm.actor("mary"), dana.pk, gone.pk)

    done = contacts.merge(dana.pk, gone.pk, seen=plan.version, actor=firm.actor("mary"), now=LATER)

    draft.refresh_from_db()
    assert done.messages == 1
    assert draft.state != "approved"
    assert "dana@mail.example" in str(draft.recipients)


def test_a_conflict_of_before_is_read_as_it_stands_today(firm: Firm) -> None:
    dana, gone = firm.danas_matter.client, twin(firm)
    with pytest.raises(ConflictFound):
        asked = replace(contact_of(gone), email="")
        check_conflicts(asked, seen="", actor=firm.actor("paul"), now=NOW)

    join(dana, gone, firm)

    assert [client for line in list_checks(firm.actor("mary")) for client, _why in line.found] == [dana]
    wall_off(dana, firm.mary, reason="A relative.", actor=SYSTEM, now=LATER)
    assert list_checks(firm.actor("mary")) == []


def test_relatives_follow_and_nobody_is_their_own(firm: Firm) -> None:
    dana, gone, eve = firm.danas_matter.client, twin(firm), firm.eves_matter.client
    relate(gone, dana.pk, "sibling", actor=SYSTEM, now=NOW)
    relate(gone, eve.pk, "parent", actor=SYSTEM, now=NOW)

    kept = join(dana, gone, firm)

    assert [(each.client, each.kind) for each in relatives_of(firm.actor("mary"), kept)] == [(eve, "parent")]


WHO = ("alice", "paul", "charlie", "olga", "mary")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    walls=st.lists(
        st.tuples(st.sampled_from(["dana", "gone", "m1", "m2"]), st.sampled_from(WHO[1:4])), max_size=5
    ),
    swapped=st.booleans(),
)
def test_nobody_sees_more_than_before_whatever_walls_stand(
    firm: Firm, walls: list[tuple[str, str]], swapped: bool
) -> None:
    """Every matter open after it was open before; so was one of the two clients."""
    with transaction.atomic():
        dana, gone = firm.danas_matter.client, twin(firm)
        places: dict[str, Client | Matter] = {
            "dana": dana,
            "gone": gone,
            "m1": firm.danas_matter,
            "m2": Matter.objects.get(client=gone),
        }
        for place, who in walls:
            with suppress(WrongState):
                wall_off(places[place], getattr(firm, who), reason="x", actor=SYSTEM, now=NOW)
        before = {who: seen_by(firm, who) for who in WHO}
        sums = hanging(dana, gone)
        shut_out = {wall.user_id for wall in Wall.objects.filter(client__in=[dana, gone])}
        kept = join(*((gone, dana) if swapped else (dana, gone)), firm)

        after = {who: seen_by(firm, who) for who in WHO}
        for who in WHO:
            assert after[who]["matters"] <= before[who]["matters"]
            if kept.pk in after[who]["clients"]:
                assert {dana.pk, gone.pk} & before[who]["clients"]
            assert after[who]["clients"] - {kept.pk} <= before[who]["clients"]
        assert {wall.user_id for wall in Wall.objects.filter(client=kept)} == shut_out
        for table, count in hanging(kept).items():
            if table != "practice.wall.client":
                assert count >= sums[table]
        assert verification.verify().is_whole
        transaction.set_rollback(True)


def seen_by(firm: Firm, who: str) -> dict[str, set[object]]:
    actor = Actor.for_user(User.objects.get(pk=getattr(firm, who).pk))
    return {
        "matters": {*visible_matters(actor).values_list("pk", flat=True)},
        "clients": {*visible_clients(actor).values_list("pk", flat=True)},
    }
