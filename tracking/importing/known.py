"""What the firm holds about the rows of one chunk, and how much of it is open to whoever imports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

from legist.core.actors import Actor
from legist.practice.accounts import email_index
from legist.practice.clients.contacts import replaced_addresses
from legist.practice.clients.offers import digests_decided
from legist.practice.models import Client, Matter, User
from legist.practice.permissions import Capability, can, visible_clients, visible_matters, visible_to
from legist.practice.roles import Role
from legist.practice.same_name import is_same_name
from legist.practice.services import People
from legist.practice.states import MatterState
from tracking.importing.assigning import Walls, look_up_walls
from tracking.importing.rows import ParsedRow
from tracking.models import Receipt, WaitingRow
from tracking.selectors import number_index, visible_receipts, working_capability

if TYPE_CHECKING:
    from legist.practice.models import ContactChange

STAFF = {"attorney_email": Role.ATTORNEY, "paralegal_email": Role.PARALEGAL}


@dataclass(slots=True)
class Known:
    """A fixed number of queries, however many rows. Everything is found by index, never by a name."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    visible: set[UUID] = field(default_factory=set)
    changeable: set[UUID] = field(default_factory=set)
    held: set[tuple[UUID, str]] = field(default_factory=set)
    matters: dict[str, Matter] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    former: dict[str, list[ContactChange]] = field(default_factory=dict)
    open_matters: dict[UUID, list[Matter]] = field(default_factory=dict)
    workable: set[UUID] = field(default_factory=set)
    open_clients: set[UUID] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    staff: dict[tuple[str, str], User] = field(default_factory=dict)
    walls: Walls = frozenset()

    def client_of(self, email: str, name: str) -> Client | None:
        """Return the client with this address, closed to the importer or not.

        A list goes on saying an address after it was corrected, and must not open the client a second time:
        it means the one for whom it was corrected, when the row names them. With another name it is taken
        for that of a protected client still, so that the row waits and nobody is opened at that address.
        """
        index = email_index(email) if email else ""
        if index in self.clients or not name:
            return self.clients.get(index)
        changes = self.former.get(index, [])
        named = (each.client for each in changes if is_same_name(name, each.client.name))
        return next(named, None) or next((each.client for each in changes if _is_given_up(each)), None)

    def is_taken(self, email: str, client: Client) -> bool:
        """Say whether an address is somebody else's, or one that was corrected for this client."""
        index = email_index(email) if email else ""
        held_by_other = index in self.clients and self.clients[index].pk != client.pk
        is_former = any(each.client_id == client.pk for each in self.former.get(index, []))
        return held_by_other or self.is_staffs(email) or is_former

    def is_staffs(self, email: str) -> bool:
        """Say whether somebody who works here signs in with this address: nobody else is opened at it."""
        return any(email == address for address, _role in self.staff)

    def named(self, parsed: ParsedRow) -> tuple[People, list[str]]:
        """Return the people a row names, and the columns that are nobody's address in that role."""
        wanted = {column: getattr(parsed, column) for column in STAFF}
        found = {STAFF[column]: self.staff.get((email, STAFF[column])) for column, email in wanted.items()}
        nobody = [column for column, email in wanted.items() if email and not found[STAFF[column]]]
        return People(attorney=found[Role.ATTORNEY], paralegal=found[Role.PARALEGAL]), nobody


def look_up(rows: list[ParsedRow], *, actor: Actor, own: Iterable[UUID] = ()) -> Known:
    """Look up what the rows name. `own` are matters that this very import has opened: they are open to it."""
    receipts = _receipts(rows)
    clients, former = _clients(rows), _former(rows)
    replaced = [change.client for change in chain.from_iterable(former.values())]
    named = {client.pk: client for client in (*clients.values(), *replaced)}
    matters = _matters(rows)
    of_clients = list(Matter.objects.filter(client__in=named).select_related("client"))
    every = {matter.pk: matter for matter in [*matters.values(), *of_clients]}
    workable = _workable(actor, every) | (set(own) & set(every))
    staff = _staff(rows)
    in_receipts = [receipt.matter for receipt in receipts.values() if receipt.matter is not None]
    return Known(
        receipts=receipts,
        visible=_visible(actor, receipts.values()),
        changeable=_changeable(actor, receipts.values()),
        held=_held(receipts.values()),
        matters=matters,
        clients=clients,
        former=former,
        open_matters=_by_client(of_clients),
        workable=workable,
        open_clients=_open_clients(actor, named.values())
        | {matter.client_id for matter in every.values() if matter.pk in workable},
        decided=digests_decided(
            {*named, *(matter.client_id for matter in (*matters.values(), *in_receipts) if matter)}
        ),
        staff=staff,
        walls=look_up_walls([*every.values(), *in_receipts], staff.values()),
    )


