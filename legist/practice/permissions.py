"""The only policy: who may do what, for single objects and for lists alike.

A role grants capabilities; a grant on the matter (to the person or to a team) says where they hold;
a wall on the matter, on one above it or on the client takes all of it away again. Whatever hangs below a
matter follows the matter; a client's name and address follow the matters. Deny by default.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from legist.core import prepared
from legist.core.actors import Actor
from legist.core.errors import Forbidden, NotFound
from legist.practice.models import (
    Client,
    Matter,
    MatterGroupObjectPermission,
    MatterParty,
    MatterUserObjectPermission,
    Team,
    User,
    Wall,
)
from legist.practice.roles import CAPABILITIES, FIRM_WIDE, Capability

M = TypeVar("M", bound=Model)

READING = frozenset({Capability.VIEW_MATTER, Capability.VIEW_RECEIPT, Capability.VIEW_PAYLOAD})
VIEW, WORK = "view_matter", "change_matter"

__all__ = [
    "Capability",
    "access",
    "access_matter",
    "can",
    "grant_matter",
    "matter_type_id",
    "places_above",
    "require",
    "revoke_matter",
    "shut_out_of",
    "teams_of",
    "visible_clients",
    "visible_matters",
    "visible_to",
    "visible_walls",
    "walls_over",
    "works_on",
    "works_on_what_it_sees",
]


def can(actor: Actor, capability: Capability, matter: Matter | None = None) -> bool:
    """Say whether the actor holds the capability: anywhere, or on the given matter."""
    if matter is None:
        return actor.is_system or capability in _role_capabilities(actor)
    return visible_matters(actor, capability).filter(pk=matter.pk).exists()


def require(actor: Actor, capability: Capability) -> None:
    """Raise unless the role holds the capability: staff are refused, clients find nothing there."""
    if can(actor, capability):
        return
    user = acting_person(actor)
    if user is None or user.is_client:
        raise NotFound
    message = _("Your role does not include this. Ask a manager of your firm if it should.")
    raise Forbidden(message)


def works_on_what_it_sees(actor: Actor) -> bool:
    """Say whether the actor's role works on whatever it sees, so that a list may offer acts on its rows.

    Managers see every matter and work on those only that they were given: for them the page of one row says.
    """
    user = acting_person(actor)
    is_firm_wide = user is not None and Capability.VIEW_MATTER in FIRM_WIDE.get(user.role, frozenset())
    return can(actor, Capability.WORK_MATTER) and not is_firm_wide


def visible_matters(
    actor: Actor, capability: Capability = Capability.VIEW_MATTER, *, of_few: bool = False
) -> QuerySet[Matter]:
    """Return the matters on which the actor holds the capability.

    `of_few` asks the same of each row by itself: for who narrows some hundreds that were found already.
    """
    return visible_to(actor, Matter.objects.all(), via="pk", capability=capability, of_few=of_few)


def _open_to(user: User, capability: Capability, via: str, *, of_few: bool) -> Q:
    """Say of rows whether their matter is open to a person: granted, or in reach of the role; walls apart."""
    closed = ClosedMatters(Value(user.pk, output_field=UUIDField()))
    in_reach = Q(**{f"{via}__isnull": False}) & ~Q(**{f"{via}__in": closed})
    if capability in FIRM_WIDE.get(user.role, frozenset()):
        return in_reach
    codename = VIEW if capability in READING else WORK
    if not of_few:
        return Q(**{f"{via}__in": _visible_ids(user, codename)})
    # Looked up once for all rows, so that each is found in the unique index of the grants.
    matters = ContentType.objects.get_for_model(Matter)
    known = Permission.objects.filter(codename=codename, content_type=matters).values("pk")
    grant = {"content_object": OuterRef(via), "permission__in": known}
    groups = user.groups.through.objects.filter(user=user).values("group")
    given = Exists(MatterUserObjectPermission.objects.filter(user=user, **grant))
    shared = Exists(MatterGroupObjectPermission.objects.filter(group__in=groups, **grant))
    return in_reach & (Q(given) | Q(shared))


def _visible_ids(user: User, codename: str) -> RawSQL:
    """The ids of the matters granted to a person, as a piece of a query: a question, put anew at each use."""

    def ids(person: UUID) -> QuerySet[Any, Any]:
        granted = get_objects_for_user(
            User(pk=person),
            codename,
            klass=Matter,
            with_superuser=False,
            accept_global_perms=False,
        )
        closed = ClosedMatters(Value(person, output_field=UUIDField()))
        return granted.exclude(pk__in=closed).order_by().values("pk")

    worded = prepared.statement(ids, ("visible", codename, matter_type_id()), person=user.pk)
    return RawSQL(*(worded or ("SELECT NULL WHERE 1 = 0", ())))  # noqa: S611  the database layer's own words


def matter_type_id() -> int:
    """The number of the content type that grants name: words that are kept name it too."""
    return int(ContentType.objects.get_for_model(Matter).pk)


class ClosedMatters(Func):
    """The ids of the matters that walls close to a person: their own, of clients, of parties, and below."""

    template = """(
        WITH RECURSIVE wall AS (
            SELECT matter_id, client_id FROM practice_matterwall WHERE user_id = %(expressions)s
        ), closed(id) AS (
            SELECT matter_id FROM wall WHERE matter_id IS NOT NULL
            UNION
            SELECT matter.id FROM practice_matter matter JOIN wall ON matter.client_id = wall.client_id
            UNION
            SELECT party.matter_id FROM practice_matterparty party
            JOIN wall ON party.client_id = wall.client_id
            UNION
            SELECT below.id FROM practice_matter below JOIN closed ON below.parent_id = closed.id
        )
        SELECT id FROM closed
    )"""


def shut_out_of(matters: Iterable[Matter]) -> frozenset[tuple[UUID, UUID]]:
    """Return the (matter id, person id) pairs that a wall keeps apart; a matter may be unsaved yet.

    The same rule as `visible_matters`, asked from the other side: who must not be seated, given or told of
    a matter. One query, and one more for each step up to the topmost matter.
    """
    asked = list(matters)
    if not asked:
        return frozenset()
    known = _lineage(asked)
    people: dict[UUID, set[UUID]] = defaultdict(set)
    covered = ("matter", "client", "client__roles__matter", "user")
    for matter_id, client_id, party_in, user_id in _walls_on(known).values_list(*covered):
        for place in filter(None, (matter_id, client_id, party_in)):
            people[place].add(user_id)
    return frozenset(
        (matter.pk, person)
        for matter in asked
        for place in _places_above(matter.pk, known)
        for person in people[place]
    )


def walls_over(matter: Matter) -> QuerySet[Wall]:
    """Return the walls that cover a matter: on it, on one above it, on a client of these or on a party."""
    return _walls_on(_lineage([matter]))


def places_above(matter: Matter) -> list[UUID]:
    """Return the ids of all on which a wall covers the matter: it, its client, those above it and theirs."""
    return list(_places_above(matter.pk, _lineage([matter])))


Lineage = dict[UUID, tuple[UUID | None, UUID]]


def _lineage(matters: list[Matter]) -> Lineage:
    """Return {id: (parent's id, client's id)} of the matters and of all above them."""
    known: Lineage = {matter.pk: (matter.parent_id, matter.client_id) for matter in matters}
    while missing := {parent for parent, _ in known.values() if parent} - known.keys():
        rows = Matter.objects.filter(pk__in=missing).values_list("pk", "parent_id", "client_id")
        known |= {pk: (parent, client) for pk, parent, client in rows}
    return known


def _walls_on(known: Lineage) -> QuerySet[Wall]:
    clients = {client for _, client in known.values()}
    parties = MatterParty.objects.filter(matter__in=list(known)).values("client")
    return Wall.objects.filter(Q(matter__in=list(known)) | Q(client__in=clients) | Q(client__in=parties))


def _places_above(matter_id: UUID, known: Lineage) -> Iterator[UUID]:
    """Yield the ids of a matter and its client, and of all matters above it and theirs."""
    above: UUID | None = matter_id
    while above is not None:
        yield above
        above, client = known[above]
        yield client


def visible_clients(
    actor: Actor,
    capability: Capability = Capability.VIEW_MATTER,
    *,
    of_few: bool = False,
    with_parties: bool = True,
) -> QuerySet[Client]:
    """Return the clients whose name and address the actor may see: through a matter that is open to them.

    A party of an open matter is seen, too, unless `with_parties` asks for its own client alone. Who is in no
    matter belongs to nobody yet: they are open to the roles that sort what is unassigned. A wall
    on the client closes it in every case. `of_few` as for matters.
    """
    standing = Client.objects.filter(merged_into=None)
    if actor.is_system:
        return standing
    user = acting_person(actor)
    if user is None or not can(actor, capability):
        return Client.objects.none()
    open_matters = visible_matters(actor, capability, of_few=of_few)
    paths = ("client", "parties__client") if with_parties else ("client",)
    open_to = Q()
    for path in paths:
        is_open = Exists(open_matters.filter(**{path: OuterRef("pk")})) if of_few else None
        open_to |= Q(is_open) if is_open else Q(pk__in=open_matters.values(path))
    if can(actor, Capability.TRIAGE_UNASSIGNED):
        own, roles = (rows.filter(client=OuterRef("pk")) for rows in (Matter.objects, MatterParty.objects))
        open_to |= Q(~Exists(own)) & Q(~Exists(roles))
    walls = Wall.objects.filter(user=user, client__isnull=False)
    return standing.filter(open_to).exclude(pk__in=walls.values("client"))


def visible_walls(actor: Actor) -> QuerySet[Wall]:
    """Return the walls the actor may see with their reasons, and take down: of what they manage."""
    if actor.is_system:
        return Wall.objects.all()
    on_matter = Q(matter__in=visible_matters(actor, Capability.MANAGE_MATTER).values("pk"))
    clients = visible_clients(actor, Capability.MANAGE_MATTER, with_parties=False)
    on_client = Q(client__in=clients.values("pk"))
    return Wall.objects.filter(on_matter | on_client)


def visible_to(
    actor: Actor,
    queryset: QuerySet[M],
    *,
    via: str,
    capability: Capability = Capability.VIEW_MATTER,
    unassigned: Capability | None = None,
    of_few: bool = False,
) -> QuerySet[M]:
    """Narrow a queryset to the rows whose matter (at the path `via`) is open to the actor.

    Rows that have no matter are left out, unless the actor's role holds the capability `unassigned`.
    `of_few` as for `visible_matters`.
    """
    if actor.is_system:
        return queryset
    user = acting_person(actor)
    if user is None or not can(actor, capability):
        return queryset.none()
    allowed = _open_to(user, capability, via, of_few=of_few)
    if unassigned is not None and can(actor, unassigned) and can(actor, capability):
        allowed |= Q(**{f"{via}__isnull": True})
    return queryset.filter(allowed)


def access(
    actor: Actor,
    queryset: QuerySet[M],
    pk: UUID | str,
    *,
    via: str,
    capability: Capability,
    view: Capability = Capability.VIEW_MATTER,
    unassigned: Capability | None = None,
    lock: bool = False,
) -> M:
    """Fetch one row and authorise in one step; `lock` holds it until the unit of work ends.

    Raises NotFound to a stranger, Forbidden to a reader who does not hold `capability`.
    """
    found = visible_to(actor, queryset, via=via, capability=view, unassigned=unassigned).filter(pk=pk)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise NotFound
    if capability != view:
        holding = visible_to(actor, queryset, via=via, capability=capability, unassigned=unassigned)
        if not holding.filter(pk=pk).exists():
            message = _("You may read this, but not change it. Ask the attorney of the matter.")
            raise Forbidden(message)
    return row


def access_matter(
    actor: Actor,
    matter_id: UUID | str,
    capability: Capability = Capability.VIEW_MATTER,
    *,
    lock: bool = False,
) -> Matter:
    """Fetch and authorise one matter; see `access`."""
    return access(actor, Matter.objects.all(), matter_id, via="pk", capability=capability, lock=lock)


def grant_matter(matter: Matter, to: User | Team, *, work: bool = True) -> None:
    """Open a matter to a person or a team, for reading or for work as well."""
    holder = to.group if isinstance(to, Team) else to
    for codename in (VIEW, WORK) if work else (VIEW,):
        assign_perm(codename, holder, matter)


def revoke_matter(matter: Matter, to: User | Team) -> None:
    """Take a grant back."""
    holder = to.group if isinstance(to, Team) else to
    for codename in (VIEW, WORK):
        remove_perm(codename, holder, matter)


def works_on(person: User) -> QuerySet[Matter]:
    """Return the matters a person was given: by a grant, through a team, or by a seat; walls apart."""
    held = Q(attorney=person) | Q(paralegal=person)
    granted = Q(matteruserobjectpermission__user=person)
    shared = Q(mattergroupobjectpermission__group__user=person)
    return Matter.objects.filter(pk__in=Matter.objects.filter(held | granted | shared).values("pk"))


def teams_of(matters: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Return by the ids of matters the ids of the teams each is open to; one open to none is left out."""
    grants = Matter.objects.filter(
        pk__in=set(matters), mattergroupobjectpermission__group__team__isnull=False
    )
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for matter, team in grants.values_list("pk", "mattergroupobjectpermission__group__team__pk"):
        found[matter].add(str(team))
    return {matter: frozenset(teams) for matter, teams in found.items()}


def acting_person(actor: Actor) -> User | None:
    """Return who acts, if it is a person of the firm or a client; None for commands and the system."""
    return actor.user if isinstance(actor.user, User) else None


def _role_capabilities(actor: Actor) -> frozenset[Capability]:
    user = acting_person(actor)
    return CAPABILITIES.get(user.role, frozenset()) if user and user.is_active else frozenset()
