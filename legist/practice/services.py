"""What the firm does with its clients and matters; one function per act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.accounts import email_index, given_up_by
from legist.practice.editing import keep_seats
from legist.practice.models import (
    Client,
    ContactChange,
    Matter,
    MatterUserObjectPermission,
    Team,
    User,
)
from legist.practice.people.leaving import give_back
from legist.practice.permissions import acting_person, grant_matter, revoke_matter, shut_out_of
from legist.practice.references import save_under_reference
from legist.practice.roles import Role
from legist.practice.states import MatterKind, MatterStage, MatterState


@dataclass(frozen=True, slots=True)
class People:
    """Who works on a matter: its seats, and whoever opened it by hand under the `key` of their form."""

    attorney: User | None = None
    paralegal: User | None = None
    maker: User | None = None
    key: UUID | None = None


NOBODY = People()
# Those who work here of some people, each with their role.
Here = Mapping[UUID, str]
# The (matter, person) pairs that a wall keeps apart.
Walls = frozenset[tuple[UUID, UUID]]
# Each is called as the role that it is for.
SEATS: Final = ("attorney", "paralegal")
ASSIGNED_TOPIC: Final = "practice.matter_assigned"
# Which matter, and to what `state`.
CHANGED_TOPIC: Final = "practice.matter_changed"
FIRST_STAGE = {MatterKind.CASE: MatterStage.FILED, MatterKind.RFE: MatterStage.RESPONDING}


def find_or_create_client(
    *, name: str, email: str | None, language: str = "en", actor: Actor, now: datetime
) -> tuple[Client, bool]:
    """Return the client with this address, or a new one; without an address always a new one.

    An address that was given up when its client was protected still means them: nobody is opened at it.
    Raises InvalidInput when a new client's name is none (`names.name_fault`).
    Two imports at once cannot make the same client twice: the address index is unique.
    """
    index = email_index(email) if email else None
    with unit_of_work(actor=actor, now=now) as unit:
        existing = Client.objects.filter(email_index=index).first() if index else None
        if existing or (email and (existing := next(iter(given_up_by(email)), None))):
            return existing, False
        name = names.checked(name, names.name_fault, field="client_name")
        client = Client(name=name, email=email, email_index=index, language=language, created_at=now)
        client.save(force_insert=True)
        unit.record(actions.CLIENT_CREATED, client)
    return client, True


def correct_client_name(client: Client, name: str, *, actor: Actor, now: datetime) -> bool:
    """Call a client by their right name, in the titles of their matters too; return False when it was so.

    Raises InvalidInput for a text that is no name. Messages that were written already stay as they are.
    """
    name = names.checked(name, names.name_fault, field="name")
    with unit_of_work(actor=actor, now=now) as unit:
        row = Client.objects.select_for_update().get(pk=client.pk)
        before = row.name
        if before == name:
            return False
        row.name = name
        row.save(update_fields=["name"])
        ContactChange.keep(row, {"name": before}, by=acting_person(actor), now=now)
        for matter in Matter.objects.select_for_update().filter(client=row).order_by("pk"):
            if before and before in matter.title:
                matter.title = _title(matter.title.replace(before, name)) or matter.reference
                matter.save(update_fields=["title"])
        unit.record(actions.CLIENT_NAME_CORRECTED, row)
    client.name = name
    return True


def _title(title: str) -> str:
    """The title as it is kept. One with a fault comes of a stored name: work does not stop for it."""
    return "" if names.title_fault(title) else names.clean_name(title)


def find_or_create_matter(
    *,
    reference: str,
    title: str,
    client: Client,
    people: People = NOBODY,
    actor: Actor,
    now: datetime,
) -> tuple[Matter, bool]:
    """Return the matter with this reference, or open it for the client.

    Raises InvalidInput when the reference belongs to another client: a message to the wrong person
    is the worst that can happen, so nothing is guessed.
    """
    written = (reference, names.clean_name(reference))
    existing = Matter.objects.filter(reference__in=written).first()
    if existing is None:
        opened = open_matter(
            reference=reference, title=title, client=client, people=people, actor=actor, now=now
        )
        return opened, True
    if existing.client_id != client.id:
        message = _(
            "This matter reference belongs to another client. Check the reference or the client's address."
        )
        raise InvalidInput.at("matter_reference", message)
    return existing, False


def open_matter(
    *,
    title: str,
    client: Client,
    reference: str | None = None,
    parent: Matter | None = None,
    kind: MatterKind = MatterKind.CASE,
    people: People = NOBODY,
    actor: Actor,
    now: datetime,
) -> Matter:
    """Open a matter and give it to the people who work on it.

    A child matter takes its parent's people and teams; the walls over its parent cover it too. Whoever a wall
    shuts out, or has left the firm, is not seated: that seat stays empty. Without a `reference` it gets the
    next one that is free. Raises InvalidInput for a reference that is none, is taken or too long; a title
    that is none gives way to the reference.
    """
    if reference:
        reference = names.checked(reference, names.reference_fault, field="matter_reference")
    with unit_of_work(actor=actor, now=now) as unit:
        lock_client(client.pk)
        matter = Matter(
            title=_title(title),
            client=client,
            parent=parent,
            kind=kind,
            stage=FIRST_STAGE[kind],
            opened_at=now,
        )
        matter.pk = people.key or matter.pk
        seats = {seat: getattr(people, seat) or getattr(parent, seat, None) for seat in SEATS}
        here = _hold(*seats.values(), people.maker, *(_granted(parent) if parent else ()))
        walls = shut_out_of([matter])
        seated = _sit(matter, seats, here=here, walls=walls)
        save_under_reference(matter, reference)
        if parent is not None:
            _inherit_access(matter, parent, here)
        makers = [each for each in (people.maker,) if each and each.pk in here]
        for person in (*seated.values(), *(each for each in makers if (matter.pk, each.pk) not in walls)):
            grant_matter(matter, person)
        data = {"kind": str(kind), "parent": str(parent.id) if parent else None}
        unit.record(actions.MATTER_OPENED, matter, **data)
    return matter


def assign_matter(
    matter: Matter,
    *,
    attorney: User | None = None,
    paralegal: User | None = None,
    team: Team | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Give the matter and the matters below it to people and a team; what is None stays as it is.

    Whoever loses a seat by it loses the grant that came with the seat, and their work there goes back to
    everybody; a team's access stays. Raises WrongState when a wall shuts one of the people out of the matter,
    InvalidInput for somebody who has left. A matter below from which only that wall shuts them out is passed
    over.
    """
    _expect_role(attorney, Role.ATTORNEY)
    _expect_role(paralegal, Role.PARALEGAL)
    with unit_of_work(actor=actor, now=now) as unit:
        lock_clients(matter)
        here = _hold(attorney, paralegal)
        people = {"attorney": attorney, "paralegal": paralegal}
        _expect_here(people, here)
        matters = _present(family(matter))
        walls = shut_out_of(matters)
        if any(person and (matter.pk, person.pk) in walls for person in people.values()):
            raise WrongState(
                _("This person is shut out of the matter. Take the wall down first, if you may.")
            )
        keep_seats(matters[0], people, by=acting_person(actor), now=now)
        given, taken = set[UUID](), set[UUID]()
        for each in matters:
            before = _holders(each)
            _seat(each, people, here=here, walls=walls)
            given |= _holders(each) - before
            taken |= before - _holders(each)
            for person in User.objects.filter(pk__in=taken - _holders(each)):
                revoke_matter(each, person)
            if team is not None:
                grant_matter(each, team)
        for person in User.objects.filter(pk__in=taken).order_by("pk"):
            give_back(person, actor=actor, now=now)
        for pk in sorted(given):
            told = {"matter": str(matter.pk), "person": str(pk)}
            outbox.publish(ASSIGNED_TOPIC, data=told, now=now)
        receivers = {**people, "team": team}
        data = {name: str(each.pk) if each else None for name, each in receivers.items()}
        unit.record(actions.MATTER_ASSIGNED, matter, **data)
    matter.refresh_from_db(fields=["attorney", "paralegal"])


