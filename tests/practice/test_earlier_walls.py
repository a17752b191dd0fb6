"""Walls of a firm from before walls on clients: sorted once, on the record, with nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from legist.core import audit
from legist.core.models import AuditEntry
from legist.practice.models import Matter, User, Wall
from legist.practice.permissions import Capability, can
from legist.practice.roles import Role
from legist.practice.services import People, assign_matter, open_matter
from legist.practice.states import EarlierWall
from legist.practice.walls import keep_wall, sort_earlier_walls, widen_wall
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.practice.test_permissions import make_team

WHY = "A relative works for the other side."


def earlier(matter: Matter, person: User, reason: str = WHY) -> Wall:
    wall = Wall(matter=matter, user=person, reason=reason, created_at=NOW, earlier=EarlierWall.UNSORTED)
    wall.save(force_insert=True)
    return wall


def more(matter: Matter, *, below: bool = False, **people: Any) -> Matter:
    parent, given = (matter if below else None), People(**people)
    return open_matter(title="More", client=matter.client, parent=parent, people=given, actor=SYSTEM, now=NOW)


def sort() -> int:
    return sort_earlier_walls(actor=SYSTEM, now=NOW)


@pytest.fixture
def ned(firm: Firm) -> User:
    return make_user("Ned", Role.PARALEGAL)


def test_it_moves_to_the_client_where_the_person_works_on_nothing_else_of_theirs(
    firm: Firm, ned: User
) -> None:
    wall = earlier(firm.danas_matter, ned)
    other = more(firm.danas_matter)

    assert (sort(), sort()) == (1, 0)

    wall.refresh_from_db()
    assert (wall.client, wall.matter, wall.earlier) == (firm.danas_matter.client, None, EarlierWall.NO)
    assert wall.reason == WHY
    entry = AuditEntry.objects.get(action="practice.wall_widened")
    assert (entry.subject_type, entry.scope) == ("practice.client", firm.danas_matter.pk)
    assert audit.verify().is_whole
    assert not can(type(SYSTEM).for_user(ned), Capability.VIEW_MATTER, other)


@pytest.mark.parametrize("how", ["seat", "grant", "team"])
def test_it_stays_and_asks_where_the_person_works_on_another_matter(firm: Firm, how: str) -> None:
    wall = earlier(firm.danas_matter, firm.paul)
    other = more(firm.danas_matter)
    if how == "team":
        assign_matter(other, team=make_team(firm), actor=SYSTEM, now=NOW)
    elif how == "grant":
        assign_matter(other, paralegal=firm.paul, actor=SYSTEM, now=NOW)
        Matter.objects.filter(pk=other.pk).update(paralegal=None)
    else:
        Matter.objects.filter(pk=other.pk).update(paralegal=firm.paul)

    assert sort() == 0

    wall.refresh_from_db()
    assert (wall.matter, wall.earlier) == (firm.danas_matter, EarlierWall.UNDECIDED)


def test_it_folds_the_copies_an_earlier_release_made_below(firm: Firm, ned: User) -> None:
    child = more(firm.danas_matter, below=True)
    wall, _copy, own = (
        earlier(firm.danas_matter, ned),
        earlier(child, ned),
        earlier(more(child, below=True), ned, "Another reason."),
    )

    sort()

    left = {each.pk: each.reason for each in Wall.objects.filter(user=ned)}
    assert left == {wall.pk: WHY, own.pk: "Another reason."}
    assert AuditEntry.objects.filter(action="practice.wall_folded").count() == 1


def test_it_is_decided_by_a_person_once(firm: Firm) -> None:
    more(firm.danas_matter, paralegal=firm.paul)
    wall = earlier(firm.danas_matter, firm.paul)
    sort()

    keep_wall(wall, actor=SYSTEM, now=NOW)
    wall.refresh_from_db()
    assert wall.earlier == EarlierWall.NO
    widen_wall(wall, actor=SYSTEM, now=NOW)
    wall.refresh_from_db()
    assert wall.client == firm.danas_matter.client


def test_it_goes_on_with_what_is_left_and_leaves_what_is_done(firm: Firm, ned: User) -> None:
    earlier(firm.danas_matter, ned)
    sort()
    earlier(firm.eves_matter, ned)

    assert sort() == 1
    assert not Wall.objects.filter(earlier=EarlierWall.UNSORTED).exists()
    assert AuditEntry.objects.filter(action="practice.wall_widened").count() == 2


def test_one_whose_reason_cannot_be_opened_is_sorted_all_the_same(firm: Firm, ned: User) -> None:
    child = more(firm.danas_matter, below=True)
    walls = [earlier(firm.danas_matter, ned), earlier(child, ned)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE practice_matterwall SET reason = 'v1.00000000.AAAA'")

    assert sort() == 1
    assert Wall.objects.filter(user=ned).count() == len(walls)
