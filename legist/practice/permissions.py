"""The only policy: who may do what, for single objects and for lists alike.

A role grants capabilities; a grant on the matter (to the person or to a team) says where they hold;
a wall takes all of it away again. Whatever hangs below a matter follows the matter. Deny by default.
"""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from legist.core.actors import Actor
from legist.core.errors import Forbidden, NotFound
from legist.practice.models import Matter, MatterWall, Team, User
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
    "require",
    "revoke_matter",
    "visible_matters",
    "visible_to",
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
    message = "Your role does not include this. Ask a manager of your firm if it should."
    raise Forbidden(message)


def visible_matters(actor: Actor, capability: Capability = Capability.VIEW_MATTER) -> QuerySet[Matter]:
    """Return the matters on which the actor holds the capability."""
    if actor.is_system:
        return Matter.objects.all()
    user = acting_person(actor)
    if user is None or not user.is_active or capability not in _role_capabilities(actor):
        return Matter.objects.none()
    if capability in FIRM_WIDE.get(user.role, frozenset()):
        granted = Matter.objects.all()
    else:
        codename = VIEW if capability in READING else WORK
        granted = get_objects_for_user(
            user, f"practice.{codename}", klass=Matter, with_superuser=False, accept_global_perms=False
        )
    return granted.exclude(pk__in=MatterWall.objects.filter(user=user).values("matter"))


def visible_to(
    actor: Actor,
    queryset: QuerySet[M],
    *,
    via: str,
    capability: Capability = Capability.VIEW_MATTER,
    unassigned: Capability | None = None,
) -> QuerySet[M]:
    """Narrow a queryset to the rows whose matter (at the path `via`) is open to the actor.

    Rows that have no matter are left out, unless the actor's role holds the capability `unassigned`.
    """
    if actor.is_system:
        return queryset
    allowed = Q(**{f"{via}__in": visible_matters(actor, capability).values("pk")})
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
            message = "You may read this, but not change it. Ask the attorney of the matter."
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
        assign_perm(f"practice.{codename}", holder, matter)


def revoke_matter(matter: Matter, to: User | Team) -> None:
    """Take a grant back."""
    holder = to.group if isinstance(to, Team) else to
    for codename in (VIEW, WORK):
        remove_perm(f"practice.{codename}", holder, matter)


def acting_person(actor: Actor) -> User | None:
    """Return who acts, if it is a person of the firm or a client; None for commands and the system."""
    return actor.user if isinstance(actor.user, User) else None


def _role_capabilities(actor: Actor) -> frozenset[Capability]:
    user = acting_person(actor)
    return CAPABILITIES.get(user.role, frozenset()) if user and user.is_active else frozenset()
