"""The firm's own numbers of its matters: given by a person or a file, or else the next one that is free."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Final

from django.db import IntegrityError
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput
from legist.core.failpoints import atomic
from legist.practice.models import Matter

REFERENCE_LIMIT: Final = 60
# Generated numbers that others take between our look and our insert.
RACES: Final = 20


def save_under_reference(matter: Matter, wanted: str | None) -> None:
    """Insert the matter; two that are given the same number at once are told apart by the unique index.

    Without a wanted reference the next free one is taken. A matter without a title is called by its
    reference. Raises InvalidInput for one that is taken or too long.
    """
    title = matter.title
    for reference in [wanted] if wanted else _free_references(matter):
        if len(reference) > REFERENCE_LIMIT:
            message = _("A matter reference has at most %(most)d characters. Choose a shorter one.")
            message %= {"most": REFERENCE_LIMIT}
            raise InvalidInput.at("matter_reference", message)
        matter.reference, matter.title = reference, title or reference
        try:
            with atomic():
                matter.save(force_insert=True)
        except IntegrityError:
            if not Matter.objects.filter(reference=reference).exists():
                raise
        else:
            return
    message = _("This matter reference is taken. Choose another one.")
    raise InvalidInput.at("matter_reference", message)


def _free_references(matter: Matter) -> Iterator[str]:
    """Yield `M-2026-0007` and so on, or `M-2026-0007/2` for the second child: what nobody has yet."""
    parent = matter.parent
    if parent is not None:
        made = (_child_reference(parent, number) for number in count(parent.children.count() + 1))
    else:
        prefix = f"M-{matter.opened_at.year}-"
        made = (f"{prefix}{number:04d}" for number in count(_newest_number(prefix) + 1))
    free = (each for each in made if not Matter.objects.filter(reference=each).exists())
    return islice(free, RACES)


def _child_reference(parent: Matter, number: int) -> str:
    suffix = f"/{number}"
    return f"{parent.reference[: REFERENCE_LIMIT - len(suffix)]}{suffix}"


def _newest_number(prefix: str) -> int:
    """The highest number given so far, as a number; longer ones are not of our making."""
    numbered = Matter.objects.filter(reference__regex=rf"^{prefix}[0-9]{{1,9}}$")
    number = Cast(Substr("reference", len(prefix) + 1), BigIntegerField())
    return int(numbered.aggregate(newest=Max(number))["newest"] or 0)
