"""The policy as a table: who may do what, on whose matter."""

from __future__ import annotations

import pytest

from legist.core.actors import Actor
from legist.core.errors import Forbidden, NotFound
from legist.practice.models import Matter, Team
from legist.practice.permissions import (
    Capability,
    access_matter,
    can,
    grant_matter,
    require,
    revoke_matter,
    visible_clients,
    visible_matters,
    visible_to,
)
from legist.practice.services import People, assign_matter, open_matter
from legist.practice.walls import lower_wall, wall_off
from tests.factories.practice import NOW, SYSTEM, Firm

C = Capability

# person, capability, on Dana's matter, on Eve's matter
TABLE = [
    ("alice", C.VIEW_MATTER, True, True),
    ("alice", C.APPROVE_DRAFT, True, True),
    ("paul", C.VIEW_MATTER, True, False),
    ("paul", C.WORK_MATTER, True, False),
    ("paul", C.APPROVE_DRAFT, False, False),
    ("charlie", C.VIEW_MATTER, False, True),
    ("charlie", C.VIEW_RECEIPT, False, True),
    ("olga", C.VIEW_MATTER, False, False),
    ("olga", C.VIEW_RECEIPT, True, True),
    ("olga", C.OVERRIDE_STATUS, True, True),
    ("mary", C.VIEW_MATTER, True, True),
    ("mary", C.WORK_MATTER, False, False),
    ("mary", C.APPROVE_DRAFT, False, False),
    ("dana", C.VIEW_MATTER, False, False),
    ("eve", C.VIEW_RECEIPT, False, False),
]


@pytest.mark.parametrize(("person", "capability", "danas", "eves"), TABLE)
def test_it_decides_by_role_grant_and_wall(
    firm: Firm, person: str, capability: C, danas: bool, eves: bool
) -> None:
    actor = firm.actor(person)

    assert can(actor, capability, firm.danas_matter) is danas
    assert can(actor, capability, firm.eves_matter) is eves


@pytest.mark.parametrize("person", ["alice", "paul", "charlie", "olga", "mary", "dana"])
def test_it_lists_exactly_what_it_lets_one_open(firm: Firm, person: str) -> None:
    actor = firm.actor(person)

    listed = set(visible_matters(actor))

    assert listed == {m for m in Matter.objects.all() if can(actor, C.VIEW_MATTER, m)}


@pytest.mark.parametrize("person", ["alice", "paul", "charlie", "olga", "mary", "dana"])
@pytest.mark.parametrize("is_work", [True, False])
def test_it_says_the_same_of_few_rows_as_of_all(firm: Firm, person: str, *, is_work: bool) -> None:
    team = make_team(firm)
    team.group.user_set.add(getattr(firm, person))
    shared, lent, _nobodys = (
        open_matter(title=name, client=firm.danas_matter.client, actor=SYSTEM, now=NOW)
        for name in ("Shared", "Lent", "Nobody's")
    )
    grant_matter(shared, team, work=is_work)
    grant_matter(lent, getattr(firm, person), work=is_work)
    actor = firm.actor(person)

    for capability in C:
        of_all, of_few = (visible_matters(actor, capability, of_few=of_few) for of_few in (False, True))
        assert set(of_few) == set(of_all)
        clients = [set(visible_clients(actor, capability, of_few=of_few)) for of_few in (False, True)]
        assert clients[0] == clients[1]


def test_it_hides_a_matter_from_strangers_and_refuses_readers(firm: Firm) -> None:
    with pytest.raises(NotFound):
        access_matter(firm.actor("charlie"), firm.danas_matter.id)
    with pytest.raises(Forbidden):
        access_matter(firm.actor("mary"), firm.danas_matter.id, C.WORK_MATTER)
    assert access_matter(firm.actor("paul"), firm.danas_matter.id, C.WORK_MATTER) == firm.danas_matter


def test_it_answers_an_id_that_does_not_exist_like_one_that_is_hidden(firm: Firm) -> None:
    with pytest.raises(NotFound):
        access_matter(firm.actor("alice"), "00000000-0000-7000-8000-000000000000")


