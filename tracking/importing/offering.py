"""What a row says of a client the firm has: where it differs it is offered to a person, and never written."""

from __future__ import annotations

from datetime import datetime

from legist.core import outbox
from legist.core.actors import Actor
from legist.practice.clients import offers
from legist.practice.clients.contacts import contact_of
from legist.practice.models import Client, Matter
from legist.practice.same_name import is_same_name
from tracking.importing.known import Known
from tracking.importing.rows import ParsedRow
from tracking.models import ImportBatch

OFFERS_TOPIC = "tracking.contact_offers"


def said_of_client(row: ParsedRow) -> dict[str, str]:
    """Return what a row says about its client; a language only where the file has one."""
    said = {"name": row.client_name, "email": row.client_email, "language": row.said_language}
    return {field: value for field, value in said.items() if value}


def speaks_of(row: ParsedRow, matter: Matter, known: Known) -> bool:
    """Say whether a row about a receipt of a matter speaks of its client, though it says something otherwise.

    Nothing it names may be somebody else's, and one thing beside the number has to fit: the reference, the
    address, or the name.
    """
    client, holder = matter.client, known.client_of(row.client_email, row.client_name)
    if row.reference not in {"", matter.reference} or (holder is not None and holder.pk != client.pk):
        return False
    fits_name = bool(row.client_name) and is_same_name(row.client_name, client.name)
    return bool(row.reference) or holder is not None or fits_name


def offers_of(row: ParsedRow, client: Client, known: Known) -> dict[str, str]:
    """Return what the row says otherwise than the firm and what nobody has decided about yet."""
    found = offers.differences(contact_of(client), said_of_client(row))
    if known.is_taken(row.client_email, client):
        found.pop("email", None)
    return {
        field: value
        for field, value in found.items()
        if offers.digest_of(client, field, value) not in known.decided
    }


def publish(batch: ImportBatch, *, key: str, now: datetime) -> None:
    """Have the people of those clients told of whom a list says otherwise."""
    outbox.publish(OFFERS_TOPIC, key=f"offers:{key}", data={"import_id": str(batch.pk)}, now=now)


def offer_said(
    client: Client, said: dict[str, str], *, batch: ImportBatch, actor: Actor, now: datetime
) -> None:
    """Offer what a row that waited says, now that a person has said whose it is."""
    words = {
        "name": said.get("client_name", ""),
        "email": said.get("client_email", ""),
        "language": said.get("said_language", ""),
    }
    found = offers.differences(contact_of(client), words)
    if offers.offer(client, found, source=batch.pk, actor=actor, now=now):
        publish(batch, key=f"{batch.pk}:{client.pk}:{now.isoformat()}", now=now)
