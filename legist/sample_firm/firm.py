"""The demo firm: plainly fictional people, a few matters, and a sample file to upload.

The receipt numbers of `SAMPLE_ROWS` are the scripted ones of the simulated USCIS; no real number
looks like them. Everything is created through the same use cases that people use.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from legist.core.actors import Actor
from legist.core.crypto import blind_index
from legist.practice.clients.invitations import accept_invitation, invite_client, token_of
from legist.practice.models import Client, Matter, User
from legist.practice.people.staff import get_staff_by_email
from legist.practice.roles import Role
from legist.practice.services import People, find_or_create_client, find_or_create_matter
from legist.practice.walls import wall_off
from tracking.models import Receipt
from tracking.receipts import FILING, ReceiptNumber
from tracking.selectors.receipts import number_index
from tracking.states import NextCheck, Tier

CHUNK = 5000
MATTERS = 40
FORMS = ("I-485", "I-765", "I-130", "I-131", "N-400", "I-140", "I-751", "I-539")


def create_receipts(count: int, *, seed: int, actor: Actor, now: datetime) -> Iterator[int]:
    """Create `count` fictional receipts in chunks and yield how many there are so far.

    The first polls are spread over a day, so that a worker started afterwards keeps to its budget.
    """
    if not count:
        return
    chance = random.Random(seed)  # noqa: S311  fictional data, made again from its seed
    matters = _matters(actor=actor, now=now)
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        receipts = [
            _receipt(f"IOE98{seed % 10}{n:07d}", chance, chance.choice(matters), actor=actor, now=now)
            for n in numbers
        ]
        Receipt.objects.bulk_create(receipts, ignore_conflicts=True)
        yield numbers.stop


def _receipt(
    canonical: str, chance: random.Random, matter: Matter, *, actor: Actor, now: datetime
) -> Receipt:
    return Receipt(
        number=canonical,
        number_index=number_index(canonical),
        filing_index=blind_index(ReceiptNumber(canonical).filing, FILING),
        prefix="IOE",
        form_type=chance.choice(FORMS),
        matter=matter,
        next_poll_at=now + timedelta(seconds=chance.uniform(0, 86_400)),
        next_poll_reason=NextCheck.FIRST_CHECK,
        next_poll_values={"tier": Tier.STANDARD},
        created_at=now,
        created_by=actor.key,
    )


def _matters(*, actor: Actor, now: datetime) -> list[Matter]:
    people = People(
        attorney=User.objects.filter(role=Role.ATTORNEY).first(),
        paralegal=User.objects.filter(role=Role.PARALEGAL).order_by("email").last(),
    )
    matters = []
    for index in range(1, MATTERS + 1):
        client, _ = find_or_create_client(
            name=f"Sample Client {index:02d}", email=f"sample{index:02d}@mail.example", actor=actor, now=now
        )
        matter, _ = find_or_create_matter(
            reference=f"S-{index:04d}",
            title=f"Sample {index:02d}",
            client=client,
            people=people,
            actor=actor,
            now=now,
        )
        matters.append(matter)
    return matters


PASSWORD = "lantern-demo-2026"  # noqa: S105  printed on the terminal for the demo firm only
DOMAIN = "lantern.example"

STAFF = (
    ("Paul Papers", Role.PARALEGAL, "paul", "uploads receipts, works the inbox"),
    ("Alice Advocate", Role.ATTORNEY, "alice", "approves what goes to clients"),
    ("Olga Ops", Role.OPERATIONS, "olga", "keeps the source healthy"),
    ("Mary Manager", Role.MANAGER, "mary", "reads everything, audits"),
    ("Charlie Clerk", Role.PARALEGAL, "charlie", "another paralegal, shut out of Dana's matters"),
)
CLIENTS = (
    ("Dana Demo", "dana@mail.example", "es"),
    ("Eve Example", "eve@mail.example", "en"),
)
DANAS_MATTERS = ("M-2026-0101", "M-2026-0102")
HEADER = (
    "receipt_number",
    "form",
    "matter_reference",
    "client_name",
    "client_email",
    "language",
    "attorney_email",
    "paralegal_email",
    "priority",
)
SAMPLE_ROWS = (
    ("ioe-99-000-00018", "I-485", "M-2026-0101", *CLIENTS[0], "high"),
    (" IOE 9900000026 ", "I-765", "M-2026-0102", *CLIENTS[0], "high"),
    ("'IOE9900000034", "N-400", "M-2026-0103", *CLIENTS[1], "high"),
    ("ioe9900000042", "I-130", "M-2026-0104", "Frank Fictional", "frank@mail.example", "en", ""),
    ("LIN-99-901-00057", "I-140", "M-2026-0105", "Gadgets Invented Inc.", "hr@gadgets.example", "en", ""),
    ('"MSC9990200062"', "I-751", "M-2026-0106", "Hana Hypothetical", "hana@mail.example", "es", ""),
    ("IOE99OOOOOO75", "I-131", "M-2026-0107", "Ivan Imaginary", "ivan@mail.example", "en", "high"),
    ("WAC9990300081", "I-129", "M-2026-0108", "Gadgets Invented Inc.", "hr@gadgets.example", "en", "high"),
    ("EAC9990400094", "I-539", "M-2026-0109", "Jo Justatest", "jo@mail.example", "en", "low"),
    ("IOE9900000109", "I-90", "M-2026-0110", "Kim Konstructed", "kim@mail.example", "es", "high"),
    ("IOE9900000125", "I-765", "", "", "", "", ""),
    ("IOE0000000117", "I-765", "M-2026-0111", "Lee Legend", "lee@mail.example", "en", ""),
    ("IOE-9900-000018", "I-485", "M-2026-0101", *CLIENTS[0], ""),
    ("9.90E+12", "I-765", "M-2026-0112", "Max Makebelieve", "max@mail.example", "en", ""),
    ("IOE99", "I-765", "M-2026-0113", "Nora Nobody", "nora@mail.example", "en", ""),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one person of the demo gets in."""

    name: str
    role: str
    address: str
    does: str


