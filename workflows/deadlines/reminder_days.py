"""When deadlines remind: what ships, and what the firm decided for a kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from legist.core.definitions.standing import Standing, State, Version
from legist.core.errors import WrongState
from legist.core.states import Origin
from workflows.law.kinds import PERIODS
from workflows.models import ReminderRule

DEFAULT_OFFSETS = (30, 14, 7, 3, 1)
FURTHEST_DAYS, MOST_REMINDERS = 180, 10
# The business days that a firm may leave between two rungs.
LONGEST_DELAY = 10


@dataclass(frozen=True, slots=True)
class RuleOfKind:
    """How one kind reminds: days before the date, and the business days until the next person is told.

    `changed` is the firm's decision, `state` where it stands beside what ships.
    """

    kind: str
    offsets: tuple[int, ...] = DEFAULT_OFFSETS
    attorney_after: int = 1
    manager_after: int = 1
    changed: ReminderRule | None = None
    state: State | None = None

    @property
    def content(self) -> dict[str, Any]:
        return {
            "offsets": list(self.offsets),
            "attorney_after": self.attorney_after,
            "manager_after": self.manager_after,
        }


def shipped_rule(kind: str) -> RuleOfKind:
    """Return how a kind reminds as shipped: all alike."""
    return RuleOfKind(kind)


def rule_of(kind: str) -> RuleOfKind:
    """Return the firm's rule of a kind, or the shipped one. Raises WrongState for one that cannot be read."""
    row = ReminderRule.objects.filter(kind=kind).last()
    rule = _rule(kind, row)
    if rule.state == State.INVALID:
        raise WrongState(_("The firm's reminders of this kind cannot be read. Decide them anew."))
    return rule


def offsets_of(kind: str) -> list[int]:
    """Return the days before the date on which a kind reminds."""
    return list(rule_of(kind).offsets)


def list_rules() -> list[RuleOfKind]:
    """Return the rule of every kind of deadline, ours in place of one that cannot be read; one query."""
    newest = {row.kind: row for row in ReminderRule.objects.select_related("updated_by")}
    return [_rule(kind, newest.get(kind)) for kind in PERIODS]


def standing_of(kind: str, newest: ReminderRule | None) -> Standing:
    """Return where the reminders of a kind stand; what cannot be read does not hold, and is told."""
    shipped = Version(Origin.SHIPPED, 0, shipped_rule(kind).content)
    own = version_of(newest) if newest else None
    return Standing(shipped, own, falls_back=False, latest=own.number if own else 0)


def version_of(row: ReminderRule) -> Version:
    content = {name: getattr(row, name) for name in shipped_rule(row.kind).content}
    return Version(Origin.FIRM, row.version, content, row.base, tuple(faults_in(content)), row)


def faults_in(content: dict[str, Any]) -> list[str]:
    """Return what is wrong with the reminders of a kind."""
    days, delays = content["offsets"], (content["attorney_after"], content["manager_after"])
    return [*offset_faults(days), *(fault for delay in delays for fault in _delay_faults(delay))]


def offset_faults(days: Any) -> list[str]:
    is_list = isinstance(days, list) and all(type(day) is int for day in days)
    if is_list and 0 < len(days) <= MOST_REMINDERS and max(days) <= FURTHEST_DAYS and min(days) >= 0:
        return []
    return [f"Give one to {MOST_REMINDERS} numbers of days, each from 0 to {FURTHEST_DAYS}."]


def in_order(offsets: Iterable[int]) -> list[int]:
    """Return the days, furthest first, each once."""
    return sorted(set(offsets), reverse=True)


def _delay_faults(days: Any) -> list[str]:
    if type(days) is int and 0 <= days <= LONGEST_DELAY:
        return []
    return [f"Give a number of business days from 0 to {LONGEST_DELAY}."]


def _rule(kind: str, row: ReminderRule | None) -> RuleOfKind:
    standing = standing_of(kind, row)
    content = standing.in_force.content if standing.in_force else shipped_rule(kind).content
    values = content | {"offsets": tuple(content["offsets"])}
    return RuleOfKind(kind, **values, changed=row, state=standing.state)
