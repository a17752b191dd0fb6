"""Teams: people who share the matters that are given to their team.

Whoever joins sees and works on all of them from then on, as their role allows and no wall forbids; whoever
leaves a team sees those no longer that nothing else opens to them, and their work there is everybody's again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound, Overtaken
from legist.core.ids import uuid7
from legist.core.uow import UnitOfWork, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.models import Matter, Team, User
from legist.practice.people.leaving import give_back
from legist.practice.permissions import Capability, require, revoke_matter
from legist.practice.roles import Role
from legist.practice.states import MatterState

LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form says of a team: its name and the ids of its members."""

    name: str
    members: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Changed:
    """Who joined and who left a team, and how much work of theirs went back to everybody."""

    joined: list[User] = field(default_factory=list)
    left: list[User] = field(default_factory=list)
    returned: int = 0


def read_teams(actor: Actor) -> QuerySet[Team]:
    """Return every team by name, with `matters`, how many open ones it shares; its members are fetched."""
    require(actor, Capability.MANAGE_TEAMS)
    shared = "group__mattergroupobjectpermission__content_object"
    is_open = Q(**{f"{shared}__state": MatterState.OPEN})
    members = Prefetch("group__user_set", User.objects.order_by("name"))
    counted = Team.objects.annotate(matters=Count(shared, filter=is_open, distinct=True))
    return counted.select_related("group").prefetch_related(members).order_by("name")


def read_team(team_id: UUID, actor: Actor) -> Team:
    """Return one team as `read_teams` does; raises NotFound."""
    team = read_teams(actor).filter(pk=team_id).first()
    if team is None:
        raise NotFound
    return team


def entered_of(team: Team) -> Entered:
    """Return what a form would say of the team as it stands."""
    return Entered(team.name, frozenset(team.group.user_set.values_list("pk", flat=True)))


def make_team(entered: Entered, *, key: UUID | None = None, actor: Actor, now: datetime) -> Team:
    """Make a team with its members; a form that is sent twice, under one `key`, makes one.

    Raises InvalidInput for a name that is none or that a team has, and for people who do not work here.
    """
    require(actor, Capability.MANAGE_TEAMS)
    name = _checked(entered.name)
    pk = key or uuid7()
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            _expect_free(name, besides=pk)
            # The group carries the team's id: nobody meets its name, a team may be renamed, and a form that
            # is sent again fails on it.
            team = Team(pk=pk, name=name, group=Group.objects.create(name=str(pk)))
            team.save(force_insert=True)
            unit.record(actions.TEAM_MADE, team)
            _join(team, _staff(entered.members), unit=unit)
    except IntegrityError:
        made = Team.objects.filter(pk=pk).first()
        if made is not None:
            return made
        raise _name_is_taken() from None
    return team


def change_team(team_id: UUID, entered: Entered, *, seen: Entered, actor: Actor, now: datetime) -> Changed:
    """Rename a team, let people join it and have others leave it.

    Raises NotFound, InvalidInput as `make_team` does, and WrongState where the team is no longer as the
    person has `seen` it: nobody joins or leaves by a form that is older than somebody else's change.
    """
    require(actor, Capability.MANAGE_TEAMS)
    name = _checked(entered.name)
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            team = Team.objects.select_for_update().select_related("group").filter(pk=team_id).first()
            if team is None:
                raise NotFound
            before = entered_of(team)
            if before != seen:
                raise Overtaken(
                    _("Somebody changed this team meanwhile. Look at it again; nothing was saved.")
                )
            if name != before.name:
                _expect_free(name, besides=team.pk)
                team.name = name
                team.save(update_fields=["name"])
            joined = _join(team, _staff(entered.members - before.members), unit=unit)
            left = list(User.objects.filter(pk__in=before.members - entered.members).order_by("pk"))
            returned = 0
            for person in left:
                team.group.user_set.remove(person)
                work = give_back(person, actor=actor, now=now)
                unit.record(actions.TEAM_LEFT, person, team=str(team.pk), returned=work)
                returned += work
            if joined or left or name != before.name:
                unit.record(actions.TEAM_CHANGED, team, joined=len(joined), left=len(left))
    except IntegrityError:
        raise _name_is_taken() from None
    return Changed(joined, left, returned)


def take_back(matters: Sequence[Matter], team: Team, *, actor: Actor, now: datetime) -> int:
    """End a team's access to a matter, which the caller has authorised and holds, and to those below it.

    `matters` begins with the one that the others are below. Whoever of the members nothing else lets in loses
    the work that they have there; return how much it was.
    What a team has no access to is left alone.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        granted = Matter.objects.filter(mattergroupobjectpermission__group=team.group_id)
        shared = list(granted.filter(pk__in=[each.pk for each in matters]).distinct())
        for each in shared:
            revoke_matter(each, team)
        if not shared:
            return 0
        members = team.group.user_set.order_by("pk")
        returned = sum(give_back(person, actor=actor, now=now) for person in members)
        unit.record(actions.MATTER_UNSHARED, matters[0], team=str(team.pk), returned=returned)
    return returned


def _join(team: Team, people: list[User], *, unit: UnitOfWork) -> list[User]:
    for person in people:
        team.group.user_set.add(person)
        unit.record(actions.TEAM_JOINED, person, team=str(team.pk))
    return people


def _staff(ids: Collection[UUID]) -> list[User]:
    """Return those who work here, held: who leaves the firm meanwhile joins nothing."""
    here = User.objects.filter(is_active=True).exclude(role=Role.CLIENT)
    found = list(here.filter(pk__in=ids).order_by("pk").select_for_update())
    if len(found) != len(ids):
        raise InvalidInput.at(
            "members", _("One of these people does not work here any more. Nothing was saved.")
        )
    return found


def _expect_free(name: str, *, besides: UUID) -> None:
    """Raise InvalidInput where another team is called so, in capitals or not."""
    if Team.objects.filter(name__iexact=name).exclude(pk=besides).exists():
        raise _name_is_taken()


def _name_is_taken() -> InvalidInput:
    return InvalidInput.at("name", _("A team has this name already. Choose another one."))


def _checked(name: str) -> str:
    cleaned = names.checked(name, names.title_fault, field="name")
    if len(cleaned) > LONGEST:
        raise InvalidInput.at("name", str(names.NameFault.TOO_LONG.label))
    return cleaned
