"""The vocabulary in force."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from tracking.mapping.content import DEFAULT, StatusMapping, from_json
from tracking.models import MappingVersion


def current_mapping() -> StatusMapping:
    """Return the vocabulary in force; one query for which it is, and one more after each publication."""
    latest = MappingVersion.objects.order_by("-number").values_list("pk", flat=True).first()
    return published(latest) if latest else DEFAULT


@lru_cache(maxsize=16)
def published(version_id: UUID) -> StatusMapping:
    """Return a version, read once per process: it never changes."""
    version = MappingVersion.objects.get(pk=version_id)
    return from_json(version.content, number=version.number)
