"""Which clients may need protection, as the forms of their cases tell."""

from __future__ import annotations

from legist.core.actors import Actor
from legist.practice.clients.protection import undecided_forms
from legist.practice.models import Client
from tracking.selectors import visible_receipts


def proposing_forms(actor: Actor, client: Client) -> list[str]:
    """Return the forms that propose protection of a client about which nobody has decided.

    Only the cases that the actor may see are looked at: no form tells of a case behind a wall.
    """
    return [] if client.protected_at else undecided_forms(client, forms_of(actor, client))


def forms_of(actor: Actor, client: Client) -> set[str]:
    """Return the forms of a client's cases, as far as the actor may see them."""
    found = visible_receipts(actor).filter(matter__client=client).exclude(form_type="")
    return set(found.order_by().values_list("form_type", flat=True))
