"""The chain of the record: each entry hashed together with the one before it, under a key.

Whoever can write to the database but does not hold LEGIST_INDEX_KEY cannot make an altered chain look whole.
"""

from __future__ import annotations

import json
from datetime import UTC

from legist.core import crypto
from legist.core.models import AuditEntry, AuditHead

GENESIS = "0" * 64


def compute_hash(entry: AuditEntry) -> str:
    """Return the keyed hash of an entry's content together with the hash of the entry before it."""
    content = [
        entry.sequence,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.action,
        entry.actor_kind,
        entry.actor_id,
        entry.subject_type,
        entry.subject_id,
        str(entry.scope or ""),
        entry.data,
        entry.correlation_id,
        entry.previous_hash,
    ]
    return crypto.keyed_hash(json.dumps(content, sort_keys=True).encode(), purpose="audit chain")


def compute_seal(head: AuditHead) -> str:
    """Return the keyed hash of the head, so that it cannot be set back by writing two columns."""
    return crypto.keyed_hash(f"{head.sequence}:{head.entry_hash}".encode(), purpose="audit head")


def is_genuine(entry: AuditEntry) -> bool:
    """True when the entry says what was recorded; whether others are missing, only a walk can tell."""
    return entry.entry_hash == compute_hash(entry)
