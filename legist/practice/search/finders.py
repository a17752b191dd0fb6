"""What the practice finds: matters by their reference or their client, and clients who have no matter yet."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.crypto import CryptoError
from legist.core.ids import first_id_at
from legist.practice.models import Client, ContactChange, Matter, MatterChange
from legist.practice.permissions import Capability, can, visible_clients, visible_matters
from legist.practice.search.index import Entry, Index
from legist.practice.search.services import SHOWN, Finder, Found, Hit, Query, first_open, tidy
from legist.practice.search.shelves import Rows, Shelf

log = structlog.get_logger(__name__)
LOCAL: Final = 10
FOUND_BY: Final = ("name", "email", "phone", "other_names", "further_ways", "a_number", "merged_into")
BETWEEN: Final = re.compile(r"[\W_]+")


def client_entry(client: Client) -> Entry:
    """Return what a client is found by, names they had among it; what cannot be opened is left out."""
    if client.merged_into_id is not None:
        return Entry()
    former = (_readable(change, "before") or {} for change in client.contact_changes.all())
    names = [_readable(client, "name"), *(_readable(client, "other_names") or ())]
    names += [name for before in former for name in (before.get("name"), *before.get("names", ()))]
    ways = _readable(client, "further_ways") or ()
    reached = [_readable(client, "email"), _readable(client, "phone"), *(way["value"] for way in ways)]
    number = _readable(client, "a_number")
    codes = [_code(str(value)) for value in reached if value] + ([f"a{number}"] if number else [])
    return Entry(tuple(dict.fromkeys(filter(None, names))), tuple(dict.fromkeys(codes)))


def _code(value: str) -> str:
    """An address in lower case, a telephone as its digits; a postal address is looked for as it is."""
    digits = "".join(filter(str.isdecimal, value))
    return value.lower() if any(map(str.isalpha, value)) else digits


def _readable(row: Client | ContactChange, column: str) -> Any:
    try:
        return getattr(row, column)
    except CryptoError:
        log.error("value_unreadable", place=f"{row._meta.db_table}.{column}")  # noqa: TRY400  no trace
        return None


clients = Shelf(
    Rows(
        all=lambda: Client.objects.only(*FOUND_BY).prefetch_related("contact_changes"),
        entry=client_entry,
        since=lambda instant: Q(touched_at__gte=instant),
        stamps=FOUND_BY,
    )
)


references = Shelf(
    Rows(
        all=lambda: Matter.objects.only("reference"),
        entry=lambda matter: Entry(codes=(_plain(matter.reference),)),
        since=lambda instant: (
            Q(pk__gte=first_id_at(instant))
            | Q(pk__in=MatterChange.objects.filter(at__gte=instant).values("matter"))
        ),
        stamps=("reference",),
    )
)


def ids_of_clients(query: Query) -> list[UUID]:
    """Return whose name, e-mail address or telephone holds the text, best first, whoever may see them."""
    return [UUID(int=key) for key in clients_named(query)]


def clients_named(query: Query) -> list[int]:
    """Return the same as keys (`first_open`)."""

    def ask(index: Index) -> list[int]:
        named = index.named(query.text) if "@" not in query.text else []
        # A telephone is found with the code of its country and without, however it was kept.
        codes = filter(None, (query.address, query.digits[-LOCAL:]))
        coded = [key for code in codes for key in index.coded(code)]
        return list(dict.fromkeys([*named, *coded])) if coded else named

    return query.once("clients", lambda: clients.ask(ask, now=query.now))


def clients_named_nearly(query: Query) -> list[int]:
    """Return the keys of those others whose name the text may mean but for typing errors, likest first."""
    if any(char in query.text for char in "@0123456789"):
        return []
    spelled = set(clients_named(query))

    def ask(index: Index) -> list[int]:
        return [key for key in index.mistyped(query.text) if key not in spelled]

    return query.once("similar", lambda: clients.ask(ask, now=query.now))


def list_clients_named(actor: Actor, text: str, *, now: datetime, limit: int = 10) -> list[Client]:
    """Return the clients whom somebody means of those they may see, the likest first."""
    query = Query(tidy(text), now)
    keys = [*clients_named(query), *clients_named_nearly(query)] if query.text else []
    few, every = visible_clients(actor, of_few=True), visible_clients(actor)
    return first_open(few, "pk", keys, limit=limit, everything=every)


def _plain(reference: str) -> str:
    return BETWEEN.sub("", reference).lower()


def _matters_called(query: Query) -> list[int]:
    """Return the keys of the matters with this in their reference, whatever sets its parts apart."""
    wanted = _plain(query.text)
    return references.ask(lambda index: index.coded(wanted, shortest=1), now=query.now)


def find_matters(actor: Actor, query: Query) -> Found:
    """Find the actor's matters by reference, or by their client's name, address or telephone."""
    few, every = (
        visible_matters(actor, of_few=of_few).select_related("client").order_by("-id")
        for of_few in (True, False)
    )
    look = partial(first_open, few, everything=every)
    limit = SHOWN + 1
    exact = look("pk", _matters_called(query), limit=limit)
    if references.is_behind and not exact:
        exact = list(few.filter(reference__in={query.text, query.text.upper()}))
    if len(exact) < limit:
        for whose in ("client_id", "parties__client_id"):
            exact = list(dict.fromkeys(exact + look(whose, clients_named(query), limit=limit)))
    similar: list[Matter] = []
    if len(exact) < SHOWN:
        alike = look("client_id", clients_named_nearly(query), limit=limit)
        similar = [matter for matter in alike if matter not in exact][: SHOWN - len(exact)]
    return Found(
        exact=[_matter_hit(matter) for matter in exact[:SHOWN]],
        similar=[_matter_hit(matter) for matter in similar],
        has_more=len(exact) > SHOWN,
        more_url=_address("workflows:matters"),
        is_behind=clients.is_behind or references.is_behind,
    )


def find_clients(actor: Actor, query: Query) -> Found:
    """Find clients without a matter, for those who may sort them."""
    if not can(actor, Capability.TRIAGE_UNASSIGNED):
        return Found()
    nobodys = visible_clients(actor, of_few=True).filter(matters=None, roles=None)
    exact = first_open(nobodys, "pk", clients_named(query), limit=SHOWN + 1)
    similar: list[Client] = []
    if len(exact) < SHOWN:
        similar = first_open(nobodys, "pk", clients_named_nearly(query), limit=SHOWN - len(exact))
    return Found(
        exact=[_client_hit(client) for client in exact[:SHOWN]],
        similar=[_client_hit(client) for client in similar],
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
