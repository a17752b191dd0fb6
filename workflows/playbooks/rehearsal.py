"""What a playbook would have started: in shadow, beside the others; before publishing, on the firm's past.

Both ask the rules by which the engine plans, and stop where it would begin: nothing is opened, counted or
told. What the engine leaves out afterwards, since that notice is at work already, is not left out here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any, Final

from django.db.models import Q

from legist.core.actors import Actor
from legist.core.models import AuditEntry
from legist.core.uow import acting
from tracking.access import visible_changes
from tracking.selectors import ChangeFacts, get_change_facts
from tracking.selectors.facts import get_change
from workflows import audit_actions as actions
from workflows.models import PlaybookRun
from workflows.playbooks import store
from workflows.playbooks.rules import (
    PlannedAction,
    PlaybookRule,
    decide,
    gives_way,
    names,
    without_taken_over,
)
from workflows.states import ActionState, PlaybookMode

PERIOD: Final = timedelta(days=90)
# The newest of them are tried; a busy firm's page says that there were more.
AT_MOST: Final = 500
Period = tuple[datetime, datetime]


@dataclass(slots=True)
class Rehearsal:
    """What a playbook would have done about `looked_at` changes of `found` that have a status it names.

    `steps` counts by step those that would have been done, `held` those that would have waited for a person;
    `started` and `started_today` are how many changes start it, and the version that holds now, `really` how
    many of these changes it was at work on. `messages`, `tasks` and `dates` are what all of that comes to;
    `rivals` counts by playbook the changes about which that writes to the client too.
    """

    found: int = 0
    looked_at: int = 0
    started: int = 0
    started_today: int = 0
    held: int = 0
    really: int = 0
    messages: int = 0
    tasks: int = 0
    dates: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    rivals: Counter[str] = field(default_factory=Counter)

    def count(self, steps: Collection[PlannedAction]) -> None:
        """Add what one change would have led to."""
        self.started += bool(steps)
        self.held += sum(step.hold is not None for step in steps)
        for step in (step for step in steps if step.hold is None):
            self.steps[step.action_key] += 1
            self.messages += step.kind == "message"
            self.tasks += len(step.params.get("items", ()))
            self.dates += step.kind in ("deadline", "appointment")


def note_shadows(
    facts: ChangeFacts,
    shadows: Collection[store.Reading],
    *,
    active: Collection[store.Reading],
    now: datetime,
    actor: Actor,
) -> int:
    """Put on the record what each playbook in shadow would have started, once; return how many would have."""
    noted, others = 0, [reading.rule for reading in active if reading.rule]
    for reading in shadows:
        steps = _plan(reading.rule, facts, others=others) if reading.rule else []
        known = {"playbook": reading.playbook.key, "change": str(facts.change_id)}
        told = AuditEntry.objects.filter(action=actions.RUN_SHADOWED.code, subject_id=str(facts.change_id))
        if steps and not told.filter(data__playbook=reading.playbook.key).exists():
            change = get_change(facts.change_id)
            unit = acting(actor=actor, now=now)
            unit.record(actions.RUN_SHADOWED, change, facts.matter_id, **known, steps=len(steps))
            noted += 1
    return noted


def rehearse(
    actor: Actor, key: str, content: dict[str, Any], *, now: datetime, period: Period | None = None
) -> Rehearsal:
    """Try a content on the changes of a period (the last 90 days) that the actor may see, the newest first.

    What is wrong with the content has been looked for before.
    """
    rule = store.as_rule(store.unsaved(key, content))
    active = [reading.rule for reading in store.read_enabled() if reading.rule]
    others = [each for each in active if each.key != key]
    today = next((each for each in active if each.key == key), None)
    begins, ends = period or (now - PERIOD, now)
    recent = visible_changes(actor).filter(detected_at__gt=begins, detected_at__lte=ends)
    kinds = [
        Q(to_code=code, to_bucket=bucket)
        for code, bucket in recent.order_by().values_list("to_code", "to_bucket").distinct()
        if any(names(each, code, bucket) for each in (rule, today) if each)
    ]
    if not kinds:
        return Rehearsal()
    named = recent.filter(reduce(or_, kinds))
    newest = list(named.order_by("-detected_at").values_list("pk", flat=True)[:AT_MOST])
    worked = PlaybookRun.objects.filter(playbook_key=key, change__in=newest, actions__state=ActionState.DONE)
    done = Rehearsal(found=named.count(), looked_at=len(newest), really=worked.distinct().count())
    for pk in newest:
        facts = get_change_facts(pk)
        steps = _plan(rule, facts, others=others)
        done.count(steps)
        done.started_today += bool(today and _plan(today, facts, others=others))
        if _writes(steps):
            rivals = [each.key for each in others if _writes(_plan(each, facts, others=[*others, rule]))]
            done.rivals.update(rivals)
    return done


@dataclass(slots=True)
class Replay:
    """What the playbooks would have done about all `changes` of a period, and in how many runs `really`.

    `steps` counts by kind what would have been done, `conflicts` by pair of playbooks the changes about which
    both write to the client.
    """

    changes: int = 0
    runs: int = 0
    really: int = 0
    messages: int = 0
    tasks: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, rules: Collection[PlaybookRule], facts: ChangeFacts) -> None:
        """Add what one change would have led to."""
        self.changes += 1
        writing = []
        for rule in rules:
            planned = _plan(rule, facts, others=[each for each in rules if each is not rule])
            steps = [step for step in planned if step.hold is None]
            self.runs += bool(planned)
            self.steps.update(step.kind for step in steps)
            self.tasks += sum(len(step.params.get("items", ())) for step in steps)
            if _writes(steps):
                writing.append(rule.key)
        self.messages = self.steps["message"]
        self.conflicts.update(combinations(writing, 2))


def replay(
    actor: Actor,
    contents: Mapping[str, dict[str, Any]],
    *,
    period: Period,
    tell: Callable[[int, int], object] = lambda _done, _all: None,
) -> Replay:
    """Try the firm's playbooks, with `contents` by key in place of theirs, on every change of a period.

    Those that are on are tried, one change after the other; `tell` hears how far it is. What is wrong with
    the contents has been looked for before. Nothing is written.
    """
    held = {each.playbook.key: each.rule for each in store.read_enabled() if each.rule}
    for key, content in contents.items():
        held.pop(key, None)
        if content.get("mode") == PlaybookMode.ACTIVE:
            held[key] = store.as_rule(store.unsaved(key, content))
    rules, (begins, ends) = list(held.values()), period
    recent = visible_changes(actor).filter(detected_at__gt=begins, detected_at__lte=ends)
    found, total = Replay(), recent.count()
    for pk in recent.order_by("detected_at", "pk").values_list("pk", flat=True).iterator():
        found.count(rules, get_change_facts(pk))
        tell(found.changes, total)
    worked = PlaybookRun.objects.filter(change__in=recent, actions__state=ActionState.DONE)
    found.really = worked.order_by().values("pk").distinct().count()
    return found


def _writes(steps: Collection[PlannedAction]) -> bool:
    return any(step.kind == "message" and step.hold is None for step in steps)


def _plan(rule: PlaybookRule, facts: ChangeFacts, *, others: Collection[PlaybookRule]) -> list[PlannedAction]:
    meant = without_taken_over(facts.code, [*others, rule])
    is_meant = any(each is rule for each in meant) and not gives_way(rule, facts, meant)
    return decide(facts, [rule]) if is_meant else []
