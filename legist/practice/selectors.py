"""Reading the practice: matters, people and the record, each already narrowed to what the actor may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from legist.core import audit
from legist.core.actors import Actor, ActorKind
from legist.core.audit import Verification
from legist.core.clock import utc_now
from legist.core.models import AuditEntry
from legist.practice.models import Client, Matter, MatterParty, MeasuredAct, Team, User
from legist.practice.names import NameFault, name_fault
from legist.practice.people.leaving import left_behind
from legist.practice.permissions import Capability, require, visible_clients, visible_matters
from legist.practice.roles import Role
from legist.practice.search.finders import BETWEEN, ids_of_clients
from legist.practice.search.services import Query, tidy
from legist.practice.states import MatterState

_SEPARATORS: Final = "- /._#:"


def verify_record(*, actor: Actor) -> Verification:
    """Recompute the whole chain for somebody who may read it."""
    require(actor, Capability.VIEW_AUDIT)
    return audit.verify()


@dataclass(frozen=True, slots=True)
class MatterFilters:
    """What the list of matters is narrowed by; an empty value does not narrow."""

    state: str = "open"
    stage: str = ""
    kind: str = ""
    mine: bool = False
    left: bool = False
    text: str = ""
    tag: str = ""


def list_matters(actor: Actor, filters: MatterFilters) -> QuerySet[Matter]:
    """Return the actor's matters; `text` finds as the search does: by reference, and by the client."""
    matters = visible_matters(actor).select_related("client", "attorney", "paralegal", "parent")
    matters = matters.prefetch_related("tags")
    if filters.state:
        matters = matters.filter(state=filters.state)
    if filters.stage:
        matters = matters.filter(stage=filters.stage)
    if filters.kind:
        matters = matters.filter(kind=filters.kind)
    if filters.tag:
        matters = matters.filter(tags__pk=filters.tag)
    if filters.mine:
        matters = matters.filter(Q(attorney=actor.id) | Q(paralegal=actor.id))
    if filters.left:
        matters = matters.filter(pk__in=left_behind().values("pk"))
    if text := tidy(filters.text):
        found = ids_of_clients(Query(text, utc_now()))
        named = Q(client__in=found) | Q(pk__in=MatterParty.objects.filter(client__in=found).values("matter"))
        matters = matters.filter(named | Q(pk__in=_with_reference(Matter.objects.all(), text).values("pk")))
    return matters


def _with_reference(matters: QuerySet[Matter], text: str) -> QuerySet[Matter]:
    """Narrow to the matters with this in their reference, whatever sets its parts apart: `m20260101`."""
    wanted = BETWEEN.sub("", text)
    if not wanted:
        return matters.none()
    if wanted.isalpha():
        # Words are nearly always a name: no reference is taken apart for them.
        return matters.filter(reference__icontains=text.strip())
    plain: Any = F("reference")
    for sign in _SEPARATORS:
        plain = Replace(plain, Value(sign))
    return matters.alias(plain=plain).filter(plain__icontains=wanted)


def people_to_ask(user_id: UUID | str) -> dict[UUID, str]:
    """Return whom the client with this account asks about each of their open matters, by name.

    Who does its daily work, else its attorney; nobody who has left the firm.
    """
    seats = ("paralegal", "attorney")
    columns = [f"{seat}__{column}" for seat in seats for column in ("name", "is_active")]
    rows = Matter.objects.filter(client__user_id=user_id, state=MatterState.OPEN).values("pk", *columns)
    return {
        row["pk"]: next((row[f"{seat}__name"] for seat in seats if row[f"{seat}__is_active"]), "")
        for row in rows
    }


def open_cases(client: Client) -> list[UUID]:
    """Return a client's open matters, oldest first; what was opened below one is not told to them."""
    found = Matter.objects.filter(client=client, state=MatterState.OPEN, parent=None).order_by("pk")
    return list(found.values_list("pk", flat=True))


def closed_since(matters: Iterable[UUID]) -> dict[UUID, datetime | None]:
    """Return when each of these matters was closed, itself or the nearest above it; open ones are left out.

    For callers that have authorised the matters. A query for each step up.
    """
    asked = set(matters)
    known: dict[UUID, tuple[UUID | None, str, datetime | None]] = {}
    missing = set(asked)
    while missing:
        rows = Matter.objects.filter(pk__in=missing).values_list("pk", "parent_id", "state", "closed_at")
        known |= {pk: (parent, state, closed_at) for pk, parent, state, closed_at in rows}
        missing = {parent for parent, _state, _at in known.values() if parent} - known.keys()
    closed = {}
    for pk in asked & known.keys():
        parent, state, closed_at = known[pk]
        while state != MatterState.CLOSED and parent is not None:
            parent, state, closed_at = known[parent]
        if state == MatterState.CLOSED:
            closed[pk] = closed_at
    return closed


@dataclass(frozen=True, slots=True)
class FaultyName:
    """A client whose stored name is none, the newest matter that shows it, and what is wrong with it."""

    client: Client
    matter: Matter
    fault: NameFault
    can_correct: bool


def list_faulty_names(actor: Actor) -> list[FaultyName]:
    """Return the clients of the actor's matters whose names wait for correction.

    Names are encrypted, so each one is opened and looked at: for a page of its own, not for every page.
    """
    matters = visible_matters(actor).select_related("client").order_by("client_id", "pk")
    newest = {matter.client_id: matter for matter in matters.iterator(chunk_size=500)}
    found = [
        (matter, fault) for matter in newest.values() if (fault := name_fault(matter.client.name)) is not None
    ]
    open_to = set(correctable_matters(actor).values_list("pk", flat=True)) if found else set()
    return [FaultyName(matter.client, matter, fault, matter.pk in open_to) for matter, fault in found]


