"""What a shipped playbook is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A first reading older than this is history that the firm has dealt with already.
NEWS_DAYS = 45
# An unanswered request may still be open this long after it was sent: 84 days, and 14 for mail from abroad.
REQUEST_DAYS = 98
# A denial or a revocation leaves 30 days, and mailing; what is late may be excused.
REMEDY_DAYS = 60


@dataclass(frozen=True, slots=True)
class Definition:
    """A playbook as it ships."""

    key: str
    name: str
    purpose: str
    codes: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    position: int
    conditions: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    mode: str = "active"


def item(key: str, role: str, text: str, **due: int) -> dict[str, Any]:
    """Return a checklist item; `days` counts from the change, `anchor` from the run's deadline."""
    return {"key": key, "role": role, "text": text, **due}


def checklist(key: str, title: str, *items: dict[str, Any], **params: Any) -> dict[str, Any]:
    """Return the step that opens a checklist; `params` such as `in` are kept as they are."""
    return {
        "key": "checklist",
        "kind": "checklist",
        "params": {**params, "key": key, "title": title, "items": list(items)},
    }


def deadline(kind: str, title: str, *, key: str = "deadline", **more: Any) -> dict[str, Any]:
    """Return the step that counts a deadline; `when` holds conditions, everything else is a parameter."""
    when = more.pop("when", {})
    step = {"key": key, "kind": "deadline", "params": {**more, "kind": kind, "title": title}}
    return {**step, "when": when} if when else step


def appointment(kind: str, title: str) -> dict[str, Any]:
    """Return the step that expects an appointment, whose day only the notice tells."""
    return {"key": "appointment", "kind": "appointment", "params": {"kind": kind, "title": title}}


URGENT: dict[str, Any] = {"key": "notice", "kind": "notice", "params": {"level": "urgent"}}
