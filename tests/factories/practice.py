"""The people of the tests, and the firm they work in."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import AutoField, Model

from legist.core.actors import Actor
from legist.core.models import AuditEntry, AuditHead
from legist.practice.models import Client, Matter, MatterUserObjectPermission, User, Wall
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


@dataclass(frozen=True, slots=True)
class _Copy:
    """A firm as it was made, with every row that stood for it."""

    firm: bytes = field(repr=False)
    rows: dict[type[Model], list[Model]] = field(repr=False)


_FIRMS_TABLES: Final[tuple[type[Model], ...]] = (
    User,
    Client,
    Matter,
    MatterUserObjectPermission,
    Wall,
    AuditHead,
    AuditEntry,
    LogEntry,
)
_copies: dict[tuple[object, ...], _Copy] = {}


def make_firm() -> Firm:
    """Create everybody, with two matters that no one person but Alice and Mary can both see.

    The product's own services make the first firm of a process; into a database where nobody has done
    anything yet its rows are copied after that, which takes a tenth of the statements.
    """
    if LogEntry.objects.exists() or AuditHead.objects.exists():
        return _build_firm()
    # Rows of one key are unreadable with another, and a database that was emptied numbers permissions anew.
    numbers = Permission.objects.filter(content_type__app_label="practice").values_list("pk", "content_type")
    where = (
        *settings.LEGIST_FIELD_KEYS,
        settings.LEGIST_INDEX_KEY,
        settings.SECRET_KEY,
        *numbers.order_by("pk"),
    )
    if (copy := _copies.get(where)) is None:
        firm = _build_firm()
        made_rows = {model: list(model._base_manager.order_by("pk")) for model in _FIRMS_TABLES}
        _copies[where] = _Copy(pickle.dumps(firm), made_rows)
        return firm
    for model, rows in copy.rows.items():
        is_numbered = model is not AuditHead and isinstance(model._meta.pk, AutoField)
        columns = [
            column for column in model._meta.concrete_fields if not (is_numbered and column.primary_key)
        ]
        model._base_manager._insert(rows, fields=columns)  # type: ignore[attr-defined]
    made: Firm = pickle.loads(copy.firm)  # noqa: S301 # pickled above
    return made


def _build_firm() -> Firm:
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
