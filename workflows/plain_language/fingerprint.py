"""The fingerprint of a message or a wording: what an approval is bound to. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


def content_hash(
    *,
    draft_id: object,
    texts: Mapping[str, Mapping[str, str]],
    language: str,
    recipients: Sequence[Mapping[str, str]],
    channels: Sequence[str],
) -> str:
    """Return 64 hex digits over the exact texts, language, recipients and channels of one draft.

    Any difference, be it a space, gives another hash. The draft's id is part of it, so that equal
    messages to two people cannot be told from their hashes.
    """
    content: list[Any] = [
        str(draft_id),
        {name: dict(text) for name, text in texts.items()},
        language,
        [dict(recipient) for recipient in recipients],
        list(channels),
    ]
    return _digest(content)


def words_hash(code: str, texts: Mapping[str, Mapping[str, str]]) -> str:
    """Return 64 hex digits over the exact words for a status code, in both languages."""
    return _digest([code, {name: dict(text) for name, text in texts.items()}])


def _digest(content: list[Any]) -> str:
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()
