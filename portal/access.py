"""A client reaches their own record and nothing else."""

from __future__ import annotations

from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.practice.models import Client
from legist.practice.permissions import Capability, require


def access_client(actor: Actor) -> Client:
    """Return the record of the client who is signed in.

    Staff are refused (they have pages of their own); a person without a record finds nothing.
    """
    require(actor, Capability.USE_PORTAL)
    client = Client.objects.select_related("user").filter(user_id=actor.id).first()
    if client is None:
        raise NotFound
    return client
