"""Ethical walls are written here and nowhere else: raised, lowered, widened, sorted after an upgrade."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from legist.core import audit, seals
from legist.core.actors import Actor
from legist.core.crypto import CryptoError
from legist.core.errors import InvalidInput, Overtaken
from legist.core.uow import acting, unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.models import Client, Matter, User, Wall
from legist.practice.people.leaving import give_back
from legist.practice.permissions import acting_person, revoke_matter, shut_out_of, works_on
from legist.practice.services import family, lock_client, missing_assignees
from legist.practice.states import EarlierWall


def wall_off(on: Client | Matter, person: User, *, reason: str, actor: Actor, now: datetime) -> Wall:
    """Shut a person out of a client, or of one matter and everything below it.

    The reason is kept, encrypted. Grants, seats and work the person has there are taken away. Raises
    InvalidInput without a reason, WrongState where they are shut out already.
    """
    if not reason.strip():
        message = _("Say why this person is shut out; the reason is kept on the record.")
        raise InvalidInput.at("reason", message)
    with unit_of_work(actor=actor):
        lock_client(_client_id(on))
        if _is_shut_out(on, person):
            raise Overtaken(_("This person is shut out already. Reload the page to see it."))
        wall = Wall(**_place(on), user=person, reason=reason, created_by=acting_person(actor), created_at=now)
        wall.save(force_insert=True)
        _take_away(wall, actor=actor, now=now)
        action = actions.CLIENT_WALL_RAISED if isinstance(on, Client) else actions.WALL_RAISED
        _record(action, wall, actor=actor, now=now)
    return wall


def lower_wall(on: Client | Matter, person: User, *, actor: Actor, now: datetime) -> None:
    """Take the wall down that stands on exactly this client or matter.

    What the person was given before, or while it stood, does not come back by itself. Raises WrongState when
    there is none.
    """
    with unit_of_work(actor=actor):
        lock_client(_client_id(on))
        wall = Wall.objects.filter(**_place(on), user=person).first()
        if wall is None:
            raise Overtaken(_("There is no wall for this person any more. Reload the page to see it."))
        _take_away(wall, actor=actor, now=now)
        action = actions.CLIENT_WALL_LOWERED if isinstance(on, Client) else actions.WALL_LOWERED
        _record(action, wall, actor=actor, now=now)
        wall.delete()


def widen_wall(wall: Wall, *, actor: Actor, now: datetime) -> None:
    """Put a wall that stands on one matter on the whole client; raises WrongState when it stands there."""
    with unit_of_work(actor=actor):
        lock_client(_client_id(wall.on))
        wall = _still_standing(wall)
        if wall.matter is None or Wall.objects.filter(client=wall.matter.client, user=wall.user).exists():
            raise Overtaken(_("This person is shut out of the whole client already. Reload the page."))
        _widen(wall, actor=actor, now=now)


def keep_wall(wall: Wall, *, actor: Actor, now: datetime) -> None:
    """Settle that an earlier wall stays on its matter; raises WrongState when nobody asks any more."""
    with unit_of_work(actor=actor):
        lock_client(_client_id(wall.on))
        wall = _still_standing(wall)
        if wall.earlier != EarlierWall.UNDECIDED:
            raise Overtaken(_("This was decided meanwhile. Reload the page to see it."))
        _settle(wall, EarlierWall.NO)
        _record(actions.WALL_KEPT, wall, actor=actor, now=now)


def follow(gone: Client, kept: Client, *, actor: Actor, now: datetime) -> None:
    """Put the walls on a client on another who is the same; each then holds for all matters of both.

    Who is shut out of both already keeps the one wall. In the caller's unit of work, when the matters moved.
    """
    standing = {wall.user_id: wall for wall in Wall.objects.select_for_update().filter(client=kept)}
    for wall in Wall.objects.select_for_update().filter(client=gone).order_by("pk"):
        if same := standing.get(wall.user_id):
            _record(actions.WALL_FOLDED, wall, actor=actor, now=now, into=same.pk)
            wall.delete()
            continue
        seals.change_locked(wall, client=kept)
        _record(actions.WALL_FOLLOWED, wall, actor=actor, now=now)
        standing[wall.user_id] = wall
    for wall in standing.values():
        _take_away(wall, actor=actor, now=now)


def reach(client: Client, *, actor: Actor, now: datetime) -> None:
    """Let the walls on a client cover what they are a party of by now. In the caller's unit of work."""
    for wall in Wall.objects.filter(client=client).order_by("pk"):
        _take_away(wall, actor=actor, now=now)


def sort_earlier_walls(*, actor: Actor, now: datetime) -> int:
    """Sort the walls that stood before walls on clients did; return how many stand on clients now.

    One becomes a wall on the client where its person works on none of the client's other matters; the others
    stay on their matters until a manager has said how far they reach. A copy that an earlier release made for
    a matter below is taken down where the one it was copied from covers it. Each client and person is a
    transaction of its own, and what is done is no longer found: a run that was cut off goes on.
    """
    waiting = Wall.objects.filter(earlier=EarlierWall.UNSORTED)
    pairs = waiting.order_by("pk").values_list("matter__client", "user")
    return sum(_sort(*pair, actor=actor, now=now) for pair in dict.fromkeys(pairs))


