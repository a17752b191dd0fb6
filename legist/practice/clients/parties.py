"""Who is what in a matter: petitioner, beneficiary, employer and the like, each a client of the firm.

A party is known, compared and walled off as every client is. Nothing is sent to them for it, and no portal
shows them the matter: whom the firm writes to is the matter's own client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice import walls
from legist.practice.clients.conflicts import check_conflicts
from legist.practice.clients.contacts import contact_of
from legist.practice.models import Client, ConflictCheck, Matter, MatterParty, Wall
from legist.practice.permissions import acting_person, shut_out_of, visible_clients, visible_walls
from legist.practice.services import lock_clients
from legist.practice.states import PartyRole


@dataclass(frozen=True, slots=True)
class Joined:
    """A party as it was noted, and how many people a wall on them shuts out of the matter now."""

    party: MatterParty
    shut_out: int


def list_parties(matter: Matter) -> list[MatterParty]:
    """Return the parties of a matter that the caller has authorised, in the order of their roles."""
    order = list(PartyRole.values)
    found = MatterParty.objects.filter(matter=matter).select_related("client")
    return sorted(found, key=lambda party: (order.index(party.role), party.pk))


def add_party(
    matter: Matter, client_id: UUID | str, role: str, *, seen: str, actor: Actor, now: datetime
) -> Joined:
    """Note a client whom the actor may see as a party of a matter that the caller has authorised.

    They are compared with every other client first: raises ConflictFound until `seen` says that the actor
    was told who is alike. Whoever a wall shuts out of them loses the matter at once.
    """
    client = visible_clients(actor).filter(pk=client_id).first()
    if client is None:
        raise InvalidInput.at("other", _("Choose one of the firm's clients whom you may see."))
    if role not in PartyRole:
        raise InvalidInput.at("role", _("Choose one of the roles in the list."))
    check = check_conflicts(contact_of(client), besides=client.pk, seen=seen, actor=actor, now=now)
    return note(matter, client, role, check=check, actor=actor, now=now)


def note(
    matter: Matter, client: Client, role: str, *, check: ConflictCheck, actor: Actor, now: datetime
) -> Joined:
    """Note a client, whose conflict check has passed or was gone past, as a party of a matter."""
    with unit_of_work(actor=actor, now=now) as unit:
        lock_clients(matter, client.pk)
        noted = {"by": acting_person(actor), "at": now}
        party, is_new = MatterParty.objects.get_or_create(
            matter=matter, client=client, role=role, defaults=noted
        )
        ConflictCheck.objects.filter(pk=check.pk).update(matter=matter)
        if is_new:
            unit.record(actions.PARTY_ADDED, matter, role=role, client=str(client.pk))
            walls.reach(client, actor=actor, now=now)
    return Joined(party, Wall.objects.filter(client=client).count() if is_new else 0)


def end_party(matter: Matter, party_id: UUID | str, *, actor: Actor, now: datetime) -> None:
    """Take a party back; one that is gone already is left alone.

    Raises Forbidden where that would open the matter to somebody whom a wall on the party shuts out, to all
    who could not take that wall down.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        lock_clients(matter)
        party = MatterParty.objects.filter(matter=matter, pk=party_id).first()
        if party is None:
            return
        unit.record(actions.PARTY_ENDED, matter, role=party.role, client=str(party.client_id))
        before = shut_out_of([matter])
        party.delete()
        opened_to = [person for _matter, person in before - shut_out_of([matter])]
        walls_ended = Wall.objects.filter(client=party.client_id, user__in=opened_to)
        if walls_ended.exclude(pk__in=visible_walls(actor).values("pk")).exists():
            message = _(
                "A wall on them holds for this matter while they are a party. Ask a manager to end it."
            )
            raise Forbidden(message)


def follow(gone: Client, kept: Client) -> None:
    """Put the roles of a client on another who is the same; one that both have stands once."""
    for party in MatterParty.objects.filter(client=gone):
        if MatterParty.objects.filter(matter=party.matter_id, role=party.role, client=kept).exists():
            party.delete()
        else:
            party.client = kept
            party.save(update_fields=["client"])
