"""Where a row belongs: into a matter, into a new one, into the tray, or before a person.

A case reaches a portal only when it surely belongs there. Names are compared wherever two sides have one;
a contradiction, and whatever is closed to the importer, waits with one and the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from legist.core.actors import Actor
from legist.practice.models import Client, Matter
from legist.practice.same_name import is_same_name
from tracking.importing.known import Known
from tracking.importing.rows import ParsedRow
from tracking.remarks import Remark


class Cause(StrEnum):
    """Why a row waits; for those who decide, never for the importer."""

    CLOSED = "closed"
    NAMES = "names"
    TWO_CLIENTS = "two_clients"
    FILE = "file"


@dataclass(slots=True)
class Place:
    """Where a row belongs. With `causes` it waits; with nothing at all it stays in the tray."""

    matter: Matter | None = None
    client: Client | None = None
    opens_matter: bool = False
    causes: set[Cause] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_somewhere(self) -> bool:
        return self.matter is not None or self.opens_matter


@dataclass(slots=True)
class Memory:
    """What earlier rows of the file have said: who has which address, and whose each reference is."""

    names: dict[str, str] = field(default_factory=dict)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    opened_names: dict[str, str] = field(default_factory=dict)
    opened_references: set[str] = field(default_factory=set)

    def take(self, row: ParsedRow, client: Client | None = None) -> None:
        """Remember a row that was placed, with the client its address belongs to; the first one counts."""
        name = client.name if client else row.client_name or self.names.get(row.client_email, "")
        if name and row.client_email:
            self.names.setdefault(row.client_email, name)
        if row.reference and row.names_client:
            self.references.setdefault(row.reference, (row.client_email, name))

    def open(self, row: ParsedRow) -> None:
        """Remember a row that opens a matter: later rows may rely on its client and reference being there.

        A row that only joins what an earlier one has opened brings no client of its own.
        """
        if row.reference not in self.opened_references and row.client_name and row.client_email:
            self.opened_names.setdefault(row.client_email, row.client_name)
        self.opened_references |= {row.reference} - {""}

    def contradicts(self, row: ParsedRow) -> bool:
        """Say whether an earlier row gives the address another name, or the reference another client."""
        email, name = self.references.get(row.reference, ("", ""))
        names = (name, self.names.get(row.client_email, ""))
        is_other_address = bool(email and row.client_email and email != row.client_email)
        return is_other_address or is_any_other(row.client_name, names)


def place(row: ParsedRow, known: Known, memory: Memory, *, actor: Actor) -> Place:
    """Settle where a row belongs."""
    if not row.is_placeable:
        return Place()
    return _Placing(row, known, memory, actor=actor).place()


class _Placing:
    def __init__(self, row: ParsedRow, known: Known, memory: Memory, *, actor: Actor) -> None:
        self._row = row
        self._known = known
        self._memory = memory
        self._actor = actor
        name = row.client_name or memory.names.get(row.client_email, "")
        self._at = Place(client=known.client_of(row.client_email, name))

    def place(self) -> Place:
        """Find the matter of a row, or settle that one is opened, or that it waits."""
        row, client = self._row, self._at.client
        matter = self._known.matters.get(row.reference) if row.reference else None
        self._judge(client, matter)
        if matter is not None:
            self._at.matter = matter
        elif not self._at.causes:
            self._without_matter()
        if self._at.causes:
            self._at.opens_matter = False
            self._at.remarks.clear()
        return self._at

    def _judge(self, client: Client | None, matter: Matter | None) -> None:
        """Hold the row back when it names what is closed to the importer, or contradicts what is known."""
        causes = self._at.causes
        if matter is not None and not self._may_work(matter):
            causes.add(Cause.CLOSED)
        if client is not None and not self._may_see(client):
            causes.add(Cause.CLOSED)
        if self._is_other_client(client, matter):
            causes.add(Cause.TWO_CLIENTS)
        holders = [client.name] if client else []
        if is_any_other(self._row.client_name, [*holders, *([matter.client.name] if matter else [])]):
            causes.add(Cause.NAMES)
        if self._memory.contradicts(self._row):
            causes.add(Cause.FILE)

    def _is_other_client(self, client: Client | None, matter: Matter | None) -> bool:
        """Say whether the address is not that of the client whose reference the row gives.

        A client without an address is the same person only when the row names them.
        """
        address, named = self._memory.references.get(self._row.reference, ("", ""))
        if not self._row.client_email or (matter is None and (address or not named)):
            return False
        if client is not None:
            return matter is None or client.pk != matter.client_id
        return bool(matter is not None and matter.client.email_index) or not self._row.client_name

    def _without_matter(self) -> None:
        if self._at.client is None and self._known.is_staffs(self._row.client_email):
            self._stay("staff")
        elif self._row.reference:
            self._by_reference()
        elif self._at.client is not None:
            self._by_client(self._at.client)
        elif self._row.client_email and self._name():
            self._at.opens_matter = True
        elif self._row.client_email:
            self._stay("nobody")
        elif self._row.names_client:
            self._stay("unnamed")

    def _by_reference(self) -> None:
        is_known = self._at.client is not None or self._row.reference in self._memory.opened_references
        if not is_known and not self._name():
            self._stay("reference")
        elif not self._row.is_address_clear:
            self._stay("address")
        else:
            self._at.opens_matter = True

    def _by_client(self, client: Client) -> None:
        """A client with one open matter means that one; with several, a person chooses."""
        every = self._known.open_matters.get(client.pk, [])
        matters = [matter for matter in every if self._may_work(matter)]
        if len(matters) == 1:
            self._at.matter = matters[0]
        elif matters:
            self._stay("several")
        elif every:
            self._at.causes.add(Cause.CLOSED)
        else:
            self._at.opens_matter = True

    def _name(self) -> str:
        return self._row.client_name or self._memory.opened_names.get(self._row.client_email, "")

    def _stay(self, why: str) -> None:
        self._at.remarks.append(Remark(f"unassigned_{why}"))

    def _may_work(self, matter: Matter) -> bool:
        return self._actor.is_system or matter.pk in self._known.workable

    def _may_see(self, client: Client) -> bool:
        return self._actor.is_system or client.pk in self._known.open_clients


def is_any_other(name: str, others: Iterable[str]) -> bool:
    """Say whether a name is not that of somebody it is compared with; an empty side says nothing."""
    return bool(name) and any(other and not is_same_name(name, other) for other in others)
