"""The texts of ours that an upgrade changed and that nobody has seen yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from legist.core.actors import Actor
from legist.practice.permissions import Capability, require
from workflows.models import ShippedText
from workflows.plain_language.fingerprint import words_hash


def list_changed() -> QuerySet[ShippedText]:
    """Return what an upgrade changed and nobody has seen, in the order of their names."""
    return ShippedText.objects.filter(changed_at__isnull=False, seen_at=None).order_by("key")


def read_changed(actor: Actor) -> list[ShippedText]:
    """Return the list for staff who may see how the firm works."""
    require(actor, Capability.VIEW_PLAYBOOKS)
    return list(list_changed())


def seen_token(rows: Iterable[ShippedText]) -> str:
    """Return what names exactly this list of changes."""
    return words_hash("shipped", {row.key: {"before": row.before, "text": row.text} for row in rows})
