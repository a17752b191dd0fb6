"""The vocabulary in force."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from tracking.mapping.content import DEFAULT, Vocabulary, from_json
from tracking.models import VocabularyVersion


def current_vocabulary() -> Vocabulary:
    """Return the vocabulary in force; one query for which it is, and one more after each publication."""
    latest = VocabularyVersion.objects.order_by("-number").values_list("pk", flat=True).first()
    return published(latest) if latest else DEFAULT


@lru_cache(maxsize=16)
def published(version_id: UUID) -> Vocabulary:
    """Return a version, read once per process: it never changes."""
    version = VocabularyVersion.objects.get(pk=version_id)
    return from_json(version.content, number=version.number)