def _sort(client_id: UUID, person_id: UUID, *, actor: Actor, now: datetime) -> bool:
    with unit_of_work(actor=actor):
        lock_client(client_id)
        mine = Wall.objects.filter(user=person_id)
        waiting = mine.filter(matter__client=client_id, earlier=EarlierWall.UNSORTED)
        reach = {wall: {each.pk for each in _matters_of(wall)} for wall in waiting.select_related("matter")}
        if not reach:
            return False
        walls = sorted(reach, key=lambda wall: (-len(reach[wall]), wall.pk))
        closed = set().union(*reach.values())
        works_elsewhere = works_on(walls[0].user).filter(client=client_id).exclude(pk__in=closed).exists()
        becomes_wide = not works_elsewhere and not mine.filter(client=client_id).exists()
        if becomes_wide:
            reach[walls[0]] = closed
        _fold_copies(walls, reach, actor=actor, now=now)
        for wall in walls[becomes_wide:]:
            _settle(wall, EarlierWall.UNDECIDED if works_elsewhere else EarlierWall.NO)
            _take_away(wall, actor=actor, now=now)
        if becomes_wide:
            _widen(walls[0], actor=actor, now=now)
        return becomes_wide


def _fold_copies(walls: list[Wall], reach: dict[Wall, set[UUID]], *, actor: Actor, now: datetime) -> None:
    """Take out of `walls`, and down, each that another one before it covers and says the same as."""
    for wall in walls[1:]:
        before = walls[: walls.index(wall)]
        source = next((w for w in before if wall.matter_id in reach[w] and _says(w) == _says(wall)), None)
        if source is not None:
            walls.remove(wall)
            _record(actions.WALL_FOLDED, wall, actor=actor, now=now, into=source.pk)
            wall.delete()


def _says(wall: Wall) -> tuple[str, UUID | None]:
    """Why the wall stands and who raised it; one whose reason cannot be opened is like no other."""
    try:
        return wall.reason, wall.created_by_id
    except CryptoError:
        return str(wall.pk), None


def _widen(wall: Wall, *, actor: Actor, now: datetime) -> None:
    matter = wall.matter
    assert matter is not None  # noqa: S101  asked by the callers
    seals.change_locked(wall, client=matter.client, matter=None, earlier=EarlierWall.NO)
    _take_away(wall, actor=actor, now=now)
    _record(actions.WALL_WIDENED, wall, actor=actor, now=now, scope=matter.pk, matter=matter.pk)


def _settle(wall: Wall, earlier: EarlierWall) -> None:
    wall.earlier = earlier
    wall.save(update_fields=["earlier"])


def _take_away(wall: Wall, *, actor: Actor, now: datetime) -> None:
    """Take back the person's grants behind the wall, their seats and their work, each on the record."""
    covered = [each.pk for each in _matters_of(wall)]
    given = Matter.objects.filter(pk__in=works_on(wall.user).filter(pk__in=covered).values("pk"))
    for matter in given.select_for_update().order_by("pk"):
        revoke_matter(matter, wall.user)
        if seats := missing_assignees(matter, [wall.user_id]):
            matter.save(update_fields=seats)
            data = {"seats": len(seats), "user": str(wall.user_id)}
            acting(actor=actor, now=now).record(actions.SEAT_EMPTIED, matter, **data)
    give_back(wall.user, actor=actor, now=now)


def _matters_of(wall: Wall) -> list[Matter]:
    """The matters the wall covers today."""
    if wall.matter:
        return family(wall.matter)
    return family(*Matter.objects.filter(Q(client=wall.client_id) | Q(parties__client=wall.client_id)))


def _is_shut_out(on: Client | Matter, person: User) -> bool:
    if isinstance(on, Client):
        return Wall.objects.filter(client=on, user=person).exists()
    return (on.pk, person.pk) in shut_out_of([on])


def _still_standing(wall: Wall) -> Wall:
    found = Wall.objects.select_for_update().filter(pk=wall.pk).first()
    if found is None:
        raise Overtaken(_("There is no wall for this person any more. Reload the page to see it."))
    return found


def _record(
    action: audit.Action, wall: Wall, *, actor: Actor, now: datetime, scope: UUID | None = None, **ids: UUID
) -> None:
    data = {"user": wall.user_id, "wall": wall.pk} | ids
    acting(actor=actor, now=now).record(
        action, wall.on, scope or wall.matter_id, **({name: str(value) for name, value in data.items()})
    )


def _place(on: Client | Matter) -> dict[str, Any]:
    return {"client": on} if isinstance(on, Client) else {"matter": on}


def _client_id(on: Client | Matter) -> UUID:
    return on.pk if isinstance(on, Client) else on.client_id
