"""Taking somebody on by hand: a client, and a matter for one who is new or there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.clients import parties
from legist.practice.clients.conflicts import ConflictFound, check_conflicts
from legist.practice.clients.contacts import (
    Contact,
    checked_contact,
    columns_of,
    contact_of,
    expect_free,
    taken,
)
from legist.practice.models import Client, ConflictCheck, Matter, User
from legist.practice.permissions import Capability, acting_person, require, visible_clients, visible_matters
from legist.practice.roles import Role
from legist.practice.same_name import is_same_name
from legist.practice.selectors import list_staff
from legist.practice.services import SEATS, People, open_matter
from legist.practice.states import MatterKind, PartyRole

Made = TypeVar("Made", Client, Matter)


@dataclass(frozen=True, slots=True)
class NewParty:
    """Somebody with a role in a matter that is opened: by name, or a client who was chosen."""

    role: str
    name: str = field(repr=False)
    client: UUID | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class NewMatter:
    """A matter to open: for a client who is there (`client`) or for somebody new (`person`).

    `attorney` and `paralegal` are ids, empty for nobody; `seen` is what `ConflictFound` asked to be told.
    `key` becomes the matter's id, so that one form makes one matter.
    """

    client: UUID | None = None
    person: Contact | None = field(default=None, repr=False)
    reference: str = ""
    title: str = field(default="", repr=False)
    kind: MatterKind = MatterKind.CASE
    attorney: str = ""
    paralegal: str = ""
    seen: str = ""
    key: UUID = field(default_factory=uuid7)
    parties: tuple[NewParty, ...] = ()


@dataclass(frozen=True, slots=True)
class VettedParty:
    """A party whose conflict check has passed: a client who is there, somebody new, or the matter's."""

    role: str
    client: Client | None = None
    person: Contact | None = field(default=None, repr=False)
    check: ConflictCheck | None = None


@dataclass(frozen=True, slots=True)
class Vetted:
    """A matter whose conflict check has passed, or was gone past."""

    client: Client | None
    person: Contact | None = field(repr=False)
    people: People
    check: ConflictCheck
    parties: tuple[VettedParty, ...] = ()


def add_client(given: Contact, *, key: UUID, seen: str, actor: Actor, now: datetime) -> Client:
    """Take on a client without a matter yet; `key` becomes their id, so that one form makes one client.

    Raises ConflictFound until the actor was told who is alike, InvalidInput naming each field with a fault.
    """
    require(actor, Capability.OPEN_MATTER)

    def make() -> Client:
        person = checked_contact(given)
        check = check_conflicts(person, seen=seen, actor=actor, now=now)
        return _save_client(person, check, key=key, actor=actor, now=now)

    def look() -> Client | None:
        made = visible_clients(actor).filter(pk=key).first()
        if made and not is_same_name(made.name, given.name):
            raise InvalidInput(used_form())
        return made

    return _made_once(look, make)


def vet_matter(given: NewMatter, *, actor: Actor, now: datetime) -> Vetted:
    """Check everything that can be checked before a matter is opened, conflicts among them.

    Outside of any unit of work: the check stays on the record when the matter is not opened.
    """
    require(actor, Capability.OPEN_MATTER)
    people = _people(given, actor=actor)
    if given.client is not None:
        client = visible_clients(actor).filter(pk=given.client).first()
        if client is None:
            raise InvalidInput.at("client", _("Choose one of the firm's clients whom you may see."))
        asked = contact_of(client)
        check = check_conflicts(asked, besides=client.pk, seen=given.seen, actor=actor, now=now)
        others = _vet_parties(given.parties, client.name, actor=actor, now=now)
        return Vetted(client, None, people, check, others)
    if given.person is None:
        raise InvalidInput.at("client_name", _("Say whose matter it is."))
    person = checked_contact(given.person)
    check = check_conflicts(person, seen=given.seen, actor=actor, now=now)
    others = _vet_parties(given.parties, person.name, actor=actor, now=now)
    return Vetted(None, person, people, check, others)


def _vet_parties(
    given: Sequence[NewParty], client_name: str, *, actor: Actor, now: datetime
) -> tuple[VettedParty, ...]:
    """Compare each party with every client; what is wrong names the row of the form."""
    vetted = []
    for at, party in enumerate(given):
        try:
            vetted.append(_vet_party(party, client_name, actor=actor, now=now))
        except ConflictFound as conflict:
            conflict.party = at
            raise
        except InvalidInput as error:
            raise InvalidInput.at(f"party_{at}_name", error.message) from None
    return tuple(vetted)


def _vet_party(given: NewParty, client_name: str, *, actor: Actor, now: datetime) -> VettedParty:
    if given.role not in PartyRole:
        raise InvalidInput(_("Choose one of the roles in the list."))
    if given.client is None and is_same_name(given.name, client_name):
        return VettedParty(given.role)
    if given.client is None:
        person = checked_contact(Contact(given.name, "", "", "en"))
        check = check_conflicts(person, seen=given.seen, actor=actor, now=now)
        return VettedParty(given.role, person=person, check=check)
    client = visible_clients(actor).filter(pk=given.client).first()
    if client is None:
        raise InvalidInput(_("Choose one of the firm's clients whom you may see."))
    check = check_conflicts(contact_of(client), besides=client.pk, seen=given.seen, actor=actor, now=now)
    return VettedParty(given.role, client, check=check)


