"""When deadlines remind: what ships, and what the firm decided for a kind."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.law.kinds import PERIODS
from workflows.models import ReminderRule

DEFAULT_OFFSETS = (30, 14, 7, 3, 1)


@dataclass(frozen=True, slots=True)
class RuleOfKind:
    """How one kind reminds: days before the date, and the business days until the next person is told."""

    kind: str
    offsets: tuple[int, ...] = DEFAULT_OFFSETS
    attorney_after: int = 1
    manager_after: int = 1
    changed: ReminderRule | None = None


def rule_of(kind: str) -> RuleOfKind:
    """Return the firm's rule of a kind, or the shipped one."""
    row = ReminderRule.objects.filter(kind=kind).first()
    return _from_row(row) if row else RuleOfKind(kind)


def offsets_of(kind: str) -> list[int]:
    """Return the days before the date on which a kind reminds."""
    return list(rule_of(kind).offsets)


def list_rules() -> list[RuleOfKind]:
    """Return the rule of every kind of deadline; one query."""
    rows = {row.kind: row for row in ReminderRule.objects.select_related("updated_by")}
    return [_from_row(rows[kind]) if kind in rows else RuleOfKind(kind) for kind in PERIODS]


def _from_row(row: ReminderRule) -> RuleOfKind:
    return RuleOfKind(row.kind, tuple(row.offsets), row.attorney_after, row.manager_after, row)
