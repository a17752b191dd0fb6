"""The staff's pages: matters, approvals, deadlines, playbooks and notices."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from legist.core.actors import Actor
from legist.core.web import request_actor
from legist.practice.permissions import Capability, require


def staff_actor(request: HttpRequest, capability: Capability = Capability.VIEW_MATTER) -> Actor:
    """Return who asks, once their role may open such a page at all: clients find nothing there."""
    actor = request_actor(request)
    require(actor, capability)
    return actor


def authenticated_at(request: HttpRequest) -> datetime | None:
    """Return when the person last proved who they are in this session, or None."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if "at" in record]
    return datetime.fromtimestamp(max(proofs), tz=UTC) if proofs else None


def go_back(request: HttpRequest, default: str) -> str:
    """Return the path of our page that a form was sent from, for the redirect after it."""
    back = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    host = request.get_host()
    _scheme, found, rest = back.partition(f"://{host}/")
    return f"/{rest.partition('#')[0]}" if found else default