def _present(matters: Collection[Matter]) -> list[Matter]:
    """The matters as they are now, held until the unit of work ends; in the same order."""
    rows = Matter.objects.select_for_update().order_by("pk").in_bulk([matter.pk for matter in matters])
    return [rows[matter.pk] for matter in matters]


def _holders(matter: Matter) -> set[UUID]:
    return {pk for seat in SEATS if (pk := getattr(matter, f"{seat}_id")) is not None}


def _granted(matter: Matter) -> QuerySet[User]:
    """The people with a grant of their own on a matter."""
    held = MatterUserObjectPermission.objects.filter(content_object=matter)
    return User.objects.filter(pk__in=held.values("user"))


def _hold(*people: User | None) -> Here:
    """Return which of the people work here, and as what; hold them until the unit of work ends.

    Whoever leaves meanwhile, or changes role, does so before or after.
    """
    wanted = {person.pk for person in people if person is not None}
    here = User.objects.select_for_update().filter(pk__in=wanted, is_active=True).order_by("pk")
    return dict(here.values_list("pk", "role"))


def _expect_here(people: Mapping[str, User | None], here: Here) -> None:
    for seat, person in people.items():
        if person and person.pk not in here:
            raise InvalidInput(
                _("This person does not work here any more. Reload the page and choose again.")
            )
        if person and here[person.pk] != seat:
            raise InvalidInput(_("This person's role has changed. Reload the page and choose again."))


def _sit(matter: Matter, people: Mapping[str, User | None], *, here: Here, walls: Walls) -> dict[str, User]:
    """Give seats to those who work here in that role and whom no wall shuts out, unsaved; return whom.

    Every seat is given here, and nowhere else.
    """
    seated = {
        seat: person
        for seat, person in people.items()
        if person and here.get(person.pk) == seat and (matter.pk, person.pk) not in walls
    }
    for seat, person in seated.items():
        setattr(matter, seat, person)
    return seated


