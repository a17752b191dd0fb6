"""The people of the tests, and the firm they work in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from legist.core.actors import Actor
from legist.practice.models import Client, Matter, User
from legist.practice.roles import Role
from legist.practice.services import People, find_or_create_client, find_or_create_matter
from legist.practice.walls import wall_off

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # a test's password
SYSTEM = Actor.system("tests")


@dataclass(frozen=True, slots=True)
class Firm:
    """Alice and Paul work on Dana's matter; Charlie is walled off from it; Eve is another client."""

    alice: User
    paul: User
    olga: User
    mary: User
    charlie: User
    dana: User
    eve: User
    danas_matter: Matter
    eves_matter: Matter

    def actor(self, name: str) -> Actor:
        return Actor.for_user(getattr(self, name))


def make_user(name: str, role: Role) -> User:
    return User.objects.create_user(f"{name.lower()}@firm.example", password=PASSWORD, name=name, role=role)


def make_client(name: str, *, language: str = "en", with_user: bool = True) -> Client:
    client, _ = find_or_create_client(
        name=f"{name} Example", email=f"{name.lower()}@mail.example", language=language, actor=SYSTEM, now=NOW
    )
    if with_user:
        user = User.objects.create_user(f"{client.pk}@client.invalid", role=Role.CLIENT, language=language)
        client.user = user
        client.save(update_fields=["user"])
    return client


def make_matter(client: Client, reference: str, people: People) -> Matter:
    matter, _ = find_or_create_matter(
        reference=reference,
        title=f"Case of {client.name}",
        client=client,
        people=people,
        actor=SYSTEM,
        now=NOW,
    )
    return matter


def make_firm() -> Firm:
    """Create everybody, with two matters that no one person but Alice and Mary can both see."""
    alice, paul = make_user("Alice", Role.ATTORNEY), make_user("Paul", Role.PARALEGAL)
    charlie = make_user("Charlie", Role.PARALEGAL)
    dana, eve = make_client("Dana", language="es"), make_client("Eve")
    danas = make_matter(dana, "M-2026-0001", People(attorney=alice, paralegal=paul))
    eves = make_matter(eve, "M-2026-0002", People(attorney=alice, paralegal=charlie))
    wall_off(danas, charlie, reason="Represented the other side before.", actor=SYSTEM, now=NOW)
    assert dana.user is not None
    assert eve.user is not None
    return Firm(
        alice=alice,
        paul=paul,
        olga=make_user("Olga", Role.OPERATIONS),
        mary=make_user("Mary", Role.MANAGER),
        charlie=charlie,
        dana=dana.user,
        eve=eve.user,
        danas_matter=danas,
        eves_matter=eves,
    )
