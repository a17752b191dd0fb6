"""What people do with a matter from its page: authorised here, done by the practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, Overtaken, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice import editing, names, services, walls
from legist.practice.clients import parties
from legist.practice.clients.conflicts import check_renaming
from legist.practice.clients.contacts import contact_of
from legist.practice.models import Matter
from legist.practice.people.teams import take_back
from legist.practice.permissions import (
    Capability,
    access_matter,
    acting_person,
    visible_matters,
    visible_walls,
)
from legist.practice.selectors import correctable_matters, list_teams
from legist.practice.states import EarlierWall, MatterStage, MatterState
from workflows import audit_actions as actions
from workflows.matters.listing import UNFINISHED
from workflows.matters.selectors import family_of
from workflows.messages.drafts import UNSENT, withdraw_all
from workflows.models import ClosingReason, Deadline, Draft
from workflows.recipients import get_member
from workflows.states import DeadlineState, DraftState

if TYPE_CHECKING:
    from legist.practice.models import Client, MatterChange, Tag, User, Wall

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
        raise Overtaken(_("There is no wall for this person any more. Reload the page to see it."))
    return wall


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Open deadlines and unfinished messages of a matter and of those below it."""

    deadlines: list[Deadline] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.deadlines or self.drafts)


def open_work(actor: Actor, matter: Matter) -> OpenWork:
    """Return what is still open, deadlines nearest first."""
    family = family_of(actor, matter)
    return OpenWork(
        deadlines=list(Deadline.objects.filter(matter__in=family, state=DeadlineState.OPEN)),
        drafts=list(Draft.objects.filter(matter__in=family, state__in=UNFINISHED)),
    )


def without_open_work(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Narrow matters to those in which, and right below which, no deadline or message is open."""
    here = Q(matter=OuterRef("pk")) | Q(matter__parent=OuterRef("pk"))
    dates = Deadline.objects.filter(here, state=DeadlineState.OPEN)
    return matters.exclude(Exists(dates) | Exists(Draft.objects.filter(here, state__in=UNSENT)))


@dataclass(frozen=True, slots=True)
class Assignment:
    """Ids of the people and the team a matter is given to; an empty one stays as it is."""

    attorney: str = ""
    paralegal: str = ""
    team: str = ""


def move_stage(matter_id: UUID | str, *, stage: str, actor: Actor, now: datetime) -> bool:
    """Move the firm's own stage of an open matter; return False when it was there already."""
    matter = access_matter(actor, matter_id, Capability.WORK_MATTER)
    if stage not in MatterStage or stage == MatterStage.CLOSED:
        raise InvalidInput(_("Choose one of the stages in the list. To end the matter, close it."))
    if matter.state == MatterState.CLOSED:
        raise WrongState(_("This matter is closed. Reopen it before you move its stage."))
    return services.set_matter_stage(matter, stage, actor=actor, now=now)


SEND_FIRST, WITHDRAW = "send", "withdraw"


@dataclass(frozen=True, slots=True)
class Closed:
    """How many messages were withdrawn with the closing, and how many had left already."""

    withdrawn: int
    on_way: int


def close(
    matter_id: UUID | str, *, actor: Actor, now: datetime, reason: str = "", unsent: str = ""
) -> Closed:
    """Close a matter; raises WrongState when it is closed already.

    Where deadlines or messages are still open in it or below it, a reason has to be given, which is kept,
    encrypted. Deadlines stay open and go on reminding: only a person meets, moves or waives one. Messages
    that have not gone out are withdrawn, here and below, and nothing more is sent to the client. Where one is
    approved and has not gone out, `unsent` says what becomes of it: WITHDRAW, or SEND_FIRST, which closes
    nothing. USCIS is asked less often about the receipts.
    """
    with unit_of_work(actor=actor):
        matter = _managed(actor, matter_id)
        still_open = open_work(actor, matter)
        if still_open and not reason.strip():
            message = _("Something is still open in this matter. Settle it first, or say why you close it.")
            raise InvalidInput.at("reason", message)
        drafts = Draft.objects.filter(matter__in=services.family(matter))
        _decide_about(drafts, unsent)
        services.close_matter(matter, actor=actor, now=now)
        why = _("The matter was closed.")
        withdrawn, on_way = withdraw_all(drafts, reason=why, actor=actor, now=now)
        if still_open:
            _keep_reason(matter, still_open, reason=reason.strip(), actor=actor, now=now)
    return Closed(len(withdrawn), len(on_way))


def _decide_about(drafts: QuerySet[Draft], unsent: str) -> None:
    """Hold the unsent messages until the matter is closed; refuse while nobody decided on approved ones."""
    locked = drafts.filter(state__in=UNSENT).select_for_update(of=("self",)).order_by("pk")
    states = list(locked.values_list("state", flat=True))
    count = states.count(DraftState.APPROVED)
    if not count or unsent == WITHDRAW:
        return
    if unsent == SEND_FIRST:
        told = ngettext(
            "The matter is still open: %(n)d approved message has not gone out. Close it when it has.",
            "The matter is still open: %(n)d approved messages have not gone out. Close it when they have.",
            count,
        )
        raise WrongState(told % {"n": count})
    message = ngettext(
        "%(n)d approved message has not gone out yet. Say whether it goes out first or is withdrawn.",
        "%(n)d approved messages have not gone out yet. Say whether they go out first or are withdrawn.",
        count,
    ) % {"n": count}
    raise InvalidInput.at("unsent", message)


def _keep_reason(matter: Matter, still_open: OpenWork, *, reason: str, actor: Actor, now: datetime) -> None:
    counts = {"deadlines": len(still_open.deadlines), "drafts": len(still_open.drafts)}
    ClosingReason.objects.create(
        matter=matter, reason=reason, closed_by=_closer(actor), closed_at=now, **counts
    )
    acting(actor=actor, now=now).record(actions.CLOSED_WITH_REASON, matter, **counts)


def _closer(actor: Actor) -> User:
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("A matter with something still open is closed by a person."))
    return person


