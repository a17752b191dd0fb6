"""What the practice finds: matters by their reference or their client, and clients who have no matter yet."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.crypto import UNREADABLE, showing
from legist.practice.models import Client, Matter
from legist.practice.permissions import visible_clients, visible_matters
from legist.practice.search.index import Entry
from legist.practice.search.services import SHOWN, Finder, Found, Hit, Query, first_open
from legist.practice.search.shelves import Rows, Shelf

SEPARATORS: Final = "- /._#:"
LOCAL: Final = 10
_BETWEEN: Final = re.compile(r"[\W_]+")


def client_entry(client: Client) -> Entry:
    """Return what a client is found by; what cannot be opened is left out."""
    with showing():
        name, email, phone = (str(value or "") for value in (client.name, client.email, client.phone))
    known = (email.lower(), "".join(filter(str.isdecimal, phone)))
    return Entry((name,) if name != UNREADABLE else (), tuple(code for code in known if code != UNREADABLE))


clients = Shelf(
    Rows(
        all=lambda: Client.objects.only("name", "email", "phone"),
        entry=client_entry,
        since=lambda instant: Q(touched_at__gte=instant),
        stamps=("name", "email", "phone"),
    )
)


def ids_of_clients(query: Query) -> list[UUID]:
    """Return whose name, e-mail address or telephone holds the text, best first, whoever may see them."""
    named = clients.ask(lambda index: index.named(query.text), now=query.now) if "@" not in query.text else []
    coded = [
        pk
        # A telephone is found with the code of its country and without, however it was kept.
        for code in filter(None, (query.address, query.digits[-LOCAL:]))
        for pk in clients.ask(lambda index, code=code: index.coded(code), now=query.now)  # type: ignore[misc]
    ]
    return list(dict.fromkeys([*named, *coded]))


def ids_of_similar(query: Query) -> list[UUID]:
    """Return whose name the text may mean, were it not for typing errors, likest first."""
    if any(char in query.text for char in "@0123456789"):
        return []
    return clients.ask(lambda index: index.mistyped(query.text), now=query.now)


def with_reference(matters: QuerySet[Matter], text: str) -> QuerySet[Matter]:
    """Narrow to the matters with this in their reference, whatever sets its parts apart: `m20260101`."""
    wanted = _BETWEEN.sub("", text)
    if not wanted:
        return matters.none()
    if wanted.isalpha():
        # Words are nearly always a name: no reference is taken apart for them.
        return matters.filter(reference__icontains=text.strip())
    plain: Any = F("reference")
    for sign in SEPARATORS:
        plain = Replace(plain, Value(sign))
    return matters.alias(plain=plain).filter(plain__icontains=wanted)


def find_matters(actor: Actor, query: Query) -> Found:
    """Find the actor's matters by reference, or by their client's name, address or telephone."""
    matters = visible_matters(actor).select_related("client").order_by("-id")
    limit = SHOWN + 1
    exact = list(with_reference(matters, query.text)[:limit])
    exact = list(dict.fromkeys(exact + first_open(matters, "client_id", ids_of_clients(query), limit=limit)))
    similar: list[Matter] = []
    if len(exact) < SHOWN:
        alike = first_open(matters, "client_id", ids_of_similar(query), limit=limit + len(exact))
        similar = [matter for matter in alike if matter not in exact][: SHOWN - len(exact)]
    return Found(
        exact=[_matter_hit(matter) for matter in exact[:SHOWN]],
        similar=[_matter_hit(matter) for matter in similar],
        has_more=len(exact) > SHOWN,
        more_url=_address("workflows:matters"),
        is_behind=clients.is_behind,
    )


def find_clients(actor: Actor, query: Query) -> Found:
    """Find clients without a matter, for those who may sort them."""
    nobodys = visible_clients(actor).filter(matters=None)
    exact = first_open(nobodys, "pk", ids_of_clients(query), limit=SHOWN + 1)
    alike = first_open(nobodys, "pk", ids_of_similar(query), limit=SHOWN) if len(exact) < SHOWN else []
    return Found(
        exact=[_client_hit(client) for client in exact[:SHOWN]],
        similar=[_client_hit(client) for client in alike if client not in exact],
        has_more=len(exact) > SHOWN,
    )


def _matter_hit(matter: Matter) -> Hit:
    return Hit(
        url=_address("workflows:matter", matter.pk),
        title=matter.client.name,
        reference=matter.reference,
        detail=matter.get_stage_display(),
        state=matter.get_state_display(),
    )


def _client_hit(client: Client) -> Hit:
    return Hit(url=_address("workflows:client", client.pk), title=client.name, icon="user")


def _address(name: str, *args: object) -> str:
    """Return the address of a page; nothing while no app serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


MATTERS: Final = Finder("matters", _("Matters"), find_matters, order=10)
CLIENTS: Final = Finder("clients", _("Clients without a matter"), find_clients, order=30)
