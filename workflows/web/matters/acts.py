"""What is done with several matters of the list at once: each through the act that one matter has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.practice import editing
from legist.practice.permissions import Capability, can, visible_matters
from legist.practice.roles import Role
from legist.practice.selectors import list_staff, list_teams
from legist.practice.states import MatterState
from legist.practice.web.lists import Act, Options, Tally, one_by_one
from workflows.matters import services
from workflows.matters.services import Assignment, without_open_work

if TYPE_CHECKING:
    from legist.practice.models import Matter

NOT_YOURS: Final = gettext_lazy("not yours to manage")


def manages(actor: Actor) -> bool:
    return can(actor, Capability.MANAGE_MATTER)


def edits(actor: Actor) -> bool:
    return manages(actor) or can(actor, Capability.WORK_MATTER)


def managed(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    return rows.filter(pk__in=visible_matters(actor, Capability.MANAGE_MATTER).values("pk"))


def editable(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    """Return those that the person works on or manages."""
    worked = visible_matters(actor, Capability.WORK_MATTER).values("pk")
    return rows.filter(Q(pk__in=worked) | Q(pk__in=managed(rows, actor).values("pk")))


def closable(rows: QuerySet[Matter], actor: Actor) -> QuerySet[Matter]:
    """Return the open ones that the person manages and in which nothing is open."""
    return without_open_work(managed(rows, actor).filter(state=MatterState.OPEN))


def seats(_actor: Actor) -> Options:
    """Return to whom a matter can be given: people with the seat they would have, and teams."""
    staff = list(list_staff(Role.ATTORNEY, Role.PARALEGAL).order_by("role", "name"))
    people = [(f"{each.role}:{each.pk}", f"{each.name} ({each.get_role_display()})") for each in staff]
    teams = [(f"team:{each.pk}", f"{each.name} ({_('Team')})") for each in list_teams().order_by("name")]
    return [*people, *teams]


def assign(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    """Give each matter, and those below it, to a person or a team; see `matters.services.assign`."""
    if value not in {str(key) for key, _label in seats(actor)}:
        raise InvalidInput.at("value", _("Choose a person or a team."))
    seat, _colon, pk = value.partition(":")
    to = Assignment(**{seat: pk})
    return one_by_one(ids, lambda matter: services.assign(matter, to=to, actor=actor, now=now))


def tags(_actor: Actor) -> Options:
    return [(str(tag.pk), tag.name) for tag in editing.list_tags()]


def tagging(*, bears: bool) -> Callable[..., Tally]:
    """Return the act that puts a tag on matters, or takes it off."""

    def run(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
        if value not in dict(tags(actor)):
            raise InvalidInput.at("value", _("One of the tags is gone. Reload the page and choose again."))

        def change(pk: UUID) -> None:
            page = services.edit_page(actor, pk)
            held = page.details.tags
            given = replace(page.details, tags=held | {value} if bears else held - {value})
            if not services.edit(pk, given, seen=len(page.changes), actor=actor, now=now):
                raise WrongState(_("it stood so already."))

        return one_by_one(ids, change)

    return run


def close(ids: Sequence[UUID], _value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: services.close(pk, actor=actor, now=now))


ACTS: Final = (
    Act(
        "assign",
        gettext_lazy("Give to a person or team"),
        "user-check",
        manages,
        managed,
        NOT_YOURS,
        assign,
        about=gettext_lazy("Matters below go along, and whoever is given one is told what waits."),
        ask=gettext_lazy("Give it to"),
        options=seats,
    ),
    Act(
        "tag",
        gettext_lazy("Add a tag"),
        "tags",
        edits,
        editable,
        gettext_lazy("not yours to work on"),
        tagging(bears=True),
        ask=gettext_lazy("Tag"),
        options=tags,
    ),
    Act(
        "untag",
        gettext_lazy("Take a tag off"),
        "circle-x",
        edits,
        editable,
        gettext_lazy("not yours to work on"),
        tagging(bears=False),
        ask=gettext_lazy("Tag"),
        options=tags,
    ),
    Act(
        "close",
        gettext_lazy("Close"),
        "archive",
        manages,
        closable,
        gettext_lazy("closed, not yours to manage, or something is still open in it"),
        close,
        about=gettext_lazy(
            "Nothing more is sent to their clients, and USCIS is asked less often. They can be reopened."
        ),
    ),
)
