"""Rows of imports that wait for somebody who may decide where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.models import Matter
from legist.practice.permissions import Capability, acting_person, can, visible_clients, visible_matters
from legist.practice.roles import FIRM_WIDE
from tracking.models import WaitingRow
from tracking.states import WaitingState


def visible_waiting_rows(actor: Actor) -> QuerySet[WaitingRow]:
    """Return the rows the actor may decide about.

    Whoever decides sees all that the row names, so nothing it names may be closed to them. They work on some
    of it, or are a manager; where nobody works on anything it names it falls to all who manage matters.
    """
    rows = WaitingRow.objects.select_related("receipt__matter", "row__batch", "matter__client", "client")
    if actor.is_system:
        return rows
    seen, worked = visible_matters(actor).values("pk"), decidable_matters(actor).values("pk")
    worked_clients = decidable_matters(actor).values("client")
    is_open = (
        (Q(matter=None) | Q(matter__in=seen))
        & (Q(client=None) | Q(client__in=visible_clients(actor).values("pk")))
        & (Q(receipt__matter=None) | Q(receipt__matter__in=seen))
    )
    is_worked = Q(matter__in=worked) | Q(client__in=worked_clients) | Q(receipt__matter__in=worked)
    if can(actor, Capability.MANAGE_MATTER):
        has_matters = Exists(Matter.objects.filter(client=OuterRef("client")))
        is_worked |= Q(~has_matters, matter=None, receipt__matter=None)
    return rows.filter(is_open & is_worked) if can(actor, Capability.VIEW_MATTER) else rows.none()


def decidable_matters(actor: Actor) -> QuerySet[Matter]:
    """Return the matters a row may be put into: those the actor works on; for a manager all that are open."""
    person = acting_person(actor)
    managed = FIRM_WIDE.get(person.role, frozenset()) if person else frozenset()
    capability = Capability.MANAGE_MATTER if Capability.MANAGE_MATTER in managed else Capability.WORK_MATTER
    return visible_matters(actor, capability)


def list_waiting_rows(actor: Actor) -> QuerySet[WaitingRow]:
    """Return the rows that wait for the actor, oldest first."""
    return visible_waiting_rows(actor).filter(state=WaitingState.OPEN).order_by("opened_at", "id")


def access_waiting_row(actor: Actor, waiting_id: UUID | str, *, lock: bool = False) -> WaitingRow:
    """Fetch one row the actor may decide about; NotFound to everybody else."""
    found = visible_waiting_rows(actor).filter(pk=waiting_id)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class WaitingDetail:
    """One row that waits, with the matters it may belong into, those it names first."""

    waiting: WaitingRow
    candidates: list[Matter]


def waiting_detail(actor: Actor, waiting_id: UUID | str) -> WaitingDetail:
    """Return one row with what is needed to decide about it."""
    waiting = access_waiting_row(actor, waiting_id)
    clients = {waiting.client_id, waiting.matter.client_id if waiting.matter else None} - {None}
    found = decidable_matters(actor).filter(Q(pk=waiting.matter_id) | Q(client__in=clients, state="open"))
    matters = list(found.select_related("client").order_by("reference"))
    return WaitingDetail(waiting, sorted(matters, key=lambda matter: matter.pk != waiting.matter_id))