def open_by_hand(given: NewMatter | None, *, actor: Actor, now: datetime) -> Matter:
    """Vet a matter and open it, or return the one that was opened with its key; see both.

    Raises InvalidInput where the form does not say whose it is.
    """
    given = given or NewMatter()
    return _made_once(
        lambda: find_made(given, actor=actor),
        lambda: open_vetted(given, vet_matter(given, actor=actor, now=now), actor=actor, now=now),
    )


def find_made(given: NewMatter, *, actor: Actor) -> Matter | None:
    """Return the matter that was opened with the key of this one already, if the actor may see it.

    Raises InvalidInput where it is another client's: somebody went back and filled the form in anew.
    """
    made = visible_matters(actor).filter(pk=given.key).select_related("client").first()
    if made is None:
        return None
    name = given.person.name if given.person else ""
    if made.client_id != given.client and not is_same_name(made.client.name, name):
        raise InvalidInput(used_form())
    return made


def _made_once(look: Callable[[], Made | None], make: Callable[[], Made]) -> Made:
    """One form makes one thing: whatever a second send of it stumbles over, it shows what the first made.

    What it stumbles over may be the first one itself: a name that is alike now, an address that is taken.
    """
    if made := look():
        return made
    try:
        return make()
    except InvalidInput:
        if made := look():
            return made
        raise


def open_vetted(given: NewMatter, vetted: Vetted, *, actor: Actor, now: datetime) -> Matter:
    """Open a matter that was vetted; whoever opens it works on it.

    Raises InvalidInput for a reference or a key that is taken, and for a person who cannot be given this
    matter.
    """
    try:
        return _open(given, vetted, actor=actor, now=now)
    except IntegrityError:
        if Matter.objects.filter(pk=given.key).exists():
            raise InvalidInput(used_form()) from None
        raise


def used_form() -> str:
    """Say that a form has made its one thing."""
    return _("This was saved already. Open the form again to enter another one.")


def _open(given: NewMatter, vetted: Vetted, *, actor: Actor, now: datetime) -> Matter:
    with unit_of_work(actor=actor, now=now):
        client = vetted.client
        if client is None:
            assert vetted.person is not None  # noqa: S101  vetted
            client = _save_client(vetted.person, vetted.check, key=None, actor=actor, now=now)
        matter = open_matter(
            title=given.title or _("Case of %(client)s") % {"client": client.name},
            client=client,
            reference=given.reference or None,
            kind=given.kind,
            people=vetted.people,
            actor=actor,
            now=now,
        )
        for seat in SEATS:
            if (person := getattr(vetted.people, seat)) and getattr(matter, seat) != person:
                raise InvalidInput.at(
                    seat, _("This person cannot be given this matter. Choose somebody else.")
                )
        ConflictCheck.objects.filter(pk=vetted.check.pk).update(client=client, matter=matter)
        for party in vetted.parties:
            _note(party, matter, vetted.check, actor=actor, now=now)
    return matter


def _note(party: VettedParty, matter: Matter, check: ConflictCheck, *, actor: Actor, now: datetime) -> None:
    known, check = party.client or matter.client, party.check or check
    if party.person is not None:
        known = _save_client(party.person, check, key=None, actor=actor, now=now)
    parties.note(matter, known, party.role, check=check, actor=actor, now=now)


def _save_client(
    given: Contact, check: ConflictCheck, *, key: UUID | None, actor: Actor, now: datetime
) -> Client:
    client = Client(name=given.name, created_at=now, **columns_of(given))
    client.pk = key or client.pk
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            expect_free(client, given.email)
            client.save(force_insert=True)
            unit.record(actions.CLIENT_CREATED, client)
            ConflictCheck.objects.filter(pk=check.pk).update(client=client)
    except IntegrityError:
        if Client.objects.filter(pk=client.pk).exists():
            raise InvalidInput(used_form()) from None
        raise InvalidInput.at("email", taken()) from None
    return client


def _people(given: NewMatter, *, actor: Actor) -> People:
    """Whom the form names; where it names nobody for the seat of whoever opens the matter, it is theirs."""
    maker = acting_person(actor)
    people = {}
    for seat in SEATS:
        role = Role(seat)
        wanted = getattr(given, seat)
        people[seat] = _member(wanted, role) if wanted else maker if maker and maker.role == role else None
    return People(**people, maker=maker, key=given.key)


def _member(pk: str, role: Role) -> User:
    person = list_staff(role).filter(pk=pk).first() if _is_id(pk) else None
    if person is None:
        raise InvalidInput(
            _("This person does not work here any more. Reload the page and choose again."),
            {str(role): [_("Choose somebody who works here.")]},
        )
    return person


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
