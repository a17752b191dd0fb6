"""Clients as parties of a matter: walled off and compared as clients are, and written to by nobody for it."""

from __future__ import annotations

import pytest

from legist.core.errors import Forbidden, InvalidInput
from legist.practice.clients.conflicts import ConflictFound
from legist.practice.clients.merging import foresee, merge
from legist.practice.clients.parties import add_party, end_party, list_parties
from legist.practice.models import Client, ConflictCheck, Matter, MatterParty, Wall
from legist.practice.permissions import (
    Capability,
    shut_out_of,
    visible_clients,
    visible_matters,
    visible_walls,
    walls_over,
)
from legist.practice.search.finders import MATTERS, clients
from legist.practice.search.services import Query, tidy
from legist.practice.selectors import MatterFilters, list_matters
from legist.practice.services import NOBODY, assign_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_client, make_matter
from tests.factories.workflows import make_draft
from tests.workflows.web.asking import Browser
from tracking.selectors.client import list_client_receipts
from workflows.recipients import readers

pytestmark = pytest.mark.django_db


def join(firm: Firm, client: Client, role: str = "petitioner", *, who: str = "mary") -> MatterParty:
    return add_party(firm.danas_matter, client.pk, role, seen="", actor=firm.actor(who), now=NOW).party


@pytest.fixture
def acme(firm: Firm) -> Client:
    return make_client("Acme", with_user=True)


def test_a_party_is_noted_once_for_each_role_and_taken_back(firm: Firm, acme: Client) -> None:
    party = join(firm, acme)
    assert join(firm, acme) == party
    join(firm, acme, "sponsor")

    assert [row.role for row in list_parties(firm.danas_matter)] == ["petitioner", "sponsor"]
    end_party(firm.danas_matter, party.pk, actor=firm.actor("paul"), now=NOW)
    end_party(firm.danas_matter, party.pk, actor=firm.actor("paul"), now=NOW)
    assert [row.role for row in list_parties(firm.danas_matter)] == ["sponsor"]


def test_only_a_known_role_and_a_client_whom_one_may_see(firm: Firm, acme: Client) -> None:
    with pytest.raises(InvalidInput, match="roles"):
        join(firm, acme, "judge")
    with pytest.raises(InvalidInput, match="whom you may see"):
        join(firm, firm.eves_matter.client, who="paul")
    assert not MatterParty.objects.exists()


def test_a_party_is_compared_with_every_client_first(firm: Firm, acme: Client) -> None:
    make_client("Acmee", with_user=False)
    with pytest.raises(ConflictFound) as found:
        join(firm, acme)
    assert not MatterParty.objects.exists()

    mary, seen = firm.actor("mary"), found.value.seen
    add_party(firm.danas_matter, acme.pk, "employer", seen=seen, actor=mary, now=NOW)

    assert MatterParty.objects.get().client == acme
    assert ConflictCheck.objects.latest("pk").matter == firm.danas_matter


def test_a_wall_on_a_party_closes_the_matter_and_takes_the_seat(firm: Firm, acme: Client) -> None:
    matter = firm.danas_matter
    below = make_matter(matter.client, "M-2026-0099", NOBODY)
    Matter.objects.filter(pk=below.pk).update(parent=matter)
    wall_off(acme, firm.paul, reason="Her husband.", actor=firm.actor("mary"), now=NOW)
    assert visible_matters(firm.actor("paul")).filter(pk=matter.pk).exists()

    join(firm, acme)

    matter.refresh_from_db()
    assert not visible_matters(firm.actor("paul")).filter(pk__in=[matter.pk, below.pk]).exists()
    assert not visible_clients(firm.actor("paul")).filter(pk=matter.client_id).exists()
    assert (matter.pk, firm.paul.pk) in shut_out_of([matter])
    assert (below.pk, firm.paul.pk) in shut_out_of([Matter.objects.get(pk=below.pk)])
    assert matter.paralegal is None
    assert firm.paul not in readers(matter)
    assert Wall.objects.get(client=acme) in walls_over(matter)


def test_a_wall_raised_later_covers_it_too_and_is_the_partys_own(firm: Firm, acme: Client) -> None:
    """Who manages this matter takes down no wall on somebody who is only a party of it."""
    join(firm, acme)
    make_matter(acme, "M-2026-0098", NOBODY)
    wall = wall_off(acme, firm.paul, reason="A rival.", actor=firm.actor("mary"), now=NOW)

    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.paralegal is None
    assert wall in visible_walls(firm.actor("mary"))
    assert wall not in visible_walls(firm.actor("alice"))
    with pytest.raises(Exception, match="shut out"):
        assign_matter(firm.danas_matter, paralegal=firm.paul, actor=firm.actor("mary"), now=NOW)


