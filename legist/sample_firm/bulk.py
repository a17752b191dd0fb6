"""Receipts in bulk, to see how pages and polling behave at size; never used on a firm's own data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from legist.core.actors import Actor
from legist.practice.models import Matter, User
from legist.practice.roles import Role
from legist.practice.services import People, find_or_create_client, find_or_create_matter
from tracking.models import Receipt
from tracking.selectors.receipts import number_index

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
        prefix="IOE",
        form_type=chance.choice(FORMS),
        matter=matter,
        next_poll_at=now + timedelta(seconds=chance.uniform(0, 86_400)),
        next_poll_reason="first check",
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
