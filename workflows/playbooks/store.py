"""Playbooks: those that ship, copies, what is wrong with one, and playbooks as the rules read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.definitions.rows import Identity, RowTopic
from legist.core.definitions.services import Decision, publish
from legist.core.definitions.standing import Version
from legist.core.errors import InvalidInput, NotFound
from legist.core.states import Origin
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from legist.practice.selectors import list_teams
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

# What one run does at most, each checklist counted as one.
MOST_STEPS = 40
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
    return Playbook(key=key, copy_of=families().get(key, ""), **Playbook.columns(dict(content)))


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
        copy_of=playbook.copy_of,
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
    if len(steps) > MOST_STEPS:
        return [f"it has more than {MOST_STEPS} steps, and a run does no more"]
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


class PlaybookTopic(RowTopic[Playbook]):
    """Playbooks: a copy stays one in every version, and what is not there is looked for at publishing."""

    def write(self, key: Identity, version: Version, decision: Decision, /) -> Playbook:
        if missing := find_missing(version.content):
            raise InvalidInput(_("This cannot be published as it is."), {"definition": missing})
        row = super().write(key, version, decision)
        if row.origin == Origin.FIRM:
            row.is_tried = decision.is_tried
            row.save(update_fields=["is_tried"])
        return row

    def _row(self, key: Identity, content: Any) -> Playbook:
        row = super()._row(key, content)
        original = self._rows(key).exclude(copy_of="").values_list("copy_of", flat=True)
        row.copy_of = original.first() or ""
        return row


def find_missing(content: Mapping[str, Any]) -> list[str]:
    """Return which templates and teams a content names that are not there, in words."""
    texts = {key[0] for key, standing in templates.TOPIC.standings().items() if standing.in_force}
    papers = {key[0] for key, standing in letters.TOPIC.standings().items() if standing.in_force}
    known = {"message": texts, "document": papers}
    found = []
    for number, step in enumerate(content["actions"], 1):
        template = step.get("params", {}).get("template")
        if step["kind"] in known and template not in known[step["kind"]]:
            said = _("step %(n)d: there is no template “%(name)s” in force")
            found.append(said % {"n": number, "name": template})
    teams = {str(team.pk) for team in list_teams()}
    named = {team for step in (content, *content["actions"]) for team in _teams_in(step)}
    return found + ([_("a condition names a team that is not there")] if named - teams else [])


def _teams_in(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        yield from part.get("team_in", ())
        for name in ("conditions", "when", "all", "any", "not"):
            yield from _teams_in(part.get(name))
    elif isinstance(part, list):
        for each in part:
            yield from _teams_in(each)


TOPIC = PlaybookTopic(Playbook, action=actions.DEFINITION_PUBLISHED, check=find_faults)


def families() -> dict[str, str]:
    """Return by the key of each copy the key of its original."""
    copies = Playbook.objects.exclude(copy_of="").order_by()
    return dict(copies.values_list("key", "copy_of").distinct())


def copy_playbook(key: str, *, sent: UUID | None, actor: Actor, now: datetime) -> str:
    """Copy what the firm has of a playbook, switched off; return the copy's key. `sent` twice copies once.

    A copy of a copy is one of the first original: of all of them only one runs for a change.
    """
    require(actor, Capability.EDIT_WORDING)
    if sent is None:
        raise InvalidInput(_("This page is out of date. Load it again."))
    copied = f"{key[:40]}-{sent.hex[:12]}"
    with unit_of_work(actor=actor, now=now):
        # Two who send the same at once: the second waits here, and finds what the first made.
        original = Playbook.objects.select_for_update().filter(key=key).first()
        held = TOPIC.read((key,)).held
        if original is None or held is None:
            raise NotFound
        if not Playbook.objects.filter(key=copied).exists():
            name = _("Copy of %(name)s") % {"name": held.content["name"]}
            content = held.content | {"name": name[:120], "mode": PlaybookMode.OFF}
            publish(TOPIC, (copied,), content, expected="", decision=Decision(name, actor, now))
            Playbook.objects.filter(key=copied).update(copy_of=original.family, is_tried=None)
    return copied


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
