"""Playbooks: the built-in ones, what is wrong with a definition, and playbooks as the rules read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from legist.core.clock import utc_now
from legist.core.definitions.rows import RowTopic
from tracking.statuses import Bucket, StatusCode
from workflows import audit_actions as actions
from workflows.documents import letters
from workflows.messages.templates import store as templates
from workflows.models import Playbook
from workflows.playbooks.builtin import DEFINITIONS, Definition
from workflows.playbooks.rules import ActionSpec, PlaybookRule, condition_parts
from workflows.playbooks.shapes import Many, Part, Slug, Text, Whole, faults, one_of, optional
from workflows.playbooks.steps import KINDS
from workflows.states import PlaybookMode

CODES, BUCKETS = Many(one_of(StatusCode)), Many(one_of(Bucket))
CHECKED_WHEN = condition_parts()
STEP = {
    "key": Part(Slug()),
    "kind": Part(one_of(KINDS)),
    "params": optional(lambda given: "" if isinstance(given, Mapping) else "has to be a mapping"),
    "when": optional(lambda given: next(iter(faults(given, CHECKED_WHEN)), "")),
}
HEAD = {
    "key": Part(Slug()),
    "name": Part(Text(120)),
    "purpose": Part(Text(1000)),
    "mode": Part(one_of(PlaybookMode)),
    "position": Part(Whole(0)),
    "codes": Part(CODES),
    "buckets": Part(BUCKETS),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A playbook as it was read: the rule it is, or what is wrong with it."""

    playbook: Playbook
    rule: PlaybookRule | None
    faults: tuple[str, ...] = ()


def read_by_mode() -> tuple[list[Reading], list[Reading]]:
    """Return the playbooks that are on and those in shadow, each checked, in their order.

    One that is invalid never stops the others.
    """
    held = Playbook.objects.filter(enabled=True).exclude(mode=PlaybookMode.OFF)
    readings = [read(playbook) for playbook in held.order_by("position", "key")]
    shadows = [each for each in readings if each.playbook.mode == PlaybookMode.SHADOW]
    return [each for each in readings if each not in shadows], shadows


def read_enabled() -> list[Reading]:
    """Return the playbooks that are on, as `read_by_mode` does."""
    return read_by_mode()[0]


def unsaved(key: str, content: Mapping[str, Any]) -> Playbook:
    """Return the playbook that a content would be; it is kept nowhere."""
    return Playbook(key=key, **Playbook.columns(dict(content)))


def read(playbook: Playbook) -> Reading:
    """Check a stored playbook and return it as a rule, or with its faults."""
    found = find_faults(playbook)
    return Reading(playbook, None if found else as_rule(playbook), tuple(found))


def as_rule(playbook: Playbook) -> PlaybookRule:
    """Return the part of a valid playbook that the rules need."""
    return PlaybookRule(
        key=playbook.key,
        codes=frozenset(playbook.codes),
        buckets=frozenset(playbook.buckets),
        conditions=playbook.conditions,
        actions=tuple(
            ActionSpec(row["key"], row["kind"], row.get("params", {}), row.get("when", {}))
            for row in playbook.actions
        ),
    )


def find_faults(definition: Playbook | Definition) -> list[str]:
    """Return what is wrong with a definition, in the words of whoever wrote it; never raises."""
    head = {name: getattr(definition, name, ()) for name in HEAD}
    found = faults(head, HEAD)
    if not head["codes"] and not head["buckets"]:
        found.append("no status starts it")
    found += [f"condition {fault}" for fault in faults(definition.conditions, CHECKED_WHEN)]
    return [*found, *steps_faults(definition.actions)]


def steps_faults(steps: Any) -> list[str]:
    """Return what is wrong with the steps of a definition; never raises."""
    if not isinstance(steps, list | tuple):
        return ["steps have to be a list"]
    found, earlier = [], dict[str, str]()
    for number, step in enumerate(steps, 1):
        wrong = faults(step, STEP)
        if not wrong:
            wrong = [
                *_param_faults(step, earlier),
                *(["has a key used before"] if step["key"] in earlier else []),
            ]
            earlier[step["key"]] = step["kind"]
        found += [f"step {number}: {fault}" for fault in wrong]
    return found


def _param_faults(step: Mapping[str, Any], earlier: Mapping[str, str]) -> list[str]:
    params = step.get("params", {})
    found = faults(params, KINDS[step["kind"]].params)
    if not found and "in" in params and earlier.get(params["in"]) != "matter":
        found = [f"in names {params['in']!r}, which is no earlier step that opens a matter"]
    return found


TOPIC = RowTopic(Playbook, action=actions.DEFINITION_PUBLISHED, check=find_faults)


def install() -> int:
    """Install playbooks, message and document templates that are missing; return how many playbooks were."""
    now = utc_now()
    templates.install(now=now)
    letters.install(now=now)
    return install_definitions(DEFINITIONS)


def install_definitions(definitions: Iterable[Definition]) -> int:
    """Install the definitions whose version is not there yet; see `RowTopic.install` for which then hold."""
    now = utc_now()
    return TOPIC.install(_row(definition, now=now) for definition in definitions)


def _row(definition: Definition, *, now: datetime) -> Playbook:
    plain = asdict(definition) | {"codes": list(definition.codes), "actions": list(definition.actions)}
    return Playbook(**plain, created_at=now)