def test_a_wall_wins_over_a_grant_and_over_the_whole_firm(firm: Firm) -> None:
    for person in (firm.paul, firm.mary):
        wall_off(firm.danas_matter, person, reason="Conflict.", actor=SYSTEM, now=NOW)
    grant_matter(firm.danas_matter, firm.paul)

    assert not can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)
    assert not can(firm.actor("mary"), C.VIEW_MATTER, firm.danas_matter)


def test_a_lowered_wall_gives_back_nothing_by_itself(firm: Firm) -> None:
    lower_wall(firm.danas_matter, firm.charlie, actor=SYSTEM, now=NOW)

    assert not can(firm.actor("charlie"), C.VIEW_MATTER, firm.danas_matter)


def test_a_team_shares_its_matters(firm: Firm) -> None:
    team = make_team(firm)

    grant_matter(firm.danas_matter, team)

    assert can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)
    revoke_matter(firm.danas_matter, firm.paul)
    assert can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)
    revoke_matter(firm.danas_matter, team)
    assert not can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)


def test_a_child_matter_is_as_closed_as_its_parent(firm: Firm) -> None:
    child = open_matter(
        title="RFE", client=firm.danas_matter.client, parent=firm.danas_matter, actor=SYSTEM, now=NOW
    )

    assert can(firm.actor("paul"), C.WORK_MATTER, child)
    grant_matter(child, firm.charlie)
    assert not can(firm.actor("charlie"), C.VIEW_MATTER, child)


def test_a_wall_raised_later_covers_the_children(firm: Firm) -> None:
    child = open_matter(
        title="RFE", client=firm.danas_matter.client, parent=firm.danas_matter, actor=SYSTEM, now=NOW
    )

    wall_off(firm.danas_matter, firm.paul, reason="Conflict.", actor=SYSTEM, now=NOW)

    assert not can(firm.actor("paul"), C.VIEW_MATTER, child)


def test_rows_without_a_matter_are_shown_only_to_those_who_sort_them(firm: Firm) -> None:
    rows = Matter.objects.filter(pk=firm.danas_matter.pk)

    def shown(person: str, unassigned: C | None) -> bool:
        found = visible_to(firm.actor(person), rows, via="parent", unassigned=unassigned)
        return found.exists()

    assert not shown("paul", None)
    assert shown("paul", C.TRIAGE_UNASSIGNED)
    assert not shown("dana", C.TRIAGE_UNASSIGNED)


def test_somebody_who_left_sees_nothing(firm: Firm) -> None:
    firm.paul.is_active = False

    assert not visible_matters(Actor.for_user(firm.paul)).exists()
    assert not can(Actor.for_user(firm.paul), C.IMPORT_RECEIPTS)


def test_staff_pages_do_not_exist_for_clients(firm: Firm) -> None:
    with pytest.raises(NotFound):
        require(firm.actor("dana"), C.VIEW_HEALTH)
    with pytest.raises(Forbidden):
        require(firm.actor("paul"), C.OPERATE_POLLER)


def test_assigning_gives_the_new_people_the_matter(firm: Firm) -> None:
    lower_wall(firm.danas_matter, firm.charlie, actor=SYSTEM, now=NOW)

    assign_matter(firm.danas_matter, paralegal=firm.charlie, actor=SYSTEM, now=NOW)

    assert firm.danas_matter.paralegal == firm.charlie
    assert can(firm.actor("charlie"), C.WORK_MATTER, firm.danas_matter)


def make_team(firm: Firm) -> Team:
    from django.contrib.auth.models import Group

    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    firm.paul.groups.add(team.group)
    return team


def test_opening_a_matter_with_people_lets_them_in(firm: Firm) -> None:
    matter = open_matter(
        title="New", client=firm.eves_matter.client, people=People(paralegal=firm.paul), actor=SYSTEM, now=NOW
    )

    assert can(firm.actor("paul"), C.WORK_MATTER, matter)
    assert matter.reference == "M-2026-0003"