def test_who_sees_the_matter_sees_its_parties_and_nobody_more(firm: Firm, acme: Client) -> None:
    eve = firm.eves_matter.client
    join(firm, eve)
    for of_few in (True, False):
        assert visible_clients(firm.actor("paul"), of_few=of_few).filter(pk=eve.pk).exists()
        charlies = visible_clients(firm.actor("charlie"), of_few=of_few)
        assert not charlies.filter(pk=firm.danas_matter.client_id).exists()
    alone = visible_clients(firm.actor("paul"), Capability.MANAGE_MATTER, with_parties=False)
    assert not alone.filter(pk=eve.pk).exists()
    assert not visible_matters(firm.actor("paul")).filter(pk=firm.eves_matter.pk).exists()


def test_nobody_is_written_to_for_being_a_party(firm: Firm, acme: Client) -> None:
    join(firm, acme, "beneficiary")
    draft = make_draft(firm)

    assert draft.client == firm.danas_matter.client
    assert acme.email not in str(draft.recipients)
    assert str(acme.pk) not in str(draft.recipients)
    assert list_client_receipts(acme.pk, now=NOW) == []


def test_a_matter_is_found_by_its_parties(firm: Firm, acme: Client) -> None:
    join(firm, acme)
    clients.forget()

    hits = MATTERS.find(firm.actor("paul"), Query(tidy("Acme"), NOW)).exact
    assert [hit.reference for hit in hits] == [firm.danas_matter.reference]
    found = list_matters(firm.actor("paul"), MatterFilters(text="Acme"))
    assert list(found) == [firm.danas_matter]


def test_a_merge_keeps_each_role_once(firm: Firm, acme: Client) -> None:
    other = make_client("Zed", with_user=False)
    join(firm, acme)
    for role in ("petitioner", "sponsor"):
        join(firm, other, role)
    wall_off(other, firm.paul, reason="A rival.", actor=SYSTEM, now=NOW)
    plan = foresee(firm.actor("mary"), acme.pk, other.pk)

    merge(acme.pk, other.pk, seen=plan.version, actor=firm.actor("mary"), now=NOW)

    roles = MatterParty.objects.values_list("client", "role")
    assert sorted(roles) == [(acme.pk, "petitioner"), (acme.pk, "sponsor")]
    assert (firm.danas_matter.pk, firm.paul.pk) in shut_out_of([firm.danas_matter])


def test_a_merge_is_for_who_manages_what_they_are_a_party_of_too(firm: Firm, acme: Client) -> None:
    zed, alice = make_client("Zed", with_user=False), firm.actor("alice")
    foresee(alice, acme.pk, zed.pk)
    elsewhere, mary = make_matter(make_client("Yan"), "M-2026-0097", NOBODY), firm.actor("mary")
    add_party(elsewhere, zed.pk, "sponsor", seen="", actor=mary, now=NOW)
    add_party(firm.danas_matter, zed.pk, "sponsor", seen="", actor=mary, now=NOW)

    with pytest.raises(Forbidden):
        foresee(alice, acme.pk, zed.pk)


def test_nobody_ends_a_party_through_whom_a_wall_holds_that_is_not_theirs(firm: Firm, acme: Client) -> None:
    party, matter = join(firm, acme), firm.danas_matter
    make_matter(acme, "M-2026-0098", NOBODY)
    wall_off(acme, firm.charlie, reason="A rival.", actor=firm.actor("mary"), now=NOW)
    end_party(matter, join(firm, acme, "sponsor").pk, actor=firm.actor("paul"), now=NOW)
    Wall.objects.filter(matter=matter, user=firm.charlie).delete()

    for who in ("paul", "alice"):
        with pytest.raises(Forbidden, match="A wall on them"):
            end_party(matter, party.pk, actor=firm.actor(who), now=NOW)
    assert (matter.pk, firm.charlie.pk) in shut_out_of([matter])
    end_party(matter, party.pk, actor=firm.actor("mary"), now=NOW)
    assert (matter.pk, firm.charlie.pk) not in shut_out_of([matter])


def test_it_is_noted_on_the_page_and_called_with_one_tap(
    firm: Firm, browser_of: Browser, acme: Client
) -> None:
    acme.phone = "+1 213 555 0142"
    acme.save()
    clients.forget()
    mary, matter = browser_of("mary"), firm.danas_matter
    where = f"/matters/{matter.pk}/parties/"

    found = mary.post(where, {"role": "petitioner", "q": "Acme"})
    done = mary.post(where, {"role": "petitioner", "other": str(acme.pk)})
    page = mary.get(f"/matters/{matter.pk}/").content.decode()
    people = mary.get(done["Location"]).content.decode()

    assert acme in found.context["found"]
    assert "tel:+12135550142" in page
    assert "Petitioner" in people
    assert "whom you may see" in str(
        browser_of("paul").post(where, {"role": "sponsor", "other": "x"}).content
    )
