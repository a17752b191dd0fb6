"""Walls on clients and on matters: one rule, asked from every side."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core import audit
from legist.core.errors import InvalidInput, WrongState
from legist.core.ids import uuid7
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from legist.practice.audit_actions import WALL_RAISED
from legist.practice.models import Client, Matter, MatterWall, Wall
from legist.practice.permissions import (
    Capability,
    can,
    grant_matter,
    shut_out_of,
    visible_clients,
    visible_matters,
    visible_walls,
    walls_over,
)
from legist.practice.roles import Role
from legist.practice.services import People, assign_matter, assign_missing, open_matter
from legist.practice.walls import lower_wall, wall_off, widen_wall
from tests.factories.practice import NOW, SYSTEM, Firm, make_client, make_user
from tests.practice.test_permissions import make_team
from tests.support.forgery import alter, copy_of, delete

C = Capability
WHY = "A relative works for the other side."


@pytest.fixture
def dana(firm: Firm) -> Client:
    return firm.danas_matter.client


def open_for(client: Client, parent: Matter | None = None, **people: object) -> Matter:
    given = People(**people)  # type: ignore[arg-type]
    return open_matter(title="More", client=client, parent=parent, people=given, actor=SYSTEM, now=NOW)


def test_a_wall_on_a_client_covers_the_matters_there_are_and_those_opened_later(
    firm: Firm, dana: Client
) -> None:
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)
    later = open_for(dana, paralegal=firm.paul)
    below = open_for(dana, parent=later)
    for matter in (later, below):
        grant_matter(matter, firm.paul)

    assert not any(can(firm.actor("paul"), C.VIEW_MATTER, each) for each in (firm.danas_matter, later, below))
    assert can(firm.actor("alice"), C.VIEW_MATTER, firm.danas_matter)


def test_a_wall_on_a_matter_leaves_the_clients_other_matters_open(firm: Firm, dana: Client) -> None:
    other = open_for(dana, paralegal=firm.paul)

    wall_off(firm.danas_matter, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    assert can(firm.actor("paul"), C.VIEW_MATTER, other)
    assert dana in visible_clients(firm.actor("paul"))


def test_names_follow_the_matters(firm: Firm, dana: Client) -> None:
    eve = firm.eves_matter.client

    def seen(name: str) -> set[Client]:
        return set(visible_clients(firm.actor(name)))

    assert seen("alice") == seen("mary") == {dana, eve}
    assert (seen("paul"), seen("charlie")) == ({dana}, {eve})
    assert seen("olga") == seen("dana") == set()


def test_a_client_without_a_matter_belongs_to_those_who_sort_but_never_past_a_wall(firm: Firm) -> None:
    frank = make_client("Frank", with_user=False)
    wall_off(frank, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    seen = {name: frank in visible_clients(firm.actor(name)) for name in ("alice", "charlie", "paul", "olga")}

    assert seen == {"alice": True, "charlie": True, "paul": False, "olga": False}


def test_whoever_is_shut_out_loses_seat_and_grant_and_the_timeline_says_so(firm: Firm, dana: Client) -> None:
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    firm.danas_matter.refresh_from_db()
    entry = AuditEntry.objects.get(action="practice.matter_seat_emptied")
    assert (firm.danas_matter.attorney, firm.danas_matter.paralegal) == (firm.alice, None)
    assert entry.scope == firm.danas_matter.pk
    lower_wall(dana, firm.paul, actor=SYSTEM, now=NOW)
    assert not can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)


def test_a_grant_given_while_the_wall_stood_does_not_come_to_life(firm: Firm, dana: Client) -> None:
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)
    grant_matter(firm.danas_matter, firm.paul)

    lower_wall(dana, firm.paul, actor=SYSTEM, now=NOW)

    assert not can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)


def test_a_team_does_not_carry_a_person_over_the_wall(firm: Firm, dana: Client) -> None:
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)
    assign_matter(firm.danas_matter, team=make_team(firm), actor=SYSTEM, now=NOW)

    assert not can(firm.actor("paul"), C.VIEW_MATTER, firm.danas_matter)


def test_nobody_who_is_shut_out_is_seated(firm: Firm, dana: Client) -> None:
    wall_off(dana, firm.charlie, reason=WHY, actor=SYSTEM, now=NOW)
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    with pytest.raises(WrongState):
        assign_matter(firm.danas_matter, paralegal=firm.charlie, actor=SYSTEM, now=NOW)
    later = open_for(dana, attorney=firm.alice, paralegal=firm.charlie)
    assign_missing(later, People(paralegal=firm.charlie), actor=SYSTEM, now=NOW)
    later.refresh_from_db()
    assert (later.attorney, later.paralegal) == (firm.alice, None)


def test_assigning_passes_over_a_matter_below_from_which_the_person_is_shut_out(firm: Firm) -> None:
    child = open_for(firm.danas_matter.client, parent=firm.danas_matter)
    ned = make_user("Ned", Role.PARALEGAL)
    wall_off(child, ned, reason=WHY, actor=SYSTEM, now=NOW)

    assign_matter(firm.danas_matter, paralegal=ned, actor=SYSTEM, now=NOW)

    child.refresh_from_db()
    assert (firm.danas_matter.paralegal, child.paralegal) == (ned, firm.paul)


def test_a_second_wall_is_refused_where_the_first_one_reaches(firm: Firm, dana: Client) -> None:
    wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)
    for on in (dana, firm.danas_matter, open_for(dana, parent=firm.danas_matter)):
        with pytest.raises(WrongState):
            wall_off(on, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    with pytest.raises(WrongState):
        lower_wall(firm.danas_matter, firm.paul, actor=SYSTEM, now=NOW)
    with pytest.raises(InvalidInput):
        wall_off(dana, firm.alice, reason=" ", actor=SYSTEM, now=NOW)


def test_those_who_manage_see_the_walls_but_never_past_their_own(firm: Firm, dana: Client) -> None:
    wall = wall_off(dana, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)
    zoe = make_user("Zoe", Role.MANAGER)
    wall_off(dana, zoe, reason=WHY, actor=SYSTEM, now=NOW)

    from legist.core.actors import Actor

    seen = {name: wall in visible_walls(firm.actor(name)) for name in ("alice", "mary", "paul", "olga")}
    assert seen == {"alice": True, "mary": True, "paul": False, "olga": False}
    assert wall not in visible_walls(Actor.for_user(zoe))


@pytest.mark.parametrize("both", [True, False])
def test_a_wall_stands_on_exactly_one_thing(firm: Firm, dana: Client, *, both: bool) -> None:
    place = {"client": dana, "matter": firm.danas_matter} if both else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        Wall(**place, user=firm.paul, reason=WHY, created_at=NOW).save()


def test_the_name_of_earlier_releases_still_imports() -> None:
    assert MatterWall is Wall
    assert Wall._meta.db_table == "practice_matterwall"


@dataclass
class World:
    """Matters as (client, parent or None), walls as ("client" or "matter", index, person)."""

    matters: list[tuple[int, int | None]]
    walls: list[tuple[str, int, int]] = field(default_factory=list)

    def is_closed(self, matter: int, person: int) -> bool:
        client, parent = self.matters[matter]
        return (
            ("client", client, person) in self.walls
            or ("matter", matter, person) in self.walls
            or (parent is not None and self.is_closed(parent, person))
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 6))
    matters: list[tuple[int, int | None]] = []
    for index in range(count):
        parent = draw(st.one_of(st.none(), st.integers(0, index - 1))) if index else None
        matters.append((draw(st.integers(0, 1)) if parent is None else matters[parent][0], parent))
    on = st.one_of(
        st.tuples(st.just("client"), st.integers(0, 1)),
        st.tuples(st.just("matter"), st.integers(0, count - 1)),
    )
    walls = draw(st.sets(st.tuples(on, st.integers(0, 1)), max_size=4))
    return World(matters, [(kind, index, person) for (kind, index), person in walls])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_the_rule_says_the_same_from_every_side(firm: Firm, world: World) -> None:
    people = [firm.paul, firm.mary]
    with transaction.atomic():
        clients = [Client.objects.create(name="Nina", created_at=NOW) for _ in range(2)]
        matters: list[Matter] = []
        for client, parent in world.matters:
            above = None if parent is None else matters[parent]
            matters.append(open_for(clients[client], parent=above, paralegal=firm.paul))
        for kind, index, number in world.walls:
            on = clients[index] if kind == "client" else matters[index]
            Wall(**{kind: on}, user=people[number], reason=WHY, created_at=NOW).save()

        for number, person in enumerate(people):
            actor = type(SYSTEM).for_user(person)
            closed = {m.pk for i, m in enumerate(matters) if world.is_closed(i, number)}
            for of_few in (False, True):
                seen = {m.pk for m in visible_matters(actor, of_few=of_few) if m in matters}
                assert seen == {m.pk for m in matters} - closed
            assert {pk for pk, user in shut_out_of(matters) if user == person.pk} == closed
            assert {m.pk for m in matters if walls_over(m).filter(user=person).exists()} == closed
            for place, owner in enumerate(clients):
                mine = {m.pk for i, m in enumerate(matters) if world.matters[i][0] == place}
                is_walled = ("client", place, number) in world.walls
                expected = not is_walled and (bool(mine - closed) or not mine)
                for of_few in (False, True):
                    found = visible_clients(actor, of_few=of_few).filter(pk=owner.pk)
                    assert found.exists() is expected
        transaction.set_rollback(True)


def test_a_deleted_wall_is_found_by_the_record(firm: Firm) -> None:
    wall = Wall.objects.get(user=firm.charlie)
    delete(wall)

    result = audit.verify()
    assert result.first is not None
    assert (result.reason, result.first.table, result.first.row) == (
        "the row is missing",
        "practice.wall",
        str(wall.pk),
    )


def test_a_wall_that_was_moved_to_another_person_is_named(firm: Firm) -> None:
    wall = Wall.objects.get(user=firm.charlie)
    alter(wall, user_id=firm.paul.pk)

    result = audit.verify()
    assert (result.reason, result.faults) == ("the row says something else than the record", 2)


def test_a_forged_wall_only_shuts_out_and_is_named(firm: Firm) -> None:
    wall, forged = Wall.objects.get(user=firm.charlie), uuid7()
    copy_of(wall, id=forged, user_id=firm.paul.pk)

    assert not can(firm.actor("paul"), Capability.VIEW_MATTER, firm.danas_matter)
    result = audit.verify()
    assert (result.faults, result.first and result.first.row) == (1, str(forged))


def test_a_record_of_walls_raised_widened_and_lowered_is_whole(firm: Firm) -> None:
    wall = Wall.objects.get(user=firm.charlie)
    assert audit.verify().is_whole
    on = wall.on
    if isinstance(on, Matter):
        widen_wall(wall, actor=SYSTEM, now=NOW)
        on = on.client
    assert audit.verify().is_whole
    lower_wall(on, firm.charlie, actor=SYSTEM, now=NOW)
    assert audit.verify().is_whole
    wall_off(firm.danas_matter, firm.charlie, reason="Again.", actor=SYSTEM, now=NOW)
    widen_wall(Wall.objects.get(user=firm.charlie), actor=SYSTEM, now=NOW)
    assert audit.verify().is_whole


def test_a_wall_of_an_earlier_release_is_missed_too(firm: Firm) -> None:
    """Its entry names the person and the matter only."""
    with unit_of_work(actor=SYSTEM, now=NOW) as unit:
        unit.record(WALL_RAISED, firm.eves_matter, user=str(firm.paul.pk))
    assert audit.verify().reason == "the row is missing"

    wall_off(firm.eves_matter.client, firm.paul, reason="Conflict.", actor=SYSTEM, now=NOW)
    assert audit.verify().is_whole
    lower_wall(firm.eves_matter.client, firm.paul, actor=SYSTEM, now=NOW)
    assert audit.verify().is_whole