def reopen(matter_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Open a closed matter again; raises WrongState when it is open."""
    services.reopen_matter(_managed(actor, matter_id), actor=actor, now=now)


def withdraw_late(matter_id: Key, *, actor: Actor, now: datetime) -> int:
    """Withdraw what was drafted in a matter, or below it, in the moment in which it was closed."""
    matter = Matter.objects.get(pk=matter_id)
    if matter.state != MatterState.CLOSED:
        return 0
    drafts = Draft.objects.filter(matter__in=services.family(matter))
    why = _("The matter was closed.")
    withdrawn, _on_way = withdraw_all(drafts, reason=why, actor=actor, now=now)
    return len(withdrawn)


def assign(matter_id: UUID | str, *, to: Assignment, actor: Actor, now: datetime) -> None:
    """Give a matter, and those below it, to people and a team."""
    matter = _managed(actor, matter_id)
    if not (to.attorney or to.paralegal or to.team):
        raise InvalidInput(_("Choose a person or a team."))
    attorney, paralegal = get_member(to.attorney), get_member(to.paralegal)
    team = list_teams().filter(pk=to.team).first() if to.team else None
    services.assign_matter(matter, attorney=attorney, paralegal=paralegal, team=team, actor=actor, now=now)


def unshare(matter_id: Key, team_id: Key, *, actor: Actor, now: datetime) -> None:
    """End a team's access to a matter and those below it; see `practice.people.teams.take_back`."""
    matter, team = _managed(actor, matter_id), list_teams().filter(pk=team_id).first()
    if team is not None:
        with unit_of_work(actor=actor, now=now):
            services.lock_clients(matter)
            take_back(services.family(matter), team, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class EditPage:
    """What of a matter is edited, the tags it can bear, and what stood there before, newest first."""

    matter: Matter
    details: editing.Details
    tags: Sequence[Tag]
    changes: Sequence[MatterChange]


def edit_page(actor: Actor, matter_id: Key) -> EditPage:
    """Return what those may edit who work on a matter or manage it."""
    matter = access_correctable(actor, matter_id)
    changes = list(editing.list_changes(matter))
    return EditPage(matter, editing.details_of(matter), list(editing.list_tags()), changes)


def edit(matter_id: Key, given: editing.Details, *, seen: int, actor: Actor, now: datetime) -> bool:
    """Call a matter otherwise; see `practice.editing.edit_matter`."""
    return editing.edit_matter(access_correctable(actor, matter_id), given, seen=seen, actor=actor, now=now)


def add_party(
    matter_id: Key, client_id: Key, role: str, *, seen: str, actor: Actor, now: datetime
) -> parties.Joined:
    """Note a client as a party of a matter; see `practice.clients.parties.add_party`."""
    matter = access_correctable(actor, matter_id)
    return parties.add_party(matter, client_id, role, seen=seen, actor=actor, now=now)


def end_party(matter_id: Key, party_id: Key, *, actor: Actor, now: datetime) -> None:
    """Take a party of a matter back."""
    parties.end_party(access_correctable(actor, matter_id), party_id, actor=actor, now=now)


def correct_client_name(matter_id: UUID | str, *, name: str, actor: Actor, now: datetime) -> bool:
    """Correct the name of a matter's client; for those who work on the matter, and those who manage it.

    Another name raises ConflictFound where somebody is alike; see `practice.clients.conflicts`.
    """
    client = access_client(actor, matter_id)
    if not names.name_fault(name):
        given = replace(contact_of(client), name=names.clean_name(name))
        check_renaming(client, given, seen="", actor=actor, now=now)
    return services.correct_client_name(client, name, actor=actor, now=now)


def access_client(actor: Actor, matter_id: UUID | str) -> Client:
    """Return the client of a matter to those who may correct what the firm knows of them."""
    return access_correctable(actor, matter_id).client


def access_correctable(actor: Actor, matter_id: UUID | str) -> Matter:
    """Return a matter to those who work on it or manage it; NotFound to strangers, Forbidden to readers."""
    matter = access_matter(actor, matter_id)
    if not correctable_matters(actor).filter(pk=matter.pk).exists():
        raise Forbidden(_("You may read this, but not change it. Ask the attorney of the matter."))
    return matter
