"""What people keep of a list: the columns they chose, and views of its filters under a name.

A view holds filters by code and id, never a row: whoever opens one is shown what is open to themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import names
from legist.practice.models import ListChoices, SavedView, Team, User
from legist.practice.permissions import Capability, acting_person, can
from legist.practice.states import ViewScope

LONGEST: Final = 60
MOST: Final = 60
MOST_PINNED: Final = 6


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose for all lists: the columns of each by its key, narrow rows, pinned views."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pinned: frozenset[UUID] = frozenset()
    is_compact: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form says of a view. `share` is private, firm, or a team's id; no columns: each their own."""

    name: str = field(repr=False)
    share: str = ViewScope.PRIVATE
    filters: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    sort: str = ""


def visible_views(actor: Actor, list_key: str = "") -> list[SavedView]:
    """Return the views that are a person's own, their teams' and the firm's, by name."""
    person = acting_person(actor)
    if person is None or person.is_client:
        return []
    mine, firms = Q(owner=person), Q(scope=ViewScope.FIRM)
    teams = Q(scope=ViewScope.TEAM, team__group__in=person.groups.all())
    found = SavedView.objects.filter(mine | firms | teams).select_related("owner", "team").distinct()
    found = found.filter(list_key=list_key) if list_key else found
    return sorted(found, key=lambda each: (each.name.casefold(), each.pk))


def choices_of(actor: Actor) -> Choices:
    """Return what a person chose for lists."""
    person = acting_person(actor)
    kept = ListChoices.objects.filter(user=person).first() if person else None
    if kept is None:
        return Choices()
    return Choices(kept.columns, frozenset(UUID(each) for each in kept.pinned), kept.is_compact)


def teams_of_person(actor: Actor) -> list[Team]:
    """Return the teams that a person may share a view with: their own."""
    person = acting_person(actor)
    return list(Team.objects.filter(group__in=person.groups.all())) if person else []


def shares(actor: Actor) -> list[tuple[str, str]]:
    """Return with whom the person may share a view."""
    firm = [(ViewScope.FIRM.value, str(ViewScope.FIRM.label))] if can(actor, Capability.SHARE_VIEWS) else []
    teams = [(str(team.pk), team.name) for team in teams_of_person(actor)]
    return [(ViewScope.PRIVATE.value, str(ViewScope.PRIVATE.label)), *teams, *firm]


def may_change(view: SavedView, actor: Actor) -> bool:
    """Say whether a view is the person's to change: their own, or shared, for who shares with the firm."""
    person = acting_person(actor)
    is_owner = person is not None and view.owner_id == person.pk
    return is_owner or (view.scope != ViewScope.PRIVATE and can(actor, Capability.SHARE_VIEWS))


def choose(list_key: str, columns: Sequence[str], *, is_compact: bool, actor: Actor, now: datetime) -> None:
    """Keep the columns of a list, and how near rows stand on all of them."""
    with unit_of_work(actor=actor, now=now):
        kept = _choices(_person(actor))
        kept.columns = {**kept.columns, list_key: list(columns)}
        kept.is_compact = is_compact
        kept.save()


def pin(view_id: UUID, *, is_pinned: bool, actor: Actor, now: datetime) -> SavedView:
    """Have a view stand at the head of its list for this person, or no longer."""
    view, person = _access(view_id, actor), _person(actor)
    with unit_of_work(actor=actor, now=now):
        kept = _choices(person)
        others = [each for each in kept.pinned if each != str(view.pk)]
        here = {str(each.pk) for each in visible_views(actor, view.list_key)}
        if is_pinned and len(here & set(others)) >= MOST_PINNED:
            message = _("At most %(n)d views stand at the head of a list. Take another one down first.")
            raise InvalidInput(message % {"n": MOST_PINNED})
        kept.pinned = [*others, str(view.pk)] if is_pinned else others
        kept.save()
    return view


def save_view(list_key: str, entered: Entered, *, actor: Actor, now: datetime) -> SavedView:
    """Keep a view; one of the person's own on this list with the same name is replaced.

    Raises InvalidInput for a name that is none, for too many, and for a team that is not the person's;
    Forbidden for the whole firm where the role does not include that.
    """
    person, name = _person(actor), _checked(entered.name)
    scope, team = _share(entered.share, actor)
    with unit_of_work(actor=actor, now=now) as unit:
        mine = list(SavedView.objects.select_for_update().filter(owner=person, list_key=list_key))
        view = next((each for each in mine if each.name.casefold() == name.casefold()), None)
        if view is None and len(mine) >= MOST:
            raise InvalidInput(_("You have too many views of this list. Delete one first."))
        view = view or SavedView(owner=person, list_key=list_key, created_at=now)
        view.name, view.scope, view.team = name, scope, team
        view.filters, view.columns, view.sort = dict(entered.filters), list(entered.columns), entered.sort
        view.save()
        unit.record(actions.VIEW_SAVED, person, None, list=list_key, view=str(view.pk), scope=scope)
    return view


def change_view(view_id: UUID, *, name: str, share: str, actor: Actor, now: datetime) -> SavedView:
    """Rename a view, and say who sees it; its filters stay."""
    view = _to_change(view_id, actor)
    checked = _checked(name)
    is_same = share in {view.scope, str(view.team_id)}
    scope, team = (view.scope, view.team) if is_same else _share(share, actor)
    with unit_of_work(actor=actor, now=now) as unit:
        view.name, view.scope, view.team = checked, scope, team
        view.save(update_fields=["name", "scope", "team"])
        data = {"list": view.list_key, "view": str(view.pk), "scope": scope}
        unit.record(actions.VIEW_CHANGED, _person(actor), None, **data)
    return view


def delete_view(view_id: UUID, *, actor: Actor, now: datetime) -> SavedView:
    """Delete a view for everybody who saw it; the receipts, matters and so on in it stay."""
    view = _to_change(view_id, actor)
    with unit_of_work(actor=actor, now=now) as unit:
        data = {"list": view.list_key, "view": str(view.pk), "scope": view.scope}
        unit.record(actions.VIEW_DELETED, _person(actor), None, **data)
        SavedView.objects.filter(pk=view.pk).delete()
    return view


def _person(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None or person.is_client:
        raise NotFound
    return person


def _choices(person: User) -> ListChoices:
    ListChoices.objects.get_or_create(user=person)
    return ListChoices.objects.select_for_update().get(user=person)


def _access(view_id: UUID, actor: Actor) -> SavedView:
    found = next((each for each in visible_views(actor) if each.pk == view_id), None)
    if found is None:
        raise NotFound
    return found


def _to_change(view_id: UUID, actor: Actor) -> SavedView:
    view = _access(view_id, actor)
    if not may_change(view, actor):
        raise Forbidden(_("This view is somebody else's. Save one of your own under another name."))
    return view


def _share(share: str, actor: Actor) -> tuple[str, Team | None]:
    if share == ViewScope.PRIVATE:
        return ViewScope.PRIVATE, None
    if share == ViewScope.FIRM:
        if not can(actor, Capability.SHARE_VIEWS):
            raise Forbidden(_("Attorneys and managers share a view with the whole firm. Ask one of them."))
        return ViewScope.FIRM, None
    team = next((each for each in teams_of_person(actor) if str(each.pk) == share), None)
    if team is None:
        raise InvalidInput.at("share", _("Choose a team of yours."))
    return ViewScope.TEAM, team


def _checked(name: str) -> str:
    cleaned = names.checked(name, names.title_fault, field="name")
    if len(cleaned) > LONGEST:
        raise InvalidInput.at("name", str(names.NameFault.TOO_LONG.label))
    return cleaned
