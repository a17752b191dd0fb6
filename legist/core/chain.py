"""Entries of the record, and their chain: each hashed together with the one before it, under a key.

Whoever can write to the database but does not hold LEGIST_INDEX_KEY cannot make an altered chain look whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import EllipsisType
from typing import Any
from uuid import UUID

from django.db import models

from legist.core import correlation, crypto
from legist.core.actors import Actor
from legist.core.models import AuditEntry, AuditHead

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Action:
    """A registered kind of entry; `sentence` continues the actor's name, with {subject} and data keys."""

    code: str
    sentence: str
    data: frozenset[str]


def name_on_record(model: models.Model | type[models.Model]) -> str:
    """Return how entries name a kind of subject: by its table, which stays when a class is renamed."""
    return model._meta.db_table.replace("_", ".", 1)


def make_entry(
    action: Action,
    subject: models.Model,
    *,
    actor: Actor,
    now: datetime,
    within: UUID | EllipsisType | None,
    data: Mapping[str, Any],
) -> AuditEntry:
    """Return an entry that is not in the chain yet; ValueError for data that the action did not register.

    `within` is the id of whatever shows the entry on its timeline; left open, the subject's own
    `recorded_within` says it, and one that has none is shown nowhere but in the record.
    """
    if unknown := data.keys() - action.data:
        message = f"The audit action {action.code} does not allow the data keys {sorted(unknown)}."
        raise ValueError(message)
    return AuditEntry(
        at=now,
        action=action.code,
        actor_kind=actor.kind,
        actor_id=actor.id,
        subject_type=name_on_record(subject),
        subject_id=str(subject.pk),
        scope=getattr(subject, "recorded_within", None) if within is ... else within,
        data=dict(data),
        correlation_id=correlation.current() or "",
    )


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
