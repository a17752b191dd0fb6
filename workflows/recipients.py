"""Who of the firm is told about a matter."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.practice.models import Matter, User
from legist.practice.permissions import Capability, can, shut_out_of
from legist.practice.roles import CAPABILITIES, FIRM_WIDE, Role
from legist.practice.selectors import list_staff


def get_member(person_id: str) -> User | None:
    """Return the active member of staff with this id; raise InvalidInput for anybody else."""
    if not person_id:
        return None
    person = list_staff().filter(pk=person_id).first()
    if person is None:
        raise InvalidInput(_("This person does not work here any more. Reload the page and choose again."))
    return person


def assigned(matter: Matter, *roles: Role) -> list[User]:
    """Return the matter's attorney and paralegal (or only the roles asked for) who may see it."""
    holders = {Role.ATTORNEY: matter.attorney, Role.PARALEGAL: matter.paralegal}
    wanted = roles or (Role.ATTORNEY, Role.PARALEGAL)
    return may_see(matter, [person for role in wanted if (person := holders.get(role)) is not None])


def managers(matter: Matter) -> list[User]:
    """Return the managers who may see the matter: those who are told when nobody else acted."""
    return may_see(matter, firm_managers())


def firm_managers() -> list[User]:
    """Return the managers of the firm."""
    return list(User.objects.filter(role=Role.MANAGER, is_active=True))


def operations() -> list[User]:
    """Return the people who keep the installation running."""
    return list(User.objects.filter(role=Role.OPERATIONS, is_active=True))


def holders(capability: str) -> list[User]:
    """Return the people of the firm who have a capability, whatever the matter."""
    roles = [role for role, held in CAPABILITIES.items() if capability in held]
    return list(list_staff().filter(role__in=roles).order_by("pk"))


def readers(matter: Matter) -> list[User]:
    """Return everybody of the staff who may see the matter, by name: the same as `may_see` of them all."""
    given = Q(matteruserobjectpermission__content_object=matter)
    shared = Q(groups__mattergroupobjectpermission__content_object=matter)
    may = [role for role, held in CAPABILITIES.items() if Capability.VIEW_MATTER in held]
    everywhere = [role for role, held in FIRM_WIDE.items() if Capability.VIEW_MATTER in held]
    people = list_staff().filter(given | shared | Q(role__in=everywhere), role__in=may).distinct()
    walls = shut_out_of([matter])
    return [person for person in people.order_by("name", "pk") if (matter.pk, person.pk) not in walls]


def may_see(matter: Matter, people: Iterable[User]) -> list[User]:
    """Leave out whoever is walled off, gone, or never had the matter."""
    return [person for person in people if can(Actor.for_user(person), Capability.VIEW_MATTER, matter)]
