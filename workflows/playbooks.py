"""The built-in playbooks, and playbooks as the rules read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from legist.core.clock import utc_now
from workflows import letters
from workflows.definitions import DEFINITIONS, Definition
from workflows.drafting import messages
from workflows.models import Playbook
from workflows.rules import ActionSpec, PlaybookRule


def list_enabled() -> list[Playbook]:
    """Return the playbooks that changes may start, in their order."""
    return list(Playbook.objects.filter(enabled=True).order_by("position", "key"))


def as_rule(playbook: Playbook) -> PlaybookRule:
    """Return the part of a playbook that the rules need."""
    return PlaybookRule(
        key=playbook.key,
        codes=frozenset(playbook.codes),
        buckets=frozenset(playbook.buckets),
        conditions=playbook.conditions,
        actions=tuple(_action(row) for row in playbook.actions),
    )


def _action(row: dict[str, Any]) -> ActionSpec:
    return ActionSpec(row["key"], row["kind"], row.get("params", {}), row.get("when", {}))


def install() -> int:
    """Install playbooks, message and document templates that are missing; return how many playbooks were.

    Safe to repeat. A newer built-in version replaces the enabled one; what a firm switched off stays off.
    """
    messages.install(now=utc_now())
    letters.install(now=utc_now())
    return install_definitions(DEFINITIONS)


def install_definitions(definitions: Iterable[Definition]) -> int:
    """Insert the definitions whose key and version are not there yet."""
    known = set(Playbook.objects.values_list("key", "version"))
    missing = [definition for definition in definitions if (definition.key, definition.version) not in known]
    for definition in missing:
        _install(definition)
    return len(missing)


def _install(definition: Definition) -> None:
    older = Playbook.objects.filter(key=definition.key)
    enabled = not older.exists() or bool(older.filter(enabled=True).update(enabled=False))
    Playbook.objects.create(
        key=definition.key,
        version=definition.version,
        name=definition.name,
        purpose=definition.purpose,
        codes=list(definition.codes),
        conditions=definition.conditions,
        actions=list(definition.actions),
        position=definition.position,
        enabled=enabled,
        created_at=utc_now(),
    )