def assign_missing(matter: Matter, people: People, *, actor: Actor, now: datetime) -> None:
    """Give the empty seats of the matter and the matters below it to people; nobody is moved from theirs.

    Whoever a wall shuts out, or has left the firm, is not seated.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        lock_clients(matter)
        here = _hold(people.attorney, people.paralegal)
        matters = _present(family(matter))
        walls = shut_out_of(matters)
        filled = [_seat(each, _empty(each, people), here=here, walls=walls) for each in matters]
        if filled[0]:
            data = {seat: str(person.pk) for seat, person in filled[0].items()}
            unit.record(actions.MATTER_ASSIGNED, matter, **data)


def _empty(matter: Matter, people: People) -> dict[str, User | None]:
    """The people for the seats of the matter that nobody has."""
    return {seat: getattr(people, seat) for seat in SEATS if getattr(matter, f"{seat}_id") is None}


def _seat(matter: Matter, people: Mapping[str, User | None], *, here: Here, walls: Walls) -> dict[str, User]:
    """Give seats (`attorney`, `paralegal`) as `_sit` does, with the access that goes with them."""
    seated = _sit(matter, people, here=here, walls=walls)
    for person in seated.values():
        grant_matter(matter, person)
    if seated:
        matter.save(update_fields=list(seated))
    return seated


def missing_assignees(matter: Matter, people: Collection[UUID]) -> list[str]:
    """Take the seats of these people away, unsaved; return which."""
    taken = [seat for seat in SEATS if getattr(matter, f"{seat}_id") in people]
    for seat in taken:
        setattr(matter, seat, None)
    return taken


def lock_client(client_id: UUID) -> None:
    """Hold the client until the unit of work ends: walls and seats of one client change one at a time."""
    Client.objects.select_for_update().get(pk=client_id)


def lock_clients(matter: Matter, *others: UUID) -> None:
    """Hold the matter's client and its parties, and others, as `lock_client` does."""
    concerned = Q(pk__in=[matter.client_id, *others]) | Q(roles__matter=matter)
    ids = Client.objects.filter(concerned).values("pk")
    list(Client.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def set_matter_stage(matter: Matter, stage: str, *, actor: Actor, now: datetime, reason: str = "") -> bool:
    """Move the firm's own stage; return False when it was there already."""
    with unit_of_work(actor=actor, now=now) as unit:
        before = Matter.objects.select_for_update().get(pk=matter.pk).stage
        if before == stage:
            return False
        Matter.objects.filter(pk=matter.pk).update(stage=stage)
        data = {"from": before, "to": stage, "reason": reason}
        unit.record(actions.MATTER_STAGE_SET, matter, **data)
    matter.stage = stage
    return True


def close_matter(matter: Matter, *, actor: Actor, now: datetime) -> None:
    """Close an open matter; raises WrongState when it is closed already."""
    with unit_of_work(actor=actor, now=now) as unit:
        closed = Matter.objects.filter(pk=matter.pk, state=MatterState.OPEN).update(
            state=MatterState.CLOSED, stage=MatterStage.CLOSED, closed_at=now
        )
        if not closed:
            message = _("This matter is closed already. Reload the page to see it.")
            raise WrongState(message)
        unit.record(actions.MATTER_CLOSED, matter)
        _publish_change(matter, MatterState.CLOSED, now=now)


def reopen_matter(matter: Matter, *, actor: Actor, now: datetime) -> None:
    """Open a closed matter again; raises WrongState when it is open."""
    with unit_of_work(actor=actor, now=now) as unit:
        reopened = Matter.objects.filter(pk=matter.pk, state=MatterState.CLOSED).update(
            state=MatterState.OPEN, stage=MatterStage.FILED, closed_at=None
        )
        if not reopened:
            message = _("This matter is open already. Reload the page to see it.")
            raise WrongState(message)
        unit.record(actions.MATTER_REOPENED, matter)
        _publish_change(matter, MatterState.OPEN, now=now)


def _publish_change(matter: Matter, state: MatterState, *, now: datetime) -> None:
    outbox.publish(CHANGED_TOPIC, data={"matter": str(matter.pk), "state": str(state)}, now=now)


def family(*matters: Matter) -> list[Matter]:
    """The matters and all below them, each once, a level in id order so that two acts lock them alike."""
    found, level = {matter.pk: matter for matter in matters}, list(matters)
    while level:
        below = Matter.objects.filter(parent__in=level).exclude(pk__in=list(found)).order_by("pk")
        level = list(below)
        found |= {matter.pk: matter for matter in level}
    return list(found.values())


def _inherit_access(child: Matter, parent: Matter, here: Here) -> None:
    for person in _granted(parent).filter(pk__in=here):
        grant_matter(child, person)
    for team in Team.objects.filter(group__mattergroupobjectpermission__content_object=parent).distinct():
        grant_matter(child, team)


def _expect_role(person: User | None, role: Role) -> None:
    if person is not None and person.role != role:
        message = _("Choose a person whose role is %(role)s.") % {"role": role.label}
        raise InvalidInput(message, {str(role): [message]})
