"""Walls of a firm from before walls on clients: sorted once, on the record, with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from legist.core import audit
from legist.core.models import AuditEntry
from legist.practice.models import Client, Matter, User, Wall
from legist.practice.permissions import Capability, can
from legist.practice.roles import Role
from legist.practice.services import People, assign_matter, open_matter
from legist.practice.states import EarlierWall
from legist.practice.walls import keep_wall, sort_earlier_walls, widen_wall
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.practice.test_permissions import make_team
from tests.support.earlier import earlier_tables, migrate

WHY = "A relative works for the other side."


def earlier(matter: Matter, person: User, reason: str = WHY) -> Wall:
    wall = Wall(matter=matter, user=person, reason=reason, created_at=NOW, earlier=EarlierWall.UNSORTED)
    wall.save(force_insert=True)
    return wall


def more(matter: Matter, *, below: bool = False, **people: User) -> Matter:
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


@pytest.fixture
def before() -> Iterator[Any]:
    """The models as they were before walls on clients, in a database that is taken back that far."""
    with earlier_tables("practice", "0001_initial") as models:
        yield models


def stored(before: Any, model: str, **columns: Any) -> Any:
    """Insert a row of the earlier release."""
    row = before.get_model("practice", model)(**columns)
    row.save(force_insert=True)
    return row


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_takes_the_walls_along(before: Any) -> None:
    charlie = stored(before, "User", email="charlie@firm.example", name="Charlie", role=Role.PARALEGAL)
    client = stored(before, "Client", name="Dana", created_at=NOW)
    matter = stored(before, "Matter", reference="M-1", title="Case", client_id=client.pk, opened_at=NOW)
    wall = {"matter_id": matter.pk, "user_id": charlie.pk, "reason": WHY, "created_at": NOW}
    old = stored(before, "MatterWall", **wall)
    kind = ContentType.objects.get(app_label="practice", model="matterwall")
    LogEntry.objects.create(
        content_type=kind, object_pk=str(old.pk), object_repr="", action=LogEntry.Action.CREATE
    )

    migrate()

    now = Wall.objects.get(pk=old.pk)
    assert (now.client, now.reason) == (Client.objects.get(pk=client.pk), WHY)
    history = LogEntry.objects.get_for_object(now)
    assert {entry.action for entry in history} == {LogEntry.Action.CREATE, LogEntry.Action.UPDATE}
    assert AuditEntry.objects.get(action="practice.wall_widened").actor_id == "upgrade"
