"""What clients are to each other: family, employer. Each is said once and read from both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.models import Client, Relation
from legist.practice.permissions import acting_person, visible_clients
from legist.practice.states import TURNED, RelationKind


@dataclass(frozen=True, slots=True)
class Relative:
    """Another client, and what they are to the one who is looked at."""

    relation: Relation
    client: Client
    kind: RelationKind


def relate(client: Client, other_id: UUID | str, kind: str, *, actor: Actor, now: datetime) -> Client:
    """Note that another client is the `kind` of this one, in place of what stood there; return the other.

    The caller has authorised the change; the other has to be open to the actor. Raises InvalidInput.
    """
    other = visible_clients(actor).filter(pk=other_id).first()
    if other is None or other == client:
        raise InvalidInput.at("other", _("Choose another client whom you may see."))
    if kind not in RelationKind:
        raise InvalidInput.at("kind", _("Choose one of the kinds in the list."))
    meant = RelationKind(kind)
    one, second = sorted((client, other), key=lambda each: each.pk)
    values = {
        "kind": meant if one == client else TURNED.get(meant, meant),
        "by": acting_person(actor),
        "at": now,
    }
    with unit_of_work(actor=actor, now=now) as unit:
        Relation.objects.update_or_create(one=one, other=second, defaults=values)
        for each in (client, other):
            unit.record(actions.CLIENT_RELATED, each)
    return other


def unrelate(client: Client, relation_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Take back what was noted; one that is not this client's, or gone already, is left alone."""
    with unit_of_work(actor=actor, now=now) as unit:
        relation = of(client).filter(pk=relation_id).select_related("one", "other").first()
        if relation is not None:
            for each in (relation.one, relation.other):
                unit.record(actions.CLIENT_UNRELATED, each)
            relation.delete()


def relatives_of(actor: Actor, client: Client) -> list[Relative]:
    """Return the other clients who are something to this one, as far as they are open to the actor."""
    relations = list(of(client).select_related("one", "other"))
    others = {row.other_id if row.one_id == client.pk else row.one_id for row in relations}
    known = visible_clients(actor).in_bulk(list(others))
    found = []
    for row in relations:
        kind, is_first = RelationKind(row.kind), row.one_id == client.pk
        other = known.get(row.other_id if is_first else row.one_id)
        if other is not None:
            found.append(Relative(row, other, kind if is_first else TURNED.get(kind, kind)))
    return found


def follow(gone: Client, kept: Client) -> None:
    """Say of one client what was said of another who is the same; what is said of both already stays."""
    for row in of(gone):
        is_first, kind = row.one_id == gone.pk, RelationKind(row.kind)
        other_id = row.other_id if is_first else row.one_id
        row.delete()
        one_id, second_id = sorted((kept.pk, other_id))
        if other_id == kept.pk or Relation.objects.filter(one=one_id, other=second_id).exists():
            continue
        meant = kind if is_first == (one_id == kept.pk) else TURNED.get(kind, kind)
        Relation.objects.create(one_id=one_id, other_id=second_id, kind=meant, by=row.by, at=row.at)


def of(client: Client) -> QuerySet[Relation]:
    """Return what was noted of a client, from either side."""
    return Relation.objects.filter(Q(one=client) | Q(other=client))
