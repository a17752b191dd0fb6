"""Teams: whom a manager lets share matters, and what ends when somebody leaves one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import Matter, MatterUserObjectPermission, Team, User
from legist.practice.people import teams
from legist.practice.people.teams import Entered, entered_of
from legist.practice.permissions import grant_matter, shut_out_of, visible_matters
from tests.factories.practice import NOW, Firm

pytestmark = pytest.mark.django_db


def of(*people: User) -> frozenset[UUID]:
    return frozenset(person.pk for person in people)


@pytest.fixture
def families(firm: Firm) -> Team:
    return teams.make_team(Entered("Families", of(firm.paul)), actor=firm.actor("mary"), now=NOW)


@pytest.fixture
def shared(firm: Firm, families: Team) -> Matter:
    """A matter that nobody has but the team."""
    MatterUserObjectPermission.objects.filter(content_object=firm.danas_matter).delete()
    grant_matter(firm.danas_matter, families)
    return firm.danas_matter


def sees(firm: Firm, who: str) -> bool:
    return visible_matters(firm.actor(who)).filter(pk=firm.danas_matter.pk).exists()


def said() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="practice.team_").order_by("sequence")
    return list(found.values_list("action", flat=True))


def test_a_team_is_made_with_its_members_and_on_the_record(firm: Firm, families: Team) -> None:
    assert entered_of(families) == Entered("Families", of(firm.paul))
    assert said() == ["practice.team_made", "practice.team_joined"]


def test_a_form_that_is_sent_twice_makes_one(firm: Firm) -> None:
    key = uuid4()
    for _ in range(2):
        teams.make_team(Entered("North"), key=key, actor=firm.actor("mary"), now=NOW)

    assert Team.objects.filter(name="North").count() == 1


@pytest.mark.parametrize("name", ["", "   ", "<b>North</b>", "N" * 81, "a@firm.example"])
def test_a_name_that_is_none_is_refused(firm: Firm, name: str) -> None:
    with pytest.raises(InvalidInput):
        teams.make_team(Entered(name), actor=firm.actor("mary"), now=NOW)

    assert not Team.objects.exists()


@pytest.mark.parametrize("name", ["Families", "FAMILIES", " families "])
def test_two_teams_do_not_share_a_name(firm: Firm, families: Team, name: str) -> None:
    north = teams.make_team(Entered("North"), actor=firm.actor("mary"), now=NOW)

    for act in (
        lambda: teams.make_team(Entered(name), actor=firm.actor("mary"), now=NOW),
        lambda: teams.change_team(
            north.pk, Entered(name), seen=Entered("North"), actor=firm.actor("mary"), now=NOW
        ),
    ):
        with pytest.raises(InvalidInput, match="already"):
            act()
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Families", "North"]


@pytest.mark.parametrize("who", ["alice", "paul", "olga"])
def test_only_a_manager_decides_who_shares_matters(firm: Firm, families: Team, who: str) -> None:
    actor, before = firm.actor(who), entered_of(families)

    with pytest.raises(Forbidden):
        teams.make_team(Entered("North"), actor=actor, now=NOW)
    with pytest.raises(Forbidden):
        teams.change_team(families.pk, Entered("X"), seen=before, actor=actor, now=NOW)
    assert entered_of(families) == before


@pytest.mark.parametrize("who", ["dana", "eve"])
def test_no_client_joins_a_team(firm: Firm, who: str) -> None:
    with pytest.raises(InvalidInput, match="work here"):
        teams.make_team(Entered("North", of(getattr(firm, who))), actor=firm.actor("mary"), now=NOW)

    assert not Team.objects.exists()


def test_a_member_sees_what_the_team_shares_until_they_leave(
    firm: Firm, families: Team, shared: Matter
) -> None:
    assert sees(firm, "paul")
    assert not sees(firm, "alice")

    done = teams.change_team(
        families.pk,
        Entered("Families", of(firm.alice)),
        seen=Entered("Families", of(firm.paul)),
        actor=firm.actor("mary"),
        now=NOW,
    )

    assert (done.joined, done.left) == ([firm.alice], [firm.paul])
    assert sees(firm, "alice")
    assert not sees(firm, "paul")
    assert said()[2:] == ["practice.team_joined", "practice.team_left", "practice.team_changed"]


def test_a_wall_holds_within_a_team(firm: Firm, families: Team, shared: Matter) -> None:
    assert shut_out_of([shared]) >= {(shared.pk, firm.charlie.pk)}
    teams.change_team(
        families.pk,
        Entered("Families", of(firm.paul, firm.charlie)),
        seen=Entered("Families", of(firm.paul)),
        actor=firm.actor("mary"),
        now=NOW,
    )

    assert not sees(firm, "charlie")


def test_a_change_of_what_somebody_else_changed_is_refused(firm: Firm, families: Team) -> None:
    mary, stale = firm.actor("mary"), entered_of(families)
    teams.change_team(families.pk, Entered("Family", of()), seen=stale, actor=mary, now=NOW)

    with pytest.raises(WrongState, match="meanwhile"):
        teams.change_team(families.pk, Entered("Families", of(firm.paul)), seen=stale, actor=mary, now=NOW)
    families.refresh_from_db()
    assert entered_of(families) == Entered("Family", of())


def test_a_team_that_is_not_there_is_not_found(firm: Firm, now: datetime) -> None:
    with pytest.raises(NotFound):
        teams.change_team(uuid4(), Entered("X"), seen=Entered("X"), actor=firm.actor("mary"), now=now)


def test_a_manager_makes_and_fills_a_team_on_its_pages(
    firm: Firm, browser_of: Callable[[str], Browser]
) -> None:
    browser = browser_of("mary")
    made = browser.post(reverse("practice:team_new"), {"name": "North", "members": [str(firm.paul.pk)]})
    assert made.status_code == 302
    team = Team.objects.get(name="North")
    page = browser.get(reverse("practice:team", args=[team.pk]))
    seen = page.context["form"].initial

    sent = {"name": "North", "members": [str(firm.alice.pk)]} | {
        key: seen[key] for key in ("seen_name", "seen_members")
    }
    answer = browser.post(reverse("practice:team", args=[team.pk]), sent, follow=True)

    assert "1 person joined. 1 person left." in answer.content.decode()
    assert "Alice" in answer.content.decode()
    stale = browser.post(reverse("practice:team", args=[team.pk]), sent)
    assert stale.status_code == 409


def test_the_list_asks_as_often_for_ten_teams_as_for_one(
    firm: Firm, families: Team, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(9):
        teams.make_team(Entered(f"Team {number}", of(firm.alice)), actor=firm.actor("mary"), now=NOW)

    with django_assert_num_queries(2):
        found = teams.read_teams(firm.actor("mary"))
        assert sum(len(team.group.user_set.all()) for team in found) == 10


def test_a_matter_is_taken_back_from_a_team_and_who_has_a_seat_keeps_it(firm: Firm, shared: Matter) -> None:
    mary, team = firm.actor("mary"), Team.objects.get()
    team.group.user_set.add(firm.charlie)
    grant_matter(firm.eves_matter, team)
    assert visible_matters(firm.actor("paul")).contains(firm.eves_matter)

    for _again in range(2):
        teams.take_back([firm.eves_matter], team, actor=mary, now=NOW)

    assert not visible_matters(firm.actor("paul")).contains(firm.eves_matter)
    assert visible_matters(firm.actor("charlie")).contains(firm.eves_matter), "he has a seat in it"
    assert AuditEntry.objects.filter(action="practice.matter_unshared").count() == 1
    assert visible_matters(firm.actor("mary")).contains(shared)
