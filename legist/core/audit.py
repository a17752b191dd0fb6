"""The record: who did what to what, when; chained so that a rewrite shows.

An action is registered once with its code, its sentence and the data keys it may carry. Entries are
collected by the unit of work and chained at its end. The chain is keyed (LEGIST_INDEX_KEY): whoever
can write to the database but does not hold the key cannot make an altered chain look whole. An older
copy of both, put back as it was, looks whole too: keep the head that `verify_audit` prints elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from auditlog.registry import auditlog
from django.db import models

from legist.core import chain, crypto
from legist.core.actors import Actor
from legist.core.chain import Action, compute_hash, name_on_record
from legist.core.models import AuditEntry, AuditHead
from legist.core.uow import register_flush
from legist.core.verification import Verification, verify

__all__ = [
    "Action",
    "Verification",
    "compute_hash",
    "describe_action",
    "describe_subjects",
    "get_action",
    "list_actions",
    "name_on_record",
    "register_action",
    "register_history",
    "register_subject",
    "register_values",
    "verify",
]


_actions: dict[str, Action] = {}


def register_action(code: str, sentence: Any, data: Iterable[str] = ()) -> Action:
    """Register an action; the code is `app.what_happened` and never changes once it is on the record."""
    action = Action(code, sentence, frozenset(data))
    existing = _actions.setdefault(code, action)
    if existing.data != action.data:
        message = f"The audit action {code} is registered twice with different data keys."
        raise ValueError(message)
    return existing


def get_action(code: str) -> Action:
    """Return the registered action, or a plain one for a code that an older release wrote."""
    return _actions.get(code) or Action(code, code.replace("_", " ") + " {subject}", frozenset())


def list_actions() -> list[Action]:
    return sorted(_actions.values(), key=lambda action: action.code)


def _chain(pending: list[Any]) -> None:
    entries = [row for row in pending if isinstance(row, AuditEntry)]
    if not entries:
        return
    AuditHead.objects.get_or_create(id=1)
    head = AuditHead.objects.select_for_update().get(id=1)
    for entry in entries:
        entry.sequence = head.sequence + 1
        entry.previous_hash = head.entry_hash
        entry.entry_hash = chain.compute_hash(entry)
        head.sequence, head.entry_hash = entry.sequence, entry.entry_hash
    AuditEntry.objects.bulk_create(entries)
    head.seal = chain.compute_seal(head)
    head.save(update_fields=["sequence", "entry_hash", "seal"])


register_flush(_chain)


Describe = Callable[[list[str], Actor], dict[str, tuple[str, str]]]
_subjects: dict[str, Describe] = {}


def register_subject(model: type[models.Model], describe: Describe) -> None:
    """Register how entries name a model: `describe(ids, reader)` gives `{id: (label, url)}`.

    No personal data, and nothing about what is closed to the reader: an entry may be older than the matter
    its subject lies in today.
    """
    _subjects[name_on_record(model)] = describe


def describe_subjects(
    entries: Iterable[AuditEntry], *, reader: Actor
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the label and URL of every subject that is open to the reader, one call per kind of subject."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    return {
        (kind, identifier): described
        for kind, ids in wanted.items()
        if kind in _subjects
        for identifier, described in _subjects[kind](sorted(ids), reader).items()
    }


_say_value: list[Callable[[str, str, Any], str]] = []


def register_values(say: Callable[[str, str, Any], str]) -> None:
    """Register who puts values into words: `say(action, key, value)`; what stands in an entry is a code."""
    _say_value[:] = [say]


def describe_action(entry: AuditEntry, **given: str) -> str:
    """Return what was done, continuing the actor's name; `given` are the subject, and words to prefer.

    An older entry may lack a key that the sentence names today; it is shown as a dash.
    """
    action = get_action(entry.action)
    said = {key: say(action.code, key, value) for say in _say_value for key, value in entry.data.items()}
    values = dict.fromkeys(action.data, "–") | dict(entry.data) | said | given
    return str(action.sentence).format(**values).strip()


def register_history(model: type[models.Model], *, exclude: Iterable[str] = ()) -> None:
    """Keep the field history of a model with django-auditlog, leaving out whatever is encrypted."""
    hidden = {field.name for field in crypto.encrypted_fields(model)} | {"seal"}
    auditlog.register(model, exclude_fields=sorted(hidden | set(exclude)))