def correctable_matters(actor: Actor) -> QuerySet[Matter]:
    """Return the matters whose client's name the actor may correct: those they work on or manage."""
    worked = visible_matters(actor, Capability.WORK_MATTER).values("pk")
    managed = visible_matters(actor, Capability.MANAGE_MATTER).values("pk")
    return Matter.objects.filter(Q(pk__in=worked) | Q(pk__in=managed))


def count_faulty_names() -> int:
    """Return how many clients in the whole firm have a name that waits for correction."""
    clients = Client.objects.filter(merged_into=None).iterator(chunk_size=500)
    return sum(name_fault(client.name) is not None for client in clients)


def list_staff(*roles: Role) -> QuerySet[User]:
    """Return the active staff, of the given roles if any are given."""
    return User.objects.filter(is_active=True, role__in=roles or [r for r in Role if r != Role.CLIENT])


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline or of the record, ready to be shown."""

    entry: AuditEntry
    at: datetime
    who: str
    actor_kind: str
    sentence: str
    subject: str
    url: str


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What the record is narrowed by; an empty value does not narrow."""

    action: str = ""
    actor_id: str = ""
    subject_id: str = ""
    correlation_id: str = ""


def list_audit(actor: Actor, filters: AuditFilters) -> QuerySet[AuditEntry]:
    """Return the record, newest first, without matters that are closed to the actor."""
    require(actor, Capability.VIEW_AUDIT)
    open_to = visible_matters(actor, Capability.VIEW_RECEIPT).values("pk")
    entries = AuditEntry.objects.filter(Q(scope__isnull=True) | Q(scope__in=open_to))
    wanted = {
        "action": filters.action,
        "actor_id": filters.actor_id,
        "subject_id": filters.subject_id,
        "correlation_id": filters.correlation_id,
    }
    return entries.filter(**{name: value for name, value in wanted.items() if value}).order_by("-sequence")


def list_acts(actor: Actor, actions: Iterable[str], *, since: datetime, until: datetime) -> list[Event]:
    """Return what was done of these acts in a span of time, in words, the oldest first."""
    entries = list_audit(actor, AuditFilters()).filter(action__in=list(actions), at__gte=since, at__lt=until)
    return describe(entries.order_by("sequence"), reader=actor)


def list_action_choices() -> list[tuple[str, str]]:
    """Return (code, words) of every registered action, for the filter."""
    found = ((action.code, re.sub(r"\{\w+\}", "…", str(action.sentence))) for action in audit.list_actions())
    return [(code, " ".join(words.split())) for code, words in found]


def describe_filters(given: dict[str, str]) -> list[dict[str, str]]:
    """Return a removable chip for each filter in force."""
    names = {
        "action": _("Action"),
        "actor_id": _("Actor"),
        "subject_id": _("Object"),
        "correlation_id": _("Correlation"),
    }
    kept = {name: value for name, value in given.items() if value}
    return [
        {
            "name": str(names[name]),
            "value": value,
            "remove_url": "?" + urlencode({n: v for n, v in kept.items() if n != name}),
        }
        for name, value in kept.items()
    ]


def list_matter_entries(matters: Iterable[UUID]) -> QuerySet[AuditEntry]:
    """Return what happened on matters that the caller has authorised, newest first."""
    return AuditEntry.objects.filter(scope__in=list(matters)).order_by("-sequence")


def describe(entries: Iterable[AuditEntry], *, reader: Actor) -> list[Event]:
    """Put entries into words for a reader: a fixed number of queries, whatever their number."""
    listed = list(entries)
    subjects = audit.describe_subjects(listed, reader=reader)
    names = _names(
        {entry.actor_id for entry in listed if entry.actor_kind in {ActorKind.USER, ActorKind.CLIENT}}, reader
    )
    return [_event(entry, names, subjects) for entry in listed]


def _event(
    entry: AuditEntry, names: dict[str, str], subjects: dict[tuple[str, str], tuple[str, str]]
) -> Event:
    subject, url = subjects.get((entry.subject_type, entry.subject_id), ("", ""))
    return Event(
        entry=entry,
        at=entry.at,
        who=names.get(entry.actor_id, entry.actor_id),
        actor_kind=entry.actor_kind,
        sentence=audit.describe_action(entry, subject=subject),
        subject=subject,
        url=url,
    )


def _names(ids: set[str], reader: Actor) -> dict[str, str]:
    """The names of people; a client's only where the reader may see it."""
    is_open = Q(client__isnull=True) | Q(client__in=visible_clients(reader).values("pk"))
    people = User.objects.filter(pk__in=ids).select_related("client").annotate(is_open=is_open)
    return {
        str(person.pk): person.display_name if person.is_open else str(_("A client")) for person in people
    }


def list_teams() -> QuerySet[Team]:
    """Return the teams of the firm."""
    return Team.objects.all()


class Act(NamedTuple):
    """A measured act: when, its ActKind, the minutes it took, and what share of a draft was rewritten."""

    at: datetime
    kind: str
    minutes: int | None
    share: float | None


def acts_between(since: datetime, until: datetime) -> Iterator[Act]:
    """Yield the measured acts of a span of time, whosever they are."""
    acts = MeasuredAct.objects.filter(at__gte=since, at__lt=until).order_by()
    return (Act(*row) for row in acts.values_list("at", "kind", "minutes", "share").iterator())


def open_caseload() -> dict[Role, list[int]]:
    """Return how many open matters each attorney and each paralegal has who has any, without names."""
    opened = Matter.objects.filter(state=MatterState.OPEN).order_by()
    return {
        role: [count for who, count in opened.values_list(field).annotate(n=Count("pk")) if who]
        for role, field in ((Role.ATTORNEY, "attorney"), (Role.PARALEGAL, "paralegal"))
    }
