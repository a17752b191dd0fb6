"""System checks: the queue's numbers must be in the order that keeps work from being lost or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from legist.core.tasks.base import list_tasks

# Identifier, name, whether it holds, and the remedy.
Rule = tuple[str, str, bool, str]
BOUNDED = "Set it above 0, or a message nobody can run stays for ever."
SWITCHES = (
    ("legist.E040", "orm", "default", "tickets and queue share a database."),
    ("legist.E044", "ack_failures", True, "Legist keeps the retries."),
    ("legist.E045", "catch_up", False, "Legist keeps the schedules."),
    ("legist.E046", "scheduler", False, "Legist keeps the schedules."),
)


@register()
def check_queue_numbers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001  Django passes it by name
    """Verify Q_CLUSTER: retry > timeout > the longest task, bounded attempts, schedules and results off."""
    if settings.LEGIST_TASK_ENGINE != "djangoq":
        return []
    numbers: dict[str, Any] = settings.Q_CLUSTER
    return [
        Error(f"Q_CLUSTER[{name!r}] is {numbers.get(name)!r}.", hint=hint, id=identifier)
        for identifier, name, holds, hint in (*_order(numbers), *_switches(numbers))
        if not holds
    ]


def _order(numbers: dict[str, Any]) -> list[Rule]:
    longest = max(list_tasks(), key=lambda task: task.timeout_s)
    retry, timeout = numbers.get("retry", 0), numbers.get("timeout", 0)
    too_short = f"Make it larger than {longest.timeout_s}, the timeout_s of {longest.name}."
    return [
        ("legist.E041", "retry", retry > timeout, "Make it larger than timeout."),
        ("legist.E042", "timeout", timeout > longest.timeout_s, too_short),
        ("legist.E043", "max_attempts", numbers.get("max_attempts", 0) > 0, BOUNDED),
        (
            "legist.E047",
            "save_limit",
            numbers.get("save_limit", 0) < 0,
            "Set it to -1: results are not kept.",
        ),
    ]


def _switches(numbers: dict[str, Any]) -> list[Rule]:
    return [
        (identifier, name, numbers.get(name) == wanted, f"Set it to {wanted!r}: {reason}")
        for identifier, name, wanted, reason in SWITCHES
    ]
