"""Taking matters and work away from people: from whom a matter was taken over, and who leaves the firm.

A seat gives its holder a grant on the matter, and the grant ends with the seat. What a team shares stays with
its members for as long as they are members. Work that names its worker goes back to everybody as soon as that
person can no longer see it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.models import Matter, MatterUserObjectPermission, Team, User
from legist.practice.roles import Role
from legist.practice.states import MatterState

LEFT_TOPIC = "practice.staff_left"


class GiveBack(Protocol):
    """What `register_work` takes."""

    def __call__(self, person: User, *, actor: Actor, now: datetime) -> int:
        """Take from a person the open work they can no longer see; return how much, each on the record."""


_work: list[GiveBack] = []


def register_work(give_back: GiveBack) -> None:
    """Have work that names its worker go back to everybody when that person can see it no longer."""
    _work.append(give_back)


def give_back(person: User, *, actor: Actor, now: datetime) -> int:
    """Take from a person all open work they can no longer see; return how much it was."""
    return sum(each(person, actor=actor, now=now) for each in _work)


@dataclass(frozen=True, slots=True)
class Held:
    """What a person held: open matters in whose seats they sit, further matters open to them, teams.

    `given_back` counts the work that named them and is everybody's again; 0 before they leave.
    """

    person: User
    seats: Sequence[Matter]
    shared: Sequence[Matter]
    teams: Sequence[str]
    given_back: int = 0

    def __bool__(self) -> bool:
        return bool(self.seats or self.shared or self.teams or self.given_back)


def held_by(person: User) -> Held:
    """Return what a person holds, or what they left behind: a seat is theirs until somebody else takes it."""
    seats = seats_of([person.pk])
    given = Matter.objects.filter(matteruserobjectpermission__user=person, state=MatterState.OPEN)
    shared = given.exclude(pk__in=seats.values("pk")).distinct()
    teams = Team.objects.filter(group__user=person).values_list("name", flat=True)
    return Held(person, list(seats.order_by("pk")), list(shared.order_by("pk")), list(teams))


def seats_of(people: Collection[object]) -> QuerySet[Matter]:
    """Return the open matters in which one of these people (ids) has a seat."""
    held = Q(attorney__in=people) | Q(paralegal__in=people)
    return Matter.objects.filter(held, state=MatterState.OPEN)


def left_behind() -> QuerySet[Matter]:
    """Return the open matters with a seat of somebody who has left: they wait to be given to others."""
    gone = Q(attorney__is_active=False) | Q(paralegal__is_active=False)
    return Matter.objects.filter(gone, state=MatterState.OPEN)


def seats_left(matter: Matter) -> list[Role]:
    """Return the seats of a matter whose holder has left the firm."""
    holders = ((Role.ATTORNEY, matter.attorney), (Role.PARALEGAL, matter.paralegal))
    return [role for role, holder in holders if holder is not None and not holder.is_active]


def deactivate_staff(user: User, *, actor: Actor, now: datetime) -> Held:
    """End the access of somebody who leaves the firm, and return what they held.

    At once: sign-in, sessions, passkeys and second factors, their grants, teams and work that named them.
    Their seats go on naming them until somebody else is seated, so that the list of what they held is never
    lost; a seat alone opens nothing. Those who manage matters are told of what waits. Raises InvalidInput
    for a client, WrongState where the access has ended already.
    """
    if user.is_client:
        raise InvalidInput(_("This is a client. Clients leave through their portal, not through the staff."))
    with unit_of_work(actor=actor, now=now) as unit:
        row = User.objects.select_for_update().get(pk=user.pk)
        if not row.is_active:
            raise WrongState(_("This person's access has ended already."))
        held = held_by(row)
        _shut_door(row)
        MatterUserObjectPermission.objects.filter(user=row).delete()
        row.groups.clear()
        returned = give_back(row, actor=actor, now=now)
        counts = {"seats": len(held.seats), "matters": len(held.shared), "returned": returned}
        unit.record(actions.STAFF_LEFT, row, **counts)
        outbox.publish(LEFT_TOPIC, key=f"{row.pk}:{now.isoformat()}", data={"person": str(row.pk)}, now=now)
    user.is_active = False
    return Held(row, held.seats, held.shared, held.teams, returned)


def _shut_door(user: User) -> None:
    """A new password that nobody knows ends the sessions for good, also if the person comes back."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user=user).delete()