def _receipts(rows: list[ParsedRow]) -> dict[str, Receipt]:
    indexes = [number_index(row.number.canonical) for row in rows]
    found = Receipt.objects.filter(number_index__in=indexes).select_related("matter__client")
    return {receipt.number_index: receipt for receipt in found}


def _clients(rows: list[ParsedRow]) -> dict[str, Client]:
    indexes = {email_index(row.client_email) for row in rows if row.client_email}
    return {str(client.email_index): client for client in Client.objects.filter(email_index__in=indexes)}


def _former(rows: list[ParsedRow]) -> dict[str, list[ContactChange]]:
    """The corrections by which an address was replaced, the latest first."""
    indexes = {email_index(row.client_email) for row in rows if row.client_email}
    found: dict[str, list[ContactChange]] = {}
    for change in replaced_addresses(indexes):
        found.setdefault(str(change.email_index), []).append(change)
    return found


def _is_given_up(change: ContactChange) -> bool:
    protected_at = change.client.protected_at
    return protected_at is not None and change.at <= protected_at


def _matters(rows: list[ParsedRow]) -> dict[str, Matter]:
    references = {row.reference for row in rows if row.reference}
    found = Matter.objects.filter(reference__in=references).select_related("client")
    return {matter.reference: matter for matter in found}


def _by_client(matters: Iterable[Matter]) -> dict[UUID, list[Matter]]:
    found: dict[UUID, list[Matter]] = {}
    for matter in matters:
        if matter.state == MatterState.OPEN and matter.parent_id is None:
            found.setdefault(matter.client_id, []).append(matter)
    return found


def _workable(actor: Actor, matters: Iterable[UUID]) -> set[UUID]:
    """Operations upload for everybody and see every receipt; others need to work on the matter."""
    ids = list(matters)
    if actor.is_system or not ids:
        return set(ids)
    held = (Capability.WORK_RECEIPT, Capability.OPERATE_POLLER)
    visible = (visible_matters(actor, capability).filter(pk__in=ids) for capability in held)
    return {pk for matters_ in visible for pk in matters_.values_list("pk", flat=True)}


def _open_clients(actor: Actor, clients: Iterable[Client]) -> set[UUID]:
    """The clients whose name the importer may see; operations see those of the receipts they look after."""
    may_view = Capability.VIEW_MATTER if can(actor, Capability.VIEW_MATTER) else Capability.VIEW_RECEIPT
    found = visible_clients(actor, may_view).filter(pk__in=[client.pk for client in clients])
    return set(found.values_list("pk", flat=True))


def _visible(actor: Actor, receipts: Iterable[Receipt]) -> set[UUID]:
    found = visible_receipts(actor).filter(pk__in=[receipt.pk for receipt in receipts])
    return set(found.values_list("pk", flat=True))


def _changeable(actor: Actor, receipts: Iterable[Receipt]) -> set[UUID]:
    found = visible_to(
        actor,
        Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts]),
        via="matter",
        capability=working_capability(actor),
        unassigned=Capability.TRIAGE_UNASSIGNED,
    )
    return set(found.values_list("pk", flat=True))


def _held(receipts: Iterable[Receipt]) -> set[tuple[UUID, str]]:
    """What was said before about these receipts and waits, or was decided: it is not asked again."""
    ids = [receipt.pk for receipt in receipts]
    return set(WaitingRow.objects.filter(receipt__in=ids).values_list("receipt", "digest"))


def _staff(rows: list[ParsedRow]) -> dict[tuple[str, str], User]:
    emails = {getattr(row, column) for row in rows for column in (*STAFF, "client_email")} - {""}
    found = User.objects.filter(email__in=emails, is_active=True) if emails else []
    return {(user.email, user.role): user for user in found}
