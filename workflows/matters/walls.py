"""Ethical walls as people raise and take them down: authorised here, written by the practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.practice import walls
from legist.practice.models import Matter, Wall
from legist.practice.permissions import Capability, access_matter, visible_matters, visible_walls
from legist.practice.states import EarlierWall
from workflows.recipients import get_member

Key = UUID | str


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls a person manages; each carries `via`, the id of a matter through which they do."""

    undecided: Sequence[Wall]
    others: Sequence[Wall]


def list_walls(actor: Actor) -> Walls:
    """Return the walls on what the actor manages, oldest first, and apart those nobody has settled."""
    mine = visible_matters(actor, Capability.MANAGE_MATTER).filter(client=OuterRef("client"))
    via = Coalesce("matter_id", Subquery(mine.values("pk")[:1]))
    known = visible_walls(actor).select_related("user", "created_by", "client", "matter__client")
    found = list(known.annotate(via=via).order_by("created_at", "pk"))
    undecided = [wall for wall in found if wall.earlier == EarlierWall.UNDECIDED]
    return Walls(undecided, [wall for wall in found if wall not in undecided])


def shut_out(
    matter_id: Key, *, person: str, reason: str, whole_client: bool, actor: Actor, now: datetime
) -> None:
    """Raise a wall between a person and the client of a matter, or only that matter; the reason is kept."""
    matter = _managed(actor, matter_id)
    member = get_member(person)
    if member is None:
        raise InvalidInput(_("Choose the person who is to be shut out."))
    if str(member.pk) == actor.id:
        raise InvalidInput(_("You cannot shut yourself out. Ask a manager to do it."))
    on = matter.client if whole_client else matter
    walls.wall_off(on, member, reason=reason, actor=actor, now=now)


def let_in(matter_id: Key, *, wall_id: Key, actor: Actor, now: datetime) -> Wall:
    """Take a wall down; what the person could open before does not come back by itself."""
    wall = _wall(actor, matter_id, wall_id)
    walls.lower_wall(wall.on, wall.user, actor=actor, now=now)
    return wall


def widen(matter_id: Key, *, wall_id: Key, actor: Actor, now: datetime) -> None:
    """Put a wall that stands on one matter on the whole client."""
    walls.widen_wall(_wall(actor, matter_id, wall_id), actor=actor, now=now)


def keep(matter_id: Key, *, wall_id: Key, actor: Actor, now: datetime) -> None:
    """Leave an earlier wall on its one matter, and ask no more."""
    walls.keep_wall(_wall(actor, matter_id, wall_id), actor=actor, now=now)


def _managed(actor: Actor, matter_id: Key) -> Matter:
    return access_matter(actor, matter_id, Capability.MANAGE_MATTER)


def _wall(actor: Actor, matter_id: Key, wall_id: Key) -> Wall:
    """Return a wall on the client of a matter, or on one of their matters, that the actor manages."""
    client = _managed(actor, matter_id).client_id
    found = visible_walls(actor).filter(Q(client=client) | Q(matter__client=client), pk=wall_id)
    wall = found.select_related("user", "matter", "client").first()
    if wall is None:
        raise WrongState(_("There is no wall for this person any more. Reload the page to see it."))
    return wall