def create_people(*, actor: Actor, now: datetime) -> list[SignIn]:
    """Create the staff and the clients with portal access; those who exist are left as they are."""
    for name, role, login, _does in STAFF:
        address = f"{login}@{DOMAIN}"
        if not User.objects.filter(email=address).exists():
            User.objects.create_user(address, password=PASSWORD, name=name, role=role)
    for name, address, language in CLIENTS:
        client, _ = find_or_create_client(name=name, email=address, language=language, actor=actor, now=now)
        if client.user is None:
            accept_invitation(token_of(invite_client(client, actor=actor, now=now)), now=now)
    _shut_charlie_out(actor=actor, now=now)
    staff = [SignIn(name, str(role.label), f"{login}@{DOMAIN}", does) for name, role, login, does in STAFF]
    return staff + [SignIn(name, "Client", address, "signs in by a code") for name, address, _ in CLIENTS]


def _shut_charlie_out(*, actor: Actor, now: datetime) -> None:
    """Dana exists before her receipts, so that the wall around her stands from the start.

    Only once: what the people of the demo did since, and who left, stays as it is.
    """
    if Matter.objects.filter(reference=DANAS_MATTERS[-1]).exists():
        return
    charlie = get_staff_by_email(f"charlie@{DOMAIN}", Role.PARALEGAL)
    name, address, language = CLIENTS[0]
    dana, _ = find_or_create_client(name=name, email=address, language=language, actor=actor, now=now)
    people = People(
        attorney=get_staff_by_email(f"alice@{DOMAIN}", Role.ATTORNEY),
        paralegal=get_staff_by_email(f"paul@{DOMAIN}", Role.PARALEGAL),
    )
    if not dana.walls.filter(user=charlie).exists():
        wall_off(dana, charlie, reason="Worked for the other side before.", actor=actor, now=now)
    for reference in DANAS_MATTERS:
        find_or_create_matter(
            reference=reference, title=f"Case of {name}", client=dana, people=people, actor=actor, now=now
        )


def sample_csv() -> str:
    """Return the file that Paul uploads: sloppy numbers, repeats, and lines that must be refused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number, form, reference, name, email, language, priority in SAMPLE_ROWS:
        people = (f"alice@{DOMAIN}", f"paul@{DOMAIN}") if reference else ("", "")
        writer.writerow((number, form, reference, name, email, language, *people, priority))
    return out.getvalue()


def is_installed() -> bool:
    """True when the demo firm is in this database already."""
    return Client.objects.exists()
